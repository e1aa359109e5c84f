"""What rules, windows, categories and places name, and is not there or not of use."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from monitor import kinds
from monitor.config.raw import Raw
from monitor.errors import nearest
from monitor.rules import names

Members = dict[str, list[tuple[int, dict[str, Any]]]]
_Names = dict[str, tuple[str, list[str]]]  # by setting: what it names, and which there are


def nowhere(raw: Raw, members: Members) -> Iterator[str]:
    """Yield a sentence for each name that leads nowhere."""
    known = _known(members)
    for index, rule in members["rules"]:
        if rule.get("enabled") is not False:
            yield from _unknown(raw, ("rules", index), rule, known)
    yield from _of_windows(raw, members, known)
    yield from _of_terms(raw, members, known)
    yield from _of_places(raw, members)


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def ids(members: Members, name: str) -> list[str]:
    return [str(one["id"]) for _, one in members[name] if "id" in one]


def _known(members: Members) -> _Names:
    """Return by setting what there is to name. A topic is any rule's; rules that are off fire on nothing."""
    active = [rule for _, rule in members["rules"] if rule.get("enabled") is not False]
    return {
        "to": ("channel", ids(members, "channels")),
        "sources": ("source", ids(members, "sources")),
        "parties": ("party", sorted({str(one["party"]) for _, one in members["sources"] if "party" in one})),
        "rules": ("active rule", [str(rule["id"]) for rule in active if "id" in rule]),
        "topics": ("topic", sorted({str(rule.get("topic") or rule.get("id")) for rule in active})),
    }


def _unknown(raw: Raw, where: tuple[str | int, ...], given: dict[str, Any], known: _Names) -> Iterator[str]:
    for key, (what, names_) in known.items():
        for number, one in enumerate(listed(given.get(key))):
            if str(one) not in names_:
                yield f"{raw.place((*where, key, number))}: no {what} {str(one)!r}{nearest(str(one), names_)}"


def _of_windows(raw: Raw, members: Members, known: _Names) -> Iterator[str]:
    for index, window in members["windows"]:
        if window.get("enabled") is False:
            continue
        yield from _unknown(raw, ("windows", index), {"to": window.get("to")}, known)
        posts = window.get("posts")
        yield from _unknown(raw, ("windows", index, "posts"), posts if isinstance(posts, dict) else {}, known)
        if window.get("same") == "place" and not members["places"]:
            yield f"{raw.place(('windows', index, 'same'))}: it counts by place, and no place is configured (places:)"


def _of_terms(raw: Raw, members: Members, known: _Names) -> Iterator[str]:
    """Find what rules and categories speak of in their terms and in `when`, and what is not there or not of use."""
    spoken = {
        (name, index): [
            (path, named)
            for path, named in names.spoken_of(one)
            if named.what in ("category", "place") or one.get("enabled") is not False
        ]
        for name in ("categories", "rules")
        for index, one in members[name]
    }
    names_of = {index: str(one.get("id")) for index, one in members["categories"]}
    made_of = {own: {named.id for _, named in spoken["categories", index]} for index, own in names_of.items()}
    scored = {str(one.get("id")) for _, one in members["categories"] if one.get("threshold") is not None}
    there = {
        "category": list(names_of.values()),
        "place": ids(members, "places"),
        "source": known["sources"][1],
        "party": known["parties"][1],
        "kind": list(kinds.names("sources")),
    }
    for (name, index), found in spoken.items():
        own = names_of[index] if name == "categories" else None
        for path, named in found:
            if named.id not in there[named.what]:
                why = f"no {named.what} {named.id!r}{nearest(named.id, there[named.what])}"
            else:
                why = names.unfit(named, own, made_of, scored) if named.what == "category" else ""
            if why:
                yield f"{raw.place((name, index, *path))}: {why}"


def _of_places(raw: Raw, members: Members) -> Iterator[str]:
    """Find places that lie in nothing that is there, in another country's land, or in a circle."""
    places = {str(one["id"]): one for _, one in members["places"] if "id" in one}
    for index, one in members["places"]:
        yield from _unknown(raw, ("places", index), one, {"borders": ("place", list(places))})
        around = one.get("in")
        if around is None:
            continue
        here = raw.place(("places", index, "in"))
        if str(around) not in places:
            yield f"{here}: no place {str(around)!r}{nearest(str(around), list(places))}"
        elif (theirs := places[str(around)].get("country")) != one.get("country"):
            yield f"{here}: {one.get('id')} is in {one.get('country')}, but {around} in {theirs}"
        elif above := _circle(str(one.get("id")), str(around), places):
            yield f"{here}: going up from {one.get('id')} one comes round to {above} again"


def _circle(start: str, above: str, places: dict[str, dict[str, Any]]) -> str | None:
    seen = {start}
    while above in places and above not in seen:
        seen.add(above)
        above = str(places[above].get("in"))
    return above if above in seen else None
