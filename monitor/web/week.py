"""A source's habit as a week of hours, for a picture made of a table. Pure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from typing import NamedTuple

from monitor.habits import Habit, expected

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
DEEPEST = 5

_WATCHED = 168.0  # hours, before there is a picture
_MONDAY = datetime(2024, 1, 8)  # noqa: DTZ001  # of a week in which no clock is set; its zone is the source's
_HOUR = timedelta(hours=1)


class Hour(NamedTuple):
    """Posts usual in one hour of the week, and how deep its colour is, 0 to DEEPEST."""

    expected: float
    depth: int


def week(habit: Habit, zone: tzinfo | None) -> list[tuple[str, list[Hour]]] | None:
    """Return the days with their hours, Monday first, on the source's own clock; None while too little is known."""
    if habit.hours < _WATCHED or not habit.posts:
        return None
    start = _MONDAY.replace(tzinfo=zone or UTC)
    usual = [_expected(habit, start + hour * _HOUR, zone or UTC) for hour in range(168)]
    most = max(usual)
    hours = [Hour(one, round(DEEPEST * (one / most) ** 0.5) if most else 0) for one in usual]
    return [(day, hours[24 * n : 24 * n + 24]) for n, day in enumerate(DAYS)]


def _expected(habit: Habit, moment: datetime, zone: tzinfo) -> float:
    at = moment.astimezone(UTC)
    return expected(habit, at, at + _HOUR, zone)
