"""Terms that must stand near each other, found without trying every pair."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

Span = tuple[int, int]  # first word, last word


class Near(NamedTuple):
    """Kinds of atoms that must stand near each other.

    reach  for each kind after the first, how many words away at most
    order  and whether it must stand after those before it
    """

    operands: tuple[frozenset[int], ...]
    reach: tuple[int, ...]
    order: tuple[bool, ...]


class Kinds(NamedTuple):
    """The numbers of the kinds that some atoms are of, and of the nears to be tried where they stand."""

    all: frozenset[int]
    tries: tuple[int, ...]


class Nears:
    """Many of them, each known by its number. One is tried only where its rarest kind stands."""

    def __init__(self, nears: Sequence[Near]) -> None:
        numbers: dict[frozenset[int], int] = {}
        self._nears = nears
        self._wanted = [tuple(numbers.setdefault(operand, len(numbers)) for operand in near.operands) for near in nears]
        self._sets = [frozenset(wanted) for wanted in self._wanted]
        self._by_atom: dict[int, list[int]] = {}
        for operand, kind in numbers.items():
            for atom in operand:
                self._by_atom.setdefault(atom, []).append(kind)
        count = Counter(kind for wanted in self._wanted for kind in wanted)
        common = {kind: (len(operand), count[kind]) for operand, kind in numbers.items()}
        self._tries: dict[int, list[int]] = {}  # the rarest is the smallest, and the least wanted
        for number, wanted in enumerate(self._wanted):
            self._tries.setdefault(min(wanted, key=common.__getitem__), []).append(number)

    def kinds(self, atoms: Iterable[int]) -> Kinds:
        """Return the kinds that atoms are of."""
        found = frozenset(kind for atom in atoms for kind in self._by_atom.get(atom, ()))
        return Kinds(found, tuple(near for kind in found for near in self._tries.get(kind, ())))

    def find(self, standing: Sequence[tuple[Kinds, int, int]]) -> Iterator[tuple[int, list[Span]]]:
        """Yield the numbers of those that stand, and where: each time from the first word to the last.

        `standing`: kinds, each with the first and the last word of where they stand, in one sentence.
        """
        present = frozenset[int]().union(*[kinds.all for kinds, _, _ in standing])
        tried = {one for kinds, _, _ in standing if kinds.tries for one in kinds.tries if self._sets[one] <= present}
        if not tried:
            return
        spans: dict[int, list[Span]] = {kind: [] for number in tried for kind in self._wanted[number]}
        for kinds, first, last in standing:
            for kind in spans.keys() & kinds.all:
                spans[kind].append((first, last))
        for number in sorted(tried):
            if joined := _joined(self._nears[number], [spans[kind] for kind in self._wanted[number]]):
                yield number, joined


def _joined(near: Near, every: Sequence[list[Span]]) -> list[Span]:
    """Return where spans of every kind stand near each other."""
    joined, *others = every
    for reach, order, other in zip(near.reach, near.order, others, strict=True):
        beginning = sorted(other)
        ending = [] if order else sorted((last, first) for first, last in other)
        joined = sorted({pair for span in joined for pair in _pairs(span, beginning, ending, reach)})
    return joined


def _pairs(span: Span, beginning: Sequence[Span], ending: Sequence[Span], reach: int) -> Iterator[Span]:
    """Yield a span joined with its nearest neighbour on either side, where that is near enough.

    `beginning`: the others by where they begin; `ending`: by where they end, that first; empty if none may be before.
    """
    first, last = span
    if at := bisect_left(ending, (first,)):
        end, begin = ending[at - 1]
        if first - end <= reach:
            yield begin, last
    if (at := bisect_left(beginning, (last + 1,))) < len(beginning):
        begin, end = beginning[at]
        if begin - last <= reach:
            yield first, end
