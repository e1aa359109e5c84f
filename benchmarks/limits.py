"""Marks that are limits by themselves: which figure is to stay below what, or to reach it. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from benchmarks import marks, matching, stored
from benchmarks.figures import Figure
from benchmarks.growth import flat, sources
from benchmarks.marks import Mark


class Limit(NamedTuple):
    """A mark on figures. `what`: how their names end; `case`: how their cases begin; `by`: of which program.

    `said`: what the mark calls it, if not as the figure. `kept`: how it is kept to.
    """

    what: str
    limit: float
    case: str
    by: str = ""
    said: str = ""
    kept: Callable[[str, Figure, float], Mark] = marks.below

    def of(self, one: Figure) -> bool:
        return one.by == self.by and one.what.endswith(self.what) and one.case.startswith(self.case)


LIMITS = (
    *(
        Limit("a post", 100, matching.case(10_000), by, by.partition(", ")[2])
        for by in (matching.QUIET, matching.RINGING)
    ),
    Limit("all keys, after two weeks", 600, "a statement", stored.NOW),
    Limit("`seen`", 32, "a statement", stored.NOW),
    Limit("posts through store, rules and outbox", 3_000, "delivery", kept=marks.above),
    Limit(sources.ADDED, 200, flat.case(50_000, "sources")),
)


def reached(figures: Iterable[Figure]) -> Iterator[Mark]:
    """Say of each figure that has a limit whether it keeps to it."""
    for one in figures:
        for limit in LIMITS:
            if limit.of(one):
                yield limit.kept(f"{one.case}: {limit.said or one.what}", one, limit.limit)
