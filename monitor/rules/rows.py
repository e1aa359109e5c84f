"""Words in a row: phrases, found from the words that stand in a post."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from monitor.rules import terms
from monitor.rules.automaton import Automaton

Kind = tuple[str, frozenset[str]]  # a language, and words of it of which any will do
Row = Sequence[Kind]

_most_remembered = 50_000  # words: bounded, so that no feed can fill the memory
_longest_remembered = 40


class Try(NamedTuple):
    """A row to be tried where a word of it stands: the number of what it is, its kinds, and which of them that is."""

    number: int
    language: str
    row: tuple[int, ...]
    place: int


class Known(NamedTuple):
    """What is known of a word: the kinds it fits, what it is by itself, and the rows to try where it stands."""

    kinds: frozenset[int]
    alone: tuple[tuple[int, str], ...]
    tries: tuple[Try, ...]


class Rows:
    """Many rows, each known by the number of what it stands for. One is tried only where its rarest kind stands."""

    def __init__(self, rows: Iterable[tuple[int, Row]]) -> None:
        kinds: dict[Kind, int] = {}
        wanted = [(number, row[0][0], [kinds.setdefault(kind, len(kinds)) for kind in row]) for number, row in rows]
        by_word: dict[tuple[str, str], tuple[int, ...]] = {}
        for (language, words), kind in kinds.items():
            for word in words:
                by_word[language, word] = (*by_word.get((language, word), ()), kind)
        self._automaton = Automaton((terms.forms(word, language), fits) for (language, word), fits in by_word.items())
        common = _commonness(kinds, [row for _, _, row in wanted])
        self._alone: list[list[tuple[int, str]]] = [[] for _ in kinds]
        self._tries: list[list[Try]] = [[] for _ in kinds]
        for number, language, row in wanted:
            if len(row) == 1:
                self._alone[row[0]].append((number, language))
            else:
                rarest = min(range(len(row)), key=lambda place: common[row[place]])
                self._tries[row[rarest]].append(Try(number, language, tuple(row), rarest))
        self._known: dict[str, Known] = {}

    def find(self, words: Sequence[str], may_be: Callable[[str, int], bool]) -> Iterator[tuple[int, int, int]]:
        """Yield what stands in a row: its number, its first word and its last.

        `may_be` tells whether a term of a language counts at the word of a number.
        """
        known = [self._known.get(word) or self._learned(word) for word in words]
        for place, (_, alone, tries) in enumerate(known):
            for number, language in alone:
                if may_be(language, place):
                    yield number, place, place
            for number, language, row, own in tries:
                first = place - own
                if _stands(row, known, first) and may_be(language, first):
                    yield number, first, first + len(row) - 1

    def _learned(self, word: str) -> Known:
        """Find out about a word. The same ones come again and again, so it is kept."""
        kinds = dict.fromkeys(kind for fits in self._automaton.find(word) for kind in fits)
        known = Known(
            frozenset(kinds),
            tuple(dict.fromkeys(one for kind in kinds for one in self._alone[kind])),
            tuple(one for kind in kinds for one in self._tries[kind]),
        )
        if len(word) <= _longest_remembered:
            if len(self._known) >= _most_remembered:
                self._known.clear()
            self._known[word] = known
        return known


def _commonness(kinds: Mapping[Kind, int], rows: Iterable[Sequence[int]]) -> list[int]:
    """Return how common each kind is likely to be: a word that many rows want is a common word."""
    wanted = Counter(kind for row in rows for kind in row)
    words: Counter[tuple[str, str]] = Counter()
    for (language, several), kind in kinds.items():
        words.update({(language, word): wanted[kind] for word in several})
    return [sum(words[language, word] for word in several) for language, several in kinds]


def _stands(row: Sequence[int], known: Sequence[Known], first: int) -> bool:
    if first < 0 or first + len(row) > len(known):
        return False
    for place, kind in enumerate(row, start=first):  # noqa: SIM110  # a generator takes twice the time
        if kind not in known[place].kinds:
            return False
    return True
