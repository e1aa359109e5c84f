"""What is wrong with a list of routes, in sentences: names that lead nowhere, and routes that can never work."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from monitor.errors import nearest
from monitor.policy.selector import at_least, covers
from monitor.policy.settings import RouteConfig

Place = tuple[str | int, ...]  # inside `routes`: (2, "to", 0)
Mistake = tuple[Place, str]
Holds = Callable[[str, str], bool]


class Known(NamedTuple):
    """What there is to name. `rules`: topic by id; `sources`: party by id; `places`: the place around, by id.

    `languages`: None if any may come.
    """

    rules: Mapping[str, str]
    sources: Mapping[str, str | None]
    channels: Collection[str]
    parties: Collection[str]
    places: Mapping[str, str | None]
    languages: Collection[str] | None = None


def mistakes(routes: Sequence[RouteConfig], known: Known) -> Iterator[Mistake]:
    """Yield where inside `routes` a mistake stands, and a sentence."""
    for index, route in enumerate(routes):
        for place, sentence in (*_unknown(route, known), *_impossible(route, known), *_steps(route)):
            yield (index, *place), sentence
        if not route.to:
            yield (index, "to"), f"the route {route.id} tells nobody; name a channel"
        wide = next((one for one in routes[:index] if not one.go_on and _wider(one, route, known)), None)
        if wide:
            why = f"the route {wide.id} before it takes all that it would; put it before that, or give that go_on: true"
            yield (index,), f"the route {route.id} is never reached: {why}"


def untaken(rules: Mapping[str, str], routes: Sequence[RouteConfig]) -> Iterator[tuple[str, str]]:
    """Yield id and a sentence for each rule whose alerts may reach nobody.

    `rules`: topic by id, of those that name no channel themselves. A route takes all of a rule's alerts for certain if
    it asks for nothing but rules or topics, and the rule is among them.
    """
    for rule, topic in rules.items():
        if not any(_takes(route, rule, topic) for route in routes):
            why = "name a channel in `to`, or end the routes with one that has no conditions"
            yield rule, f"the rule {rule} names no channel, and no route takes all its alerts; {why}"


def _takes(route: RouteConfig, rule: str, topic: str) -> bool:
    others = route.severity, route.sources, route.parties, route.languages, route.places
    return (
        bool(route.to)
        and not any(others)
        and route.official is None
        and (not route.rules or rule in route.rules)
        and (not route.topics or topic in route.topics)
    )


def _unknown(route: RouteConfig, known: Known) -> Iterator[Mistake]:
    there = {
        "rules": ("rule", known.rules),
        "topics": ("topic", set(known.rules.values())),
        "sources": ("source", known.sources),
        "parties": ("party", known.parties),
        "places": ("place", known.places),
        "to": ("channel", known.channels),
    }
    for name, (what, names) in there.items():
        yield from (((name, at), why) for at, why in _missing(what, getattr(route, name), names))
    for number, step in enumerate(route.then):
        yield from ((("then", number, "to", at), why) for at, why in _missing("channel", step.to, known.channels))
    for at, wanted in enumerate(route.languages):
        if known.languages is not None and not any(covers(wanted, tag) for tag in known.languages):
            yield ("languages", at), f"no language {wanted!r}{nearest(wanted, known.languages)}"


def _missing(what: str, given: Sequence[str], names: Collection[str]) -> list[tuple[int, str]]:
    return [(at, f"no {what} {one!r}{nearest(one, names)}") for at, one in enumerate(given) if one not in names]


def _impossible(route: RouteConfig, known: Known) -> Iterator[Mistake]:
    """Find conditions that no alert meets together."""
    spoken = {known.rules[one] for one in route.rules if one in known.rules}
    if route.topics and spoken and spoken.isdisjoint(route.topics):
        why = f"the rules it names speak of {', '.join(sorted(spoken))}"
        yield ("topics",), f"{why}, none of which is among its topics; leave out rules or topics"
    theirs = {known.sources[one] for one in route.sources if one in known.sources}
    if route.parties and theirs and theirs.isdisjoint(route.parties):
        why = "none of the sources it names is of these parties"
        yield ("parties",), f"{why}, so it takes nothing; leave out sources or parties"


def _steps(route: RouteConfig) -> Iterator[Mistake]:
    for number in range(1, len(route.then)):
        if route.then[number].after <= route.then[number - 1].after:
            why = "it comes no later than the step before it; `after` counts from the start"
            yield ("then", number, "after"), f"{why}, so give it a longer time"


def _wider(one: RouteConfig, other: RouteConfig, known: Known) -> bool:
    """Say whether a route selects everything that another does. What a condition implies is taken as said."""
    topics = other.topics or {known.rules.get(rule, "") for rule in other.rules}
    parties = other.parties or {known.sources.get(source) or "" for source in other.sources}
    return (
        _within(other.rules, one.rules)
        and _within(topics, one.topics)
        and _within(other.sources, one.sources)
        and _within(parties, one.parties)
        and (one.severity is None or (other.severity is not None and at_least(other.severity, one.severity)))
        and one.official in (None, other.official)
        and _all(other.languages, one.languages, lambda tag, wanted: covers(wanted, tag))
        and _all(other.places, one.places, lambda place, wanted: wanted in _upwards(place, known.places))
    )


def _within(narrow: Collection[str], wide: Collection[str]) -> bool:
    return not wide or (bool(narrow) and set(narrow) <= set(wide))


def _all(narrow: Collection[str], wide: Collection[str], holds: Holds) -> bool:
    return not wide or (bool(narrow) and all(any(holds(one, other) for other in wide) for one in narrow))


def _upwards(place: str, above: Mapping[str, str | None]) -> list[str]:
    found: list[str] = []
    here: str | None = place
    while here is not None and here not in found:
        found.append(here)
        here = above.get(here)
    return found
