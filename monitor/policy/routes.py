"""Where an alert goes. What is wrong with a list of routes is in `mistakes`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from monitor.model import Alert
from monitor.policy.mistakes import Known, mistakes, untaken
from monitor.policy.selector import selects
from monitor.policy.settings import RouteConfig

__all__ = ["Known", "Routed", "called", "mistakes", "of", "reached", "routed", "taken", "untaken"]


class Routed(NamedTuple):
    """Channels that are told at once, and ids of the routes that took the alert, both in the routes' order."""

    to: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()


def routed(alert: Alert, routes: Sequence[RouteConfig]) -> Routed:
    """Return where an alert goes: the first route that selects it takes it, and those after it if it says `go_on`."""
    found = taken(alert, routes)
    return Routed(_once(channel for one in found for channel in one.to), tuple(one.id for one in found))


def taken(alert: Alert, routes: Sequence[RouteConfig]) -> list[RouteConfig]:
    """Return the routes that take an alert."""
    found = []
    for route in routes:
        if selects(route, alert):
            found.append(route)
            if not route.go_on:
                break
    return found


def of(alert: Alert, routes: Sequence[RouteConfig], channel: str) -> RouteConfig | None:
    """Return the route by which an alert came to a channel: the first that tells it at once, else that calls it."""
    mine = [one for one in routes if one.id in alert.verdict.routes]
    telling = (one for one in mine if channel in one.to)
    return next(telling, None) or next((one for one in mine if channel in called(one)), None)


def called(route: RouteConfig) -> tuple[str, ...]:
    """Return the channels that are called while nobody has acknowledged."""
    return _once(channel for step in route.then for channel in step.to)


def reached(routes: Sequence[RouteConfig]) -> frozenset[str]:
    """Return all channels that some route tells or calls."""
    return frozenset(channel for one in routes for channel in (*one.to, *called(one)))


def _once(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))
