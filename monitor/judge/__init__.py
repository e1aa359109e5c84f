"""The judge: reads every post once, decides by rules whether it matters, and raises alerts.

What windows ask for is counted after the rules have spoken, and its alert is raised with the end of the post's judging.
Before that, what the same party said before in another place is looked up: one statement alerts once.
"""

from __future__ import annotations

import asyncio
import time
from collections import ChainMap
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

import structlog

from monitor.errors import StoreUnavailable
from monitor.judge import incidents
from monitor.judge.at_once import at_once
from monitor.judge.before import before
from monitor.judge.met import meet, registers, version
from monitor.judge.tongues import said_again, told_again
from monitor.judge.turns import Turns
from monitor.judge.verdict import alert_for, decide, speaks
from monitor.loop import until_stopped
from monitor.model import Alert, Entry, Origin, Post, Verdict, changed
from monitor.policy.settings import Policy
from monitor.rules import window
from monitor.rules.window import Windows
from monitor.store.windows import Ring, Rung, Tally

if TYPE_CHECKING:
    from monitor.judge.met import Met
    from monitor.life import Life
    from monitor.rules import Rulebook
    from monitor.rules.window import Group
    from monitor.store import Store
    from monitor.store.alerts import Case
    from monitor.store.places import Version
    from monitor.telemetry import Metrics

__all__ = ["Judge", "alert_for", "decide", "speaks"]

log = structlog.get_logger("judge")

_AT_ONCE = 100  # posts in one read
_BLOCK = 1.0  # seconds to wait for new posts; also the longest a stop has to wait
_BEAT = 1.0  # seconds between two signs of life at least: no post waits for one while others come
_ON_THEIR_WAY = 4  # turns of the loop after which the questions to the store are
_INHERIT = 2.0  # seconds between two looks for what a dead judge left unfinished
_LOOK_BACK = 15.0  # seconds between two looks for what we did finish, which a failover may have undone


class Judge:
    """What is handed in as a function is asked for every batch, so a reload takes effect with the next one."""

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
        self._inherited = self._looked_back = 0.0
        self._beaten = 0.0

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
        if time.monotonic() - self._beaten >= _BEAT:
            await store.health.beat("judge", datetime.now(UTC))
            self._beaten = time.monotonic()
        if self._unfinished or time.monotonic() - self._looked_back >= _LOOK_BACK:
            self._looked_back = time.monotonic()
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
        """Decide on each, then conclude all in one round trip. What does not need another's answer is asked at once."""
        cases: list[Case] = []
        raised: dict[str, Alert] = {}
        rulebook, under = self._rulebook(), await registers(entries, self._origin)
        (met, (earlier, originals)), heard = await at_once(
            at_once(
                meet(self._store, under, self._origin), at_once(before(self._store, entries), self._originals(entries))
            ),
            self._heard(entries, rulebook),
        )
        turns = Turns()
        for taken in entries:
            origin = self._origin(taken.post)
            entry = earlier.compared(taken, origin, met.begun(taken))
            original = self._original(entry, origin, ChainMap(raised, originals))
            said = met.elsewhere(entry)
            told = said or (() if entry.copy_of else met.copied(entry))
            ways = self._policy().routes
            verdict = decide(entry, origin, rulebook, original, told, ways, heard.get(version(entry)))
            earlier.judged(entry, verdict)
            alert = alert_for(entry.post, origin, verdict, datetime.now(UTC), told, entry.gather, entry.previous)
            if alert:
                raised[entry.post.key] = alert
            met.judged(entry, verdict, raised.get(entry.post.key), said)
            cases.append((entry, verdict, alert))
            await turns.pause()
        cases, (rung, _) = await at_once(
            self._told(cases, met), at_once(self._counted(cases, datetime.now(UTC)), met.note(self._store))
        )
        concluded = await self._store.alerts.conclude(cases, datetime.now(UTC), rung)
        for news, done in zip([*(alert for *_, alert in cases), *(one.alert for one in rung)], concluded, strict=True):
            if news and done:
                self._tell(news)

    async def _heard(self, entries: Sequence[Entry], rulebook: Rulebook) -> dict[Version, Verdict]:
        """Ask the rules what they say of each post, while the store looks for what was there before."""
        heard = {}
        for _ in range(_ON_THEIR_WAY):
            await asyncio.sleep(0)
        turns = Turns()
        for one in entries:
            with suppress(Exception):  # whoever decides on it meets the same, and alerts
                heard[version(one)] = rulebook.judge(one.post, self._origin(one.post))
            await turns.pause()
        return heard

    async def _told(self, cases: Sequence[Case], met: Met) -> list[Case]:
        """Say in each alert what else there is to it: what it says again, its other places, its incident."""
        again = await said_again(self._store, met, [entry for entry, *_ in cases], self._origin)
        alerts = [alert and told_again(alert, again.get(version(entry))) for entry, _, alert in cases]
        return await self._joined([
            (entry, alert.verdict if alert else verdict, alert and met.everywhere(alert))
            for (entry, verdict, _), alert in zip(cases, alerts, strict=True)
        ])  # fmt: skip

    async def _joined(self, cases: Sequence[Case]) -> list[Case]:
        """Let the alerts join incidents: three round trips for all, none where alerts are not grouped."""
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

    async def _originals(self, entries: Sequence[Entry]) -> dict[str, Alert]:
        """Return by post the alerts on what these copy: two round trips for all, none where nothing is a copy."""
        alerted = await self._store.posts.alerted(one.copy_of for one in entries if one.copy_of)
        found = {alert.id: alert for alert in await self._store.alerts.of(list(alerted.values()))}
        return {key: found[i] for key, i in alerted.items() if i in found}

    def _original(self, entry: Entry, origin: Origin, alerts: Mapping[str, Alert]) -> Alert | None:
        """Return the alert on the post that this one copies. No unofficial source silences an official one."""
        if entry.copy_of is None:
            return None
        first = self._origins().get(entry.copy_of.partition(":")[0])
        if origin.official and not (first and first.official):
            return None
        return alerts.get(entry.copy_of)


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
