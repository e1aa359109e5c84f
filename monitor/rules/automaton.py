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

    def __init__(self, entries: Iterable[tuple[Iterable[Form], Iterable[int]]]) -> None:
        by_stem: dict[str, dict[str, set[int]]] = {}
        for forms, kinds in entries:
            for stem, endings in forms:
                by_stem.setdefault(stem, {}).setdefault(endings, set()).update(kinds)
        self._waiting = list(by_stem.values())
        self._ready: list[list[tuple[re.Pattern[str], set[int]]] | None] = [None] * len(self._waiting)
        self._compiled: dict[str, re.Pattern[str]] = {}
        self._search = AhoCorasick([f" {stem}" for stem in by_stem], store_patterns=False)

    def find(self, word: str) -> frozenset[int]:
        """Return the kinds that a folded word is of."""
        found: set[int] = set()
        ready, line = self._ready, f" {word} "
        for number, _, end in self._search.find_matches_as_indexes(line, overlapping=True):
            for endings, kinds in ready[number] or self._prepared(number):
                if endings.match(line, end):
                    found |= kinds
        return frozenset(found)

    def prepare(self) -> None:
        """Compile what may follow every stem."""
        for endings in {one for waiting in self._waiting for one in waiting}:
            self._expression(endings)

    def _prepared(self, number: int) -> list[tuple[re.Pattern[str], set[int]]]:
        """Compile what may follow a stem when it is first met: many never are."""
        prepared = [(self._expression(endings), kinds) for endings, kinds in self._waiting[number].items()]
        self._ready[number] = prepared
        return prepared

    def _expression(self, endings: str) -> re.Pattern[str]:
        if endings not in self._compiled:
            self._compiled[endings] = re.compile(f"(?:{endings}) ")
        return self._compiled[endings]
