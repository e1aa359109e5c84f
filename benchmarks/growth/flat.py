"""Whether what a unit costs stays what it is while there are more and more of them. Pure.

A figure belongs to a size by its case: `10,000 posts`. Which figures are costs of a unit, each benchmark says itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from benchmarks.figures import Figure, short
from benchmarks.marks import Mark, ratio
from benchmarks.passes import YARDSTICK
from benchmarks.plot import Chart, Line

MOST = 1.5  # times what it costs at the smallest size
_UP = "what one costs, in times of that at the smallest size"
_TIMES = ("µs", "ms", "s")
_CASE = re.compile(r"([\d,]+) (\w+)")


class Growing(NamedTuple):
    """What one unit costs, by how many things there are, from few to many: `of` sources, posts, terms or viewers.

    `beside`: what the yardstick took at these sizes, where it was taken: a machine that others use more and more while
    sizes grow makes everything dearer.
    """

    of: str
    what: str
    figures: Mapping[int, Figure]
    beside: Mapping[int, Figure]

    @property
    def ratios(self) -> dict[int, float]:
        """Return by size how many times what it costs at the smallest; time is taken in times of the yardstick's."""
        costs = {size: self._cost(size) for size in self.figures}
        first = next(iter(costs.values()))
        return {size: cost / first for size, cost in costs.items()} if first > 0 else {}

    def _cost(self, size: int) -> float:
        figure, beside = self.figures[size], self.beside.get(size)
        return ratio(figure, beside) if beside and figure.unit in _TIMES else figure.median


def case(size: int, of: str) -> str:
    return f"{size:,} {of}"


def growing(figures: Iterable[Figure], costs: Mapping[str, Sequence[str]]) -> list[Growing]:
    """Return the costs among some figures, those that were measured at two sizes at least."""
    found: dict[tuple[str, str], dict[int, Figure]] = {}
    beside: dict[str, dict[int, Figure]] = {}
    for one in figures:
        if not (told := _CASE.fullmatch(one.case)):
            continue
        size, of = int(told[1].replace(",", "")), told[2]
        if one.what == YARDSTICK:
            beside.setdefault(of, {})[size] = one
        elif one.what in costs.get(of, ()):
            found.setdefault((of, one.what), {})[size] = one
    return [
        Growing(of, what, dict(sorted(sizes.items())), beside.get(of, {}))
        for (of, what), sizes in found.items()
        if len(sizes) > 1
    ]


def mark(one: Growing) -> Mark:
    """Say whether a unit costs at most half as much again at the largest size as at the smallest."""
    (smallest, first), *_, (largest, last) = one.figures.items()
    times = one.ratios.get(largest)
    return Mark(
        work=f"growth, {one.of}: {one.what}",
        wanted=f"at most {short(MOST)} × that at the smallest",
        ours=f"{last.said} at {largest:,}",
        beside=f"{first.said} at {smallest:,}",
        ratio=times,
        reached=None if times is None else times <= MOST,
    )


def charts(costs: Sequence[Growing]) -> list[Chart]:
    """Return a chart for each kind of things: a line for each cost, in times of what it is at the smallest size."""
    lines: dict[str, list[Line]] = {}
    for one in costs:
        if one.ratios:
            lines.setdefault(one.of, []).append(Line(one.what, list(one.ratios.items())))
    return [Chart(of.capitalize(), _UP, f"how many {of}", some, MOST) for of, some in lines.items()]
