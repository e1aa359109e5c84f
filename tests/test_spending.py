from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from monitor import spending
from monitor.model import Spend

MONDAY = date(2026, 11, 23)
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ({}, None),
        ({0: 0.5}, None),
        ({-1: 0.5}, 0.5),
        ({-1: 0.5, 0: 9.0}, 0.5),
        ({-4: 1.0}, 0.25),
        ({-7: 0.7, -3: 0.7}, 0.2),
        ({-30: 70.0, -3: 0.7}, 0.1),
        ({1: 4.0}, None),
    ],
)
def test_the_pace_is_that_of_the_last_week_without_today(days: dict[int, float], expected: float | None) -> None:
    assert spending.forecast({MONDAY + n * DAY: cost for n, cost in days.items()}, MONDAY) == expected


@pytest.mark.parametrize(
    ("amount", "expected"), [(0.0, "$0.00"), (0.005, "$0.005"), (0.35, "$0.35"), (1.0, "$1.00"), (1234.5, "$1,234.50")]
)
def test_money_is_written_in_cents_where_they_are_fine_enough(amount: float, expected: str) -> None:
    assert spending.dollars(amount) == expected


def test_what_was_spent_is_told_of_its_own_day() -> None:
    spend = Spend(today=0.3, budget=1.0, day=MONDAY, forecast=0.45)

    assert spending.briefly(spend, NOON) == "$0.30 of $1.00 spent today"
    assert spending.briefly(spend, NOON + DAY) == "$0.00 of $1.00 spent today"
    assert spending.words(spend, NOON) == (
        "$0.30 spent today (UTC), of a budget of $1.00; at the pace of the last days a day costs $0.45."
    )
    first = Spend(today=0.3, budget=1.0, day=MONDAY)
    assert spending.words(first, NOON) == "$0.30 spent today (UTC), of a budget of $1.00."


def test_a_budget_is_used_up_until_midnight() -> None:
    spend = Spend(today=0.97, budget=1.0, day=MONDAY, used_up=True)

    assert spending.again(spend) == datetime(2026, 11, 24, tzinfo=UTC)
    assert spending.is_used_up(spend, NOON)
    assert not spending.is_used_up(spend, NOON + DAY)
    assert spending.briefly(spend, NOON) == "$0.97 of $1.00 spent today, not asked before 00:00 UTC"
    assert spending.words(spend, NOON) == (
        "On 23 Nov its budget of $1.00 is used up ($0.97 spent): "
        "it is not asked before the next day begins, at 00:00 UTC."
    )
