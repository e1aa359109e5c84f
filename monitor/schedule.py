"""The clock: APScheduler ticks, the timetable in the store says what is due. The only file that runs APScheduler.

Each tick claims what is due, with a lease, and polls it; how many at once is bounded, and a source that is still
being polled is never claimed again, because its claim has moved its due time beyond the longest poll.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from monitor import pace
from monitor.errors import StoreUnavailable
from monitor.loop import until_stopped

if TYPE_CHECKING:
    from monitor.life import Life
    from monitor.sources import SourceConfig
    from monitor.store import Store

log = structlog.get_logger("schedule")

LEASE = timedelta(seconds=180)  # longer than the longest poll: waiting for a turn at the host, fetch, parse
_TICK = 0.25  # seconds
_BEAT = 1.0  # seconds between two signs of life
_AFTER_A_MISTAKE = timedelta(minutes=1)
_RECOVER = 5.0  # seconds between two looks for sources that a dead poller left claimed
_SPREAD = 0.03  # seconds between the first polls of two sources
_CLOCK_JUMP = 5.0  # seconds by which wall clock and monotonic clock may drift apart between two ticks

PollOne = Callable[["SourceConfig"], Awaitable[datetime]]


class Schedule:
    """Polls every source of `sources()` when it is due; `poll_one` returns when it is due again.

    While `held()` says so, because a queue is full, nothing is claimed.
    """

    def __init__(
        self,
        store: Store,
        poll_one: PollOne,
        sources: Callable[[], Mapping[str, SourceConfig]],
        *,
        consumer: str,
        life: Life,
        held: Callable[[], bool] = lambda: False,
        at_once: int = 32,
    ) -> None:
        self._store = store
        self._consumer = consumer
        self._life = life
        self._held = held
        self._poll_one = poll_one
        self._sources = sources
        self._at_once = at_once
        self._tick = asyncio.Event()
        self._recovered = 0.0
        self._replan = True
        self._more = False
        self._polling: dict[str, asyncio.Task[None]] = {}
        self._unreleased: dict[str, datetime] = {}
        self._offset = time.time() - time.monotonic()
        self._beaten = 0.0
        self.alive = time.monotonic()

    def replan(self) -> None:
        """Fit the timetable to the sources again, before the next claim: at the start and after a reload."""
        self._replan = True

    async def run(self, stopping: asyncio.Event) -> None:
        logging.getLogger("apscheduler").setLevel(logging.WARNING)
        clock = AsyncIOScheduler(timezone=UTC)
        clock.add_job(self._ring, IntervalTrigger(seconds=_TICK, timezone=UTC), misfire_grace_time=None, coalesce=True)
        clock.start()
        try:
            await until_stopped(lambda: self._step(stopping), stopping)
        finally:
            clock.shutdown(wait=False)
            await self._drain()

    async def _ring(self) -> None:
        self._tick.set()

    async def _step(self, stopping: asyncio.Event) -> None:
        # A wall clock set back would keep APScheduler silent until it is caught up; so wait no longer than a second.
        ticked = asyncio.ensure_future(self._tick.wait())
        await asyncio.wait({ticked, stop := asyncio.ensure_future(stopping.wait())}, timeout=1.0,
                           return_when=asyncio.FIRST_COMPLETED)  # fmt: skip
        ticked.cancel()
        stop.cancel()
        self._tick.clear()
        if stopping.is_set():
            return
        now = datetime.now(UTC)
        if time.monotonic() - self._beaten >= _BEAT:
            await self._store.health.beat("poll", now)
            self._beaten = time.monotonic()
        self.alive = time.monotonic()
        self._watch_clock()
        await self._recover(now)
        if self._replan:
            await self._store.timetable.plan(places(self._sources(), now), now)
            self._replan = False
        await self._release_what_was_left()
        free = self._at_once - len(self._polling)
        if free > 0 and not self._held():
            claimed = await self._store.timetable.claim(self._consumer, now, now + LEASE, free)
            self._more = len(claimed) == free
            for source in claimed:
                self._begin(source)

    async def _recover(self, now: datetime) -> None:
        """Take back what we had claimed before a restart, and look after what dead pollers or a lost store left."""
        if self._recovered and time.monotonic() - self._recovered < _RECOVER:
            return
        timetable = self._store.timetable
        if not self._recovered:
            await timetable.recover(now, own=self._consumer, others=False)
        elif self._life.may_inherit:
            await timetable.recover(now)
        if self._recovered and await timetable.size() < len(self._sources()):
            log.warning("timetable.incomplete", then="it is drawn up again; was the store emptied?")
            self._replan = True
        self._recovered = time.monotonic()

    def _watch_clock(self) -> None:
        offset = time.time() - time.monotonic()
        if abs(offset - self._offset) > _CLOCK_JUMP:
            log.warning("clock.jumped", seconds=round(offset - self._offset), then="the timetable is drawn up again")
            self._replan = True
        self._offset = offset

    def _begin(self, source: str) -> None:
        settings = self._sources().get(source)
        if settings is None or source in self._polling:
            return
        task = asyncio.create_task(self._poll(settings), name=f"poll {source}")
        self._polling[source] = task
        task.add_done_callback(lambda _: self._ended(source))

    def _ended(self, source: str) -> None:
        self._polling.pop(source, None)
        if self._more and len(self._polling) <= self._at_once // 2:
            self._tick.set()  # more is due than there were places: the next tick is too far away

    async def _poll(self, settings: SourceConfig) -> None:
        due = datetime.now(UTC)  # at once again, if the store goes away in the middle
        try:
            due = await self._poll_one(settings)
            await self._store.timetable.release(settings.id, due)
        except StoreUnavailable:
            self._unreleased[settings.id] = due
        except Exception:
            # A mistake of ours must cost this source one poll, not its place in the timetable.
            log.exception("poll.stumbled", source=settings.id)
            self._unreleased[settings.id] = datetime.now(UTC) + _AFTER_A_MISTAKE

    async def _release_what_was_left(self) -> None:
        """Give back what could not be given back while the store was away, rather than wait for the lease."""
        for source, due in list(self._unreleased.items()):
            await self._store.timetable.release(source, due)
            del self._unreleased[source]

    async def _drain(self) -> None:
        """Let polls in hand end; cut off those that take too long. Their leases give the sources back."""
        if self._polling:
            _, late = await asyncio.wait(list(self._polling.values()), timeout=5.0)
            for task in late:
                task.cancel()
            if late:
                await asyncio.wait(late)


def places(sources: Mapping[str, SourceConfig], now: datetime) -> dict[str, tuple[datetime, datetime]]:
    """When each source is due first, one after another, and at the latest: after its own interval, or a day."""
    found = {}
    for number, (source, settings) in enumerate(sources.items()):
        interval = settings.every if isinstance(settings.every, float) else None
        first = now + timedelta(seconds=(number * _SPREAD) % (interval or 60.0))
        latest = pace.following(settings.every, now, zone=settings.zone or UTC, jitter=1.0)
        found[source] = (first, latest)
    return found
