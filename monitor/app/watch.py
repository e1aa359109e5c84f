"""What the daemon watches in itself: the store, its own sign of life, its channels, and how late the loop runs."""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import structlog

from monitor import notices, telemetry
from monitor.errors import StoreUnavailable
from monitor.loop import pause

if TYPE_CHECKING:
    from monitor.config import Settings
    from monitor.life import Life
    from monitor.model import ChannelState
    from monitor.store import Store
    from monitor.store.embedded import EmbeddedServer
    from monitor.telemetry import Metrics

log = structlog.get_logger("monitor")

_SAME_LETTERS = 3600.0  # seconds between two notices of what one channel gave up: hundreds may end at once
_SAME_TROUBLE = 3600.0  # seconds between two notices of one channel that takes some alerts and others not


class Watch:
    """What is wrong just now, each in a sentence, or None.

    fault    why the store may lose what it acknowledged, or takes nothing new
    refusal  what the store answered instead of taking our sign of life
    held     why nothing new is asked for: a queue is full

    `abandoned`: channels that left the configuration while alerts waited for them.

    `settings` is asked each time, so a reload takes effect.
    """

    def __init__(
        self,
        store: Store,
        embedded: EmbeddedServer | None,
        *,
        consumer: str,
        life: Life,
        settings: Callable[[], Settings],
        metrics: Metrics,
    ) -> None:
        self.fault: str | None = None
        self.held: str | None = None
        self.abandoned: tuple[str, ...] = ()
        self.refusal: str | None = None
        self._store = store
        self._embedded = embedded
        self._consumer = consumer
        self._life = life
        self._settings = settings
        self._metrics = metrics
        self._failing: dict[str, float] = {}  # channels that fail, and since when the operators know
        self._dead: dict[str, tuple[int, float]] = {}  # for each channel, of how many dead letters they know, and when

    async def store(self, stopping: asyncio.Event) -> None:
        """Tell once when the store goes and once when it is back; bring the embedded one up again if it died."""
        away = False
        while not stopping.is_set():
            try:
                await self._look()
            except StoreUnavailable as error:
                self.refusal = str(error)
                if not away:
                    log.error("store.away", why=str(error), then="polls and alerts wait")  # noqa: TRY400  # no bug of ours
                away = True
            else:
                if away:
                    log.info("store.back")
                away, self.refusal = False, None
            await pause(1.0, stopping)

    async def _look(self) -> None:
        if self._embedded and self._embedded.dead:
            log.error("store.died", then="it is started again; its append-only file has everything")
            await self._embedded.restart()
        fault = await self._store.caution()
        if fault and fault != self.fault:
            log.error("store.unsafe", why=fault)
        self.fault = fault
        await self.sign()
        states = await self._channels()
        held = await self._full(states)
        if held and not self.held:
            log.warning("queue.full", why=held)
        self.held = held
        with contextlib.suppress(StoreUnavailable):  # a full store takes no notice: the next look tries again
            await self._tell_operators(states)

    async def sign(self) -> None:
        """Renew our sign of life: before anything is claimed, and each second from then on."""
        began = time.monotonic()
        try:
            await self._store.health.sign(self._consumer)
        except StoreUnavailable:
            self._life.lost()
            raise
        self._life.signed(began)

    async def _channels(self) -> list[ChannelState]:
        """Return how each channel of the configuration is; tell of those that left it with alerts still waiting."""
        configured = [channel.id for channel in self._settings().channels]
        states = await self._store.outbox.states({*configured, *await self._store.outbox.channels()})
        self._tell_abandoned([state for state in states if state.id not in configured and state.waiting])
        return [state for state in states if state.id in configured]

    async def _full(self, states: list[ChannelState]) -> str | None:
        """Say which queue is full: then nothing new is asked for until it has emptied, and nothing is dropped."""
        limit = self._settings().store.queue
        if await self._store.posts.unjudged() >= limit:
            return f"{limit} posts wait to be judged: polls pause until there are fewer"
        full = next((state.id for state in states if state.waiting >= limit), None)
        return f"channel {full}: {limit} alerts wait: polls pause until there are fewer" if full else None

    async def _tell_operators(self, states: list[ChannelState]) -> None:
        """Tell of a channel that takes nothing, once until it does again; and of what was given up, once an hour."""
        ops, now = self._settings().ops.to, datetime.now(UTC)
        for state in states if ops else ():
            if not state.failures:
                if time.monotonic() - self._failing.get(state.id, 0.0) >= _SAME_TROUBLE:
                    self._failing.pop(state.id, None)
            elif state.id not in self._failing and (one := notices.channel_failing(state, now, ops)):
                await self._store.health.tell([one])
                self._failing[state.id] = time.monotonic()
            known, told = self._dead.get(state.id, (0, -_SAME_LETTERS))
            if state.dead <= known or time.monotonic() - told < _SAME_LETTERS:
                self._dead[state.id] = (min(known, state.dead), told)
            elif newest := await self._store.outbox.listed(state.id, "dead", 1):
                await self._store.health.tell([notices.channel_dead(state, newest[0], now, ops)])
                self._dead[state.id] = (state.dead, time.monotonic())

    def _tell_abandoned(self, states: list[ChannelState]) -> None:
        """Say once of a channel that left the configuration with alerts still waiting; they are kept and shown."""
        for state in states:
            if state.id not in self.abandoned:
                log.warning("channel.abandoned", channel=state.id, waiting=state.waiting, then="kept, but not sent")
        self.abandoned = tuple(state.id for state in states)

    async def loop(self, stopping: asyncio.Event) -> None:
        """Measure how late the loop runs, and tell systemd that it runs."""
        watchdog = int(os.environ.get("WATCHDOG_USEC", "0")) / 2_000_000 or 10.0
        beat = min(watchdog, 1.0)
        last_beat = 0.0
        while not stopping.is_set():
            began = time.monotonic()
            await pause(beat, stopping)
            self._metrics.loop_lag_seconds.set(max(0.0, time.monotonic() - began - beat))
            if time.monotonic() - last_beat >= watchdog:
                telemetry.notify("WATCHDOG=1")
                last_beat = time.monotonic()
