from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest

from monitor.errors import Blocked, MonitorError, Rejected, Unreachable, Unreadable
from monitor.model import Batch, SourceState, Spend, changed
from monitor.poll import notify, state
from tests.make import NOON
from tests.poll.ministry import settings

WELL = SourceState(id="a", health="healthy", answered=NOON, posts=3)
MINUTE = timedelta(minutes=1)


def told(*errors: MonitorError | None, apart: timedelta = 3 * MINUTE, cut_off: bool = False) -> list[str | None]:
    """Return what is told after each poll of a source that was well; None in `errors` is an answer."""
    found: list[str | None] = []
    before = WELL
    for number, error in enumerate(errors):
        now = NOON + number * apart
        after = state.failed(before, error, now) if error else state.answered(before, Batch(), Counter(), now)
        news = notify.all_news(settings(), before, after, now, cut_off=cut_off)
        found.append(news[0].what if news else None)
        before = changed(after, noticed=notify.noticed(before, news))
    return found


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (Unreachable("away"), [None, None, "failing", None, None]),
        (Blocked("a wall"), [None, None, "blocked", None, None]),
        (Rejected("gone", status=410), ["gone", None, None, None, None]),
        (Unreadable("HTML"), [None, None, "changed", None, None]),
    ],
)
def test_each_trouble_is_told_once_and_weather_not_at_all(error: MonitorError, expected: list[str | None]) -> None:
    assert told(*[error] * 5) == expected


def test_three_quick_failures_are_still_weather() -> None:
    assert told(*[Unreachable("away")] * 5, apart=timedelta(seconds=10)) == [None] * 5


def test_when_we_reach_nobody_no_source_is_blamed() -> None:
    assert told(*[Unreachable("away")] * 5, cut_off=True) == [None] * 5
    assert told(*[Rejected("gone", status=410)] * 2, cut_off=True) == ["gone", None]


def test_recovery_is_told_once_and_only_if_the_trouble_was() -> None:
    away = Unreachable("away")

    assert told(away, None, away, None) == [None] * 4
    assert told(away, away, away, None, None, None, None) == [None, None, "failing", None, None, "recovered", None]


def test_a_source_that_comes_and_goes_is_told_once() -> None:
    away = Unreachable("away")

    assert told(*[away] * 3, *[None, *[away] * 3] * 5) == [None, None, "failing", *[None] * 20]


def test_another_trouble_is_told_again() -> None:
    away = Unreachable("away")

    assert told(away, away, away, Rejected("gone", status=410), away) == [None, None, "failing", "gone", "failing"]


def test_silence_and_its_end_are_told_in_words_with_figures() -> None:
    late = changed(WELL, health="late", silence="usually about 14 posts in these 26 hours; none since 09:10")
    silent = notify.health(WELL, late, NOON)
    speaking = notify.health(changed(late, noticed="silent"), WELL, NOON)

    assert silent
    assert silent.what == "silent"
    assert silent.text.startswith("Usually about 14 posts in these 26 hours; none since 09:10. It answers")
    assert speaking
    assert speaking.what == "speaking"
    assert notify.health(changed(late, noticed="silent"), late, NOON) is None


def test_a_gap_is_told_once_a_day_at_most() -> None:
    first = changed(WELL, gap=NOON)

    assert notify.gap(WELL, WELL) is None
    assert (news := notify.gap(WELL, first))
    assert news.what == "gap"
    assert notify.gap(first, changed(first, gap=NOON + timedelta(hours=11))) is None
    assert notify.gap(first, changed(first, gap=NOON + timedelta(hours=24)))


def test_a_burst_and_a_slow_source_are_told_as_they_begin_and_end() -> None:
    loud = changed(WELL, burst="12 posts in the last hour, usually about 1")
    slow = changed(WELL, slow=NOON, delay="5 of the last 20 posts were seen later than 2 minutes")

    assert [n.what for n in notify.others(WELL, loud, NOON, slo=None)] == ["burst"]
    assert notify.others(loud, loud, NOON, slo=None) == []
    assert [n.what for n in notify.others(loud, WELL, NOON, slo=None)] == ["calm"]
    assert [n.what for n in notify.others(WELL, slow, NOON, slo=120.0)] == ["slow"]
    assert [n.what for n in notify.others(slow, WELL, NOON, slo=120.0)] == ["punctual"]


def test_a_move_is_told_with_the_new_address() -> None:
    moved = changed(WELL, moved="https://new.example.org/feed")

    [news] = notify.others(WELL, moved, NOON, slo=None)

    assert news.what == "moved"
    assert "https://new.example.org/feed" in news.text


def test_a_window_that_is_always_too_small_is_told_every_day() -> None:
    before, days = WELL, []
    for hours in range(0, 72, 6):
        after = changed(before, gap=NOON + timedelta(hours=hours))
        days += [hours // 24] if notify.gap(before, after) else []
        before = after

    assert len(days) == 4, "once on each day of the calendar"


def test_a_target_that_was_taken_away_is_no_news() -> None:
    slow = changed(WELL, slow=NOON, delay="5 of the last 20 posts were seen later than 2 minutes")

    assert notify.others(slow, WELL, NOON, slo=None) == []


def test_a_budget_that_is_used_up_is_told_once_a_day() -> None:
    def spent(days: int = 0, *, used_up: bool = True) -> SourceState:
        day = NOON.date() + timedelta(days=days)
        return changed(WELL, spend=Spend(today=0.97, budget=1.0, day=day, used_up=used_up))

    first = notify.budget(spent(used_up=False), spent(), NOON)
    assert first
    assert (first.what, first.since) == ("budget", NOON)
    assert first.text.endswith("If that is too late, raise `budget` for the days to come.")
    assert notify.budget(WELL, spent(), NOON) == first
    assert notify.budget(spent(), spent(), NOON) is None
    assert notify.budget(spent(-1), spent(), NOON)
    assert notify.budget(spent(), spent(1, used_up=False), NOON + timedelta(days=1)) is None
    assert notify.all_news(settings(), WELL, spent(), NOON, cut_off=False) == (first,)
