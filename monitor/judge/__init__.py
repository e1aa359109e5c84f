"""The judge: reads every post once, decides by rules whether it matters, and raises alerts.

What windows ask for is counted after the rules have spoken, and its alert is raised with the end of the post's judging.
Before that, what the same party said before in another place is looked up: one statement alerts once.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

import structlog

from monitor import dedup
from monitor.errors import StoreUnavailable
from monitor.judge import incidents
from monitor.judge.alike import alike
from monitor.judge.before import Before, before
from monitor.judge.met import Met, version
from monitor.judge.tongues import translated
from monitor.judge.verdict import alert_for, decide, speaks
from monitor.loop import until_stopped
from monitor.model import Alert, Entry, Origin, Post, changed
from monitor.policy.settings import Policy
from monitor.rules import window
from monitor.rules.window import Windows
from monitor.store.windows import Ring, Rung, Tally

if TYPE_CHECKING:
    from monitor.dedup import Said
    from monitor.life import Life
    from monitor.rules import Rulebook
    from monitor.rules.window import Group
    from monitor.store import Store
    from monitor.store.alerts import Case
    from monitor.telemetry import Metrics

__all__ = ["Judge", "alert_for", "decide", "speaks"]

log = structlog.get_logger("judge")

_AT_ONCE = 100  # posts in one read
_BLOCK = 1.0  # seconds to wait for new posts; also the longest a stop has to wait
_INHERIT = 2.0  # seconds between two looks for what a dead judge left unfinished


class Judge:
    """What is handed in as a function is asked for every post, so a reload takes effect with the next one."""

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
        policy: Callable[[], Policy] = Policy,
    ) -> None:
        self._store = store
        self._consumer = consumer
        self._rulebook = rulebook
        self._origins = origins
        self._metrics = metrics
        self._life = life
        self._windows = windows
        self._policy = policy
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
        met, earlier = await self._met(entries), await before(self._store, entries)
        copies = await alike(self._store, entries)
        for taken in entries:
            origin = self._origin(taken.post)
            entry = self._compared(taken, origin, earlier, met)
            original = await self._original(entry, origin, raised)
            said = self._elsewhere(entry, met)
            near = () if said or entry.copy_of else copies.copied(entry, self._origin)
            verdict = decide(entry, origin, self._rulebook(), original, said or near, self._policy().routes)
            earlier.judged(entry, verdict)
            alert = alert_for(
                entry.post, origin, verdict, datetime.now(UTC), said or near, entry.gather, entry.previous
            )
            if alert:
                raised[entry.post.key] = alert
            met.judged(entry, origin, verdict, raised.get(entry.post.key), said)
            copies.judged(entry, verdict, raised.get(entry.post.key))
            cases.append((entry, verdict, alert))
            await asyncio.sleep(0)  # a hundred long posts must not hold up polls and pages
        cases = await translated(self._store, cases, self._origin)
        cases = await self._joined([(entry, verdict, met.everywhere(alert)) for entry, verdict, alert in cases])
        await self._note(met)
        await copies.note(self._store)
        rung = await self._counted(cases, datetime.now(UTC))
        concluded = await self._store.alerts.conclude(cases, datetime.now(UTC), rung)
        for told, done in zip([*(alert for *_, alert in cases), *(one.alert for one in rung)], concluded, strict=True):
            if told and done:
                self._tell(told)

    async def _joined(self, cases: Sequence[Case]) -> list[Case]:
        """Let the alerts join incidents: two round trips for all, none where alerts are not grouped."""
        alerts = [alert for *_, alert in cases if alert]
        policy, now = self._policy(), datetime.now(UTC)
        if not alerts or policy.grouping is None:
            return list(cases)
        joining = partial(incidents.joined, alerts, policy, now)
        found = await self._store.incidents.join(alerts, policy.grouping.within, now, joining)
        return [
            (entry, verdict, changed(alert, incident=found.get(alert.id)) if alert else None)
            for entry, verdict, alert in cases
        ]

    async def _met(self, entries: Sequence[Entry]) -> Met:
        """Register each under its marks and read what begins alike: two round trips for all, none where nothing may.

        Without an answer each is judged by itself: rather an alert twice than none.
        """
        marked = [(version(entry), marks) for entry in entries if (marks := self._marks(entry))]
        try:
            met = await self._store.places.meet(marked)
            known = await self._store.posts.versions([one for found in met for one in found])
        except StoreUnavailable as error:
            log.warning("judge.alone", posts=len(marked), why=str(error))
            return Met({}, {})
        return Met({name: found for (name, _), found in zip(marked, met, strict=True)}, known)

    def _marks(self, entry: Entry) -> tuple[str, ...]:
        party = self._origin(entry.post).party
        try:
            return dedup.marks(dedup.unmarked(entry.post), party) if party else ()
        except Exception as error:  # noqa: BLE001  # what may silence must not stop
            log.warning("judge.alone", posts=1, why=repr(error))
            return ()

    def _compared(self, entry: Entry, origin: Origin, earlier: Before, met: Met) -> Entry:
        try:
            return earlier.compared(entry, origin, met.before(entry))
        except Exception as error:  # noqa: BLE001  # as above
            log.warning("judge.alone", posts=1, why=repr(error))
            return entry

    def _elsewhere(self, entry: Entry, met: Met) -> tuple[Said, ...]:
        """Return where the statement was said before, by what this batch and those before it know."""
        earlier = [(one, self._origin(one.post)) for one in met.before(entry)]
        try:
            return dedup.elsewhere(entry, earlier) if earlier else ()
        except Exception as error:  # noqa: BLE001  # as above
            log.warning("judge.alone", posts=1, why=repr(error))
            return ()

    async def _note(self, met: Met) -> None:
        try:
            await self._store.places.note(met.noted)
        except StoreUnavailable as error:  # the alert matters more than the note
            log.warning("judge.alone", posts=len(met.noted), why=str(error))

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


def _unknown(post: Post) -> Origin:
    """Return what is known of a source that has left the configuration since."""
    return Origin(id=post.source, kind=post.kind, name=post.source)
