"""The judgement of a soak, and a soak of a few seconds, so that the long one still runs when it is wanted."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.soak.crowd import MOODS
from tests.soak.hour import run
from tests.soak.plan import Plan
from tests.soak.report import table
from tests.soak.verdict import Delivered, Punctuality, Trend, delivered, punctuality, trend, wrong

PLAN = Plan()
PUNCTUAL = Punctuality(gaps=1000, on_time=1.0, median=63.0, most=66.0, longest=70.0, never=0)
FLAT = Trend(first=100, last=100, most=101, slope=0.1, grown=0.1, share=0.0)


def test_on_time_is_the_interval_a_tenth_of_the_monitors_own_and_a_tenth_of_tolerance() -> None:
    assert PLAN.late == pytest.approx(72)


def test_gaps_are_counted_from_the_first_judged_request_to_the_end() -> None:
    asked = [[0.0, 60.0, 120.0, 180.0], [0.0, 60.0, 150.0]]

    found = punctuality(asked, since=50, until=200, late=72)

    assert (found.gaps, found.longest, found.never) == (3, 90.0, 0)
    assert found.on_time == pytest.approx(2 / 3)


def test_who_is_asked_no_more_is_late_for_ever() -> None:
    found = punctuality([[0.0], []], since=50, until=400, late=72)

    assert (found.gaps, found.on_time, found.longest, found.never) == (2, 0.0, 350.0, 1)


def test_a_trend_is_the_slope_of_the_best_line() -> None:
    found = trend([0, 1800, 3600], [100, 110, 120])

    assert found.slope == pytest.approx(20)
    assert found.grown == pytest.approx(20)
    assert found.share == pytest.approx(20 / 110)
    assert trend([0], [5]) == Trend(5, 5, 5, 0.0, 0.0, 0.0)


def test_what_is_lost_and_what_comes_again() -> None:
    assert delivered(["a", "b", "c"], Counter(a=1, b=3)) == Delivered(published=3, lost=1, repeats=2)
    assert delivered(["a"], Counter(a=1, stranger=1)) == Delivered(published=1, lost=0, repeats=1)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"alerts": {"desk": Delivered(10, 1, 0)}}, "desk: 1 alerts were lost"),
        ({"alerts": {"desk": Delivered(10, 0, 2)}}, "desk: 2 alerts came again"),
        ({"punctual": PUNCTUAL._replace(on_time=0.9)}, "90.0% of the polls of good sources were on time (within 72 s)"),
        ({"punctual": PUNCTUAL._replace(never=3)}, "3 good sources were never asked"),
        ({"trends": {"memory (MB)": FLAT._replace(grown=20, share=0.2)}}, "memory (MB) grew by 20%"),
        ({"trends": {"threads": FLAT._replace(grown=1, share=0.2)}}, None),
        ({"trends": {"Valkey (MB)": FLAT._replace(grown=20, share=0.2)}}, None),
        ({"mistakes": ["Traceback"]}, "the log tells of a mistake: Traceback"),
        ({"trends": {"memory (MB)": FLAT._replace(share=0.2)}, "judged": 60.0}, None),
        ({}, None),
    ],
)
def test_each_broken_promise_is_a_sentence(changes: dict[str, Any], sentence: str | None) -> None:
    kept: dict[str, Any] = {
        "punctual": PUNCTUAL,
        "trends": {"memory (MB)": FLAT},
        "alerts": {"desk": Delivered(10, 0, 0)},
        "mistakes": [],
        "judged": 3000.0,
    }
    found = wrong(PLAN, **(kept | changes))

    assert found == ([sentence] if sentence else [])


def test_bad_sources_have_many_moods() -> None:
    assert len(MOODS) > 60


async def test_a_soak_of_a_few_seconds(tmp_path: Path) -> None:
    plan = Plan(minutes=0.2, sources=20, interval=2, posts=5, mood=4, warm=2, sample=1, drain=30)

    report = await run(plan, tmp_path)

    sys.stdout.write(table(plan, report))
    assert report.exit_code == 0
    assert report.mistakes == []
    assert {one.lost for one in report.alerts.values()} == {0}
    assert {one.repeats for one in report.alerts.values()} == {0}
    assert report.alerts["desk"].published > 3
    assert report.punctual.never == 0
    assert report.trends["memory (MB)"].most > 30
    assert len(report.moods) > 1
