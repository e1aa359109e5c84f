"""Couriers: one for each channel, each with its own queue, pace and patience. A dead channel delays only itself.

Pace and rest are the channel's, not the courier's: they stand in the store, so that a second monitor and one that was
started again keep them too.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

import structlog

from monitor.deliver.patience import again, rest, untold
from monitor.deliver.sorting import Sorting
from monitor.errors import MonitorError, Partly, Unreachable
from monitor.loop import insist, pause, until_stopped
from monitor.model import Alert, Delivery, changed
from monitor.policy.settings import Policy
from monitor.store import parcel

if TYPE_CHECKING:
    from monitor.life import Life
    from monitor.notifiers import Notifier, NotifierConfig
    from monitor.store import Store
    from monitor.store.outbox import Leave
    from monitor.telemetry import Metrics

log = structlog.get_logger("deliver")

_now = partial(datetime.now, UTC)
_AT_ONCE = 10  # deliveries of each lane in one read
_BLOCK = 1.0  # seconds to wait for new ones; also the longest a stop has to wait
_INHERIT = 2.0  # seconds between two looks for what another courier left unsettled
_AFTER_THE_EARLIER = timedelta(seconds=1)
_BEAT = 10.0  # seconds between two signs of life of a channel that rests
_LIFE_PAUSE = 0.5  # seconds to wait for our own sign of life to be renewed


def _no_link(_incident: str) -> None:
    """Return no address to take an incident in hand: there is no page that could."""


class Courier:
    """Carries every delivery of one channel until it has arrived, was refused for good, or is too old.

    `clock`: the time by which the policy decides.
    """

    def __init__(
        self,
        settings: NotifierConfig,
        notifier: Notifier,
        store: Store,
        *,
        consumer: str,
        metrics: Metrics,
        life: Life,
        policy: Callable[[], Policy] = Policy,
        acknowledge: Callable[[str], str | None] = _no_link,
        clock: Callable[[], datetime] = _now,
    ) -> None:
        self.settings = settings
        self._notifier = notifier
        self._store = store
        self._consumer = consumer
        self._metrics = metrics
        self._life = life
        self._clock = clock
        self._sorting = Sorting(settings, store, policy, acknowledge)
        self._inherited = 0.0
        self._failures = 0  # in a row
        self._stopping = asyncio.Event()

    async def run(self, stopping: asyncio.Event) -> None:
        self._stopping = stopping
        await until_stopped(self.step, stopping)

    async def step(self) -> None:
        """Send what is waiting: what a stop or crash left unsettled, retries that are due, then news.

        While the channel fails, one retry and one that was never tried take turns: so neither an alert that nobody
        takes nor a long outage is mistaken for the other. When it fails first, and when it takes alerts again, what
        is to be tried next has changed, and is asked for anew.
        """
        await self._beat()
        if not self._life.fresh:
            await pause(_LIFE_PAUSE, self._stopping)
            return
        failing = bool(self._failures)
        await self._gather()
        self._sorting.anew()
        at_once = 1 if failing else _AT_ONCE
        for delivery, alert in await self._store.outbox.take(self.settings.id, self._consumer, at_once, block=_BLOCK):
            sorted_ = await self._sorted(delivery, alert)
            if sorted_ is None:
                continue
            leave = await self._turn(sorted_[0])
            if leave is None:
                return
            if leave.given:
                await self._carry(changed(sorted_[0], attempts=leave.attempts), sorted_[1], leave.failing)
            if bool(self._failures) != failing:
                return

    async def _sorted(self, delivery: Delivery, alert: Alert) -> tuple[Delivery, Alert] | None:
        """Return what is to be sent now. No correction overtakes what it corrects: the older figure would look newest.

        An earlier version that the policy holds comes along; behind one on its way the correction waits.
        """
        correction = alert.update and not delivery.members  # what leads others has been told to go
        earlier = await self._store.outbox.earlier(alert, self.settings.id) if correction else []
        along = [one for one in earlier if parcel.held(one)]
        ahead = next((one for one in earlier if one not in along), None)
        if ahead is None:
            return await self._sorting.sort(delivery, alert, self._clock(), self._stopping, along)
        now = self._clock()
        due = max(ahead.due or now, now) + _AFTER_THE_EARLIER
        await insist(lambda: self._store.outbox.hold(delivery, now, due), self._stopping)
        return None

    async def _gather(self) -> None:
        """Bring back what has waited long enough, and now and then what another courier left."""
        channel = self.settings.id
        await self._store.outbox.requeue(channel, self._clock())
        if time.monotonic() - self._inherited >= _INHERIT:
            self._inherited = time.monotonic()
            await self._store.outbox.inherit(channel, self._consumer, _AT_ONCE, dead=self._life.may_inherit)

    async def _turn(self, delivery: Delivery) -> Leave | None:
        """Wait, with signs of life, until the channel has rested and it is our turn.

        None if it must not be sent by us now: the stop came, or our sign of life has lapsed.
        """
        beaten = time.monotonic()
        while not self._stopping.is_set() and self._life.fresh:
            leave = await self._store.outbox.begin(delivery, self._consumer, self.settings.pause)
            if leave.wait is None:
                return leave if self._life.fresh else None
            await pause(min(leave.wait, _BEAT), self._stopping)
            if time.monotonic() - beaten >= _BEAT:
                await self._beat()
                beaten = time.monotonic()
        return None

    async def _carry(self, delivery: Delivery, alert: Alert, failing: int) -> None:
        """Send it once. `failing`: how many different deliveries will have failed in a row if this one does."""
        try:
            async with asyncio.timeout(self.settings.timeout * 2):
                receipt = await self._notifier.send(alert, changed(delivery, id=parcel.message(delivery)))
        except MonitorError as error:
            await self._not_arrived(delivery, error, failing)
        except TimeoutError:
            silence = Unreachable(f"no answer within {self.settings.timeout * 2:.0f} s")
            await self._not_arrived(delivery, silence, failing)
        except Exception as mistake:
            # A mistake of ours in one notifier: kept and tried again like any failure, told with its trace.
            log.exception("delivery.unforeseen", channel=self.settings.id)
            await self._not_arrived(delivery, Unreachable(f"{type(mistake).__name__}: {mistake}"), failing)
        else:
            await self._arrived(delivery, alert, receipt)

    async def _arrived(self, delivery: Delivery, alert: Alert, receipt: str | None) -> None:
        now, channel = self._clock(), self.settings.id
        if self._failures:
            log.info("channel.recovered", channel=channel, after_failures=self._failures)
        self._failures = 0
        if delivery.lost:
            await self._bury(changed(delivery, left=delivery.lost, lost=()), f"refused for {', '.join(delivery.lost)}")
            return
        incident = alert.incident.incident if alert.incident else None
        await insist(lambda: self._store.outbox.arrived(delivery, now, receipt, incident=incident), self._stopping)
        self._metrics.deliveries.labels(channel, "arrived").inc(1 + len(delivery.members))
        if alert.post.seen and not delivery.members:  # what was gathered had to wait
            self._metrics.delivery_seconds.labels(channel).observe((now - alert.post.seen).total_seconds())

    async def _not_arrived(self, delivery: Delivery, error: MonitorError, failing: int) -> None:
        now, channel = self._clock(), self.settings.id
        if isinstance(error, Partly):
            delivery = changed(delivery, left=error.left, lost=delivery.lost + error.lost)
        due = again(delivery, error, now, timedelta(seconds=self.settings.give_up_after))
        if due is None:
            left = delivery.left + delivery.lost
            await self._bury(changed(delivery, left=left, lost=()), str(error))
            return
        self._failures += 1
        if self._failures == 1:
            log.warning("channel.failing", channel=channel, why=str(error), then="every alert is kept and tried again")
        # Where the channel is down, not this alert, nothing else is sent there before it had time to recover.
        resting = None if isinstance(error, Partly) else rest(error, failing)
        sure = untold(error)
        await insist(
            lambda: self._store.outbox.later(delivery, now, str(error), due, rest=resting, untold=sure), self._stopping
        )
        self._metrics.deliveries.labels(channel, "again").inc()

    async def _beat(self) -> None:
        await self._store.health.beat(f"deliver:{self.settings.id}", datetime.now(UTC))

    async def _bury(self, delivery: Delivery, why: str) -> None:
        now, channel = self._clock(), self.settings.id
        log.error("delivery.dead", channel=channel, delivery=delivery.id, why=why, then="monitor deliveries retry")
        await insist(lambda: self._store.outbox.bury(delivery, now, why), self._stopping)
        self._metrics.deliveries.labels(channel, "dead").inc()
