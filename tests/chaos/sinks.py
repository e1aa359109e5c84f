"""Where alerts arrive: a Slack, a webhook and a mail server on the loopback that fail by dice and forget nothing.

Each has one port for each monitor, so that it is known who sent what.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import re
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import default
from typing import Literal, NamedTuple

from tests.chaos.ministry import MARKER
from tests.servers import Reply, Request, Script, raw_server, read_request, wire

Channel = Literal["desk", "duty", "archive"]
CHANNELS: tuple[Channel, ...] = ("desk", "duty", "archive")

# refused  hung up before a word was read     busy     429, or 450: come back later
# hung     read, never answered, not taken    broken   500, or 451
# dropped  taken, hung up without an answer   late     taken, answered when nobody listens any more
# slow     taken, answered after a while that is patience enough
Behaviour = Literal["taken", "refused", "busy", "broken", "hung", "dropped", "late", "slow"]
FAULTS: tuple[Behaviour, ...] = ("refused", "busy", "broken", "hung", "dropped", "late")
ANSWER_LOST: tuple[Behaviour, ...] = ("dropped", "late")
_TAKEN: tuple[Behaviour, ...] = ("taken", "slow", *ANSWER_LOST)

_ID = re.compile(r"delivery ([0-9a-f]{32})")


class Arrival(NamedTuple):
    """One alert taken by a sink. `at`: monotonic seconds; `how`: whether it was said, too."""

    channel: Channel
    monitor: str
    post: str
    delivery: str
    at: float
    how: Behaviour


@dataclass
class Sinks:
    """`share`: of all sends that fail; `rigged`: what a channel does instead of throwing dice.

    `posts`: what has arrived, by channel; `arrivals`: how and when.
    """

    dice: random.Random
    patience: float
    share: float = 0.0
    rigged: dict[Channel, Behaviour] = field(default_factory=dict)
    poison: str | None = None  # the post that is answered with 400
    ports: dict[tuple[str, Channel], int] = field(default_factory=dict)
    arrivals: list[Arrival] = field(default_factory=list)
    behaved: Counter[tuple[Channel, Behaviour]] = field(default_factory=Counter)
    asked: Counter[Channel] = field(default_factory=Counter)
    posts: dict[Channel, set[str]] = field(default_factory=lambda: {channel: set() for channel in CHANNELS})

    def draw(self, channel: Channel) -> Behaviour:
        """Say how the next send to a channel is treated."""
        drawn: Behaviour = self.dice.choice(FAULTS) if self.dice.random() < self.share else "taken"
        behaviour = self.rigged.get(channel, drawn)
        self.behaved[channel, behaviour] += 1
        self.asked[channel] += 1
        return behaviour

    def take(self, channel: Channel, monitor: str, post: str, delivery: str, how: Behaviour) -> None:
        self.posts[channel].add(post)
        self.arrivals.append(Arrival(channel, monitor, post, delivery, time.monotonic(), how))

    def arrived(self, channel: Channel) -> Counter[str]:
        """Return how often each post arrived on a channel."""
        return Counter(one.post for one in self.arrivals if one.channel == channel)

    async def dawdle(self, behaviour: Behaviour) -> None:
        """Wait as a behaviour wants it: until whoever asked has certainly given up, or half as long as it would."""
        if behaviour in ("hung", "late"):
            await asyncio.sleep(self.patience * 2 + 0.5)
        elif behaviour == "slow":
            await asyncio.sleep(self.patience / 2)


@contextlib.asynccontextmanager
async def sinks(monitors: Sequence[str], *, seed: int, patience: float) -> AsyncIterator[Sinks]:
    """Open every channel for every monitor. `patience`: seconds after which a monitor gives a send up."""
    here = Sinks(random.Random(seed), patience)
    async with contextlib.AsyncExitStack() as stack:
        for monitor in monitors:
            for channel, script in _SCRIPTS.items():
                server = await stack.enter_async_context(raw_server(script(here, monitor)))
                here.ports[monitor, channel] = server.port
        yield here


# --- HTTP -------------------------------------------------------------------------------------------------------------


def _http(channel: Channel, identity: Callable[[Request], tuple[str, str]]) -> Callable[[Sinks, str], Script]:
    def made(here: Sinks, monitor: str) -> Script:
        async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            behaviour = here.draw(channel)
            if behaviour == "refused":
                return
            post, delivery = identity(await read_request(reader))
            if post == here.poison:
                writer.write(wire(Reply(400)))
                return
            if behaviour in _TAKEN:
                here.take(channel, monitor, post, delivery, behaviour)
            await here.dawdle(behaviour)
            if behaviour not in ("hung", "dropped"):
                writer.write(wire(_REPLIES[behaviour]))

        return script

    return made


_REPLIES: Mapping[Behaviour, Reply] = {
    "taken": Reply(200, b"ok"),
    "late": Reply(200, b"ok"),
    "slow": Reply(200, b"ok"),
    "busy": Reply(429, b"", {"Retry-After": "1"}),
    "broken": Reply(500),
}


def _slack(request: Request) -> tuple[str, str]:
    text = json.loads(request.body)["text"]
    return _one(MARKER, text), _one(_ID, text)


def _webhook(request: Request) -> tuple[str, str]:
    return _one(MARKER, json.loads(request.body)["data"]["post"]["title"]), request.headers["webhook-id"]


def _one(pattern: re.Pattern[str], text: str) -> str:
    (found,) = set(pattern.findall(text))
    return str(found)


# --- SMTP -------------------------------------------------------------------------------------------------------------


def _smtp(here: Sinks, monitor: str) -> Script:
    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        behaviour = here.draw("duty")
        if behaviour == "refused":
            return
        writer.write(b"220 sink.test\r\n")
        while line := await reader.readline():
            verb = line[:4].upper()
            if verb == b"DATA":
                writer.write(b"354 go on\r\n")
                letter = await reader.readuntil(b"\r\n.\r\n")
                if not await _letter(here, monitor, letter, behaviour, writer):
                    return
            elif verb == b"RCPT" and behaviour == "busy":
                writer.write(b"450 4.7.0 come back later\r\n")
            else:
                writer.write(b"221 bye\r\n" if verb == b"QUIT" else b"250 fine\r\n")
            if verb == b"QUIT":
                return

    return script


async def _letter(here: Sinks, monitor: str, letter: bytes, behaviour: Behaviour, writer: asyncio.StreamWriter) -> bool:
    """Treat a letter; False to hang up."""
    headers = message_from_bytes(letter, policy=default)
    post, delivery = _one(MARKER, str(headers["Subject"])), str(headers["Message-ID"]).strip("<>").partition("@")[0]
    if post == here.poison:
        writer.write(b"550 5.6.0 never\r\n")
        return True
    if behaviour in _TAKEN:
        here.take("duty", monitor, post, delivery, behaviour)
    await here.dawdle(behaviour)
    if behaviour in ("hung", "dropped"):
        return False
    writer.write(b"451 4.3.0 broken\r\n" if behaviour == "broken" else b"250 2.0.0 taken\r\n")
    return True


_SCRIPTS: dict[Channel, Callable[[Sinks, str], Script]] = {
    "desk": _http("desk", _slack),
    "duty": _smtp,
    "archive": _http("archive", _webhook),
}
