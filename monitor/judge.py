"""The judge: reads every post once, decides by rules whether it matters, and raises alerts.

What windows ask for is counted after the rules have spoken, and its alert is raised with the end of the post's judging.
"""

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
from monitor.rules import window
from monitor.rules.window import Windows
from monitor.store.windows import Ring, Rung, Tally

if TYPE_CHECKING:
    from monitor.life import Life
    from monitor.rules import Rulebook
    from monitor.rules.window import Group
    from monitor.store import Store
    from monitor.store.alerts import Case
    from monitor.telemetry import Metrics

log = structlog.get_logger("judge")

_AT_ONCE = 100  # posts in one read
_BLOCK = 1.0  # seconds to wait for new posts; also the longest a stop has to wait
_INHERIT = 2.0  # seconds between two looks for what a dead judge left unfinished


class Judge:
    """`rulebook`, `origins` and `windows` are asked for every post, so a reload takes effect with the next one."""

    def __init__(
        self,
        store: Store,
        *,
        consumer: str,
        rulebook: Callable[[], Rulebook],
        origins: Callable[[], Mapping[str, Origin]],
        metrics: Metrics,
        life: Life,
        windows: Callable[[], Windows] = Windows,
    ) -> None:
        self._store = store
        self._consumer = consumer
        self._rulebook = rulebook
        self._origins = origins
        self._metrics = metrics
        self._life = life
        self._windows = windows
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
        """Decide on each, count what windows ask for, then conclude all in one round trip."""
        cases: list[Case] = []
        raised: dict[str, Alert] = {}
        for entry in entries:
            origin = self._origin(entry.post)
            original = await self._original(entry, origin, raised)
            verdict = decide(entry, origin, self._rulebook(), original)
            alert = alert_for(entry.post, origin, verdict, datetime.now(UTC))
            if alert:
                raised[entry.post.key] = alert
            cases.append((entry, verdict, alert))
            await asyncio.sleep(0)  # a hundred long posts must not hold up polls and pages
        rung = await self._counted(cases, datetime.now(UTC))
        concluded = await self._store.alerts.conclude(cases, datetime.now(UTC), rung)
        for told, done in zip([*(alert for *_, alert in cases), *(one.alert for one in rung)], concluded, strict=True):
            if told and done:
                self._tell(told)

    async def _counted(self, cases: Sequence[Case], now: datetime) -> list[Rung]:
        """Count each post in the windows that it meets; return the alerts of those that are full.

        None is raised here, and the posts are still ours: if we die now, whoever judges them next gets the same ring.
        Only the first post that gets a ring carries it: no other made the window full.
        """
        found = [
            (entry, group)
            for entry, verdict, _ in cases
            if speaks(entry, verdict)
            for group in self._windows().groups(verdict, self._origin(entry.post))
        ]
        rings = await self._store.windows.tally([_tally(entry.post, group, now) for entry, group in found], now)
        first: dict[tuple[str, datetime], tuple[Entry, Group, Ring]] = {}
        for (entry, group), ring in zip(found, rings, strict=True):
            if ring:
                first.setdefault((ring.name, ring.end), (entry, group, ring))
        return [
            Rung(entry.id, ring, await self._window_alert(group, ring, now)) for entry, group, ring in first.values()
        ]

    async def _window_alert(self, group: Group, ring: Ring, now: datetime) -> Alert:
        spoken = []
        for post, _, seen in window.named(ring.posts):  # some twenty, and seldom: a ring is an event
            if history := await self._store.posts.history(post):
                newest = history[0].post
                spoken.append(window.Spoken(newest, self._origin(newest), seen))
        level = window.Level(ring.number, max(ring.number, len(ring.posts)), ring.usual, ring.hours)
        return window.alert(group, level, spoken, ring.end, now)

    def _origin(self, post: Post) -> Origin:
        return self._origins().get(post.source) or _unknown(post)

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


def speaks(entry: Entry, verdict: Verdict) -> bool:
    """Say whether a judged entry counts in windows. Pure.

    A copy does, though it is silent: its source speaks too. A first poll does not, nor a version that is no news.
    """
    return bool(verdict.rules) and not entry.silent and (verdict.alert or entry.previous is None)


def _tally(post: Post, group: Group, now: datetime) -> Tally:
    asked = group.window
    return Tally(
        name=group.name,
        history=group.history,
        post=post.key,
        unit=group.unit,
        seen=post.seen or now,
        over=asked.over,
        at_least=asked.at_least,
        times=asked.times,
    )


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
