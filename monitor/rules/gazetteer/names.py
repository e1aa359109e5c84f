"""Where names of places stand in a field: every name in every form of its language, and those a letter off."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from monitor.rules import fold, terms
from monitor.rules.field import Field
from monitor.rules.gazetteer import words
from monitor.rules.gazetteer.place import PlaceConfig
from monitor.rules.gazetteer.spelling import Name, Spelling
from monitor.rules.gazetteer.words import Sort
from monitor.rules.rows import Rows

_inflected = frozenset({"hy", "ru", "az", "tr"})  # the rest adds nothing to a name but 's, which is a word of its own
_every = (terms.EVERY_LANGUAGE, *sorted(_inflected))
_turkic, _western = frozenset({"az", "tr"}), frozenset({"en", "fr"})
_dots = str.maketrans({"İ": "i", "ı": "i", "I": "i", "Ə": "e", "ə": "e", "Ǝ": "e", "ǝ": "e"})


@dataclass(frozen=True, slots=True)
class Spot:
    """Words that may name a place, from word `first` to word `last`.

    sure    ids of those that are meant wherever the name stands
    common  ids of those for whom the name counts only beside other places
    near    whether the spelling is a letter off
    """

    field: Field
    first: int
    last: int
    sure: tuple[str, ...]
    common: tuple[str, ...] = ()
    near: bool = False

    @property
    def sentence(self) -> tuple[str, int]:
        return self.field.name, self.field.sentence(self.first)

    @property
    def words(self) -> str:
        """What stands there, as the post has it."""
        return self.field.text[self.field.start(self.first) : self.field.end(self.last)]


class Sign(NamedTuple):
    """A word like "village" or "direction", from word `first` to word `last`."""

    field: Field
    first: int
    last: int
    sort: Sort

    @property
    def sentence(self) -> tuple[str, int]:
        return self.field.name, self.field.sentence(self.first)


class _Hit(NamedTuple):
    name: Name
    first: int
    last: int
    bent: bool


class Names:
    """All names of all places, compiled."""

    def __init__(self, places: Sequence[PlaceConfig]) -> None:
        names = [name for place in places for name in _names(place)]
        wanted: list[tuple[str, str, Name | Sort | str]] = [
            *((" ".join(name.words), name.language, name) for name in names),
            *((word, language, word) for place in places for word in place.unlike for language in _every),
            *words.signs(),
        ]
        self._rows = Rows(
            (
                (number, [(language, frozenset(place)) for place in row])
                for number, (phrase, language, _) in enumerate(wanted)
                for row in terms.rows(phrase)
            ),
            lambda numbers: [wanted[number][2] for number in numbers],
        )
        countries = {place.id for place in places if place.kind == "country"}
        # "Armenian" is a letter away from Armenia; and what is a common word needs to be written well.
        self._spelling = Spelling(name for name in names if name.place not in countries and not name.common)

    def find(self, field: Field) -> tuple[list[Spot], list[Sign]]:
        """Return what may be a place's name, in order and without overlaps, the longest first; and the signs."""
        hits: list[_Hit] = []
        signs: list[Sign] = []
        known: set[int] = set()
        unlike: set[int] = set()
        for payloads, first, last in self._rows.find(field.words):
            known.update(range(first, last + 1))
            for payload in payloads:
                if isinstance(payload, Sort):
                    signs.append(Sign(field, first, last, payload))
                elif isinstance(payload, str):
                    unlike.update({first} if _marks_fit(field.written[first], payload) else ())
                else:
                    bent = " ".join(field.words[first : last + 1]) != payload.folded
                    hits.append(_Hit(payload, first, last, bent))
        standing = [hit for hit in hits if not (hit.bent and hit.first in unlike) and _stands(field, hit)]
        spots = [*_longest(field, standing), *self._misspelt(field, known)]
        return sorted(spots, key=lambda spot: spot.first), signs

    def prepare(self) -> None:
        """Compile what may follow the stems of all names."""
        self._rows.prepare()

    def _misspelt(self, field: Field, known: set[int]) -> Iterator[Spot]:
        capitals = [number for number, word in enumerate(field.written) if word[0].isupper()]
        for number in capitals:
            if number not in known and (places := self._spelling.meant(field.words[number])):
                yield Spot(field, number, number, tuple(sorted(places)), near=True)


def _names(place: PlaceConfig) -> Iterator[Name]:
    for tag, names in place.names.items():
        language = tag.partition("-")[0].lower()
        for name in names:
            written = tuple(name[start:end] for start, end in fold.spans(name))
            yield Name(
                place=place.id,
                language=language if language in _inflected else terms.EVERY_LANGUAGE,
                words=written,
                folded=" ".join(map(fold.fold, written)),
                common=place.is_common(name),
            )


def _longest(field: Field, hits: Iterable[_Hit]) -> Iterator[Spot]:
    """Make one spot of all that stands at the same words. Where spots overlap, the longest stays, then the first."""
    by_words: dict[tuple[int, int], list[_Hit]] = {}
    for hit in hits:
        by_words.setdefault((hit.first, hit.last), []).append(hit)
    taken: set[int] = set()
    for (first, last), here in sorted(by_words.items(), key=lambda item: (item[0][0] - item[0][1], item[0][0])):
        if taken.isdisjoint(range(first, last + 1)):
            taken.update(range(first, last + 1))
            # A name as it stands is that name, and no form of another one.
            names = [hit.name for hit in here if not hit.bent] or [hit.name for hit in here]
            sure = {name.place for name in names if not name.common}
            common = {name.place for name in names} - sure
            yield Spot(field, first, last, tuple(sorted(sure)), tuple(sorted(common)))


def _stands(field: Field, hit: _Hit) -> bool:
    """Tell whether the words are really the name: in one sentence, with its capitals, its marks and its grammar."""
    sentence = field.sentence(hit.first)
    if field.sentence(hit.last) != sentence:
        return False
    for number, written in enumerate(hit.name.words, start=hit.first):
        word = field.written[number]
        if (written[0].isupper() and not word[0].isupper()) or not _marks_fit(word, written):
            return False
    return not (hit.bent and hit.name.language in _turkic and field.language(sentence) in _western)


def _marks_fit(word: str, written: str) -> bool:
    """Tell whether a word has no mark that the name has not: Gorus may be written GORUS, but görüş is a meeting.

    Marks may be missing, for many write without them. The name's last letter may change before an ending.
    """
    if word.isascii() or not written[0] < "\u0370":
        return True
    return all(letter in (own, _plain(own)) for letter, own in zip(_small(word), _small(written)[:-1], strict=False))


def _small(word: str) -> str:
    return unicodedata.normalize("NFC", word).translate(_dots).lower()


def _plain(letter: str) -> str:
    return unicodedata.normalize("NFD", letter)[0]
