"""`make bench-smoke`: what it counts, and when it fails."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.smoke import record
from benchmarks.smoke.counted import instructions, modules
from benchmarks.smoke.record import INSTRUCTIONS, Compared, compared

COUNTS = {"read a feed": {INSTRUCTIONS: 110}, "judge": {"round trips": 4}}


def test_more_than_a_tenth_over_what_is_recorded_is_worse() -> None:
    now, more = Compared("judge", "commands", 110, 100), Compared("judge", "commands", 111, 100)
    assert (now.worse, more.worse) == (False, True)
    assert more.change == "+11.0%"


def test_what_became_cheaper_is_shown_and_fails_nothing() -> None:
    found = Compared("judge", "commands", 80, 100)
    assert not found.worse
    assert found.change == "-20.0%"


def test_what_nobody_recorded_is_shown_and_fails_nothing() -> None:
    (found,) = compared({"judge": {"commands": 5}}, {})
    assert (found.recorded, found.worse) == (None, False)
    assert "| judge | 5 commands | none |" in record.table([found])


def test_a_record_keeps_what_another_python_took(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(record, "PATH", tmp_path / "record.json")
    other = {"read a feed": {"instructions of Python 3.99": 90}, "gone": {"commands": 1}}
    record.PATH.write_text(json.dumps(other), encoding="utf-8")
    record.write(COUNTS)
    assert record.read() == {"read a feed": {"instructions of Python 3.99": 90, INSTRUCTIONS: 110}, **_without(COUNTS)}


def _without(counts: record.Counts) -> record.Counts:
    return {name: units for name, units in counts.items() if name != "read a feed"}


def test_instructions_are_those_of_all_that_is_called_and_always_the_same() -> None:
    def some(times: int) -> int:
        return sum(_one(n) for n in range(times))

    few, many = instructions(lambda: some(10)), instructions(lambda: some(100))
    assert few == instructions(lambda: some(10))
    assert 8 * few < many < 10 * few


def _one(n: int) -> int:
    return n + 1


def test_modules_are_those_of_the_import_times() -> None:
    report = (
        "import time: self [us] | cumulative | imported package\nimport time:  98 |  120 |   json.decoder\nusage: x\n"
    )
    assert list(modules(report)) == ["json.decoder"]
