"""The closing table and its last words, as plain text for a terminal of any width."""

from __future__ import annotations

from collections.abc import Sequence

from monitor.demo.day import OPENS
from monitor.demo.report import Report, Row

_HEAD = ("PUBLISHED", "SOURCE", "SEEN", "ALERTED", "STATEMENT", "RULE AND WORDS, OR WHY IT STAYED SILENT")
_FIXED = (9, 6, 7, 8)
_GAP = "  "
_NARROWEST, _WIDEST = 60, 160
_ONE_LINE_FROM = 100  # columns; below, the reason gets a line of its own


def table(report: Report, width: int) -> list[str]:
    """Return the lines of the table, none longer than `width` columns (60 at least)."""
    width = max(_NARROWEST, min(width, _WIDEST))
    left = width - sum(_FIXED) - len(_GAP) * len(_FIXED)
    if width < _ONE_LINE_FROM:
        return [line for cells in _grid(report) for line in _two_lines(cells, (*_FIXED, left), width)]
    said = (left - len(_GAP)) * 3 // 8
    widths = (*_FIXED, said, left - len(_GAP) - said)
    head, *rows = [_line(cells, widths) for cells in _grid(report)]
    return [head, _GAP.join("─" * width for width in widths), *rows]


def closing(report: Report) -> list[str]:
    """Return the sum of the day and, one line each, what was wrong with it."""
    channels = ", ".join(f"{count} on {channel}" for channel, count in report.channels.items())
    total = len(report.rows)
    stored = f"{total} statements published: {report.stored} stored once, {report.repeated} known as a repeat."
    lines = [stored, f"{report.alerts} alerts: {channels}; messages that came twice: {report.doubles}."]
    if report.restarts:
        times = "once" if report.restarts == 1 else f"{report.restarts} times"
        lines.append(f"The daemon was killed {times} and started again on the same data.")
    lines += [f"  - {note}" for note in report.notes]
    if report.problems:
        return [*lines, "", f"NOT WELL, {len(report.problems)} things:", *(f"  - {one}" for one in report.problems)]
    repeated = "" if report.doubles else "nothing repeated, "
    return [*lines, f"Nothing lost, {repeated}the decoys silent."]


def _grid(report: Report) -> list[Sequence[str]]:
    return [_HEAD, *(_cells(row) for row in report.rows)]


def _cells(row: Row) -> Sequence[str]:
    return (
        f"{row.published:%H:%M}" if row.published.date() == OPENS.date() else f"{row.published:%d.%m.}",
        row.source,
        "" if row.seen is None else f"+{row.seen:.1f} s",
        "" if row.alerted is None else f"+{row.alerted} ms",
        row.title,
        row.why,
    )


def _two_lines(cells: Sequence[str], widths: Sequence[int], width: int) -> list[str]:
    indent = " " * 4
    return [_line(cells[:-1], widths), indent + _cut(cells[-1], width - len(indent))]


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    """Set cells side by side, figures to the right."""
    pairs = zip(cells, widths, strict=True)
    set_ = [
        _cut(cell, width).rjust(width) if cell.startswith("+") else _cut(cell, width).ljust(width)
        for cell, width in pairs
    ]
    return _GAP.join(set_).rstrip()


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1].rstrip() + "…"
