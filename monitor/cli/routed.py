"""The way of one alert: which route takes it, why the others do not, who is told when. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from monitor.deliver.sorting import desk_of
from monitor.model import Alert, changed, delivery_id
from monitor.model import Delivery as Parcel
from monitor.policy import desk, routes
from monitor.policy.clock import length
from monitor.policy.incident import join
from monitor.policy.selector import selects, words
from monitor.policy.settings import Policy, RouteConfig, Selector, StepConfig

if TYPE_CHECKING:
    from monitor.config import Settings


class Passed(NamedTuple):
    """A route that does not take an alert, and why."""

    route: str
    why: str


class Told(NamedTuple):
    """A channel that is told. `held`: until when and why, None where it is told at once."""

    channel: str
    until: datetime | None = None
    why: str = ""


class Called(NamedTuple):
    """Who is called after so many seconds while nobody acknowledges. `held`: those that even then hear of it later."""

    route: str
    after: float
    to: tuple[str, ...]
    held: tuple[Told, ...] = ()


class Way(NamedTuple):
    """`passed`: the routes that were asked and did not take it; `taken`: those that did."""

    alert: Alert
    passed: tuple[Passed, ...]
    taken: tuple[RouteConfig, ...]
    told: tuple[Told, ...]
    later: tuple[Called, ...] = ()

    def lines(self) -> Iterator[str]:
        """Yield it for a person."""
        verdict = self.alert.verdict
        if not verdict.alert:
            yield "silent: no alert is raised, so nobody is told"
            yield from (f"  {reason}" for reason in verdict.reasons)
            return
        yield f"ALERT ({verdict.severity}): {', '.join(verdict.topics)}, by rule {', '.join(verdict.rules)}"
        yield from (f"passed by {one.route}: {one.why}" for one in self.passed)
        yield from (f"taken by {one.id}: {words(one)}" for one in self.taken)
        if not self.taken:
            yield "taken by no route; it goes where its rules say" if verdict.to else "taken by no route"
        for one in self.told:
            when = f"held, {one.why}" if one.until else "now"
            yield f"  {one.channel}: {when}"
        if not self.told:
            yield "  nobody is told"
        for call in self.later:
            held = "".join(f"; {one.channel} held, {one.why}" for one in call.held)
            when = f"after {length(call.after)} if nobody has acknowledged it"
            yield f"  {', '.join(call.to)}: {when} ({call.route}){held}"

    def record(self) -> dict[str, Any]:
        """Return it for programs."""
        verdict = self.alert.verdict
        return {
            "alert": verdict.alert,
            "severity": verdict.severity if verdict.alert else None,
            "rules": verdict.rules,
            "routes": [one.id for one in self.taken],
            "passed": [one._asdict() for one in self.passed],
            "told": [one._asdict() for one in self.told],
            "later": [{**call._asdict(), "held": [one._asdict() for one in call.held]} for call in self.later],
        }


def told(settings: Settings, alert: Alert, now: datetime) -> Way:
    """Find the way of an alert as if it opened an incident."""
    if not alert.verdict.alert:
        return Way(alert, (), (), ())
    taken = routes.taken(alert, settings.routes)
    asked = settings.routes[: settings.routes.index(taken[-1])] if taken and not taken[-1].go_on else settings.routes
    passed = tuple(Passed(one.id, because(one, alert)) for one in asked if one not in taken)
    found = routes.routed(alert, settings.routes)
    to = tuple(dict.fromkeys((*alert.verdict.to, *found.to)))
    alert = changed(alert, verdict=changed(alert.verdict, to=to, routes=found.ids))
    if settings.grouping:
        alert = changed(alert, incident=join([], alert, settings.grouping, now)[1])
    at_once = tuple(_at_the_desk(settings, alert, one, now) for one in to)
    later = tuple(_called(settings, alert, one.id, step, now) for one in taken for step in one.then)
    return Way(alert, passed, tuple(taken), at_once, later)


def _called(settings: Settings, alert: Alert, route: str, step: StepConfig, now: datetime) -> Called:
    """Say who is called by a step, and who of them rests then: quiet hours and digests hold a call like any message."""
    then, call = now + timedelta(seconds=step.after), changed(alert, incident=None)
    told_then = (_at_the_desk(settings, call, channel, then) for channel in step.to)
    return Called(route, step.after, step.to, tuple(one for one in told_then if one.until))


def because(route: Selector, alert: Alert) -> str:
    """Say which of a route's conditions an alert does not meet."""
    asked = [Selector.model_validate({name: getattr(route, name)}) for name in Selector.model_fields]
    missed = [words(one) for one in asked if not selects(one, alert)]
    return f"it takes only {' and '.join(missed)}" if missed else "it takes this"


def _at_the_desk(settings: Settings, alert: Alert, channel: str, now: datetime) -> Told:
    its = next(one for one in settings.channels if one.id == channel)
    parcel = Parcel(id=delivery_id(alert.id, channel), alert=alert.id, channel=channel, queued=now)
    route = routes.of(alert, settings.routes, channel)
    policy = Policy(settings.routes, settings.grouping)
    decision = desk.decide(alert, parcel, desk_of(its, policy), desk.Standing(), now, route)
    match decision:
        case desk.Hold(until, why, _):
            return Told(channel, until, why)
        case desk.Silenced(why):
            return Told(channel, now, why)
    return Told(channel)
