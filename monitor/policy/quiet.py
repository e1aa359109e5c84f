"""Hours of peace, on the channel's own clock."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from monitor.policy.settings import DAYS, QuietConfig

_MINUTE, _DAY, _WEEK = timedelta(minutes=1), timedelta(days=1), timedelta(weeks=1)
_A_MONDAY = datetime(2024, 1, 1, tzinfo=UTC)


def until(quiet: Sequence[QuietConfig], zone: tzinfo, now: datetime) -> datetime | None:
    """Return when the peace ends that holds now, in UTC; None if none holds.

    Hours that meet or overlap are one. The clock on the wall decides: of an hour that is repeated in autumn both are
    quiet, and what begins or ends in one that is skipped in spring does so at the jump. Where peace never ends, it is
    said to last more than a week.
    """
    end = now.astimezone(UTC)
    while end - now <= _WEEK and (ends := [stop for start, stop in _hours(quiet, zone, end) if start <= end < stop]):
        end = max(ends)
    return end if end > now else None


def hold_everything(quiet: Sequence[QuietConfig]) -> bool:
    """Say whether these hours leave none over in a week, so that nothing but `critical` would ever be told."""
    end = until(quiet, UTC, _A_MONDAY)
    return end is not None and end - _A_MONDAY > _WEEK


def _hours(quiet: Sequence[QuietConfig], zone: tzinfo, now: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Yield begin and end of all hours of peace that may hold at a moment."""
    today = now.astimezone(zone).date()
    for one in quiet:
        first, last = _minutes(one.from_), _minutes(one.to)
        last += 0 if last > first else 1440
        for day in (today - 2 * _DAY, today - _DAY, today):
            if not one.days or DAYS[day.weekday()] in one.days:
                yield _instant(day, first, zone), _instant(day, last, zone, last=True)


def _minutes(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


def _instant(day: date, minutes: int, zone: tzinfo, *, last: bool = False) -> datetime:
    """Return when the clock of a zone shows so many minutes after a day's midnight: the first or the `last` time."""
    wall = datetime.combine(day, time()) + timedelta(minutes=minutes)
    first, second = sorted(wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if _wall(first, zone) == wall:
        return second if last else first
    while _wall(first, zone) < wall:  # it is skipped: look for the jump, at most some hours away
        first += _MINUTE
    return first


def _wall(moment: datetime, zone: tzinfo) -> datetime:
    return moment.astimezone(zone).replace(tzinfo=None)
