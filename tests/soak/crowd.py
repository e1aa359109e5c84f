"""The far side of a soak: good sources that publish, and moody ones that play the cases of `tests.faults`.

Each address of the loopback is a host of its own to the monitor, which asks no host for more than two things at once.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime

from tests.faults.bystanders import Bystander
from tests.faults.case import Case, Stage
from tests.faults.cases import CASES
from tests.faults.speech import document, item, posts, serves
from tests.servers import Script, read_request, wire
from tests.soak.plan import Plan

# Cases that a plain server on one port can play, without the names and certificates of the others. The heavy ones
# would measure how fast this machine reads them and nothing else: of those there are two.
_HEAVY = ("deep JSON", "a billion laughs")
MOODS: tuple[Case, ...] = tuple(
    case
    for case in CASES
    if not case.alone
    and not case.tls
    and case.scheme == "http"
    and case.host == "127.0.0.1"
    and (
        case.family in ("bombs", "slow", "malformed", "walls", "lying") or case.name in _HEAVY or "status" in case.name
    )
    and not isinstance(case.make(Stage("127.0.0.1:1", 1)), str)
)
_WELL = 0.4  # share of the moods in which a bad source behaves


@dataclass
class Moody:
    """A source that misbehaves in one way for a while, then in another, or not at all."""

    dice: random.Random
    patience: float
    mood: str = ""
    script: Script = field(default_factory=lambda: serves(document(posts(1, 2, 3))))
    until: float = 0.0

    def now(self) -> Script:
        if time.monotonic() >= self.until:
            self.until = time.monotonic() + self.dice.uniform(0.5, 1.5) * self.patience
            case = None if self.dice.random() < _WELL else self.dice.choice(MOODS)
            made = case.make(Stage("127.0.0.1:1", 1)) if case else serves(document(posts(1, 2, 3)))
            assert not isinstance(made, str)
            self.mood, self.script = case.name if case else "well", made
        return self.script


@dataclass
class Crowd:
    """`good`: by their path. `published`: the marks of posts that must alert. `moods`: how often each was played."""

    plan: Plan
    good: dict[str, Bystander] = field(default_factory=dict)
    bad: dict[str, Moody] = field(default_factory=dict)
    urls: dict[str, str] = field(default_factory=dict)
    published: list[str] = field(default_factory=list)
    quiet: int = 0
    moods: Counter[str] = field(default_factory=Counter)

    def publish(self, dice: random.Random) -> None:
        """Publish one post in one of the good sources."""
        one = dice.choice(list(self.good.values()))
        number = len(self.published) + self.quiet
        if dice.random() < self.plan.matching:
            self.published.append(mark(number))
            words = f"Two servicemen wounded near the river, {mark(number)}"
        else:
            self.quiet += 1
            words = f"A delegation was received by the minister, {mark(number)}"
        date = f"<pubDate>{format_datetime(datetime.now(UTC))}</pubDate>"
        one.items.insert(0, item(f"{one.name}-{number}", words, more=date))

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection: its address says who is asked, or else the path does."""
        host = writer.get_extra_info("sockname")[0]
        try:
            if host in self.bad:
                script = self.bad[host].now()
                self.moods[self.bad[host].mood] += 1
                await script(reader, writer)
            else:
                request = await read_request(reader)
                writer.write(wire(self.good[request.path].answer(request)))
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # whoever asked went away
        finally:
            writer.close()


def mark(number: int) -> str:
    return f"no.{number:07d}x"


def _host(number: int, network: int) -> str:
    return f"127.{network}.{number // 250}.{number % 250 + 1}"


@contextlib.asynccontextmanager
async def crowd(plan: Plan) -> AsyncIterator[Crowd]:
    """Serve every source."""
    here = Crowd(plan)
    dice = random.Random(f"moods {plan.seed}")
    for number in range(plan.sources - plan.bad_ones):
        name = f"good-{number}"
        here.good[f"/{name}"] = Bystander(name, _host(number // plan.together, 10))
        here.good[f"/{name}"].items.append(item(f"{name}-old", f"A calm day, says {name}"))
    for number in range(plan.bad_ones):
        here.bad[_host(number, 20)] = Moody(random.Random(dice.random()), plan.mood)
    async with contextlib.AsyncExitStack() as stack:
        ports: dict[str, int] = {}
        for host in sorted({one.url for one in here.good.values()} | here.bad.keys()):
            server = await asyncio.start_server(here.answer, host, 0)
            stack.callback(server.close)
            ports[host] = server.sockets[0].getsockname()[1]
        for path, one in here.good.items():
            here.urls[one.name] = one.url = f"http://{one.url}:{ports[one.url]}{path}"
        here.urls |= {f"bad-{number}": f"http://{host}:{ports[host]}/" for number, host in enumerate(here.bad)}
        yield here
