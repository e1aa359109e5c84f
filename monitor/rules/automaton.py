"""Any number of patterns, found in one pass over a line of folded words.

Aho and Corasick 1975, https://doi.org/10.1145/360825.360855
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Generic, TypeVar

from ahocorasick_rs import AhoCorasick

from monitor.rules.terms import Pattern

T = TypeVar("T")


class Automaton(Generic[T]):
    """Patterns, each with what it stands for. One search costs about the same for ten and for ten thousand."""

    def __init__(self, entries: Iterable[tuple[Sequence[Pattern], T]]) -> None:
        by_head: dict[str, dict[tuple[str, T], None]] = {}
        for patterns, payload in entries:
            for pattern in patterns:
                by_head.setdefault(pattern.head, {})[pattern.rest, payload] = None
        self._waiting = [list(found) for found in by_head.values()]
        self._ready: list[list[tuple[re.Pattern[str], T]] | None] = [None] * len(self._waiting)
        self._compiled: dict[str, re.Pattern[str]] = {}
        self._search = AhoCorasick(list(by_head), store_patterns=False)

    def find(self, line: str) -> Iterator[tuple[T, int, int]]:
        """Yield what stands in a line: what it is, and the places of the spaces before and after it."""
        ready = self._ready
        for number, start, end in self._search.find_matches_as_indexes(line, overlapping=True):
            for rest, payload in ready[number] or self._prepared(number):
                if match := rest.match(line, end):
                    yield payload, start, match.end() - 1

    def _prepared(self, number: int) -> list[tuple[re.Pattern[str], T]]:
        """Compile what may follow a head when it is first met: most heads never are."""
        prepared = [(self._expression(rest), payload) for rest, payload in self._waiting[number]]
        self._ready[number] = prepared
        return prepared

    def _expression(self, source: str) -> re.Pattern[str]:
        if source not in self._compiled:
            self._compiled[source] = re.compile(source)
        return self._compiled[source]
