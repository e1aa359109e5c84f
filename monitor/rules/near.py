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
        joined = sorted({pair for span in joined for pair in _pairs(span, other, reach, ordered=order)})
    return joined


def _pairs(span: Span, others: Sequence[Span], reach: int, *, ordered: bool) -> Iterator[Span]:
    """Yield a span joined with its neighbours on either side, where they are near enough."""
    first, last, sentence = span
    at = bisect_left(others, (first, 0, 0))
    before = next((one for one in reversed(others[max(at - 2, 0) : at]) if one[1] < first), None)
    after = next((one for one in others[at : at + reach] if one[0] > last), None)
    if before and not ordered and before[2] == sentence and first - before[1] <= reach:
        yield before[0], last, sentence
    if after and after[2] == sentence and after[0] - last <= reach:
        yield first, after[1], sentence
