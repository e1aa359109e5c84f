"""What a word is a form of, found in one pass over it.

Aho and Corasick 1975, https://doi.org/10.1145/360825.360855
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from ahocorasick_rs import AhoCorasick

from monitor.rules.inflection import Form


class Automaton:
    """Forms, each with the kinds it is of. One search costs about the same for ten and for ten thousand."""

    def __init__(self, entries: Iterable[tuple[Iterable[Form], tuple[int, ...]]]) -> None:
        by_stem: dict[str, tuple[tuple[str, tuple[int, ...]], ...]] = {}  # stems are many: tuples take the least memory
        for forms, kinds in entries:
            for stem, endings in forms:
                by_stem[stem] = _joined(by_stem.get(stem, ()), endings, kinds)
        self._waiting = list(by_stem.values())
        self._ready: dict[int, list[tuple[re.Pattern[str], tuple[int, ...]]]] = {}
        self._compiled: dict[str, re.Pattern[str]] = {}
        self._search = AhoCorasick([f" {stem}" for stem in by_stem], store_patterns=False)

    def find(self, word: str) -> frozenset[int]:
        """Return the kinds that a folded word is of."""
        found: set[int] = set()
        ready, line = self._ready, f" {word} "
        for number, _, end in self._search.find_matches_as_indexes(line, overlapping=True):
            for endings, kinds in ready.get(number) or self._prepared(number):
                if endings.match(line, end):
                    found.update(kinds)
        return frozenset(found)

    def prepare(self) -> None:
        """Compile what may follow every stem."""
        for endings in {endings for waiting in self._waiting for endings, _ in waiting}:
            self._expression(endings)

    def _prepared(self, number: int) -> list[tuple[re.Pattern[str], tuple[int, ...]]]:
        """Compile what may follow a stem when it is first met: many never are."""
        prepared = [(self._expression(endings), kinds) for endings, kinds in self._waiting[number]]
        self._ready[number] = prepared
        return prepared

    def _expression(self, endings: str) -> re.Pattern[str]:
        if endings not in self._compiled:
            self._compiled[endings] = re.compile(f"(?:{endings}) ")
        return self._compiled[endings]


def _joined(
    waiting: tuple[tuple[str, tuple[int, ...]], ...], endings: str, kinds: tuple[int, ...]
) -> tuple[tuple[str, tuple[int, ...]], ...]:
    """Return what waits for its endings at a stem, with these: the same endings are to be tried once."""
    for place, (others, known) in enumerate(waiting):
        if others == endings:
            return (*waiting[:place], (endings, (*known, *kinds)), *waiting[place + 1 :])
    return (*waiting, (endings, kinds))
