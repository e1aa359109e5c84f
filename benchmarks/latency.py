"""From publication to a webhook, without the wait for the poll: from the last byte of the feed's answer to the POST.

At rest one post at a time; under load 200 new posts a second, spread over many feeds that become due one by one. Beside
it the floor: a program that does nothing but fetch, read and tell (`benchmarks.floor`), in the same minutes.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import sys
import tempfile
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks import daemon as daemons
from benchmarks import feeds, marks
from benchmarks.daemon import Daemon
from benchmarks.figures import Figure, quantile
from benchmarks.marks import Mark
from benchmarks.ours import NAME
from benchmarks.programs import Failed
from benchmarks.publisher import Publisher
from benchmarks.report import Found
from monitor.store.timetable import Place

_BARE = "floor (sockets, expat)"
_FLOOR = "floor (httpx, expat)"  # which the marks are set against; httpx does not bear the load
_FLOORS = {"httpx": _FLOOR, "sockets": _BARE}
_PASSES = 3
_ARRIVES_WITHIN = 20.0  # seconds, at rest
_RATE = 200  # new posts a second under load
_FEEDS = 400  # among which they are spread
_TOGETHER = 40  # of which the poller is told at once
_AHEAD = 0.3  # seconds from a publication to the poll of its feed: so every poll finds its report
_PATIENCE = 1.0  # seconds until a feed is asked again that was not asked for its report
_DRAINED_WITHIN = 180.0  # seconds after the last publication under load
_SHARES = {"p50": 0.5, "p99": 0.99, "p99.9": 0.999}
_REST, _LOAD = "publication to webhook, at rest, feed of {}", f"publication to webhook, {_RATE} new posts a second"
_TIMES, _MOST = 2.0, 100.0  # the marks: at rest, times the floor; under load, ms
_KEEPS_UP = 0.95 * _RATE  # who hands on less than that has not borne the load
_LATER = timedelta(days=1)
HANDED_OUT = "posts fetched"


class Poller(ABC):
    """Whoever asks feeds when it is told to. Its feeds are those from `first` on."""

    def __init__(self, name: str, first: int) -> None:
        self.name = name
        self.first = first

    @abstractmethod
    async def ask(self, feeds: Sequence[int], apart: float, ahead: float) -> None:
        """Have these asked, the first one `ahead` seconds from now, each next one `apart` later."""

    async def asked(self) -> None:
        """Wait until it is ready to be told again."""
        return


class Ours(Poller):
    """The daemon: its timetable is told when each source is due. Whoever is not named keeps its place."""

    def __init__(self, daemon: Daemon, sources: Sequence[str]) -> None:
        super().__init__(NAME, 0)
        self._daemon = daemon
        self._sources = sources
        self._since = datetime.now(UTC)
        self._places = dict.fromkeys(sources, Place(self._since, self._since + _LATER, pace="not yet"))

    async def ask(self, feeds: Sequence[int], apart: float, ahead: float) -> None:
        self._since = datetime.now(UTC)
        for number, feed in enumerate(feeds):
            due = self._since + timedelta(seconds=ahead + number * apart)
            self._places[self._sources[feed]] = Place(due, due, pace=f"at {due}")
        await self._daemon.store.timetable.plan(self._places, self._since)

    async def asked(self) -> None:
        await self._daemon.polled(self._sources, self._since)
        await self._daemon.judged()


class Floor(Poller):
    def __init__(self, name: str, first: int, process: asyncio.subprocess.Process, publisher: Publisher) -> None:
        super().__init__(name, first)
        self._process = process
        self._publisher = publisher

    async def ask(self, feeds: Sequence[int], apart: float, ahead: float) -> None:
        assert self._process.stdin
        await asyncio.sleep(ahead)
        for feed in feeds:
            self._process.stdin.write(self._publisher.url(feed).encode() + b"\n")
            await asyncio.sleep(apart)


async def measure(posts: int, seconds: int) -> Found:
    """Measure `posts` posts in a feed of twenty, half as many in a feed of one, and `seconds` of load."""
    figures: list[Figure] = []
    for size, many in ((feeds.POSTS, posts), (1, posts // 2)):
        figures += await _at_rest(size, many // _PASSES)
    figures += await _under_load(seconds)
    return Found(figures, list(_marks(figures)))


async def _at_rest(size: int, posts: int) -> list[Figure]:
    publisher = Publisher(1 + len(_FLOORS), size)
    found: dict[str, list[list[float]]] = {}
    async with _pollers(publisher, sources=1) as (pollers, daemon):
        for poller in pollers:
            await poller.ask([poller.first], 0.0, 0.0)  # the first answer alerts nobody
            await poller.asked()
        await asyncio.sleep(1.0)
        for _ in range(_PASSES):
            for poller in pollers:
                print(f"  at rest, feed of {size}: {poller.name}", file=sys.stderr)
                found.setdefault(poller.name, []).append([await _one(publisher, poller) for _ in range(posts)])
        _content(daemon, gaps=size == 1)  # a feed whose only post is new may have missed others
    return [figure for name, passes in found.items() for figure in figures_of(_REST.format(size), name, passes)]


async def _one(publisher: Publisher, poller: Poller) -> float:
    """Publish, have the feed asked, wait for the alert; return the ms from the one to the other."""
    await asyncio.sleep(random.uniform(0.02, 0.12))
    report = publisher.publish(poller.first)
    await poller.ask([poller.first], 0.0, 0.0)
    await publisher.alerted([report], within=_ARRIVES_WITHIN)
    await poller.asked()
    return publisher.delay(report)


async def _under_load(seconds: int) -> list[Figure]:
    publisher = Publisher(_FEEDS, feeds.POSTS)
    figures: list[Figure] = []
    async with _pollers(publisher, sources=_FEEDS) as (pollers, daemon):
        for poller in (poller for poller in pollers if poller.name != _FLOOR):
            print(f"  {_RATE} new posts a second: {poller.name}", file=sys.stderr)
            await poller.ask(range(_FEEDS), 1 / _RATE, 0.0)  # the first answer alerts nobody
            await poller.asked()
            await asyncio.sleep(1.0)
            reports = await _flood(publisher, poller, seconds)
            figures += figures_of(_LOAD, poller.name, [[publisher.delay(report) for report in reports]])
            figures.append(Figure(_LOAD, HANDED_OUT, "a second", (publisher.rate(reports),), by=poller.name))
        _content(daemon, gaps=False)
    return figures


async def _flood(publisher: Publisher, poller: Poller, seconds: int) -> list[int]:
    """Publish for some seconds in one feed after the other, each asked shortly afterwards; return the reports."""
    reports = []
    loop = asyncio.get_running_loop()
    began = loop.time()
    async with asyncio.TaskGroup() as asking:
        for number in range(seconds * _RATE):
            await asyncio.sleep(began + number / _RATE - loop.time())
            if number % _TOGETHER == 0:
                some = [(number + n) % _FEEDS for n in range(_TOGETHER)]
                asking.create_task(poller.ask(some, 1 / _RATE, _AHEAD))
            reports.append(publisher.publish(number % _FEEDS))
    async with asyncio.timeout(_DRAINED_WITHIN):
        await asyncio.sleep(_PATIENCE)
        while late := publisher.unserved():  # a feed that was still being asked was not asked again
            await poller.ask(late, 1 / _RATE, 0.0)
            await asyncio.sleep(_PATIENCE)
    await publisher.alerted(reports, within=_DRAINED_WITHIN)
    return reports


def figures_of(case: str, name: str, passes: Sequence[Sequence[float]]) -> Iterator[Figure]:
    """Return the quantiles of all passes together; of the median, that of each pass."""
    every = [value for one in passes for value in one]
    yield Figure(case, "p50", "ms", tuple(quantile(one, 0.5) for one in passes), by=name)
    for what in ("p99", "p99.9"):
        yield Figure(case, f"{what} of {len(every)}", "ms", (quantile(every, _SHARES[what]),), by=name)


def _marks(figures: Sequence[Figure]) -> Iterator[Mark]:
    for ours in figures:
        if ours.by != NAME or ours.what.startswith("p99.9"):
            continue
        if ours.what == HANDED_OUT:
            yield marks.above(f"{ours.case}: {ours.what}", ours, _KEEPS_UP)
        elif ours.case != _LOAD:
            floor = next(one for one in figures if (one.case, one.what, one.by) == (ours.case, ours.what, _FLOOR))
            yield marks.at_most(f"{ours.case}: {ours.what}", ours, _TIMES, floor)
        elif ours.what != "p50":
            yield marks.below(f"{ours.case}: {ours.what}", ours, _MOST)


def _content(daemon: Daemon, *, gaps: bool) -> None:
    if complaints := daemon.complaints(*(("source.gap",) if gaps else ())):
        raise Failed(f"the daemon complained: {complaints[0]}")


@contextlib.asynccontextmanager
async def _pollers(publisher: Publisher, sources: int) -> AsyncIterator[tuple[list[Poller], Daemon]]:
    """Start the daemon on the first feeds and each floor as a process; with one source, each poller has its own."""
    async with publisher.serving(), contextlib.AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="monitor-bench-")))
        names = [f"feed-{number:05}" for number in range(sources)]
        settings = [{"id": name, "url": publisher.url(feed)} for feed, name in enumerate(names)]
        webhook = {"kind": "webhook", "url": publisher.hook, "unsigned": True, "allow_private": ["127.0.0.1"]}
        page = daemons.write_config(folder, settings, webhook)
        await daemons.plan_ahead(folder, names)
        daemon = await stack.enter_async_context(daemons.running(folder, page))
        pollers: list[Poller] = [Ours(daemon, names)]
        for number, (way, name) in enumerate(_FLOORS.items(), start=1):
            process = await stack.enter_async_context(_floor(way, publisher.hook))
            pollers.append(Floor(name, number if sources == 1 else 0, process, publisher))
        yield pollers, daemon


@contextlib.asynccontextmanager
async def _floor(way: str, hook: str) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.floor", way, hook, stdin=asyncio.subprocess.PIPE, cwd=daemons.ROOT
    )
    try:
        yield process
    finally:
        process.kill()
        await process.wait()
