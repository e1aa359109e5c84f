from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from monitor import habits
from monitor.habits import Habit
from monitor.web.week import DAYS, DEEPEST, week

MONDAY = datetime(2021, 11, 1, tzinfo=UTC)


def learned(weeks: int, zone: ZoneInfo) -> Habit:
    """The habit of a source with three posts each Tuesday at nine on its own clock, and else none."""
    habit = Habit()
    for hour in range(168 * weeks):
        start = MONDAY + timedelta(hours=hour)
        local = start.astimezone(zone)
        posts = [start + timedelta(minutes=n) for n in (10, 20, 30)] if (local.weekday(), local.hour) == (1, 9) else []
        habit = habits.observed(habit, start, start + timedelta(hours=1), posts, zone)
    return habit


@pytest.mark.parametrize("zone", ["UTC", "Asia/Yerevan", "America/New_York"])
def test_the_hour_in_which_it_publishes_is_the_deepest_on_its_own_clock(zone: str) -> None:
    found = week(learned(4, ZoneInfo(zone)), ZoneInfo(zone))

    assert found is not None
    assert [day for day, _ in found] == list(DAYS)
    assert all(len(hours) == 24 for _, hours in found)
    deepest = {(day, n) for day, hours in found for n, hour in enumerate(hours) if hour.depth == DEEPEST}
    assert deepest == {("Tue", 9)}
    assert found[1][1][9].expected > 1 > found[5][1][3].expected
    assert found[5][1][3].depth < 2


def test_there_is_no_picture_of_what_is_not_known_yet() -> None:
    assert week(Habit(), None) is None
    assert week(learned(1, ZoneInfo("UTC")), None) is None
    assert week(Habit.read("garbage"), None) is None
