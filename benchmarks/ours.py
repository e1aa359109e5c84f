"""The monitor as one of the programs that are compared: the real daemon, with all that it does beside fetching."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from importlib.metadata import version
from pathlib import Path

from benchmarks import daemon as daemons
from benchmarks import processes
from benchmarks.programs import Failed, Program, Spent

_LOOK_EVERY = 0.02  # seconds
_MOST = 900.0  # seconds for one refresh
_REST = 5.0  # seconds without any poll, to see what the daemon uses while nothing happens

NAME = "monitor"


class Monitor(Program):
    """`answered`: how many requests the server has answered since it was last asked; see `refresh`."""

    name = NAME
    note = (
        "resident; keeps posts with their content in Valkey, searches for copies, judges each by the shipped rules, "
        "and its refresh ends when all of that is done"
    )

    def __init__(self, answered: Callable[[], Awaitable[int]], profile: Path | None = None) -> None:
        self.version = version("official-statements-monitor")
        self._answered = answered
        self._profile = profile

    async def begin(self, folder: Path, urls: Sequence[str]) -> None:
        self._sources = [f"feed-{number:05}" for number in range(len(urls))]
        settings = [{"id": source, "url": url} for source, url in zip(self._sources, urls, strict=True)]
        page = daemons.write_config(folder, settings, {"kind": "console"})
        await daemons.plan_ahead(folder, self._sources)
        self._stack = AsyncExitStack()
        self._daemon = await self._stack.enter_async_context(daemons.running(folder, page, profile=self._profile))

    async def refresh(self) -> Spent:
        """Make all sources due at once, and wait until every post is stored and judged.

        The server is asked first how far it is, not the daemon: to look at the whole timetable costs those who are
        measured something.
        """
        pid, before = self._daemon.pid, await self._polls()
        cpu, began = processes.cpu(pid), time.monotonic()
        async with processes.Peak(pid) as peak, asyncio.timeout(_MOST):
            since = await self._daemon.make_due(self._sources)
            while await self._answered() < len(self._sources):  # noqa: ASYNC110  # another process's work
                await asyncio.sleep(_LOOK_EVERY)
            await self._daemon.polled(self._sources, since)
            await self._daemon.judged()
            wall = time.monotonic() - began
        spent = Spent(wall, processes.cpu(pid) - cpu, *peak.memory)
        await self._check(before)
        return spent

    async def posts(self) -> int:
        return sum(state.posts for state in await self._daemon.states(self._sources))

    async def end(self) -> None:
        await self._stack.aclose()

    async def rest(self) -> float:
        """Return the processor time used while nothing happens, in ms a second."""
        before = processes.cpu(self._daemon.pid)
        await asyncio.sleep(_REST)
        return (processes.cpu(self._daemon.pid) - before) / _REST * 1000

    def files(self) -> int:
        return processes.descriptors(self._daemon.pid)

    async def _polls(self) -> int:
        """Return how many polls went wrong so far."""
        polls = await self._daemon.polls()
        return sum(polls[how] for how in polls if how not in ("new", "unchanged"))

    async def _check(self, before: int) -> None:
        wrong, complaints = await self._polls() - before, self._daemon.complaints()
        for line in complaints:
            print(f"The daemon complained: {line}", file=sys.stderr)
        if wrong or complaints:
            raise Failed(f"the monitor: {wrong} polls failed, {len(complaints)} complaints in its log")
