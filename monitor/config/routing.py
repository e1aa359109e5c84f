"""Who is told: routes that cannot work, channels that nobody names, hours of peace that never end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ValidationError

from monitor.config.named import Members, ids, listed
from monitor.config.raw import Raw
from monitor.policy import routes as routing
from monitor.policy.quiet import hold_everything
from monitor.policy.settings import QuietConfig, RouteConfig

if TYPE_CHECKING:
    from monitor.config import Settings

M = TypeVar("M", bound=BaseModel)

_SOMEBODY = "name a channel, or set enabled: false"


def mistakes(raw: Raw, members: Members) -> Iterator[str]:
    """Yield a sentence for each mistake in who is told, on the untyped tree."""
    typed = [(index, one) for index, given in members["routes"] if (one := _read(RouteConfig, given))]
    routes = [one for _, one in typed]
    for (number, *inside), why in routing.mistakes(routes, _there(members)):
        yield f"{raw.place(('routes', typed[int(number)][0], *inside))}: {why}"
    yield from _needs_grouping(raw, typed)
    yield from _alerts_nobody(raw, members, routes)
    yield from _never_told(raw, members)
    for index, channel in members["channels"]:
        given = [one for one in listed(channel.get("quiet")) if isinstance(one, dict)]
        hours = [hour for one in given if (hour := _read(QuietConfig, one))]
        if hours and hold_everything(hours):
            why = "these hours leave none over, so that only what is critical would ever be told; shorten them"
            yield f"{raw.place(('channels', index, 'quiet'))}: {why}"


def names(settings: Settings) -> dict[str, tuple[str, ...]]:
    """Return by field of a selector what there is to name."""
    windows = [window for window in settings.windows if window.enabled]
    rules = settings.active_rules
    return {
        "rules": (*(one.id for one in rules), *(one.id for one in windows)),
        "topics": tuple(dict.fromkeys((*(one.subject for one in rules), *(one.subject for one in windows)))),
        "sources": tuple(one.id for one in settings.sources),
        "parties": tuple(sorted({one.party for one in settings.sources if one.party})),
        "places": tuple(one.id for one in settings.places),
    }


def told(settings: Settings) -> frozenset[str]:
    """Return the channels that some rule, window or route names."""
    named = [rule.to for rule in settings.active_rules] + [one.to for one in settings.windows if one.enabled]
    return routing.reached(settings.routes).union(*named)


def _there(members: Members) -> routing.Known:
    """Return what a route may name."""
    return routing.Known(
        rules={str(one.get("id")): _topic(one) for one in _firing(members).values()},
        sources={str(one["id"]): one.get("party") for _, one in members["sources"] if "id" in one},
        channels=ids(members, "channels"),
        parties={str(one["party"]) for _, one in members["sources"] if one.get("party")},
        places={str(one["id"]): one.get("in") for _, one in members["places"] if "id" in one},
    )


def _firing(members: Members) -> dict[tuple[str, int], dict[str, Any]]:
    """Return what may raise an alert, by its place: rules and windows that are on."""
    both = ((name, index, one) for name in ("rules", "windows") for index, one in members[name])
    return {(name, index): one for name, index, one in both if one.get("enabled") is not False}


def _topic(one: Mapping[str, Any]) -> str:
    return str(one.get("topic") or one.get("id"))


def _alerts_nobody(raw: Raw, members: Members, routes: list[RouteConfig]) -> Iterator[str]:
    """Find rules and windows that name no channel, where no route is sure to take what they raise."""
    if len(routes) < len(members["routes"]):
        return  # what the others take cannot be known
    without = {place: one for place, one in _firing(members).items() if not one.get("to")}
    topics = {str(one.get("id")): _topic(one) for one in without.values()}
    untaken = dict(routing.untaken(topics, routes))
    for (name, index), one in without.items():
        if why := untaken.get(str(one.get("id"))):
            alone = f"the {name.removesuffix('s')} alerts nobody; {_SOMEBODY}"
            yield f"{raw.place((name, index, 'to'))}: {why if members['routes'] else alone}"


def _needs_grouping(raw: Raw, routes: list[tuple[int, RouteConfig]]) -> Iterator[str]:
    """Find calls that nobody would ever get: they are about incidents, and there are none without `grouping`."""
    if raw.tree.get("grouping") is not None:
        return
    for index, route in routes:
        for name in ("then", "repeat"):
            if getattr(route, name):
                why = "it is an incident that is acknowledged or called about; say grouping: {} to have incidents"
                yield f"{raw.place(('routes', index, name))}: {why}"


def _never_told(raw: Raw, members: Members) -> Iterator[str]:
    """Find channels that nothing names. Without routes that is only worth a note: see `monitor check`."""
    if not members["routes"]:
        return
    used = {str(channel) for one in _firing(members).values() for channel in listed(one.get("to"))}
    for _, route in members["routes"]:
        steps = [step for step in listed(route.get("then")) if isinstance(step, dict)]
        used |= {str(channel) for one in (route, *steps) for channel in listed(one.get("to"))}
    ops = raw.tree.get("ops")
    used |= {str(channel) for channel in (listed(ops.get("to")) if isinstance(ops, dict) else ())}
    for index, channel in members["channels"]:
        if "id" in channel and str(channel["id"]) not in used:
            why = "no rule, window, route or ops names it, so it would never be told anything; name it, or take it out"
            yield f"{raw.place(('channels', index))}: {why}"


def _read(model: type[M], given: dict[str, Any]) -> M | None:
    try:
        return model.model_validate(given)
    except ValidationError:
        return None  # it is told elsewhere, by its place
