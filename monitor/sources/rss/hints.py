"""How often a feed asks to be read: RSS 2.0's `ttl`, `skipHours` and `skipDays`, and the syndication module of RSS 1.0.

Only wishes that make sense are kept: nothing negative, nothing of no length, no word where a number belongs, and no
week without a day or day without an hour in which to ask. `sy:updateBase` is left out: it says from which moment the
periods count, which those who write it copy from the specification, and whoever asks more often than once a period
need not know. Atom and JSON Feed have no such wishes of their own; JSON Feed's `hubs` are for being told, not asking.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from monitor.model import Hints

LONGEST = 31 * 86400.0  # seconds; longer wishes are cut to it
SHORTEST = 1.0

_PERIODS = {"hourly": 3600.0, "daily": 86400.0, "weekly": 7 * 86400.0, "monthly": 30 * 86400.0, "yearly": 365 * 86400.0}
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_NUMBER = re.compile(r"[0-9]{1,100}(?:\.[0-9]{1,20})?")


def read(feed: Mapping[str, Any], hours: Iterable[str], days: Iterable[str]) -> Hints:
    """Return what a feed asks for. `feed`: its own fields by feedparser's names; hours, days: as written."""
    return Hints(
        ttl=_within(_number(feed.get("ttl")) * 60),
        period=_period(feed.get("sy_updateperiod"), feed.get("sy_updatefrequency")),
        skip_hours=_some((int(_number(hour) % 24) for hour in hours if 0 <= _number(hour, -1.0) <= 24), 24),
        skip_days=_some((_DAYS.index(day) for day in map(_word, days) if day in _DAYS), 7),
    )


def _period(period: object, frequency: object) -> float | None:
    """The module says: daily where only the frequency is given, once where only the period is."""
    if not _word(period) and not _number(frequency):
        return None
    return _within(_PERIODS.get(_word(period) or "daily", 0.0) / (_number(frequency) or 1.0))


def _within(seconds: float) -> float | None:
    return min(max(seconds, SHORTEST), LONGEST) if seconds > 0 else None


def _some(parts: Iterable[int], all_of_them: int) -> tuple[int, ...]:
    """Return the parts in order; none if they are all there are, for then nobody could ever ask."""
    found = tuple(sorted(set(parts)))
    return found if len(found) < all_of_them else ()


def _number(value: object, otherwise: float = 0.0) -> float:
    written = value.strip() if isinstance(value, str) else ""
    return float(written) if _NUMBER.fullmatch(written) else otherwise


def _word(value: object) -> str:
    return value.strip().casefold() if isinstance(value, str) else ""
