"""Lines over sizes, as one SVG: both axes logarithmic, each line named at its end, readable on light and dark. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from html import escape
from typing import NamedTuple

_WIDE, _HIGH = 600, 320  # of one chart, px
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 236, 62, 46  # around where the lines are
_COLUMNS = 2
_APART = 15  # px between the names of two lines
_STEPS = (1, 1.5, 2, 3, 5, 7)  # of a decade, for the marks of the upright axis
_LEAST_MARKS = 3

# Okabe and Ito's colours, which the colour-blind tell apart, the lightness turned for the dark.
_COLOURS = (
    ("#0072b2", "#56b4e9"),
    ("#d55e00", "#ff9d5c"),
    ("#007a5a", "#3ecf9f"),
    ("#a3447c", "#e79cc8"),
    ("#7a6200", "#e6c229"),
    ("#555555", "#bbbbbb"),
)


class Line(NamedTuple):
    """Points of size and value, both above 0, by size."""

    name: str
    points: Sequence[tuple[float, float]]


class Chart(NamedTuple):
    """`up`, `across`: what values and sizes are. `limit`: a value that is not to be passed, drawn as a border."""

    title: str
    up: str
    across: str
    lines: Sequence[Line]
    limit: float


class _Scale(NamedTuple):
    """A logarithmic axis: from least to most over a stretch of px, the other way round where `begin` is the larger."""

    least: float
    most: float
    begin: float
    end: float

    def at(self, value: float) -> float:
        share = math.log(value / self.least) / math.log(self.most / self.least)
        return self.begin + share * (self.end - self.begin)


def drawn(charts: Sequence[Chart]) -> str:
    """Return the charts as an SVG document, two beside each other."""
    columns = min(_COLUMNS, len(charts))
    wide, high = columns * _WIDE, math.ceil(len(charts) / columns) * _HIGH
    said = "; ".join(f"{chart.title}: {', '.join(line.name for line in chart.lines)}" for chart in charts)
    size = f'viewBox="0 0 {wide} {high}" width="{wide}" height="{high}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img">',
        f"<title>{escape(said)}</title>",
        f"<style>{_style()}</style>",
        f'<rect class="paper" width="{wide}" height="{high}"/>',
    ]
    for number, chart in enumerate(charts):
        place = f"translate({number % columns * _WIDE} {number // columns * _HIGH})"
        parts += [f'<g transform="{place}">', *_chart(chart), "</g>"]
    return "\n".join([*parts, "</svg>\n"])


def _chart(chart: Chart) -> Iterable[str]:
    sizes = [size for line in chart.lines for size, _ in line.points]
    values = [value for line in chart.lines for _, value in line.points]
    right, floor = _WIDE - _RIGHT, _HIGH - _BOTTOM
    across = _Scale(min(sizes), max(2 * min(sizes), *sizes), _LEFT, right)
    up = _Scale(min(0.5, *values) / 1.15, max(2.0, *values) * 1.15, floor, _TOP)
    limit = up.at(chart.limit)
    yield f'<text class="title" x="{_LEFT}" y="22">{escape(chart.title)}</text>'
    yield f'<text class="number" x="{_LEFT}" y="42">{escape(chart.up)}</text>'
    yield f'<rect class="kept" x="{_LEFT}" y="{limit:.1f}" width="{right - _LEFT}" height="{floor - limit:.1f}"/>'
    for value in [*(one for one in _marks(up.least, up.most) if abs(up.at(one) - limit) > _APART), chart.limit]:
        y = up.at(value)
        yield f'<line class="grid" x1="{_LEFT}" y1="{y:.1f}" x2="{right}" y2="{y:.1f}"/>'
        yield f'<text class="number" x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{value:g} ×</text>'
    for size in sorted(set(sizes)):
        x = across.at(size)
        yield f'<line class="grid" x1="{x:.1f}" y1="{floor}" x2="{x:.1f}" y2="{floor + 5}"/>'
        yield f'<text class="number" x="{x:.1f}" y="{floor + 18}" text-anchor="middle">{size:,.0f}</text>'
    middle = (_LEFT + right) / 2
    yield f'<text class="number" x="{middle}" y="{floor + 36}" text-anchor="middle">{escape(chart.across)}</text>'
    yield f'<line class="limit" x1="{_LEFT}" y1="{limit:.1f}" x2="{right}" y2="{limit:.1f}"/>'
    yield from _lines(chart.lines, across, up)


def _lines(lines: Sequence[Line], across: _Scale, up: _Scale) -> Iterable[str]:
    ends = apart([up.at(line.points[-1][1]) for line in lines], up.end, up.begin)
    for number, (line, y) in enumerate(zip(lines, ends, strict=True)):
        colour = f"c{number % len(_COLOURS)}"
        points = [(across.at(size), up.at(value)) for size, value in line.points]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        yield f'<polyline class="line {colour}" points="{path}"/>'
        yield from (f'<circle class="dot {colour}" cx="{x:.1f}" cy="{y:.1f}" r="3"/>' for x, y in points)
        x, end = points[-1]
        yield f'<polyline class="lead {colour}" points="{x + 4:.1f},{end:.1f} {x + 16:.1f},{y:.1f}"/>'
        yield f'<text class="name {colour}" x="{x + 19:.1f}" y="{y + 4:.1f}">{escape(line.name)}</text>'


def apart(wanted: Sequence[float], least: float, most: float) -> list[float]:
    """Move places, no more than needed, so that none is too near another, and all are within bounds if they fit."""
    order = sorted(range(len(wanted)), key=lambda number: wanted[number])
    found = list(wanted)
    below = least - _APART
    for number in order:
        below = found[number] = max(found[number], below + _APART)
    above = most + _APART
    for number in reversed(order):
        above = found[number] = min(found[number], above - _APART)
    return found


def _marks(least: float, most: float) -> list[float]:
    """Return round numbers between two, as few as tell enough."""
    decades = range(math.floor(math.log10(least)), math.ceil(math.log10(most)) + 1)
    for steps in ((1,), (1, 3), _STEPS):
        found = [value for decade in decades for step in steps if least <= (value := step * 10.0**decade) <= most]
        if len(found) >= _LEAST_MARKS:
            return found
    return found


def _style() -> str:
    colours = [
        "".join(f".c{number}{{--colour:{pair[dark]}}}" for number, pair in enumerate(_COLOURS)) for dark in (0, 1)
    ]
    light = ":root{--paper:#fff;--ink:#1c1e21;--faint:#d9dce0;--kept:#0072b210}" + colours[0]
    dark = ":root{--paper:#15181c;--ink:#e4e6e9;--faint:#3a3f46;--kept:#56b4e914}" + colours[1]
    return (
        f"{light}@media (prefers-color-scheme:dark){{{dark}}}"
        "text{font:12px system-ui,sans-serif;fill:var(--ink)}"
        ".title{font-weight:600;font-size:15px}.number{font-size:11px}"
        ".paper{fill:var(--paper)}.kept{fill:var(--kept)}.grid{stroke:var(--faint)}"
        ".limit{stroke:var(--ink);stroke-dasharray:4 4}.line{fill:none;stroke:var(--colour);stroke-width:2}"
        ".dot{fill:var(--colour)}.lead{fill:none;stroke:var(--colour)}.name{fill:var(--colour)}"
    )
