from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from monitor.web import clocks

NOW = datetime(2021, 11, 16, 14, 2, 5, tzinfo=UTC)


def test_a_moment_is_told_in_utc_and_by_the_publishers_clock() -> None:
    assert clocks.utc(NOW) == "2021-11-16 14:02:05 UTC"
    assert clocks.there(NOW, "Asia/Yerevan") == "2021-11-16 18:02:05 +04:00"
    assert clocks.there(NOW, "America/St_Johns") == "2021-11-16 10:32:05 -03:30"
    assert clocks.machine(NOW) == "2021-11-16T14:02:05Z"


@pytest.mark.parametrize("zone", [None, "UTC", "Europe/London"])
def test_a_clock_that_shows_utc_is_not_told_twice(zone: str | None) -> None:
    assert clocks.there(NOW, zone) is None


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"),
        (59.4, "59 s"),
        (60, "1 min"),
        (3599, "59 min"),
        (3600, "1 h"),
        (7500, "2 h 5 min"),
        (86400, "1 day"),
        (90000, "1 day 1 h"),
        (400000, "4 days"),
        (-30, "30 s"),
    ],
)
def test_lengths_of_time(seconds: float, words: str) -> None:
    assert clocks.span(seconds) == words


@pytest.mark.parametrize(
    ("passed", "words"),
    [(0.2, "now"), (20, "20 s ago"), (-20, "in 20 s"), (7200, "2 h ago"), (40 * 86400, "7 Oct 2021")],
)
def test_how_long_ago(passed: float, words: str) -> None:
    assert clocks.ago(NOW - timedelta(seconds=passed), NOW) == words


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (0.4, "0 s"),
        (45, "45 s"),
        (60, "1 min"),
        (74, "1 min 14 s"),
        (450, "7 min 30 s"),
        (3600, "1 h"),
        (7500, "2 h 5 min"),
    ],
)
def test_a_length_that_was_set_is_told_to_the_second(seconds: float, told: str) -> None:
    assert clocks.exactly(seconds) == told


def test_the_time_of_day_is_utc() -> None:
    assert clocks.clock(datetime(2021, 11, 16, 16, 2, 5, tzinfo=timezone(timedelta(hours=4)))) == "12:02:05"
