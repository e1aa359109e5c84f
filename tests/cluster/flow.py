"""Monitors on one fleet under steady news: every poll, every post in the store and every arrival is kept."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from monitor.store import Store
from tests.chaos.ministry import Ministry, ministry
from tests.chaos.monitors import Monitor, write_config
from tests.chaos.sinks import CHANNELS, Sinks, sinks
from tests.process import eventually

EVERY = 2.0  # seconds between two polls of a feed, and up to a tenth more
_FEEDS = 12
WHOLE = dict.fromkeys(("monitor-1", "monitor-2", "monitor-3"), "poll,judge,deliver,web")
_APART = 0.15  # seconds between two posts
_QUIET = 10  # one post in so many must alert nobody
_STARTED_WITHIN = 90.0  # seconds, on a machine that is busy otherwise
_PATIENCE = 10.0  # seconds a monitor waits for the answer of a channel
_BUGS = (
    *("part.ended", "part.stumbled", "delivery.unforeseen", "poll.unforeseen", "poll.stumbled", "judge.failed"),
    *("delivery.dead", "record.unreadable", "timetable.incomplete"),
)


@dataclass(frozen=True)
class Blow:
    """Something done to a monitor or the store; monotonic, from the first write that may be lost to the new order."""

    who: str
    begin: float
    end: float


@dataclass
class Flow:
    """`kills`: of monitors; `failovers`: of the server that has our keys; `stored`: each post's mark, at the end."""

    rooms: Store
    news: Ministry
    far: Sinks
    monitors: list[Monitor]
    kills: list[Blow] = field(default_factory=list)
    failovers: list[Blow] = field(default_factory=list)
    stored: Counter[str] = field(default_factory=Counter)

    async def passes(self, within: float = 90) -> None:
        """Publish a post in every feed, and wait until all of them have arrived on every channel."""
        fresh = {self.news.publish(feed=feed) for feed in self.news.feeds}
        await eventually(lambda: self._arrived(fresh), within)

    async def kill(self, monitor: Monitor) -> None:
        at = time.monotonic()
        await monitor.kill()
        self.kills.append(Blow(monitor.name, at, time.monotonic()))

    async def failover(
        self,
        strike: Callable[[], Awaitable[object]],
        done: Callable[[], Awaitable[bool]],
        *,
        since: float | None = None,
    ) -> None:
        """Strike, and wait until another server is in charge. `since`: when the first write was lost, if known."""
        began = since or time.monotonic()
        await strike()
        await eventually(done)
        self.failovers.append(Blow("store", began, time.monotonic()))

    async def end(self) -> None:
        """Wait until everything is stored and has arrived, and every queue is empty; then take stock."""
        await eventually(self._settled, 60)
        self.stored = await self._in_store()
        for monitor in self.monitors:
            await monitor.stop()

    def asked_by(self) -> Counter[str]:
        """Return how often each monitor asked any feed."""
        said = [request.headers["user-agent"] for request in self.news.http.requests]
        return Counter(one.name for line in said for one in self.monitors if one.name in line)

    def again(self) -> int:
        """Return how many alerts arrived more than once."""
        return sum(count > 1 for channel in CHANNELS for count in self.far.arrived(channel).values())

    def said(self) -> list[dict[str, Any]]:
        """Return what monitors logged that nobody should ever read."""
        return [event for monitor in self.monitors for event in monitor.events(*_BUGS)]

    async def _arrived(self, marks: set[str]) -> bool:
        return all(marks <= self.far.posts[channel] for channel in CHANNELS)

    async def _in_store(self) -> Counter[str]:
        return Counter(entry.post.native_id for entry in await self.rooms.posts.recent(100_000))

    async def _settled(self) -> bool:
        if {*self.news.matching, *self.news.quiet} - (await self._in_store()).keys():
            return False
        queues = await self.rooms.outbox.states(CHANNELS)
        waiting = any(queue.waiting for queue in queues) or await self.rooms.posts.unjudged()
        return not waiting and await self._arrived(set(self.news.matching))


@contextlib.asynccontextmanager
async def flowing(folder: Path, url: str, parts: Mapping[str, str] = WHOLE) -> AsyncIterator[Flow]:
    """Start the monitors, wait until each feed was polled once, and publish until left; then wait for the end.

    `parts`: what each runs, by name.
    """
    async with ministry(_FEEDS) as news, sinks([*parts], seed=1, patience=_PATIENCE) as far:
        configs = {name: _config(folder, name, url, news, far) for name in parts}
        here = Flow(Store(url), news, far, [Monitor(name, config, parts[name]) for name, config in configs.items()])
        publishing = asyncio.create_task(_publish(here))
        try:
            for monitor in here.monitors:
                await monitor.start()
            await eventually(lambda: _polled(here), _STARTED_WITHIN)
            await here.passes()
            yield here
            publishing.cancel()
            await here.end()
        finally:
            publishing.cancel()
            for monitor in here.monitors:
                await monitor.close()
            await here.rooms.close()


def _config(folder: Path, name: str, url: str, news: Ministry, far: Sinks) -> Path:
    config = write_config(folder, name, url, news, far, every=f"{EVERY}s")
    with config.open("a", encoding="utf-8") as more:
        more.write(f"\ncontact: {name}\n")  # so that a feed sees who asks
    return config


async def _polled(here: Flow) -> bool:
    return all(state.answered for state in await here.rooms.health.sources(here.news.feeds))


async def _publish(here: Flow) -> None:
    await eventually(lambda: _polled(here), _STARTED_WITHIN)  # what is there at a first poll alerts nobody
    while True:
        here.news.publish(alerts=here.news.published % _QUIET != 0)
        await asyncio.sleep(_APART)
