"""Couriers: one for each channel, each with its own queue, pace and patience. A dead channel delays only itself."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import structlog

from monitor import pace
from monitor.errors import MonitorError, Rejected, Unreachable
from monitor.loop import insist, pause, until_stopped
from monitor.model import Alert, Delivery

if TYPE_CHECKING:
    from monitor.notifiers import Notifier, NotifierConfig
    from monitor.store import Store
    from monitor.telemetry import Metrics

log = structlog.get_logger("deliver")

_AT_ONCE = 10  # deliveries in one read
_BLOCK = 1.0  # seconds to wait for new ones; also the longest a stop has to wait
_FIRST_RETRY, _SLOWEST_RETRY = 2.0, 300.0  # seconds


class Courier:
    """Carries every delivery of one channel until it has arrived, was refused for good, or is too old."""

    def __init__(
        self, settings: NotifierConfig, notifier: Notifier, store: Store, *, consumer: str, metrics: Metrics
    ) -> None:
        self.settings = settings
        self._notifier = notifier
        self._store = store
        self._consumer = consumer
        self._metrics = metrics
        self._unfinished = True
        self._failures = 0
        self._stopping = asyncio.Event()

    async def run(self, stopping: asyncio.Event) -> None:
        self._stopping = stopping
        await until_stopped(self.step, stopping)

    async def step(self) -> None:
        """Send what is waiting: first what a crash left unsettled, then what another courier left, then news."""
        outbox, channel, now = self._store.outbox, self.settings.id, datetime.now(UTC)
        await self._store.health.beat(f"deliver:{channel}", now)
        if self._unfinished:
            await outbox.prepare(channel)
            parcels = await outbox.take(channel, self._consumer, _AT_ONCE, block=0, unfinished=True)
            self._unfinished = bool(parcels)
        else:
            await outbox.requeue(channel, now)
            abandoned = 2 * self.settings.timeout + 30
            parcels = await outbox.take_over(channel, self._consumer, _AT_ONCE, idle=abandoned)
            parcels = parcels or await outbox.take(channel, self._consumer, _AT_ONCE, block=_BLOCK)
        for number, (delivery, alert) in enumerate(parcels):
            if self._stopping.is_set():
                self._unfinished = True  # the rest stays ours in the outbox, for the next start
                return
            if number:
                await pause(self.settings.pause, self._stopping)
            await self._carry(delivery, alert)
        if parcels:
            await pause(self.settings.pause, self._stopping)

    async def _carry(self, delivery: Delivery, alert: Alert) -> None:
        outbox = self._store.outbox
        try:
            async with asyncio.timeout(self.settings.timeout * 2):
                receipt = await self._notifier.send(alert, delivery)
        except MonitorError as error:
            await self._not_arrived(delivery, error)
        except TimeoutError:
            late = Unreachable(f"no answer within {self.settings.timeout * 2:.0f} s")
            await self._not_arrived(delivery, late)
        except Exception as error:
            # A mistake of ours in one notifier: kept and tried again like any failure, told with its trace.
            log.exception("delivery.unforeseen", channel=self.settings.id)
            await self._not_arrived(delivery, Unreachable(f"{type(error).__name__}: {error}"))
        else:
            arrived = datetime.now(UTC)
            await insist(lambda: outbox.arrived(delivery, arrived, receipt), self._stopping)
            if self._failures:
                log.info("channel.recovered", channel=self.settings.id, after_failures=self._failures)
            self._failures = 0
            self._metrics.deliveries.labels(self.settings.id, "arrived").inc()
            if alert.post.seen:
                waited = (arrived - alert.post.seen).total_seconds()
                self._metrics.delivery_seconds.labels(self.settings.id).observe(waited)

    async def _not_arrived(self, delivery: Delivery, error: MonitorError) -> None:
        now, outbox, channel = datetime.now(UTC), self._store.outbox, self.settings.id
        due = again(delivery, error, now, timedelta(seconds=self.settings.give_up_after))
        if due is None:
            log.error("delivery.dead", channel=channel, delivery=delivery.id, why=str(error))
            await insist(lambda: outbox.bury(delivery, now, str(error)), self._stopping)
            self._metrics.deliveries.labels(channel, "dead").inc()
            return
        self._failures += 1
        if self._failures == 1:
            log.warning("channel.failing", channel=channel, why=str(error), then="every alert is kept and tried again")
        await insist(lambda: outbox.later(delivery, now, str(error), due), self._stopping)
        self._metrics.deliveries.labels(channel, "again").inc()
        # The channel is down, not this alert: nothing else is sent there before it had time to recover.
        await pause(rest(error, self._failures), self._stopping)


def again(delivery: Delivery, error: MonitorError, now: datetime, give_up_after: timedelta) -> datetime | None:
    """When to try a delivery again; None to give it up: refused for good, or too old. Pure, but for jitter."""
    if isinstance(error, Rejected):
        return None
    if delivery.queued and now - delivery.queued > give_up_after:
        return None
    asked_for = (error.retry_after if isinstance(error, Unreachable) else None) or 0.0
    wait = pace.backoff(delivery.attempts + 1, first=_FIRST_RETRY, ceiling=_SLOWEST_RETRY)
    return now + timedelta(seconds=max(wait, asked_for))


def rest(error: MonitorError, failures: int) -> float:
    """Seconds a whole channel rests after its failure number `failures` in a row."""
    asked_for = (error.retry_after if isinstance(error, Unreachable) else None) or 0.0
    return max(pace.backoff(failures, first=_FIRST_RETRY / 2, ceiling=_SLOWEST_RETRY), min(asked_for, 900.0))
