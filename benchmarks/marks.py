"""What the figures are to reach, and whether they do: against a limit, or against a peer in the same run. Pure."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from benchmarks.figures import Figure, short


@dataclass(frozen=True)
class Mark:
    """One mark. `ratio`: ours to the peer's, or to the limit; `reached`: None where it could not be measured."""

    work: str
    wanted: str
    ours: str
    beside: str
    ratio: float | None
    reached: bool | None


def at_most(work: str, ours: Figure, times: float, peer: Figure | None, others: Iterable[Figure] = ()) -> Mark:
    """Ours is to be at most `times` the peer's. `others`: of whom the best is told too, where it is another."""
    best = min(others, key=lambda figure: figure.median, default=peer)
    return _beside(work, f"at most {_times(times)}", ours, peer, best, lambda found: found <= times)


def at_least(work: str, ours: Figure, times: float, peer: Figure | None, others: Iterable[Figure] = ()) -> Mark:
    """Ours is to be at least `times` the peer's, where more is better. `others`: see `at_most`."""
    best = max(others, key=lambda figure: figure.median, default=peer)
    return _beside(work, f"at least {_times(times)}", ours, peer, best, lambda found: found >= times)


def _beside(  # noqa: PLR0917  # what is said, of whom, by what it is judged
    work: str, wanted: str, ours: Figure, peer: Figure | None, best: Figure | None, reached: Callable[[float], bool]
) -> Mark:
    if peer is None or best is None:
        return Mark(work, f"{wanted} a peer's", ours.said, "the peer is not to be had", None, None)
    found = ratio(ours, peer)
    also = f"; the best is {best.by}, {best.said}: ratio {short(ratio(ours, best))}" if best.by != peer.by else ""
    return Mark(work, f"{wanted} {peer.by}'s", ours.said, f"{peer.by}: {peer.said}{also}", found, reached(found))


def below(work: str, ours: Figure, limit: float) -> Mark:
    """Ours is to be below a limit, in its own unit."""
    wanted = f"below {short(limit)} {ours.unit}".strip()
    return Mark(work, wanted, ours.said, "", ours.median / limit, ours.median < limit)


def above(work: str, ours: Figure, limit: float) -> Mark:
    """Ours is to reach a limit, in its own unit."""
    wanted = f"at least {short(limit)} {ours.unit}".strip()
    return Mark(work, wanted, ours.said, "", ours.median / limit, ours.median >= limit)


def ratio(ours: Figure, peer: Figure) -> float:
    """Return how many times the peer's ours is: the median over rounds that went side by side, if they did."""
    if len(ours.values) == len(peer.values):
        return statistics.median(mine / theirs for mine, theirs in zip(ours.values, peer.values, strict=True))
    return ours.median / peer.median


def table(marks: Sequence[Mark]) -> str:
    """Return the marks as one Markdown table."""
    lines = ["| work | mark | ours | beside | ratio | reached |", "|---|---|---:|---|---:|---|"]
    for mark in marks:
        times = "" if mark.ratio is None else f"{mark.ratio:.2g}"
        reached = {True: "yes", False: "**no**", None: "not measured"}[mark.reached]
        lines.append(f"| {mark.work} | {mark.wanted} | {mark.ours} | {mark.beside} | {times} | {reached} |")
    return "\n".join(lines) + "\n"


def _times(value: float) -> str:
    return f"{Fraction(value).limit_denominator(100)} ×"
