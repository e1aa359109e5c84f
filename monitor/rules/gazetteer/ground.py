"""What lies in what, and how far apart."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from math import asin, cos, radians, sin, sqrt

from monitor.rules.gazetteer.place import PlaceConfig, PlaceKind

_earth_km = 6371.0088  # mean radius, IUGG
_remembered = 256  # answers: rules ask the same of every post


class Ground:
    """Places by where they are. Every answer about an unknown id is empty."""

    def __init__(self, places: Sequence[PlaceConfig]) -> None:
        self._places = {place.id: place for place in places}
        self._above = {place.id: self._climb(place) for place in places}
        self.inside = lru_cache(maxsize=_remembered)(self._inside)
        self.near = lru_cache(maxsize=_remembered)(self._near)
        self._borders: dict[str, dict[str, None]] = {}
        for place in places:
            for other in place.borders:
                self._borders.setdefault(place.id, {})[other] = None
                self._borders.setdefault(other, {})[place.id] = None

    def get(self, place_id: str) -> PlaceConfig | None:
        return self._places.get(place_id)

    def kind(self, place_id: str) -> PlaceKind | None:
        place = self._places.get(place_id)
        return place.kind if place else None

    def country(self, place_id: str) -> str | None:
        place = self._places.get(place_id)
        return place.country if place else None

    def above(self, place_id: str) -> tuple[str, ...]:
        """Return what is around a place, the nearest first, up to its country."""
        return self._above.get(place_id, ())

    def beside(self, place_id: str) -> tuple[str, ...]:
        """Return what a place, or a region or district around it, touches."""
        around = (place_id, *self.above(place_id))
        found = (other for one in around for other in self._borders.get(one, ()) if other in self._places)
        return tuple(dict.fromkeys(found))

    def _inside(self, place_id: str) -> frozenset[str]:
        """Return everything that lies in a place, itself included."""
        found = {one for one, above in self._above.items() if place_id in above}
        return frozenset(found | ({place_id} & self._places.keys()))

    def _near(self, place_id: str, km: float) -> frozenset[str]:
        """Return every place whose coordinates are at most so far away, itself included."""
        distances = {one: self.distance(place_id, one) for one in self._places}
        found = {one for one, distance in distances.items() if distance is not None and distance <= km}
        return frozenset(found | ({place_id} & self._places.keys()))

    def distance(self, one: str, other: str) -> float | None:
        """Return the great-circle distance in km; None if either has no coordinates."""
        here, there = self._places.get(one), self._places.get(other)
        if not (here and there and here.at and there.at):
            return None
        (lat, lon), (to_lat, to_lon) = map(_radians, (here.at, there.at))
        # Haversine, which stays exact for neighbours.
        chord = sin((to_lat - lat) / 2) ** 2 + cos(lat) * cos(to_lat) * sin((to_lon - lon) / 2) ** 2
        return 2 * _earth_km * asin(sqrt(chord))

    def _climb(self, place: PlaceConfig) -> tuple[str, ...]:
        above: list[str] = []
        around = place.within
        # A circle is told by `monitor check`; here it just ends.
        while around is not None and around in self._places and around not in above:
            above.append(around)
            around = self._places[around].within
        return tuple(above)


def _radians(at: tuple[float, float]) -> tuple[float, float]:
    return radians(at[0]), radians(at[1])
