"""Words in a row: phrases, found from the words that stand in a post."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Generic, NamedTuple, TypeVar

from monitor.rules import terms
from monitor.rules.automaton import Automaton
from monitor.rules.remembered import Remembered

Kind = tuple[str, frozenset[str]]  # a language, and words of it of which any will do
Row = Sequence[Kind]
M = TypeVar("M")

_most_remembered = 50_000  # words: bounded, so that no feed can fill the memory
_longest_remembered = 40


class Known(NamedTuple, Generic[M]):
    """What is known of a word, and of all that fit the same.

    kinds  it fits
    alone  what it means by itself; None for nothing
    tries  the rows to be tried where it stands, by the kind that must follow
    """

    kinds: frozenset[int]
    alone: M | None
    tries: Mapping[int, Sequence[Try]]


class Try(NamedTuple):
    """A row to be tried where two of its words stand side by side: its number, its kinds, and where the first is."""

    number: int
    row: tuple[int, ...]
    place: int


class Rows(Generic[M]):
    """Many rows, each known by the number of what it stands for. One is tried only where its rarest two words meet.

    `meaning`: what the numbers of all that stands at one word mean together; asked once for each such set.
    """

    def __init__(self, rows: Iterable[tuple[int, Row]], meaning: Callable[[tuple[int, ...]], M]) -> None:
        kinds: dict[Kind, int] = {}
        wanted = [(number, [kinds.setdefault(kind, len(kinds)) for kind in row]) for number, row in rows]
        by_word: dict[tuple[str, str], tuple[int, ...]] = {}
        for (language, words), kind in kinds.items():
            for word in words:
                by_word[language, word] = (*by_word.get((language, word), ()), kind)
        self._automaton = Automaton((terms.forms(word, language), fits) for (language, word), fits in by_word.items())
        # Long numbers are many, and what one fits is told by its beginning: by no more of it than a year or a term has.
        numbers = [word.strip("=*") for _, word in by_word]
        self._telling = max(4, *(len(number) for number in numbers if number.isdecimal()), 0)
        common = _commonness(kinds, [row for _, row in wanted])
        self._alone: dict[int, tuple[int, ...]] = {}
        self._tries: dict[int, dict[int, tuple[Try, ...]]] = {}
        for number, row in wanted:
            if len(row) == 1:
                self._alone[row[0]] = (*self._alone.get(row[0], ()), number)
            else:
                place = min(range(len(row) - 1), key=lambda at: common[row[at]] * common[row[at + 1]])
                tries, following = self._tries.setdefault(row[place], {}), row[place + 1]
                tries[following] = (*tries.get(following, ()), Try(number, tuple(row), place))
        self._meaning = meaning
        self._meanings: dict[tuple[int, ...], M] = {}
        self._known = Remembered(self._learned, most=_most_remembered, longest=_longest_remembered)
        self._by_kinds: dict[frozenset[int], Known[M]] = {}
        self._nothing = self._fitting(frozenset())

    def find(self, words: Iterable[str], begin: int = 0) -> Iterator[tuple[M, int, int]]:
        """Yield what stands in a row: what it means, its first word and its last. `begin`: the number of the first."""
        nothing = self._nothing
        known = [*map(self._known.__getitem__, words), nothing]
        for at, (one, following) in enumerate(pairwise(known)):
            if one is nothing:
                continue
            _, alone, tries = one
            if alone is not None:
                yield alone, begin + at, begin + at
            if tries and following is not nothing:
                for kind in tries.keys() & following.kinds:
                    for number, row, place in tries[kind]:
                        if len(row) == 2 or _stands(row, known, at - place):
                            first = begin + at - place
                            yield self.meaning((number,)), first, first + len(row) - 1

    def prepare(self) -> None:
        """Compile what may follow the stems of all words."""
        self._automaton.prepare()

    def meaning(self, numbers: tuple[int, ...]) -> M:
        """Return what rows of these numbers mean together."""
        if numbers not in self._meanings:
            self._meanings[numbers] = self._meaning(numbers)
        return self._meanings[numbers]

    def _learned(self, word: str) -> Known[M]:
        if len(word) > self._telling + 1 and word.isascii() and word.isdecimal():
            return self._known[word[: self._telling] + "0"]
        return self._fitting(self._automaton.find(word))

    def _fitting(self, kinds: frozenset[int]) -> Known[M]:
        """Return what is known of words that fit some kinds."""
        if kinds not in self._by_kinds:
            numbers = tuple(sorted({number for kind in kinds for number in self._alone.get(kind, ())}))
            tries: dict[int, list[Try]] = {}
            for kind in kinds:
                for following, some in self._tries.get(kind, {}).items():
                    tries.setdefault(following, []).extend(some)
            self._by_kinds[kinds] = Known(kinds, self.meaning(numbers) if numbers else None, tries)
        return self._by_kinds[kinds]


def _commonness(kinds: Mapping[Kind, int], rows: Iterable[Sequence[int]]) -> list[int]:
    """Return how common each kind is likely to be: a word that many rows want is a common word."""
    wanted = Counter(kind for row in rows for kind in row)
    words: Counter[tuple[str, str]] = Counter()
    for (language, several), kind in kinds.items():
        words.update({(language, word): wanted[kind] for word in several})
    return [sum(words[language, word] for word in several) for language, several in kinds]


def _stands(row: Sequence[int], known: Sequence[Known[M]], first: int) -> bool:
    if first < 0 or first + len(row) > len(known):
        return False
    for place, kind in enumerate(row, start=first):  # noqa: SIM110  # a generator takes twice the time
        if kind not in known[place].kinds:
            return False
    return True
