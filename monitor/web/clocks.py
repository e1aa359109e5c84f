"""Times and lengths of time as people read them. Pure."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

_LONG_AGO = 14 * 86400.0  # seconds


def minute(moment: datetime) -> str:
    """Return `14:02`, in UTC."""
    return moment.astimezone(UTC).strftime("%H:%M")


def clock(moment: datetime) -> str:
    """Return `14:02:05`, in UTC."""
    return moment.astimezone(UTC).strftime("%H:%M:%S")


def day(moment: datetime) -> str:
    """Return `16 Nov 2021`, in UTC."""
    return moment.astimezone(UTC).strftime("%-d %b %Y")


def short_day(moment: date) -> str:
    """Return `16 Nov`."""
    return moment.strftime("%-d %b")


def utc(moment: datetime) -> str:
    """Return `2021-11-16 14:02:05 UTC`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def machine(moment: datetime) -> str:
    """Return RFC 3339 with `Z`, for `<time datetime>`."""
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def there(moment: datetime, zone: str | None) -> str | None:
    """Return the time by the publisher's clock, `2021-11-16 18:02:05 +04:00`; None where that says nothing new."""
    if zone is None:
        return None
    local = moment.astimezone(ZoneInfo(zone))
    if not local.utcoffset():
        return None
    offset = local.strftime("%z")
    return f"{local:%Y-%m-%d %H:%M:%S} {offset[:3]}:{offset[3:]}"


def span(seconds: float) -> str:
    """Return a length in one unit or two: `8 s`, `3 min`, `2 h 5 min`, `4 days`."""
    whole = round(abs(seconds))
    if whole < 60:
        return f"{whole} s"
    minutes, hours, days = whole // 60, whole // 3600, whole // 86400
    if hours < 1:
        return f"{minutes} min"
    if days < 1:
        return f"{hours} h {minutes % 60} min" if minutes % 60 else f"{hours} h"
    if days == 1:
        return f"1 day {hours % 24} h" if hours % 24 else "1 day"
    return f"{days} days"


def exactly(seconds: float) -> str:
    """Return a length that was set or measured, to the second below an hour: `45 s`, `7 min 30 s`, `2 h 5 min`."""
    whole = round(abs(seconds))
    return f"{whole // 60} min {whole % 60} s" if 60 < whole < 3600 and whole % 60 else span(whole)


def ago(moment: datetime, now: datetime) -> str:
    """Return `3 min ago`, `in 20 s`, `now`, or the day where that says more."""
    seconds = (now - moment).total_seconds()
    if abs(seconds) > _LONG_AGO:
        return day(moment)
    if abs(seconds) < 0.5:
        return "now"
    return f"{span(seconds)} ago" if seconds > 0 else f"in {span(seconds)}"
