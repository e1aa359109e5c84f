"""Names a letter off: one letter too many, too few, another one, or two swapped.

Whatever two spellings are one letter apart have a shortening in common, each losing a letter at most: so every stem is
filed under its shortenings, and a word is looked up under its own. The endings of the name's language may follow.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from monitor.rules import inflection

_shortest = 6  # of a word that may be a name misspelt: in shorter ones every letter counts
_shortest_stem = 5
_longest = 30
_remembered = 16384


class Name(NamedTuple):
    """One name of a place.

    place     its id
    language  by whose rules it is inflected, `any` for none
    words     as it is written, word by word
    folded    the same, folded
    common    whether it counts only beside other places
    """

    place: str
    language: str
    words: tuple[str, ...]
    folded: str
    common: bool


class Stem(NamedTuple):
    """What a form of a name begins with, and what may follow it up to the space after the word."""

    place: str
    letters: str
    endings: re.Pattern[str]


class Spelling:
    """Names of one word, found where a letter is wrong."""

    def __init__(self, names: Iterable[Name]) -> None:
        self._stems: dict[str, list[Stem]] = {}
        self._compiled: dict[str, re.Pattern[str]] = {}
        for name in names:
            if len(name.words) == 1 and len(name.folded) >= _shortest:
                self._file(name)
        self.meant = lru_cache(maxsize=_remembered)(self._meant)

    def _meant(self, word: str) -> frozenset[str]:
        """Return the places of whose names a folded word is a letter off. Ask of no word that is a name itself."""
        if not _shortest <= len(word) <= _longest:
            return frozenset()
        cuts = ((word[:cut], word[cut:]) for cut in range(_shortest_stem, len(word) + 1))
        return frozenset(stem.place for head, tail in cuts for stem in self._stems_off(head, tail))

    def _file(self, name: Name) -> None:
        for form in inflection.forms(name.folded, name.language):
            if len(form.stem) >= _shortest_stem:
                source = f"(?:{form.endings}) "
                endings = self._compiled.setdefault(source, re.compile(source))
                for key in {form.stem, *_shortened(form.stem)}:
                    self._stems.setdefault(key, []).append(Stem(name.place, form.stem, endings))

    def _stems_off(self, head: str, tail: str) -> Iterator[Stem]:
        for key in {head, *_shortened(head)}:
            for stem in self._stems.get(key, ()):
                if _one_off(stem.letters, head) and stem.endings.fullmatch(f"{tail} "):
                    yield stem


def _shortened(word: str) -> Iterator[str]:
    """Yield the word without one letter, but never without its first."""
    return (word[:at] + word[at + 1 :] for at in range(1, len(word)))


def _one_off(right: str, wrong: str) -> bool:
    """Tell whether one letter parts two spellings: the first is the same, and none is just added at the end.

    A letter added there makes another word (Shusha, Shushan) far more often than a mistake.
    """
    if right[:1] != wrong[:1] or right == wrong or wrong[:-1] == right:
        return False
    same = next((at for at, (one, other) in enumerate(zip(right, wrong, strict=False)) if one != other), None)
    at = min(len(right), len(wrong)) if same is None else same
    rest, other = right[at:], wrong[at:]
    swapped = rest[:2] == other[1::-1] and rest[2:] == other[2:]
    return rest[1:] == other[1:] or rest[1:] == other or rest == other[1:] or swapped
