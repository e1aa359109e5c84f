"""For how long an HTTP answer is fresh, as a private cache reads it (RFC 9111). Pure.

The monitor keeps no cache: it takes freshness as the publisher's word on how soon asking again could bring anything.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from monitor.fetch.answer import http_date

A_DAY = 86400.0

_DIRECTIVE = re.compile(r'(?:[^,"]|"(?:[^"\\]|\\.)*"?)+')  # up to the next comma that stands outside of quotes
_ESCAPED = re.compile(r"\\(.)")
_SECONDS = re.compile(r"[0-9]+")


def lifetime(headers: Mapping[str, str], now: datetime) -> float | None:
    """Return the seconds for which an answer received `now` stays fresh, a day at most; None if it does not say.

    `headers` have lower-case names, repeated ones joined by a comma; of repeated values the first counts (4.2.1).

    `no-store` and a plain `no-cache` mean 0; then `max-age` rules (5.3), then `Expires`, of which anything that is no
    date means "already expired" (5.3). `s-maxage` is for shared caches and not for us. A `max-age` that is no number
    says nothing at all. `must-revalidate` speaks of what is no longer fresh, so it counts (as 0) only where nothing
    else is said. What other caches have already used up (`Age`, `Date`) is taken off (4.2.3).
    """
    said = _directives(headers.get("cache-control", ""))
    if any(name == "no-store" or (name, value) == ("no-cache", "") for name, value in said):
        return 0.0
    first = dict(reversed(said))
    if "max-age" in first:
        whole = _seconds(first["max-age"])
        return None if whole is None else _capped(whole - _age(headers, now))
    if "expires" in headers:
        expires = http_date(headers["expires"])
        since = http_date(headers.get("date", "")) or now
        return _capped((expires - since).total_seconds() - _age(headers, now)) if expires else 0.0
    return 0.0 if "must-revalidate" in first else None


def _directives(value: str) -> list[tuple[str, str]]:
    """Return what a `Cache-Control` holds, in order: names in lower case, arguments without quotes (5.2)."""
    pairs = (directive.strip().partition("=") for directive in _DIRECTIVE.findall(value))
    return [(name.lower(), _unquoted(argument)) for name, _, argument in pairs]


def _unquoted(argument: str) -> str:
    if len(argument) > 1 and argument[0] == argument[-1] == '"':
        return _ESCAPED.sub(r"\1", argument[1:-1])
    return argument


def _age(headers: Mapping[str, str], now: datetime) -> float:
    """Return how old the answer already was when it came (4.2.3); an `Age` that is no number is overlooked (5.1)."""
    told = _seconds(headers.get("age", "").partition(",")[0].strip())
    made = http_date(headers.get("date", ""))
    return max(told or 0.0, (now - made).total_seconds() if made else 0.0)


def _seconds(value: str) -> float | None:
    """Read whole seconds; a number too large to matter is a large one (1.2.2)."""
    if not _SECONDS.fullmatch(value):
        return None
    return float(value) if len(value) < 11 else float(2**31)


def _capped(seconds: float) -> float:
    return min(max(seconds, 0.0), A_DAY)
