"""What stands beside a name: words like "village", other places, or the rest of a person's name."""

from __future__ import annotations

from collections.abc import Sequence

from monitor.rules.field import Field
from monitor.rules.gazetteer.names import Sign, Spot
from monitor.rules.gazetteer.place import PlaceKind

_clear_length = 8  # a misspelt name of so many letters needs nothing beside it
_of = frozenset({"of", "de"})


class Surroundings:
    """All spots and signs of one post."""

    def __init__(self, spots: Sequence[Spot], signs: Sequence[Sign]) -> None:
        self._firm = {spot.sentence for spot in spots if spot.sure and not spot.near}
        self._wide = {sign.sentence for sign in signs if not sign.sort.close}
        self._ending = {(sign.field.name, sign.last): sign for sign in signs}
        self._beginning = {(sign.field.name, sign.first): sign for sign in signs}
        self._ends = {(spot.field.name, spot.last) for spot in spots}
        self._covered = {(spot.field.name, number) for spot in spots for number in range(spot.first, spot.last + 1)} | {
            (sign.field.name, number) for sign in signs for number in range(sign.first, sign.last + 1)
        }

    def name_places(self, spot: Spot) -> bool:
        """Tell whether what stands around says that these words are a place's name.

        Right beside them may stand "direction" or "village". Else the sentence must hold such a word or another place,
        which is not enough for what may belong to a person, or has its capital as the sentence's first word.
        """
        if self._beside(spot):
            return True
        if opens(spot) or self._in_longer_name(spot):
            return False
        return spot.sentence in self._wide or spot.sentence in self._firm

    def clear(self, spot: Spot) -> bool:
        """Tell whether a misspelt name is one even without anything around it."""
        return len(spot.words) >= _clear_length and not opens(spot) and not self._in_longer_name(spot)

    def kinds(self, spot: Spot) -> frozenset[PlaceKind]:
        """Return the kinds of place that words right beside a name say it is."""
        return frozenset[PlaceKind]().union(*(sign.sort.kinds for sign in self._beside(spot)))

    def _beside(self, spot: Spot) -> list[Sign]:
        """Return the signs right after and before a name, or before it with "of" between.

        One that follows another name is that one's: "Tovuz rayonunun Ağdam kəndi".
        """
        name, before = spot.field.name, spot.first - 1
        if before > 0 and spot.field.words[before] in _of:
            before -= 1
        ahead = self._ending.get((name, before))
        if ahead and (name, ahead.first - 1) in self._ends:
            ahead = None
        behind = self._beginning.get((name, spot.last + 1))
        return [sign for sign in (ahead, behind) if sign and sign.sentence == spot.sentence]

    def _in_longer_name(self, spot: Spot) -> bool:
        """Tell whether another capital stands next to it: Vahan Petrosyan, Paruyr Sevan."""
        if spot.words.isupper():
            return False
        field, before, after = spot.field, spot.first - 1, spot.last + 1
        return (before >= 0 and not _begins(field, before) and self._is_part(field, before, before)) or (
            after < len(field.words) and self._is_part(field, after, spot.last)
        )

    def _is_part(self, field: Field, number: int, left: int) -> bool:
        """Tell whether a word begins with a capital, is no place, and only a space parts word `left` and the next."""
        between = field.text[field.end(left) : field.start(left + 1)]
        unknown = (field.name, number) not in self._covered
        return unknown and between == " " and field.text[field.start(number)].isupper()


def opens(spot: Spot) -> bool:
    """Tell whether a sentence begins with it, so that its capital proves nothing."""
    return _begins(spot.field, spot.first)


def _begins(field: Field, number: int) -> bool:
    return number == 0 or field.sentence(number - 1) != field.sentence(number)
