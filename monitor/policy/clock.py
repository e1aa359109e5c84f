"""Moments and lengths of time, as people say them."""

from __future__ import annotations

from datetime import datetime, tzinfo

_UNITS = ((86_400, "day"), (3600, "hour"), (60, "minute"), (1, "second"))


def said(moment: datetime, zone: tzinfo, now: datetime) -> str:
    """Return the time of day in `zone`, with the day in front where it is not today: `14:10`, `17 Nov 07:00`."""
    local = moment.astimezone(zone)
    return f"{local:%H:%M}" if local.date() == now.astimezone(zone).date() else f"{local.day} {local:%b %H:%M}"


def length(seconds: float) -> str:
    """Return about how long that is, in its largest unit: `2 minutes`, `1 hour`; of the second unit if it is short.

    `90` minutes stay `90 minutes`: under two of a unit, the next smaller one is exact enough to be of use.
    """
    for size, unit in _UNITS:
        count = round(seconds / size)
        if seconds >= 2 * size or (seconds >= size and seconds % size == 0):
            return f"1 {unit}" if count == 1 else f"{count} {unit}s"
    return "a moment"
