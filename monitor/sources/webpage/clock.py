"""Dates in a form the operator names: `%d.%m.%Y %H:%M`, with month names in five languages. Pure.

Only what a date needs is known of strptime's signs. The pieces are put into a form that `dates` reads, so there is one
place that knows month names and zones; Python's own strptime knows those of one language only.
"""

from __future__ import annotations

import re
from datetime import datetime, tzinfo
from functools import lru_cache
from typing import Annotated

from pydantic import AfterValidator

from monitor import dates

_SIGNS = {
    "%d": r"(?P<day>\d{1,2})",
    "%m": r"(?P<number>\d{1,2})",
    "%B": r"(?P<name>[^\W\d_]{3,12})\.?",
    "%Y": r"(?P<year>\d{4})",
    "%y": r"(?P<short>\d{2})",
    "%H": r"(?P<hour>\d{1,2})",
    "%I": r"(?P<hour>\d{1,2})",
    "%M": r"(?P<minute>\d{2})",
    "%S": r"(?P<second>\d{2})",
    "%p": r"(?P<half>[AaPp]\.?[Mm]\.?)",
    "%z": r"(?P<offset>[+-]\d{2}:?\d{2}|Z)",
    "%%": "%",
}
_SIGNS["%b"] = _SIGNS["%B"]
_PIECE = re.compile(r"%.|\s+|[^%\s]+|%$")
_LONGEST = 1000


def _known(form: str) -> str:
    found = _pattern(form).groupindex.keys()
    if not ("day" in found and found & {"number", "name"} and found & {"year", "short"}):
        raise ValueError(
            f"{form!r} names no whole date; wanted are a day, a month and a year, such as '%d.%m.%Y %H:%M'"
        )
    return form


@lru_cache(maxsize=256)
def _pattern(form: str) -> re.Pattern[str]:
    pieces = []
    for piece in _PIECE.findall(form):
        if piece.startswith("%") and piece not in _SIGNS:
            raise ValueError(f"{piece!r} in {form!r} is not known; these are: {' '.join(sorted(_SIGNS))}")
        pieces.append(_SIGNS.get(piece) or (r"\s+" if piece.isspace() else re.escape(piece)))
    try:
        return re.compile(rf"(?<!\d){''.join(pieces)}(?!\d)")
    except re.error:
        raise ValueError(f"{form!r} names the same part twice") from None


DateFormat = Annotated[str, AfterValidator(_known)]


def parse(text: str, form: str | None, zone: tzinfo | None) -> datetime | None:
    """Return the moment a text names in this form, in UTC; None if it names none. Without a form see `dates.parse`."""
    if form is None:
        return dates.parse(text, zone)
    found = _pattern(form).search(" ".join(text[:_LONGEST].split()))
    if not found:
        return None
    part = {name: value for name, value in found.groupdict().items() if value}
    year = part.get("year") or f"20{part['short']}"
    day = f"{part['day']} {part['name']} {year}" if "name" in part else f"{year}-{part['number']}-{part['day']}"
    if "hour" not in part:
        return dates.parse(day, zone)
    time = f"{part['hour']}:{part.get('minute', '00')}:{part.get('second', '00')}"
    return dates.parse(f"{day} {time} {part.get('half', '')} {part.get('offset', '')}", zone)
