"""The clock: APScheduler ticks, the timetable in the store says what is due. The only file that runs APScheduler.

Each tick gives back what was polled and claims what is due, with a lease, in two small steps however many sources
there are; how many are polled at once is bounded. A lease is renewed while its poll goes on and its process lives, so a
source that is being polled is claimed by nobody else.
"""

from __future__ import annotations

import asyncio
import contextlib
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
from monitor.model import digest
from monitor.store.timetable import Place

if TYPE_CHECKING:
    from monitor.life import Life
    from monitor.sources import SourceConfig
    from monitor.store import Store

log = structlog.get_logger("schedule")

LEASE = timedelta(seconds=180)  # longer than a poll usually takes: waiting for a turn at the host, fetch, parse
_RENEW = LEASE.total_seconds() / 4  # seconds between two renewals of the leases of polls that go on
_LONGEST_POLL = 600.0  # seconds; an answer, and a few older pages behind it, take far less
_TICK = 0.25  # seconds
_GATHER = 0.02  # seconds in which polls that end share one early step
_BEAT = 1.0  # seconds between two signs of life
_AFTER_A_MISTAKE = timedelta(minutes=1)
_AFTER_THE_STORE = timedelta(seconds=5)  # one that refuses what a poll brings must not let us ask without a pause
_RECOVER = 5.0  # seconds between two looks for sources that a dead poller left claimed
_APART = timedelta(seconds=0.03)  # between two sources that are new or overdue, see `timetable.spread`
_LEFT_ALONE = 30.0  # seconds without a claim after which what is overdue is spread, as after a restart
_CLOCK_JUMP = 5.0  # seconds by which wall clock and monotonic clock may drift apart between two ticks

_CLOCKS_APART = timedelta(minutes=1)  # by which the clocks of two machines may differ

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
        self._refill: asyncio.TimerHandle | None = None
        self._polling: dict[str, asyncio.Task[None]] = {}
        self._unreleased: dict[str, datetime] = {}
        self._renewed = self._claimed = time.monotonic()
        self._offset = time.time() - time.monotonic()
        self._set_back = False
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
            if not self._beaten:
                beaten = (await self._store.health.heartbeats()).get("poll", now)
                self._set_back = beaten - now > _CLOCKS_APART  # before this start
            await self._store.health.beat("poll", now)
            self._beaten = time.monotonic()
        self.alive = time.monotonic()
        self._watch_clock()
        await self._recover(now)
        await self._release()
        await self._renew(now)
        if not self._held():
            await self._claim(now)

    async def _claim(self, now: datetime) -> None:
        """Begin what is due, as far as there are places free."""
        if time.monotonic() - self._claimed > _LEFT_ALONE:
            self._replan = True  # the store was away, or a queue was full: all that became due meanwhile waits
        if self._replan:
            await self._plan(now)
        free = self._at_once - len(self._polling)
        if free > 0:
            claimed = await self._store.timetable.claim(self._consumer, now, now + LEASE, free)
            self._more = len(claimed) == free
            for source in claimed:
                self._begin(source)
        self._claimed = time.monotonic()

    async def _plan(self, now: datetime) -> None:
        self._replan, set_back, self._set_back = False, self._set_back, False  # before, not after: a reload may come
        try:
            wanted = places(self._sources(), now)
            await self._store.timetable.plan(wanted, now, apart=_APART, set_back=set_back)
        except BaseException:
            self._replan, self._set_back = True, set_back
            raise

    async def _recover(self, now: datetime) -> None:
        """Give back what stands as claimed and nobody polls: by us before a restart or a failover, or by the dead."""
        if self._recovered and time.monotonic() - self._recovered < _RECOVER:
            return
        timetable = self._store.timetable
        in_hand, dead = {*self._polling, *self._unreleased}, bool(self._recovered) and self._life.may_inherit
        await timetable.recover(self._consumer, now, in_hand=in_hand, dead=dead)
        if self._recovered and await timetable.size() < len(self._sources()):
            log.warning("timetable.incomplete", then="it is drawn up again; was the store emptied?")
            self._replan = True
        self._recovered = time.monotonic()

    def _watch_clock(self) -> None:
        offset = time.time() - time.monotonic()
        if abs(offset - self._offset) > _CLOCK_JUMP:
            log.warning("clock.jumped", seconds=round(offset - self._offset), then="the timetable is drawn up again")
            self._replan, self._set_back = True, self._set_back or offset < self._offset
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
        if not self._more:
            return
        # More is due than there were places: the next tick is too far away. What ends now ends together with others, so
        # that these share a step; but where most places are taken by sources that hang, nobody waits for half of them.
        if len(self._polling) <= self._at_once // 2:
            self._tick.set()
        elif self._refill is None:
            self._refill = asyncio.get_running_loop().call_later(_GATHER, self._ring_early)

    def _ring_early(self) -> None:
        self._refill = None
        self._tick.set()

    async def _poll(self, settings: SourceConfig) -> None:
        try:
            async with asyncio.timeout(_LONGEST_POLL):
                due = await self._poll_one(settings)
        except StoreUnavailable:
            due = datetime.now(UTC) + _AFTER_THE_STORE  # or as soon as the store is back
        except Exception:
            # A mistake of ours must cost this source one poll, not its place in the timetable.
            log.exception("poll.stumbled", source=settings.id)
            due = datetime.now(UTC) + _AFTER_A_MISTAKE
        self._unreleased[settings.id] = due
        if self._sources().get(settings.id) != settings:
            self._replan = True  # a reload changed it meanwhile: its next time was reckoned by the old settings

    async def _release(self) -> None:
        """Give back what was polled since the last tick, all at once; if the store is away, as soon as it is back."""
        if self._unreleased:
            given, self._unreleased = self._unreleased, {}
            try:
                await self._store.timetable.release(self._consumer, given)
            except BaseException:
                self._unreleased = given | self._unreleased
                raise

    async def _renew(self, now: datetime) -> None:
        if time.monotonic() - self._renewed >= _RENEW:
            await self._store.timetable.renew(self._consumer, [*self._polling, *self._unreleased], now + LEASE)
            self._renewed = time.monotonic()

    async def _drain(self) -> None:
        """Let polls in hand end; cut off those that take too long. Their leases give the sources back."""
        if self._polling:
            _, late = await asyncio.wait(list(self._polling.values()), timeout=5.0)
            for task in late:
                task.cancel()
            if late:
                await asyncio.wait(late)
        with contextlib.suppress(StoreUnavailable):
            await self._release()


def places(sources: Mapping[str, SourceConfig], now: datetime) -> dict[str, Place]:
    """Where each source may stand: from now on, one that waits no later than after its own interval."""
    return {source: _place(settings, now) for source, settings in sources.items()}


def _place(settings: SourceConfig, now: datetime) -> Place:
    every = settings.fastest if settings.every == pace.AUTO else settings.every
    latest = pace.following(every, now, zone=settings.zone or UTC, jitter=1.0)
    span = timedelta(seconds=every) if isinstance(every, float) else latest - now
    # Another address owes nothing to the patience that the one before it was given: that may be a day.
    address = digest("address", str(settings.url), length=8)
    budget = getattr(settings, "budget", "")  # a larger one need not wait for the next day
    pace_ = f"{settings.every} {settings.fastest:g} {settings.slowest:g} {settings.hints} {address} {budget}"
    return Place(now, latest, span, pace_)
