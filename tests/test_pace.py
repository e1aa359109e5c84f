from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from pydantic import TypeAdapter, ValidationError

from monitor import pace
from tests.make import NOON


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("30s", 30),
        ("5m", 300),
        ("1h30m", 5400),
        ("2d", 172800),
        (90, 90),
        ("250ms", 0.25),
        ("1.5h", 5400),
        ("1h 30m", 5400),
    ],
)
def test_lengths_of_time_as_people_write_them(written: object, seconds: float) -> None:
    assert pace.seconds(written) == seconds


@pytest.mark.parametrize("written", ["soon", "", "5", "-5m", "5 fortnights", True, None, -1, "400d", [], "1e9d"])
def test_what_is_no_length_of_time_is_told_with_what_would_be(written: object) -> None:
    with pytest.raises(ValueError, match="wanted is"):
        pace.seconds(written)


def test_an_interval_or_a_cron_expression() -> None:
    assert pace.every("2m") == 120.0
    assert pace.every("*/5  6-22 * * *") == "*/5 6-22 * * *"
    assert pace.every("200ms") == 1.0
    with pytest.raises(ValueError, match="no cron expression"):
        pace.every("61 * * * *")


@pytest.mark.parametrize("written", ["* * * *", "30s", "auto", "61 * * * *"])
def test_where_only_a_cron_expression_will_do_no_interval_is_proposed(written: str) -> None:
    with pytest.raises(ValidationError, match="is no cron expression") as told:
        TypeAdapter(pace.Cron).validate_python(written)
    assert "interval" not in str(told.value)


def test_an_interval_gets_at_most_a_tenth_of_itself_added() -> None:
    assert pace.following(100.0, NOON, jitter=0.0) == NOON + timedelta(seconds=100)
    assert pace.following(100.0, NOON, jitter=1.0) == NOON + timedelta(seconds=110)
    assert NOON + timedelta(seconds=100) <= pace.following(100.0, NOON) <= NOON + timedelta(seconds=110)


def test_cron_goes_by_the_sources_clock() -> None:
    yerevan = ZoneInfo("Asia/Yerevan")

    assert pace.following("0 9 * * *", NOON, zone=yerevan) == datetime(2021, 11, 17, 5, 0, tzinfo=UTC)


@pytest.mark.parametrize("day", [datetime(2021, 3, 28, tzinfo=UTC), datetime(2021, 10, 31, tzinfo=UTC)])
def test_cron_keeps_going_over_a_change_of_summer_time(day: datetime) -> None:
    berlin, moment = ZoneInfo("Europe/Berlin"), day
    for _ in range(60):
        following = pace.following("*/30 * * * *", moment, zone=berlin)
        assert timedelta(0) < following - moment <= timedelta(minutes=90)
        moment = following


def test_patience_doubles_up_to_its_ceiling() -> None:
    waits = [pace.backoff(n, first=2.0, ceiling=60.0, dice=1.0) for n in range(1, 8)]

    assert waits == [2, 4, 8, 16, 32, 60, 60]
    assert pace.backoff(10**6, first=2.0, ceiling=60.0, dice=0.0) == 45.0


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0.25, "0.25s"),
        (59, "59s"),
        (90, "1.5m"),
        (119.4, "2m"),
        (900, "15m"),
        (12345, "3.4h"),
        (86400, "1d"),
        (2e7, "231d"),
    ],
)
def test_lengths_of_time_are_told_as_people_say_them(seconds: float, said: str) -> None:
    assert pace.words(seconds) == said
