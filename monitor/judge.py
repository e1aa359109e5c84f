"""The judge: reads every post once, decides by rules whether it matters, and raises alerts."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import structlog

from monitor.errors import StoreUnavailable
from monitor.loop import until_stopped
from monitor.model import Alert, Entry, Origin, Post, Verdict, alert_id, changed

if TYPE_CHECKING:
    from monitor.life import Life
    from monitor.rules import Rulebook
    from monitor.store import Store
    from monitor.store.alerts import Case
    from monitor.telemetry import Metrics

log = structlog.get_logger("judge")

_AT_ONCE = 100  # posts in one read
_BLOCK = 1.0  # seconds to wait for new posts; also the longest a stop has to wait
_INHERIT = 2.0  # seconds between two looks for what a dead judge left unfinished


class Judge:
    """`rulebook` and `origins` are asked for every post, so a reload takes effect with the next one."""

    def __init__(
        self,
        store: Store,
        *,
        consumer: str,
        rulebook: Callable[[], Rulebook],
        origins: Callable[[], Mapping[str, Origin]],
        metrics: Metrics,
        life: Life,
    ) -> None:
        self._store = store
        self._consumer = consumer
        self._rulebook = rulebook
        self._origins = origins
        self._metrics = metrics
        self._life = life
        self._unfinished = True
        self._inherited = 0.0

    async def run(self, stopping: asyncio.Event) -> None:
        await until_stopped(self.step, stopping)

    async def step(self) -> None:
        """Judge what is waiting: first what a crash left unfinished, then what a dead judge left, then news."""
        try:
            await self._step()
        except StoreUnavailable:
            self._unfinished = True  # what was taken and not concluded is ours still: ask for it again
            raise

    async def _step(self) -> None:
        store = self._store
        await store.health.beat("judge", datetime.now(UTC))
        if self._unfinished:
            await store.posts.prepare()
            entries = await store.posts.take(self._consumer, _AT_ONCE, block=0, unfinished=True)
            self._unfinished = bool(entries)
        else:
            entries = []
            if self._life.may_inherit and time.monotonic() - self._inherited >= _INHERIT:
                entries = await store.posts.inherit(self._consumer, _AT_ONCE)
                self._inherited = time.monotonic()
            entries = entries or await store.posts.take(self._consumer, _AT_ONCE, block=_BLOCK)
        if entries:
            await self._judge(entries)

    async def _judge(self, entries: Sequence[Entry]) -> None:
        """Decide on each, then conclude all in one round trip."""
        cases: list[Case] = []
        raised: dict[str, Alert] = {}
        for entry in entries:
            origin = self._origins().get(entry.post.source) or _unknown(entry.post)
            original = await self._original(entry, origin, raised)
            verdict = decide(entry, origin, self._rulebook(), original)
            alert = alert_for(entry.post, origin, verdict, datetime.now(UTC))
            if alert:
                raised[entry.post.key] = alert
            cases.append((entry, verdict, alert))
            await asyncio.sleep(0)  # a hundred long posts must not hold up polls and pages
        concluded = await self._store.alerts.conclude(cases, datetime.now(UTC))
        for (_, _, alert), done in zip(cases, concluded, strict=True):
            if alert and done:
                self._tell(alert)

    def _tell(self, alert: Alert) -> None:
        verdict = alert.verdict
        self._metrics.alerts.labels(verdict.severity).inc()
        log.info(
            "alert.raised",
            source=alert.origin.id,
            topics=",".join(verdict.topics),
            severity=verdict.severity,
            to=",".join(verdict.to),
            alert=alert.id,
        )

    async def _original(self, entry: Entry, origin: Origin, raised: Mapping[str, Alert]) -> Alert | None:
        """Return the alert on the post that this one copies. No unofficial source silences an official one."""
        if entry.copy_of is None:
            return None
        first = self._origins().get(entry.copy_of.partition(":")[0])
        if origin.official and not (first and first.official):
            return None
        if entry.copy_of in raised:
            return raised[entry.copy_of]
        alert = await self._store.posts.original_alerted(entry.copy_of)
        return await self._store.alerts.get(alert) if alert else None


def alert_for(post: Post, origin: Origin, verdict: Verdict, now: datetime) -> Alert | None:
    if not verdict.alert:
        return None
    return Alert(id=alert_id(post), post=post, origin=origin, verdict=verdict, raised=now, update=post.revision > 1)


def _unknown(post: Post) -> Origin:
    """Return what is known of a source that has left the configuration since."""
    return Origin(id=post.source, kind=post.kind, name=post.source)


def decide(entry: Entry, origin: Origin, rulebook: Rulebook, original: Alert | None) -> Verdict:
    """Say whether an entry alerts. Pure.

    On top of the rules: a source's first poll alerts nobody; a copy of words that have alerted, in `original`, is
    silent if everybody it would reach was told then; a new version alerts only where the change matters. A post on
    which the rules themselves fail is never passed over: it alerts everybody, with the reason.
    """
    try:
        verdict = rulebook.judge(entry.post, origin)
        matters = rulebook.update_matters(entry.previous, entry.post, origin) if entry.previous else None
    except Exception as error:
        log.exception("judge.failed", post=entry.post.key)
        why = f"could not be judged, so a person should read it ({type(error).__name__}: {error})"
        return Verdict(alert=True, severity="medium", topics=("unjudged",), to=rulebook.channels, reasons=(why,))
    if entry.previous and matters and not verdict.alert:
        verdict = _withdrawn(rulebook.judge(entry.previous, origin), verdict)
    if not verdict.alert:
        return verdict
    silence = None
    if entry.silent:
        silence = "first poll of this source: stored and shown, no alert"
    elif original and set(verdict.to) <= set(original.verdict.to):
        silence = f"same words as {entry.copy_of}, which has alerted"
    elif entry.previous and matters is None:
        silence = f"version {entry.post.revision} changes no term and no figure"
    if silence:
        return changed(verdict, alert=False, reasons=(silence, *verdict.reasons))
    return changed(verdict, reasons=(matters, *verdict.reasons)) if matters else verdict


def _withdrawn(before: Verdict, now: Verdict) -> Verdict:
    """A version that no longer says what made its predecessor alert goes to whoever was told the first."""
    if not before.alert:
        return now
    return changed(before, language=now.language, matches=(), reasons=())
