"""Which place is meant where a name is borne by several, or is a common word too. The words around it decide."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from monitor.rules.gazetteer.beside import Surroundings
from monitor.rules.gazetteer.ground import Ground
from monitor.rules.gazetteer.names import Sign, Spot
from monitor.rules.gazetteer.place import PlaceKind

# What speaks for a place, by strength. Only the order counts: one strong reason outweighs any number of weaker ones.
_kind_beside = 20  # "village" stands right beside the name, and it is one
_named = 9  # the same place is named elsewhere without a doubt
_around = 8  # what is around it is named, or something in it
_close = 7  # a place at most `_close_km` away is named; only where all candidates have coordinates
_together = 3  # a place in the same region is named; more where the same district is around both
_country = 2  # a place in the same country is named
_same_sentence = 10  # is added to all but the first where it is named in the same sentence

_close_km = 30
_joining = frozenset({"in", "s", "в"})

Ids = tuple[str, ...]
Sentence = tuple[str, int]  # the name of a field, and the number of a sentence in it
Situation = tuple[Ids, frozenset[PlaceKind], frozenset[str], Sentence]


class Candidates(NamedTuple):
    """A spot, and who may be meant.

    kinds   of place that words beside it say it is
    states  countries named side by side with it
    """

    spot: Spot
    ids: Ids
    kinds: frozenset[PlaceKind]
    states: frozenset[str] = frozenset()


def decide(ground: Ground, spots: Sequence[Spot], signs: Sequence[Sign], party: str | None) -> list[tuple[Spot, Ids]]:
    """Return for each spot that names a place who may be meant: one id, or several that nothing tells apart.

    `party`: whose source it is. That breaks a tie and decides nothing alone, for both sides name both sides' places.
    """
    around = Surroundings(spots, signs)
    open_ = [Candidates(spot, ids, around.kinds(spot)) for spot in spots if (ids := _possible(ground, around, spot))]
    open_ = [each._replace(states=_states(ground, open_, number)) for number, each in enumerate(open_)]
    while any(len(each.ids) > 1 for each in open_):  # each round leaves fewer candidates, or is the last
        named: dict[str, set[Sentence]] = {}
        for each in open_:
            if len(each.ids) == 1:
                named.setdefault(each.ids[0], set()).add(each.spot.sentence)
        known: dict[Situation, Ids] = {}
        narrowed = [each._replace(ids=_best(ground, each, named, party, known)) for each in open_]
        if narrowed == open_:
            break
        open_ = narrowed
    return [(each.spot, each.ids) for each in open_]


def _states(ground: Ground, all_: Sequence[Candidates], number: int) -> frozenset[str]:
    """Return the countries named side by side with a spot."""
    spot = all_[number].spot
    beside = [*all_[max(number - 1, 0) : number], *all_[number + 1 : number + 2]]
    return frozenset(
        one for other in beside if _next_to(spot, other.spot) for one in other.ids if ground.kind(one) == "country"
    )


def _possible(ground: Ground, around: Surroundings, spot: Spot) -> Ids:
    """Return the places that may be meant here at all; none where the words are likely no place's name."""
    if spot.near:
        return spot.sure if around.clear(spot) or around.name_places(spot) else ()
    if not spot.common:
        return spot.sure
    kinds = around.kinds(spot)
    fitting = tuple(one for one in spot.common if ground.kind(one) in kinds)
    if spot.sure or fitting:
        return (*spot.sure, *fitting)
    return spot.common if around.name_places(spot) else ()


def _best(
    ground: Ground,
    each: Candidates,
    named: Mapping[str, set[Sentence]],
    party: str | None,
    known: dict[Situation, Ids],
) -> Ids:
    """Return the candidates for whom most speaks. `known`: answers of this round, for a long post repeats itself."""
    if len(each.ids) == 1:
        return each.ids
    situation = (each.ids, each.kinds, each.states, each.spot.sentence)
    if situation not in known:
        scores = {one: sorted(_reasons(ground, each, one, named), reverse=True) for one in each.ids}
        most = max(scores.values())
        tied = tuple(one for one, score in scores.items() if score == most)
        ours = tuple(one for one in tied if most and ground.country(one) == party)
        known[situation] = ours if len(ours) == 1 else tied
    return known[situation]


def _reasons(ground: Ground, each: Candidates, one: str, named: Mapping[str, set[Sentence]]) -> Iterator[int]:
    """Yield the strength of what speaks for a candidate: once for each other place, by its best mention."""
    if ground.kind(one) in each.kinds:
        yield _kind_beside
    measured = all(ground.distance(other, other) is not None for other in each.ids)
    for place, sentences in named.items():
        if strength := _tie(ground, each, one, place, measured=measured):
            yield strength + (_same_sentence if each.spot.sentence in sentences else 0)


def _tie(ground: Ground, each: Candidates, one: str, place: str, *, measured: bool) -> int:
    """Say how much the mention of a place elsewhere speaks for this one.

    A country is an actor in these texts ("Azerbaijan shelled…") and tells of the place only right beside its name.
    """
    if place in each.ids:
        return _named if place == one else 0
    if ground.kind(place) == "country":
        return _around if place in each.states and place in ground.above(one) else 0
    if place in ground.above(one) or one in ground.above(place):
        return _around
    distance = ground.distance(one, place) if measured else None
    if distance is not None and distance <= _close_km:
        return _close
    if shared := [above for above in ground.above(one)[:-1] if above in ground.above(place)]:
        return _together + min(len(shared), 3)
    return _country if ground.country(one) == ground.country(place) else 0


def _next_to(spot: Spot, other: Spot) -> bool:
    """Tell whether two spots stand side by side: Martuni, Armenia; Martuni in Armenia; Armenia's Martuni."""
    left, right = sorted((spot, other), key=lambda one: one.first)
    between = spot.field.words[left.last + 1 : right.first]
    return spot.field is other.field and (not between or (len(between) == 1 and between[0] in _joining))
