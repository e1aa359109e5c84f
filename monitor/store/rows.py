"""Two records of which every source has some, in bytes of our own, for that is smaller than packed JSON. Pure.

A poll is a row of numbers: what its JSON says beside them is the same in all. Of a bookmark one long Base64 in its
cursor, which no dictionary makes shorter, lies as the bytes that it means, beside the rest. What does not fit into
these forms stays JSON.
"""

from __future__ import annotations

import base64
import struct
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple, TypeVar

from monitor.model import Bookmark, PollRecord, changed

B = TypeVar("B", bound=Bookmark)

# at, µs since 1970 · next, µs after it · seconds · status, 0 for none · size · new · versions · repeats · known ·
# outcome, its place in _OUTCOMES. Behind it, where there is any: an outcome by its name, a line feed and why.
_ROW = struct.Struct(">qqdHIHHHHB")
_OUTCOMES = ("", "unchanged", "new")  # "": it stands behind the row. One may be added at the end, none ever moved
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

_HEAD = struct.Struct(">BI")  # how long the name of the member and its bytes are; both follow, then the rest's record
_LONG = 100  # letters of Base64 from which on bytes pay


def polled(record: PollRecord) -> bytes:
    """Return the record of a poll as a row, b"" if it does not fit into one."""
    if record.status == 0 or "\n" in record.outcome:
        return b""
    known = record.outcome in _OUTCOMES[1:]
    numbers = record.status or 0, record.size, record.new, record.versions, record.repeats, record.known
    at, following = (record.at - _EPOCH) // _MICROSECOND, (record.next - record.at) // _MICROSECOND
    try:
        row = _ROW.pack(at, following, record.seconds, *numbers, _OUTCOMES.index(record.outcome) if known else 0)
    except struct.error:
        return b""
    words = ("" if known else record.outcome) + ("" if record.why is None else f"\n{record.why}")
    return row + words.encode()


def fields(row: bytes) -> dict[str, Any]:
    """Return the fields of the record of which `polled` made a row. Raises ValueError for anything else."""
    try:
        at, following, seconds, status, *counts, outcome = _ROW.unpack_from(row)
        began = _EPOCH + at * _MICROSECOND
        name, broken, why = row[_ROW.size :].decode().partition("\n")
        return {
            "at": began,
            "next": began + following * _MICROSECOND,
            "seconds": seconds,
            "status": status or None,
            "outcome": _OUTCOMES[outcome] or name,
            "why": why if broken else None,
            **dict(zip(("size", "new", "versions", "repeats", "known"), counts, strict=True)),
        }
    except (struct.error, OverflowError, IndexError) as error:
        raise ValueError(f"it is no row of a poll: {error}") from error


class Beside(NamedTuple):
    """What lies as bytes beside a bookmark: the Base64 at the end of a member of its cursor. "" where nothing does."""

    name: str = ""
    raw: bytes = b""


def apart(bookmark: Bookmark) -> tuple[Bookmark, Beside]:
    """Take out of a bookmark what lies better as bytes. `whole` puts it together again, letter for letter."""
    for name, text in bookmark.cursor.items():
        head, colon, tail = text.rpartition(":")
        if name and len(name) < 64 and (raw := _meant(tail)):
            return changed(bookmark, cursor={**bookmark.cursor, name: head + colon}), Beside(name, raw)
    return bookmark, Beside()


def _meant(text: str) -> bytes:
    """Return the bytes that a long text of Base64 stands for; none if it is not just what they are written as."""
    if len(text) < _LONG:
        return b""
    try:
        raw = base64.b64decode(text, validate=True)
    except ValueError:
        return b""
    return raw if base64.b64encode(raw).decode() == text else b""


def both(rest: bytes, beside: Beside) -> bytes:
    """Put the record of a bookmark's rest and what lies beside it into one."""
    name = beside.name.encode()
    return _HEAD.pack(len(name), len(beside.raw)) + name + beside.raw + rest


def parts(both: bytes) -> tuple[bytes, Beside]:
    """Return what was put into one. Raises ValueError for anything else."""
    try:
        named, long = _HEAD.unpack_from(both)
    except struct.error as error:
        raise ValueError(f"it is no bookmark in two parts: {error}") from error
    raw, rest = _HEAD.size + named, _HEAD.size + named + long
    return both[rest:], Beside(both[_HEAD.size : raw].decode(), both[raw:rest])


def whole(rest: B, beside: Beside) -> B:
    """Return a bookmark as it was before it was taken apart."""
    if not beside.name:
        return rest
    text = rest.cursor.get(beside.name, "") + base64.b64encode(beside.raw).decode()
    return changed(rest, cursor={**rest.cursor, beside.name: text})
