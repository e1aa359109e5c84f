"""Intervals, cron expressions, and the next time something is due. Pure, but for the dice handed in."""

from __future__ import annotations

import random
import re
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cache
from typing import Annotated
from zoneinfo import available_timezones

from apscheduler.triggers.cron import CronTrigger
from pydantic import AfterValidator, BeforeValidator, WithJsonSchema

_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0, "w": 604800.0}
_PART = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|s|m|h|d|w)\s*")
_WHOLE = re.compile(rf"(?:{_PART.pattern})+")
_EXAMPLE = "a number of seconds or a text like 30s, 5m, 1h30m"

AUTO = "auto"  # a pace that follows how much a source publishes


def seconds(value: object) -> float:
    """Read `30s`, `5m`, `1h30m`, `2d` or a number of seconds. Raises ValueError with what would be right."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        total = float(max(min(value, 1e12), -1.0))  # an integer may be too large to be a float
    elif isinstance(value, str) and _WHOLE.fullmatch(value.strip()):
        total = sum(float(number) * _UNITS[unit] for number, unit in _PART.findall(value))
    else:
        raise ValueError(f"{value!r} is no length of time; wanted is {_EXAMPLE}")
    if not 0 <= total < 366 * 86400:
        raise ValueError(f"{value!r} is out of range; wanted is less than a year")
    return total


def words(seconds: float) -> str:
    """Return about how long that is, for people: `90` is `1.5m`, `119` is `2m`."""
    unit = next((one for one in ("d", "h", "m") if seconds >= _UNITS[one]), "s")
    count = seconds / _UNITS[unit]
    return f"{count:.2g}{unit}" if count < 9.5 else f"{count:.0f}{unit}"


def every(value: object) -> float | str:
    """Read an interval (as `seconds`), or `auto` or a cron expression of five fields, kept as text."""
    if value == AUTO:
        return AUTO
    if isinstance(value, str) and len(value.split()) == 5:
        try:
            CronTrigger.from_crontab(value, timezone=UTC)
        except ValueError as why:
            raise ValueError(f"{value!r} is no cron expression: {why}") from None
        return " ".join(value.split())
    try:
        return max(seconds(value), 1.0)
    except ValueError:
        raise ValueError(
            f"{value!r} is no interval; wanted is {_EXAMPLE}, `auto`, or a cron expression like '*/5 6-22 * * *'"
        ) from None


Duration = Annotated[
    float,
    BeforeValidator(seconds),
    WithJsonSchema({"type": ["string", "number"], "examples": ["30s", "5m", "24h"]}),
]
Every = Annotated[
    float | str,
    BeforeValidator(every),
    WithJsonSchema({"type": ["string", "number"], "examples": ["2m", "auto", "*/5 6-22 * * *"]}),
]


def _cron(value: str) -> str:
    if len(value.split()) != 5:
        raise ValueError(f"{value!r} is no cron expression; wanted is one like '0 8,18 * * *'")
    return str(every(value))


_zones = cache(available_timezones)  # it looks through hundreds of files at each call


def _zone(name: str) -> str:
    if name not in _zones():
        raise ValueError(f"no time zone {name!r}; a name like Asia/Yerevan or UTC is wanted")
    return name


Cron = Annotated[str, AfterValidator(_cron)]
TimeZone = Annotated[str, AfterValidator(_zone)]


def following(pace: float | str, now: datetime, *, zone: tzinfo = UTC, jitter: float | None = None) -> datetime:
    """Return when a source polled at `now` is due again.

    An interval gets up to a tenth of itself added (`jitter`, 0 to 1, says how much of that; None throws the dice),
    so that sources of one host drift apart. A cron expression is met exactly, in `zone`.
    """
    if isinstance(pace, str):
        return _next_of_cron(pace, now, zone)
    share = random.random() if jitter is None else jitter  # noqa: S311  # spreading, not secrecy
    return now + timedelta(seconds=pace * (1 + 0.1 * share))


def _next_of_cron(expression: str, now: datetime, zone: tzinfo) -> datetime:
    trigger = CronTrigger.from_crontab(expression, timezone=zone)
    # In the hour that autumn repeats, the trigger may name a moment that is past: ask again from a little later.
    for minutes in range(180):
        moment = trigger.get_next_fire_time(None, now + timedelta(minutes=minutes, seconds=1))
        if moment is None:
            break
        if moment > now:
            return datetime.fromtimestamp(moment.timestamp(), UTC)
    return now + timedelta(days=1)  # an expression that names no day, like 31 February, is asked again tomorrow


def backoff(attempt: int, *, first: float, ceiling: float, dice: float | None = None) -> float:
    """Return the seconds to wait after failure `attempt` (1, 2, …): doubling, capped, with a quarter's jitter."""
    share = random.random() if dice is None else dice  # noqa: S311  # spreading, not secrecy
    return float(min(first * 2.0 ** min(attempt - 1, 32), ceiling)) * (0.75 + 0.25 * share)
