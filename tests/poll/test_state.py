from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest

from monitor.errors import Blocked, MonitorError, Rejected, Resting, Unauthorized, Unreachable, Unreadable
from monitor.model import Batch, Health, SourceState, Spend
from monitor.poll import state
from tests.make import NOON

NEVER = SourceState(id="a")
WELL = SourceState(id="a", health="healthy", answered=NOON, posts=3)


def after(before: SourceState, *errors: MonitorError, apart: timedelta = timedelta(minutes=1)) -> SourceState:
    for number, error in enumerate(errors):
        before = state.failed(before, error, NOON + number * apart)
    return before


@pytest.mark.parametrize(
    ("before", "errors", "health"),
    [
        (WELL, [Unreachable("away")], "failing"),
        (WELL, [Unauthorized("no")], "failing"),
        (WELL, [Rejected("gone", status=410)], "gone"),
        (WELL, [Blocked("a bot wall")], "blocked"),
        (WELL, [Unreadable("an HTML page came")], "failing"),
        (WELL, [Unreadable("an HTML page came")] * 3, "changed"),
        (NEVER, [Unreadable("an HTML page came")] * 5, "failing"),
        (WELL, [Unreadable("x"), Unreadable("x"), Unreachable("away")], "failing"),
        (WELL, [Unreachable("no", status=404)] * 7, "failing"),
    ],
)
def test_what_a_failure_makes_of_a_source(before: SourceState, errors: list[MonitorError], health: Health) -> None:
    assert after(before, *errors).health == health


def test_a_page_not_found_is_a_slip_for_a_week_and_then_it_is_gone() -> None:
    missing = Unreachable("no", status=404)

    assert after(WELL, *[missing] * 7, apart=timedelta(days=1)).health == "failing"
    assert after(WELL, *[missing] * 8, apart=timedelta(days=1)).health == "gone"


def test_a_failure_is_counted_and_its_begin_remembered() -> None:
    failing = after(WELL, Unreachable("one"), Unreachable("two"))

    assert (failing.failures, failing.failing, failing.since) == (2, NOON, NOON)
    assert (failing.error, failing.error_kind, failing.answered) == ("two", "unreachable", NOON)


def test_who_was_not_asked_for_anothers_sake_is_as_well_as_before_for_an_hour() -> None:
    resting = Resting("its host wants to be left alone", retry_after=900)
    ailing = after(WELL, Unreachable("one"))

    assert after(WELL, resting) == WELL
    assert after(ailing, resting) == ailing
    assert after(NEVER, resting).health == "failing"
    assert state.failed(WELL, resting, NOON + timedelta(minutes=61)).health == "failing"


def test_an_answer_ends_it() -> None:
    later = NOON + timedelta(hours=1)

    well = state.answered(after(WELL, Unreachable("one")), Batch(), Counter(), later)

    assert (well.health, well.failures, well.failing, well.error, well.since) == ("healthy", 0, None, None, later)


def test_not_modified_proves_nothing_about_a_parser_that_fails() -> None:
    def health(before: SourceState, batch: Batch) -> Health:
        return state.answered(before, batch, Counter(), NOON).health

    broken, away = after(WELL, Unreadable("cut XML")), after(WELL, Unreachable("refused"))

    assert health(broken, Batch(unchanged=True)) == "failing"
    assert health(away, Batch(unchanged=True)) == "healthy"
    assert health(broken, Batch()) == "healthy"
    assert health(broken, Batch(unchanged=True, status=200, size=9)) == "healthy", (
        "the very bytes that were read before"
    )


@pytest.mark.parametrize(
    ("before", "counts", "moved_too_far"),
    [
        (WELL, Counter(new=5), True),
        (WELL, Counter(new=4, known=1), False),
        (WELL, Counter(new=4, version=1), False),
        (WELL, Counter(), False),
        (NEVER, Counter(new=5), False),
    ],
)
def test_a_window_without_anything_known_has_moved_too_far(
    before: SourceState, counts: Counter[str], moved_too_far: bool
) -> None:
    assert state.overrun(before, counts) is moved_too_far


def test_what_was_spent_is_kept_and_who_was_not_asked_for_want_of_money_stays_as_he_was() -> None:
    later, spend = NOON + timedelta(hours=1), Spend(today=0.97, budget=1.0, day=NOON.date(), used_up=True)
    poor = state.answered(WELL, Batch(status=200, spend=spend), Counter(), later)
    ailing = after(poor, Unreachable("one"))

    assert (poor.spend, poor.answered) == (spend, later)
    assert ailing.spend == spend
    assert state.answered(poor, Batch(unchanged=True, spend=spend), Counter(), later + timedelta(hours=1)) == poor
    assert state.answered(ailing, Batch(unchanged=True, spend=spend), Counter(), later).health == "failing"
