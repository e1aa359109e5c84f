"""Who is called next while nobody has acknowledged an incident, and when it is told again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from monitor.model import Incident, digest
from monitor.policy.clock import length
from monitor.policy.settings import GroupingConfig, RouteConfig

Step = tuple[int, datetime]  # 0, 1, … are those of `then`; -1, -2, … the first, second, … telling again; and its time

_LONGEST = timedelta(days=1)  # since the newest alert: whoever is to be told has been told often enough


class Call(NamedTuple):
    """The channels to call now, why in words (after "3 statements"), and the step after this one."""

    to: tuple[str, ...]
    why: str
    next: Step | None = None
    repeat: bool = False


def first(route: RouteConfig | None, grouping: GroupingConfig | None, incident: Incident, now: datetime) -> list[Step]:
    """Return what is to be done later when a route first takes an alert of an incident; most often nothing."""
    if route is None or incident.acknowledged:
        return []
    repeat = _repeat(route, grouping)
    steps = [(0, now + timedelta(seconds=route.then[0].after))] if route.then else []
    return [*steps, *([(-1, now + repeat)] if repeat else [])]


def due(
    incident: Incident | None,
    route: RouteConfig | None,
    step: int,
    now: datetime,
    grouping: GroupingConfig | None = None,
) -> Call | None:
    """Return whom to call, now that a step is due; None if somebody has the incident, or it or the step is gone.

    The next step keeps its distance from this one: if we were off for an hour, not all are called at once. An incident
    is told again until a day has passed without a new alert.
    """
    if incident is None or route is None or incident.acknowledged:
        return None
    open_for = length((now - incident.opened).total_seconds())
    why = f"on one incident that nobody has acknowledged for {open_for}"
    if step >= 0:
        return _then(route, step, why, now)
    repeat = _repeat(route, grouping)
    if not repeat or now - incident.last > max(_LONGEST, repeat):
        return None
    called = [one.to for one in route.then if incident.opened + timedelta(seconds=one.after) <= now]
    to = tuple(dict.fromkeys((*route.to, *(channel for several in called for channel in several))))
    return Call(to, why, (step - 1, now + repeat), repeat=True)


def call_id(incident: str, route: str, step: int) -> str:
    """Return the id of the alert by which a step's channels are called: made twice, it is the same."""
    return digest("call", incident, route, str(step))


def calls(incident: Incident, routes: Sequence[RouteConfig]) -> tuple[str, ...]:
    """Return the ids of all calls that `then` of an incident's routes can make; those of them that exist were made."""
    mine = [route for route in routes if route.id in incident.routes]
    return tuple(call_id(incident.id, route.id, step) for route in mine for step in range(len(route.then)))


def _then(route: RouteConfig, step: int, why: str, now: datetime) -> Call | None:
    if step >= len(route.then):
        return None
    following = None
    if step + 1 < len(route.then):
        apart = max(route.then[step + 1].after - route.then[step].after, 0.0)
        following = (step + 1, now + timedelta(seconds=apart))
    return Call(route.then[step].to, why, following)


def _repeat(route: RouteConfig, grouping: GroupingConfig | None) -> timedelta:
    general = grouping.repeat if grouping else 0.0
    return timedelta(seconds=general if route.repeat is None else route.repeat)
