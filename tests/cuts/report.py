"""The table of a run. Pure."""

from __future__ import annotations

from collections import Counter

from tests.cuts.run import Report

_HEAD = ("source", "published", "stored", "twice", "versions", "missing", "gone", "polls", "cut", "gaps told")


def table(report: Report) -> str:
    rows = [
        (one.source, one.published, one.stored, one.twice, one.versions, len(one.missing), one.gone, one.polls, one.cut,
         one.gaps)
        for one in report.found
    ]  # fmt: skip
    totals = ("all", *(sum(int(row[column]) for row in rows) for column in range(1, len(_HEAD))))
    lines = [f"{row[0]:<14}" + "".join(f"{cell:>11}" for cell in row[1:]) for row in (_HEAD, *rows, totals)]
    how = f"{report.cancelled} at a step of theirs, {report.killed} with {report.kills} processes that were killed"
    lines += [
        "",
        f"Polls cut in {report.seconds:.0f} s: {how}.",
        f"Polls: {_counted(report.outcomes)}.",
        f"Answers: {_counted(report.weather)}.",
        "",
        *(f"WRONG: {sentence}" for sentence in report.wrong),
    ]
    return "\n".join(lines if report.wrong else [*lines, "Every post is stored once."])


def _counted(what: Counter[str]) -> str:
    return ", ".join(f"{count} {name}" for name, count in what.most_common())
