"""The whole: every place, compiled, asked what a post names."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from monitor.model import Mention
from monitor.rules.field import Field
from monitor.rules.gazetteer import context
from monitor.rules.gazetteer.ground import Ground
from monitor.rules.gazetteer.names import Names, Spot
from monitor.rules.gazetteer.place import PlaceConfig


class Gazetteer:
    """Places, found by all their names. Made once; pure."""

    def __init__(self, places: Sequence[PlaceConfig]) -> None:
        self._empty = not places
        self._ground = Ground(places)
        self._names = Names(places)
        self._around = cache(self._told_around)

    def mentions(self, fields: Sequence[Field], party: str | None) -> tuple[Mention, ...]:
        """Return every place that a post's fields name, in their order. `party`: whose source it is, ISO 3166-1."""
        if self._empty:
            return ()
        found = [self._names.find(field) for field in fields]
        spots = [spot for here, _ in found for spot in here]
        if not spots:
            return ()
        signs = [sign for _, here in found for sign in here]
        return tuple(self._mention(spot, ids) for spot, ids in context.decide(self._ground, spots, signs, party))

    def prepare(self) -> None:
        """Compile what may follow the stems of all names."""
        self._names.prepare()

    def get(self, place_id: str) -> PlaceConfig | None:
        return self._ground.get(place_id)

    def inside(self, place_id: str) -> frozenset[str]:
        """Return the ids of all that lies in a place, itself included; of an unknown one nothing."""
        return self._ground.inside(place_id)

    def near(self, place_id: str, km: float) -> frozenset[str]:
        """Return the ids of all at most so far from a place (great circle), itself included; of an unknown one nothing.

        Places without coordinates are near nothing but themselves.
        """
        return self._ground.near(place_id, km)

    def _mention(self, spot: Spot, ids: tuple[str, ...]) -> Mention:
        places = [place for one in ids if (place := self._ground.get(one))]
        decided = places[0] if len(places) == 1 else None
        return Mention(
            place=decided.id if decided else None,
            candidates=() if decided else ids,
            name=" / ".join(dict.fromkeys(place.name for place in places)),
            at=decided.at if decided else None,
            field=spot.field.name,
            start=spot.field.start(spot.first),
            end=spot.field.end(spot.last),
            words=spot.words,
            near=spot.near,
            **(self._around(decided.id) if decided else {}),
        )

    def _told_around(self, place_id: str) -> dict[str, Any]:
        within, beside = self._ground.above(place_id), self._ground.beside(place_id)
        named = {one: place.name for one in (*within, *beside) if (place := self._ground.get(one))}
        return {"within": within, "beside": beside, "called": named}
