"""Figures, each measured several times, and the tables that show them. Pure."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One thing measured several times. `by`: the program it is a figure of, where several are compared."""

    case: str
    what: str
    unit: str
    values: tuple[float, ...]
    by: str = ""

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    @property
    def said(self) -> str:
        """Return the median with its unit."""
        return f"{short(self.median)} {self.unit}".strip()

    @property
    def spread(self) -> str:
        """Return the least and the most, or nothing where there is one value."""
        return f"{short(min(self.values))} to {short(max(self.values))}" if len(self.values) > 1 else ""


def short(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 or value == int(value) else f"{value:.3g}"


def quantile(values: Iterable[float], share: float) -> float:
    """Return the smallest value that at least this share of the values does not exceed (the nearest rank)."""
    ordered = sorted(values)
    return ordered[max(math.ceil(share * len(ordered)) - 1, 0)]


def table(figures: Iterable[Figure]) -> str:
    """Return the figures as one Markdown table, a row each."""
    lines = ["| case | what | median | least to most | runs |", "|---|---|---:|---:|---:|"]
    lines += [f"| {one.case} | {one.what} | {one.said} | {one.spread} | {len(one.values)} |" for one in figures]
    return "\n".join(lines) + "\n"


def side_by_side(figures: Sequence[Figure]) -> str:
    """Return figures of several programs as one Markdown table, a column for each program."""
    programs = list(dict.fromkeys(figure.by for figure in figures))
    rows: dict[tuple[str, str, str], dict[str, Figure]] = {}
    for figure in figures:
        rows.setdefault((figure.case, figure.what, figure.unit), {})[figure.by] = figure
    lines = [f"| case | what | {' | '.join(programs)} |", f"|---|---|{'---:|' * len(programs)}"]
    for (case, what, unit), found in rows.items():
        cells = (_cell(found.get(program)) for program in programs)
        lines.append(f"| {case} | {what}{f', {unit}' if unit else ''} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _cell(figure: Figure | None) -> str:
    if figure is None:
        return ""
    return f"{short(figure.median)} ({figure.spread})" if figure.spread else short(figure.median)
