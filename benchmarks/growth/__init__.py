"""What a unit costs while there are more and more: sources, stored posts, terms, viewers of the page.

python -m benchmarks --only growth --grow posts=10000,100000 viewers
python -m benchmarks.growth results/….json… docs/growth.svg     draw what was measured, in one run or in several
"""

from __future__ import annotations

import argparse
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from pathlib import Path

from benchmarks import plot
from benchmarks.figures import Figure
from benchmarks.growth import flat, posts, sources, terms, viewers
from benchmarks.report import Found

Measure = Callable[[Sequence[int]], Awaitable[list[Figure]]]

SIZES: Mapping[str, Sequence[int]] = {
    "terms": terms.SIZES,
    "viewers": viewers.SIZES,
    "posts": posts.SIZES,
    "sources": sources.SIZES,
}
COSTS: Mapping[str, Sequence[str]] = {
    "terms": terms.COSTS,
    "viewers": viewers.COSTS,
    "posts": posts.COSTS,
    "sources": sources.COSTS,
}
_MEASURES: Mapping[str, Measure] = {
    "terms": terms.measure,
    "viewers": viewers.measure,
    "posts": posts.measure,
    "sources": sources.measure,
}
_NOTES = {
    "terms": terms.NOTE,
    "viewers": viewers.NOTE,
    "posts": posts.NOTE,
    "sources": sources.NOTE,
}


def asked(words: str) -> tuple[str, tuple[int, ...]]:
    """Read `posts=10000,100000`, or `posts` for all sizes. Raises ArgumentTypeError, which argparse tells."""
    of, _, given = words.partition("=")
    try:
        sizes = tuple(sorted({int(one) for one in given.split(",")})) if given else tuple(SIZES[of])
    except (KeyError, ValueError):
        sizes = ()
    if of not in SIZES or not sizes or sizes[0] < 1:
        raise argparse.ArgumentTypeError(f"{words!r} is none of {', '.join(SIZES)}, with sizes as in posts=1000,9000")
    return of, sizes


async def measure(of: str, sizes: Sequence[int]) -> Found:
    """Measure one kind of things at its sizes, from few to many. Raises Failed."""
    figures = await _MEASURES[of](sizes)
    return Found(figures, [flat.mark(one) for one in flat.growing(figures, COSTS)], {of: _NOTES[of]})


def draw(figures: Iterable[Figure], path: Path) -> bool:
    """Write the plot of what was measured at two sizes or more; False if nothing was."""
    costs = flat.growing(figures, COSTS)
    if costs:
        path.write_text(plot.drawn(flat.charts(costs)), encoding="utf-8")
    return bool(costs)
