"""How a record lies in the store: packed, with a dictionary that is never changed.

The first byte is the number of a dictionary. Behind it is a Zstandard frame (RFC 8878) without its magic number, in
which the record's JSON lies. A record that begins with `{` is that JSON itself: so they were written before there were
dictionaries, and so they are read for ever. The dictionaries lie beside this file as `words/<number>`: a better one
gets the next number and is what is written with from then on; all before it stay. `benchmarks/records.py` makes one.
One that begins with 0 has no frame around it: a poll as a row, or a bookmark in two parts, see `rows`.

Of a verdict the words that stand in its post are left out, and put back when it is read.
"""

from __future__ import annotations

import threading
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import TypeVar

import structlog
import zstandard

from monitor.model import Alert, Bookmark, PollRecord, Post, Value, Verdict, changed, decode, encode, spare
from monitor.store import quotes, rows

log = structlog.get_logger("store")

T = TypeVar("T", bound=Value)

WORDS = Path(__file__).parent / "words"
NUMBER = 1  # of the dictionary with which records are written
LEVEL = 5  # 15 µs a record; the next is dearer by half and wins three bytes in a hundred
LARGEST = 64 << 20  # bytes of JSON: what claims to be larger is damaged

_JSON = b"{"
_BARE = b"\0"  # no dictionary has this number
_MAGIC = zstandard.FRAME_HEADER


def pack(value: Value, post: Post | None = None) -> bytes:
    """Return a value as a record. `post`: what it is the verdict on, with which `quotes.full` makes it whole again."""
    if isinstance(value, PollRecord) and (row := rows.polled(value)):
        return min(_BARE + row, _framed(row), key=len) if value.why else _BARE + row
    if isinstance(value, Bookmark):
        value, beside = rows.apart(value)
        if beside.name:
            return _BARE + rows.both(_framed(spared(value)), beside)
    return _framed(spared(value, post))


def spared(value: Value, post: Post | None = None) -> bytes:
    """Return the JSON of a record, before it is packed."""
    if isinstance(value, Verdict):  # its many small parts are written faster whole, and packed they are as small
        return encode(quotes.cut(value, post) if post else value)
    if isinstance(value, Alert):
        value = changed(value, verdict=quotes.cut(value.verdict, value.post))
    return spare(value)


def unpack(raw: bytes, kind: type[T]) -> T:
    """Read a record. Raises ValueError if it is none, or one of a version to come."""
    if raw.startswith(_JSON):
        return decode(raw, kind)
    beside = rows.Beside()
    if raw.startswith(_BARE) and kind is Bookmark:
        raw, beside = rows.parts(raw[1:])
    plain = raw[1:] if raw.startswith(_BARE) and kind is PollRecord else _unpacked(raw)
    if kind is PollRecord and not plain.startswith(_JSON):
        return kind(**rows.fields(plain))
    found = decode(plain, kind)
    if isinstance(found, Alert):
        return changed(found, verdict=quotes.full(found.verdict, found.post))
    return rows.whole(found, beside) if isinstance(found, Bookmark) else found


def readable(raw: bytes | None, kind: type[T], what: str) -> T | None:
    """Return a stored record, or None if there is none or nobody can read it; then say so once, and go on without it.

    A record of a version to come (after a step back) stays where it is, and is read after the next upgrade.
    """
    if not raw:
        return None
    try:
        return unpack(raw, kind)
    except ValueError as error:
        _complain(what, str(error))
        return None


@lru_cache(maxsize=1000)  # a judge and a page come by the same record again and again
def _complain(what: str, why: str) -> None:
    log.error("record.unreadable", what=what, why=why)


def _framed(plain: bytes) -> bytes:
    return bytes((NUMBER,)) + _packer(NUMBER).pack(plain)[len(_MAGIC) :]


class _Packer(threading.local):
    """One dictionary at work. What packs serves one thread at a time, so each thread has its own."""

    def __init__(self, words: zstandard.ZstdCompressionDict) -> None:
        packer = zstandard.ZstdCompressor(LEVEL, words, write_checksum=False, write_dict_id=False)
        self.pack = packer.compress
        unpacker = zstandard.ZstdDecompressor(words)
        self.unpack = partial(unpacker.decompress, allow_extra_data=False)


@cache
def _packer(number: int) -> _Packer:
    try:
        words = zstandard.ZstdCompressionDict((WORDS / str(number)).read_bytes())
    except OSError as error:
        raise ValueError(f"it is packed with dictionary {number}, which this release does not have") from error
    words.precompute_compress(LEVEL)
    return _Packer(words)


def _unpacked(raw: bytes) -> bytes:
    if not raw:
        raise ValueError("it is empty")
    packer, frame = _packer(raw[0]), _MAGIC + raw[1:]
    try:
        if zstandard.frame_content_size(frame) <= LARGEST:
            return packer.unpack(frame)
    except zstandard.ZstdError as error:
        raise ValueError(f"it is damaged: {error}") from error
    raise ValueError("it is damaged: it claims to be larger than any record")
