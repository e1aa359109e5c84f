"""Terms that must stand near each other, found without trying every pair."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

Span = tuple[int, int, int]  # first word, last word, number of the sentence


class Near(NamedTuple):
    """Kinds of atoms that must stand near each other.

    reach  for each kind after the first, how many words away at most
    order  and whether it must stand after those before it
    """

    operands: tuple[frozenset[int], ...]
    reach: tuple[int, ...]
    order: tuple[bool, ...]


class Nears:
    """Many of them. One is tried only where its rarest kind stands: the smallest, and least wanted."""

    def __init__(self, nears: Sequence[Near]) -> None:
        kinds: dict[frozenset[int], int] = {}
        wanted = [[kinds.setdefault(operand, len(kinds)) for operand in near.operands] for near in nears]
        self._by_atom: dict[int, list[int]] = {}
        for operand, kind in kinds.items():
            for atom in operand:
                self._by_atom.setdefault(atom, []).append(kind)
        count = Counter(kind for several in wanted for kind in several)
        common = {kind: (len(operand), count[kind]) for operand, kind in kinds.items()}
        self._tried: dict[int, list[tuple[Near, list[int]]]] = {}
        for near, several in zip(nears, wanted, strict=True):
            self._tried.setdefault(min(several, key=common.__getitem__), []).append((near, several))

    def find(self, spans: Mapping[int, Sequence[Span]]) -> Iterator[tuple[Near, list[Span]]]:
        """Yield those that stand, and where: each time from the first word to the last. `spans`: of each atom."""
        kinds: dict[int, list[Span]] = {}
        for atom, places in spans.items():
            for kind in self._by_atom.get(atom, ()):
                kinds.setdefault(kind, []).extend(places)
        for places in kinds.values():
            places.sort()
        for kind in kinds:
            for near, several in self._tried.get(kind, ()):
                if all(other in kinds for other in several) and (
                    joined := _joined(near, [kinds[other] for other in several])
                ):
                    yield near, joined


def _joined(near: Near, every: Sequence[list[Span]]) -> list[Span]:
    """Return where spans of every kind stand near each other in one sentence."""
    joined, *others = every
    for reach, order, other in zip(near.reach, near.order, others, strict=True):
        ending = [] if order else sorted((last, first, sentence) for first, last, sentence in other)
        joined = sorted({pair for span in joined for pair in _pairs(span, other, ending, reach)})
    return joined


def _pairs(span: Span, beginning: Sequence[Span], ending: Sequence[Span], reach: int) -> Iterator[Span]:
    """Yield a span joined with its nearest neighbour on either side, where that is near enough.

    `beginning`: the others by where they begin; `ending`: by where they end, that first; empty if none may be before.
    """
    first, last, sentence = span
    if at := bisect_left(ending, (first,)):
        end, begin, there = ending[at - 1]
        if there == sentence and first - end <= reach:
            yield begin, last, sentence
    if (at := bisect_left(beginning, (last + 1,))) < len(beginning):
        begin, end, there = beginning[at]
        if there == sentence and begin - last <= reach:
            yield first, end, sentence
