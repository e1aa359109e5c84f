"""A channel with a policy against the real store, on a clock that a test turns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from monitor.deliver import Courier
from monitor.judge import incidents
from monitor.model import Action, Alert, Delivery, Mention, Silence, Verdict, alert_id, changed, delivery_id
from monitor.model.alert import Severity
from monitor.notifiers import NotifierConfig
from monitor.policy import silence
from monitor.policy.settings import GroupingConfig, Policy
from monitor.store import Store
from monitor.telemetry import Metrics
from tests.make import NOON, life, origin, post

GROUPED = Policy((), GroupingConfig(interval=300))


class Killed(BaseException):
    """The process dies here."""


class FarSide:
    """Takes messages and forgets nothing. `trouble`: what happens `before` or `after` it takes one."""

    def __init__(self, channel: str = "desk", trouble: Callable[[str], None] = lambda _when: None) -> None:
        self.channel = channel
        self.trouble = trouble
        self.messages: list[tuple[str, Alert]] = []  # in the order of their coming, repeats too
        self.handed: list[Delivery] = []

    async def send(self, alert: Alert, delivery: Delivery) -> str | None:
        self.trouble("before")
        self.messages.append((delivery.id, alert))
        self.handed.append(delivery)
        self.trouble("after")
        return f"receipt of {delivery.id}"

    @property
    def told(self) -> dict[str, list[str]]:
        """The messages in which each delivery was told."""
        found: defaultdict[str, list[str]] = defaultdict(list)
        for one in self.handed:
            for each in (delivery_id(one.alert, self.channel), *one.members):
                if one.id not in found[each]:
                    found[each].append(one.id)
        return found

    @property
    def words(self) -> dict[str, set[tuple[str, str]]]:
        """What each message said, as often as it came."""
        found: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
        for name, alert in self.messages:
            found[name].add((alert.post.title, alert.post.text))
        return found


class Night:
    """`turn` the clock, `say` something, let the courier `work`."""

    def __init__(self, store: Store, policy: Policy = GROUPED, *, now: datetime = NOON, **channel: Any) -> None:
        self.store = store
        self.policy = policy
        self.now = now
        self.far = FarSide()
        self.settings = NotifierConfig.model_validate({"id": "desk", "kind": "slack", **channel})

    def courier(self, consumer: str = "courier-1") -> Courier:
        return Courier(
            self.settings,
            self.far,
            self.store,
            consumer=consumer,
            metrics=Metrics(),
            life=life(),
            policy=lambda: self.policy,
            clock=lambda: self.now,
        )

    def turn(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    async def say(self, about: Alert) -> Alert:
        """Let an alert join an incident, and raise it."""
        about = changed(about, raised=self.now)
        if self.policy.grouping and not about.notice:
            joining = partial(incidents.joined, [about], self.policy, self.now)
            joined = await self.store.incidents.join([about], self.policy.grouping.within, self.now, joining)
            about = changed(about, incident=joined[about.id])
        await self.store.health.tell([about])
        return about

    async def work(self, one: Courier | None = None, steps: int = 2) -> None:
        one = one or self.courier()
        for _ in range(steps):
            await one.step()

    async def silence(self, minutes: float, **when: Any) -> Silence:
        until = self.now + timedelta(minutes=minutes)
        made = silence.new(when, "an exercise", "Anna", since=self.now, until=until, now=self.now)
        await self.store.silences.add(made, Action(at=self.now, by="Anna", what="silence", about=made.id))
        return made

    async def state(self, alert: Alert) -> Delivery:
        (found,) = await self.store.outbox.deliveries(alert.id)
        return found


def said(
    name: str | int,
    *,
    place: str = "sotk",
    topic: str = "fire",
    severity: Severity = "medium",
    party: str = "AM",
    **fields: Any,
) -> Alert:
    about = post(name, **fields)
    region = {"sotk": "gegharkunik", "jermuk": "vayots-dzor", "kapan": "syunik"}[place]
    there = Mention(place=place, name=place.title(), within=(region, "armenia"), field="text", start=0, end=0, words="")
    verdict = Verdict(alert=True, severity=severity, topics=(topic,), to=("desk",), places=(there,))
    source = origin(about.source, party=party)
    return Alert(
        id=alert_id(about), post=about, origin=source, verdict=verdict, raised=NOON, update=about.revision > 1
    )  # fmt: skip
