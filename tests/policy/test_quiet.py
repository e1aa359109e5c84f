from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from monitor.policy import quiet
from monitor.policy.settings import QuietConfig

BERLIN, YEREVAN = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Yerevan")


def hours(*ranges: str) -> list[QuietConfig]:
    """Read `22:00-07:00 fri,sat`."""
    found = []
    for one in ranges:
        clocks, _, days = one.partition(" ")
        begin, end = clocks.split("-")
        found.append(QuietConfig.model_validate({"from": begin, "to": end, "days": days.split(",") if days else []}))
    return found


def at(written: str) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "end"),
    [
        ("2021-11-16 17:59", None),
        ("2021-11-16 18:00", "2021-11-17 03:00"),
        ("2021-11-17 02:59", "2021-11-17 03:00"),
        ("2021-11-17 03:00", None),
    ],
)
def test_a_night_in_yerevan(now: str, end: str | None) -> None:
    assert quiet.until(hours("22:00-07:00"), YEREVAN, at(now)) == (at(end) if end else None)


@pytest.mark.parametrize(
    ("ranges", "now", "end"),
    [
        (["22:00-24:00", "24:00-07:00"], "2021-11-16 23:00", "2021-11-17 07:00"),
        (["24:00-07:00"], "2021-11-16 03:00", "2021-11-16 07:00"),
        (["22:00-02:00", "01:00-07:00"], "2021-11-16 23:00", "2021-11-17 07:00"),
        (["07:00-07:00 sat,sun"], "2021-11-20 08:00", "2021-11-22 07:00"),
        (["22:00-07:00 fri"], "2021-11-20 03:00", "2021-11-20 07:00"),
        (["22:00-07:00 sat"], "2021-11-20 03:00", None),
    ],
)
def test_hours_join_and_days_are_those_on_which_they_begin(ranges: list[str], now: str, end: str | None) -> None:
    assert quiet.until(hours(*ranges), UTC, at(now)) == (at(end) if end else None)


@pytest.mark.parametrize(
    ("ranges", "now", "end"),
    [
        ("22:00-07:00", "2022-03-26 21:00", "2022-03-27 05:00"),  # spring: an hour less
        ("22:00-07:00", "2021-10-30 20:00", "2021-10-31 06:00"),  # autumn: an hour more
        ("00:00-02:30", "2022-03-27 00:30", "2022-03-27 01:00"),  # ends in the skipped hour: at the jump
        ("02:30-04:00", "2022-03-27 01:00", "2022-03-27 02:00"),  # begins in it
        ("02:10-02:50", "2022-03-27 01:00", None),  # lies in it: it never shows on the clock
        ("00:00-02:30", "2021-10-31 01:10", "2021-10-31 01:30"),  # ends in the repeated hour: the second time
        ("02:30-04:00", "2021-10-31 00:30", "2021-10-31 03:00"),  # begins in it: the first time
    ],
)
def test_the_clock_on_the_wall_decides_when_it_is_moved(ranges: str, now: str, end: str | None) -> None:
    assert quiet.until(hours(ranges), BERLIN, at(now)) == (at(end) if end else None)


@pytest.mark.parametrize(
    ("ranges", "everything"),
    [
        ([], False),
        (["00:00-24:00"], True),
        (["09:00-09:00"], True),
        (["22:00-07:00", "07:00-22:00"], True),
        (["22:00-07:00", "07:00-21:59"], False),
        (["00:00-24:00 mon,tue,wed,thu,fri,sat"], False),
        (["00:00-24:00 mon,tue,wed,thu,fri", "24:00-24:00 fri,sat"], True),
    ],
)
def test_hours_that_leave_none_over(ranges: list[str], everything: bool) -> None:
    assert quiet.hold_everything(hours(*ranges)) is everything
