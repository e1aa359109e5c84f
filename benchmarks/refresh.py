"""A refresh of many feeds by the real daemon: all new, unchanged, unchanged without validators, one in a hundred new.

Every round makes all sources due at once, so that the work is measured and not the spread of the schedule; one cold
run is left as it ships, its first polls spread over time.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import daemon as daemons
from benchmarks import feeds, processes
from benchmarks.daemon import Daemon, Failed
from benchmarks.report import Figure

_PORTS = 100  # "hosts" that share the sources among them
_REST = 5.0  # seconds without any poll, to see what the daemon uses while nothing happens
_NAMES = {
    "wall": ("polled and stored", "s"),
    "judged": ("polled, stored and judged", "s"),
    "speed": ("speed", "feeds/s"),
    "cpu": ("CPU of all our processes, for 1,000 feeds", "s"),
    "rss": ("peak memory, RSS summed", "MB"),
    "pss": ("peak memory, PSS summed", "MB"),
    "errors": ("errors", ""),
    "posts": ("posts stored", ""),
    "files": ("open files afterwards", ""),
}


@dataclass(frozen=True)
class Round:
    """What one round took; see `_NAMES` for the units. `errors`: polls that failed, and complaints in the log."""

    wall: float
    judged: float
    speed: float
    cpu: float
    rss: float
    pss: float | None
    errors: int
    posts: int
    files: int


class Server:
    """`benchmarks.server`, seen from here."""

    def __init__(self, process: asyncio.subprocess.Process, ports: list[int]) -> None:
        self._process = process
        self._ports = ports

    def url(self, feed: int) -> str:
        return f"http://127.0.0.1:{self._ports[feed % len(self._ports)]}/{feed}"

    async def tell(self, command: str) -> dict[str, int]:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(command.encode() + b"\n")
        answer: dict[str, int] = json.loads(await self._process.stdout.readline())
        return answer


@contextlib.asynccontextmanager
async def serving(count: int) -> AsyncIterator[Server]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.server", str(count), str(min(_PORTS, count)),
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, cwd=daemons.ROOT,
    )  # fmt: skip
    try:
        assert process.stdout
        async with asyncio.timeout(60):
            ports = json.loads(await process.stdout.readline())
        yield Server(process, ports)
    finally:
        process.kill()
        await process.wait()


@dataclass(frozen=True)
class Bench:
    """One daemon and one server, to be put through rounds."""

    daemon: Daemon
    server: Server
    sources: Sequence[str]

    async def round(self, *, expected: dict[str, int], at_once: bool = True) -> Round:
        """Poll everything once and see what it took.

        `expected`: answers of the server by status. `at_once`: make all due now, rather than wait for the schedule.
        """
        pid, sources = self.daemon.pid, self.sources
        cpu, began = processes.cpu(pid) if at_once else 0.0, time.monotonic()
        async with processes.Peak(pid) as peak:
            since = await self.daemon.make_due(sources) if at_once else datetime.now(UTC)
            await self.daemon.polled(sources, since)
            wall = time.monotonic() - began
            await self.daemon.judged()
            judged = time.monotonic() - began
        cpu = processes.cpu(pid) - cpu
        asked = await self.server.tell("asked")
        if asked != {status: count for status, count in expected.items() if count}:
            raise Failed(f"the server answered {asked}; expected was {expected}")
        polls = await self.daemon.polls()
        for line in self.daemon.complaints():
            print(f"The daemon complained: {line}", file=sys.stderr)
        return Round(
            wall=wall,
            judged=judged,
            speed=len(sources) / wall,
            cpu=cpu * 1000 / len(sources),
            rss=peak.memory.rss,
            pss=peak.memory.pss,
            errors=sum(polls[how] for how in polls if how not in ("new", "unchanged")) + len(self.daemon.complaints()),
            posts=sum(state.posts for state in await self.daemon.states(sources)),
            files=processes.descriptors(pid),
        )


async def measure(count: int, rounds: int, profile: Path | None = None) -> list[Figure]:
    """Measure all cases with `count` sources. Raises Failed if a post is missing or anything erred."""
    async with serving(count) as server:
        spread = [await _cold(server, count, spread=True)]
        cold = [await _cold(server, count) for _ in range(max(rounds - 2, 0))]
        async with _bench(server, count, profile=profile) as bench:
            cold.append(await bench.round(expected={"200": count}))
            _checked("all new", cold[-1], count * feeds.POSTS)
            warm = await _warm(bench, rounds)
            rest = await _rest(bench.daemon)
    return [
        *_figures("cold, first polls spread as shipped", spread, without="speed"),
        *_figures("cold, all due at once", cold),
        *(figure for case, found in warm.items() for figure in _figures(case, found, without="judged")),
        rest,
    ]


async def _warm(bench: Bench, rounds: int) -> dict[str, list[Round]]:
    count, few = len(bench.sources), max(len(bench.sources) // 100, 1)
    found: dict[str, list[Round]] = {}
    posts = count * feeds.POSTS

    async def again(case: str, expected: dict[str, int]) -> None:
        found.setdefault(case, []).append(_checked(case, await bench.round(expected=expected), posts))

    for _ in range(rounds):
        await again("unchanged, validators (304)", {"304": count})
    for _ in range(rounds):
        await bench.server.tell(f"publish {few}")
        posts += few
        await again("1 % changed", {"200": few, "304": count - few})
    await bench.server.tell("validators off")
    for _ in range(rounds):
        await again("unchanged, no validators", {"200": count})
    await bench.server.tell("validators on")
    return found


async def _cold(server: Server, count: int, *, spread: bool = False) -> Round:
    async with _bench(server, count, spread=spread) as bench:
        found = await bench.round(expected={"200": count}, at_once=not spread)
    return _checked("all new", found, count * feeds.POSTS)


@contextlib.asynccontextmanager
async def _bench(
    server: Server, count: int, *, spread: bool = False, profile: Path | None = None
) -> AsyncIterator[Bench]:
    """Start a daemon with an empty store. Its sources wait for us, unless their first polls are to be `spread`."""
    sources = [f"feed-{number:05}" for number in range(count)]
    with tempfile.TemporaryDirectory(prefix="monitor-bench-") as place:
        folder = Path(place)
        settings = [{"id": source, "url": server.url(feed)} for feed, source in enumerate(sources)]
        page = daemons.write_config(folder, settings, {"kind": "console"})
        if not spread:
            await daemons.plan_ahead(folder, sources)
        async with daemons.running(folder, page, profile=profile) as daemon:
            yield Bench(daemon, server, sources)


async def _rest(daemon: Daemon) -> Figure:
    before = processes.cpu(daemon.pid)
    await asyncio.sleep(_REST)
    return Figure("at rest", "CPU per second", "ms", ((processes.cpu(daemon.pid) - before) / _REST * 1000,))


def _checked(case: str, found: Round, posts: int) -> Round:
    if found.errors or found.posts != posts:
        raise Failed(f"{case}: {found.errors} errors, {found.posts} posts stored; expected were none and {posts}")
    return found


def _figures(case: str, rounds: Sequence[Round], *, without: str = "") -> Iterator[Figure]:
    for field in fields(Round):
        what, unit = _NAMES[field.name]
        values = tuple(value for one in rounds if (value := getattr(one, field.name)) is not None)
        if values and field.name != without:
            yield Figure(case, what, unit, values)
