"""The whole, put together: builds every part from the configuration, starts them, stops them in reverse.

The only place that knows every part. Parts never call each other; they meet in the store.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import socket
import time
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from typing import Any, Literal

import structlog

from monitor import __version__, kinds, telemetry
from monitor.app.couriers import Couriers
from monitor.app.originals import Originals
from monitor.app.polls import Polls
from monitor.app.reload import Reload
from monitor.app.watch import Watch
from monitor.config import Settings
from monitor.deliver import Courier, Escalation
from monitor.errors import StoreUnavailable
from monitor.fetch import Fetcher
from monitor.judge import Judge
from monitor.life import Life
from monitor.model import Origin
from monitor.notifiers import Notifier, NotifierConfig
from monitor.policy.settings import Policy
from monitor.poll import Looks
from monitor.rules import Rulebook
from monitor.rules.window import Windows
from monitor.schedule import Schedule
from monitor.store import Store
from monitor.store.embedded import EmbeddedServer
from monitor.store.embedded import url as embedded_url
from monitor.telemetry import Metrics
from monitor.web.links import acknowledge_link
from monitor.workers import Workers, old_parser

log = structlog.get_logger("monitor")

Part = Literal["poll", "judge", "deliver", "web"]
PARTS: tuple[Part, ...] = ("poll", "judge", "deliver", "web")

_STUCK = 15.0  # seconds without a sign of life after which a part counts as stuck
_STOP_WITHIN = 7.0  # seconds for the parts to finish what is in hand


class App:
    """One daemon. `await run()` returns when `stopping` is set and everything has been put away.

    `configured` is told of each configuration that a reload takes over: there may be new secrets to mask.
    """

    def __init__(
        self,
        settings: Settings,
        path: Path,
        *,
        parts: tuple[Part, ...] = PARTS,
        configured: Callable[[Settings], None] = lambda _: None,
    ) -> None:
        self.settings = settings
        self.path = path
        self.parts = parts
        self._configured = configured
        self._web = settings.web  # that of the page, which is served as it was at the start, also after a reload
        self.stopping = asyncio.Event()
        self.address: str | None = None
        self.metrics = Metrics()
        self.metrics.name(settings.watched)
        self.rulebook, self.windows = settings.rulebook(), _windows(settings)
        if "judge" in parts:
            self.rulebook.prepare()
        self.origins = _origins(settings)
        self.embedded = EmbeddedServer(settings.store.dir) if settings.store.url == "embedded" else None
        self.store = Store(embedded_url(settings.store.dir) if self.embedded else settings.store.url)
        # With the embedded store there is one daemon only, so its unfinished work is its own after a restart.
        self.consumer = "monitor" if self.embedded else f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(3)}"
        self.fetcher = Fetcher(user_agent=_user_agent(settings))
        self.workers = Workers()
        self.life = Life()
        self.schedule = self._schedule()
        self.watch = Watch(
            self.store,
            self.embedded,
            consumer=self.consumer,
            life=self.life,
            settings=lambda: self.settings,
            metrics=self.metrics,
        )
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._reload = Reload(path, settings, self._take)
        self._couriers = Couriers(self._courier, self._part_ended)

    def _schedule(self) -> Schedule:
        polls = Polls(
            self.store,
            self.fetcher,
            self.workers,
            settings=lambda: self.settings,
            metrics=self.metrics,
            originals=_originals(self.settings),
        )
        return Schedule(
            self.store,
            polls.one,
            lambda: self.settings.watched,
            consumer=self.consumer,
            life=self.life,
            held=lambda: self.watch.held is not None,
        )

    async def run(self, ready: Callable[[App], Awaitable[None]] | None = None) -> None:
        """Start, tell `ready` once everything moves, go on until the stop, put everything away.

        Raises ConfigError where the data directory or the page's address is taken.
        """
        server, started = None, False
        try:
            if self.embedded:
                await self.embedded.start()
            if "web" in self.parts:
                from monitor.app.pages import serve  # noqa: PLC0415  # only who serves pages pays for Starlette

                server, self.address = await serve(self)
            with contextlib.suppress(StoreUnavailable):
                await self.watch.sign()
            self._start_parts()
            telemetry.notify("READY=1")
            started = True
            if "poll" in self.parts and (old := old_parser()):
                log.warning("parser.old", why=old, then="update Python or its expat")
            log.info("monitor.started", version=__version__, parts=",".join(self.parts), page=self.address)
            if ready:
                await ready(self)
            await self.stopping.wait()
        finally:
            self.stopping.set()
            telemetry.notify("STOPPING=1")
            await self._stop_parts()
            if server:
                await server.stop()
            await self.workers.close()
            await self.fetcher.aclose()
            with contextlib.suppress(StoreUnavailable):
                await self.store.health.leave(self.consumer)
            await self.store.close()
            if self.embedded:
                await self.embedded.stop()
            if started:
                log.info("monitor.stopped")

    def reload(self) -> asyncio.Task[None]:
        """Take over a changed configuration: a good one whole, a bad one not at all. One reload after another."""
        return self._reload.begin()

    def _take(self, new: Settings, rulebook: Rulebook) -> None:
        self._configured(new)
        self.settings, self.rulebook, self.origins, self.windows = new, rulebook, _origins(new), _windows(new)
        self.metrics.name(new.watched)
        self.schedule.replan()
        if "deliver" in self.parts:
            self._couriers.fit(new.channels)

    async def unready(self) -> list[str]:
        """Say in sentences what does not move; an empty list means ready."""
        reasons = []
        try:
            await self.store.ping()
        except StoreUnavailable as error:
            reasons.append(str(error))
        reasons += [why for why in (self.watch.fault, self.watch.refusal, self.watch.held) if why and not reasons]
        if "poll" in self.parts and time.monotonic() - self.schedule.alive > _STUCK and not reasons:
            reasons.append("the schedule has not ticked for a while: polls are late")
        for name, task in {**self._tasks, **self._couriers.tasks}.items():
            if task.done():
                reasons.append(f"{name} has ended; restart the monitor and report what the log says")
        return reasons

    # --- starting and stopping ----------------------------------------------------------------------------------------

    def _start_parts(self) -> None:
        self._begin("store", self.watch.store(self.stopping))
        self._begin("loop", self.watch.loop(self.stopping))
        if "judge" in self.parts:
            judge = Judge(
                self.store,
                consumer=self.consumer,
                rulebook=lambda: self.rulebook,
                origins=lambda: self.origins,
                metrics=self.metrics,
                life=self.life,
                windows=lambda: self.windows,
                policy=self._policy,
            )
            self._begin("judge", judge.run(self.stopping))
        if "deliver" in self.parts:
            self._couriers.fit(self.settings.channels)
            self._begin("escalation", Escalation(self.store, self._policy).run(self.stopping))
        if "poll" in self.parts:
            self._begin("poll", self.schedule.run(self.stopping))
            self._begin("looks", self._looks().run(self.stopping))

    def _looks(self) -> Looks:
        return Looks(
            self.store,
            self.fetcher,
            lambda: self.settings.watched,
            lambda: self.settings.ops.to,
            held=lambda: self.watch.held is not None,
        )

    def _begin(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work, name=name)
        task.add_done_callback(self._part_ended)
        self._tasks[name] = task

    def _part_ended(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()):
            log.error("part.ended", part=task.get_name(), exc_info=error)

    def _courier(self, channel: NotifierConfig) -> Courier:
        return Courier(
            channel,
            notifier(channel, self.fetcher),
            self.store,
            consumer=self.consumer,
            metrics=self.metrics,
            life=self.life,
            policy=self._policy,
            acknowledge=self._acknowledge,
        )

    def _acknowledge(self, incident: str) -> str | None:
        web = self._web
        return acknowledge_link(web.url, web.token.get_secret_value() if web.token else None, incident)

    def _policy(self) -> Policy:
        return Policy(self.settings.routes, self.settings.grouping)

    async def _stop_parts(self) -> None:
        tasks = {*self._tasks.values(), *self._couriers.dismiss()}
        if not tasks:
            return
        _, late = await asyncio.wait(tasks, timeout=_STOP_WITHIN)
        for task in late:
            task.cancel()  # a send cut off stays in the outbox and is made again at the next start
        if late:
            await asyncio.wait(late)


def notifier(settings: NotifierConfig, fetcher: Fetcher) -> Notifier:
    """Make the notifier of a channel."""
    made: Notifier = kinds.load("notifiers", settings.kind).Notifier(settings, fetcher.post)
    return made


def _origins(settings: Settings) -> dict[str, Origin]:
    return {source.id: source.origin for source in settings.sources if source.enabled}


def _windows(settings: Settings) -> Windows:
    return Windows(settings.windows, (place.id for place in settings.places if place.kind == "country"))


def _originals(settings: Settings) -> Originals | None:
    wanted = settings.originals
    return Originals(wanted.dir, keep=wanted.keep, most=wanted.most * 2**20) if wanted else None


def _user_agent(settings: Settings) -> str:
    contact = f" (+{settings.contact})" if settings.contact else ""
    return f"official-statements-monitor/{__version__}{contact}"
