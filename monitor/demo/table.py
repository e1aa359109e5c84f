"""The closing table and its last words, as plain text for a terminal of any width."""

from __future__ import annotations

from collections.abc import Sequence

from monitor.demo.day import OPENS
from monitor.demo.report import Report, Row
from monitor.demo.told import Told

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
    total = len(report.rows)
    stored = f"{total} statements published: {report.stored} stored once, {report.repeated} known as a repeat."
    alerts = (
        f"{report.alerts} alerts on {_many(report.incidents, 'event')}; messages that came twice: {report.doubles}."
    )
    lines = [stored, alerts, *(f"  {name}: {_told(one)}" for name, one in report.channels.items()), *_waits(report)]
    if report.restarts:
        times = "once" if report.restarts == 1 else f"{report.restarts} times"
        lines.append(f"The daemon was killed {times} and started again on the same data.")
    lines += [f"  - {note}" for note in report.notes]
    if report.problems:
        return [*lines, "", f"NOT WELL, {len(report.problems)} things:", *(f"  - {one}" for one in report.problems)]
    repeated = "" if report.doubles else "nothing repeated, "
    return [*lines, f"Nothing lost, {repeated}the decoys silent."]


def _told(one: Told) -> str:
    threads = f" in {_many(one.threads, 'thread')}" if one.threads else ""
    gathered = f", {_many(one.gathered, 'alert')} inside another's" if one.gathered else ""
    shown = f"; {one.shown} for all to see, the rest in the thread only" if one.shown < one.messages else ""
    return f"{_many(one.messages, 'message')}{threads}{gathered}{shown}"


def _waits(report: Report) -> list[str]:
    if not report.at_once:
        return []
    urgent = f"{_many(report.at_once, 'alert')} could not wait: told at once, within {report.slowest:.1f} s."
    others = report.alerts - report.at_once
    return [f"{urgent} No other waited longer than {report.waited:.1f} s." if others else urgent]


def _many(count: int, what: str) -> str:
    return f"1 {what}" if count == 1 else f"{count} {what}s"


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
