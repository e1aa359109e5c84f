"""Of a feed whose entries are remembered only the unknown ones are read, in the feed's own frame.

That gives the same posts as the whole would: an entry is remembered only if feedparser was after it as it was before it
(`apart`), so that nobody notices where it is left out; and in anything doubtful the whole is read.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import cache
from hashlib import sha256
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

from monitor import dates, markup
from monitor.model import Post, Reading, changed, digest, post, post_key
from monitor.sources import SourceConfig, _encoding, _entries, _language
from monitor.sources._entries import Entry, Remembered
from monitor.sources.rss.split import Split, split

Whole = Callable[[bytes], tuple[Reading, bool]]  # a document's reading, and whether its entries are apart
Some = Callable[[Split, Sequence[bytes]], Reading | None]  # that of some entries in their document's frame


class Reader(NamedTuple):
    whole: Whole
    some: Some


def read(document: bytes, told: str, base: str, settings: SourceConfig, reader: Reader) -> Reading:
    """Return the posts of unknown entries, and in `entries` what to remember of all. `told`: that of the last time."""
    parts = split(document)
    if parts is None:
        return reader.whole(document)[0]
    mark = digest("entries", parts.frame, base, settings.model_dump_json(), version(), length=12)
    before = _entries.read(told)
    found = _partly(parts, before, settings.id, reader) if before.mark == mark else None
    reading, entries = found or _wholly(parts, document, reader)
    return changed(reading, entries=_entries.written(Remembered(mark, entries)))


def _partly(parts: Split, before: Remembered, source: str, reader: Reader) -> tuple[Reading, tuple[Entry, ...]] | None:
    known = {one.fingerprint: one for one in before.entries}
    prints = parts.fingerprints()
    unknown = [entry for entry, mine in zip(parts.entries, prints, strict=True) if mine not in known]
    if len(unknown) == len(prints) or len(set(prints)) < len(prints):
        return None
    reading = reader.some(parts, unknown)
    if reading is None or not _is_plain(reading, len(unknown)):
        return None
    left = iter(reading.posts)
    entries = [known.get(mine) or _entries.entry(next(left), mine) for mine in prints]
    keys = {f"{source}:{one.key}" for one in entries}
    if len(keys) < len(entries):
        return None  # one id for several posts: they are told apart where all are read
    deletions = tuple(name for name in reading.deletions if post_key(source, name) not in keys)
    return changed(reading, deletions=deletions), _named(entries, reading.posts)


def _wholly(parts: Split, document: bytes, reader: Reader) -> tuple[Reading, tuple[Entry, ...]]:
    found, apart = reader.some(parts, parts.entries), True
    if found is None:
        found, apart = reader.whole(document)
    prints = parts.fingerprints()
    if not apart or not _is_plain(found, len(prints)) or len(set(prints)) < len(prints):
        return found, ()
    entries = [_entries.entry(one, mine) for one, mine in zip(found.posts, prints, strict=True)]
    return found, _named(entries, found.posts)


def _is_plain(reading: Reading, count: int) -> bool:
    return not reading.warnings and len(reading.posts) == count


def _named(entries: Sequence[Entry], posts: Sequence[Post]) -> tuple[Entry, ...]:
    """Without those that have no id of their own: whether two of them are one is seen only beside each other."""
    unnamed = {one.key.rpartition(":")[2] for one in posts if not _entries.is_named(one)}
    return tuple(one for one in entries if one.key not in unnamed)


@cache
def version() -> str:
    """Return a mark of everything that makes posts of entries: when it changes, all are read anew."""
    rooms = [Path(str(room.__file__)) for room in (dates, markup, post, _encoding, _entries, _language)]
    found = sha256(sys.version.encode())
    for library in ("feedparser", "selectolax"):
        found.update(metadata.version(library).encode())
    for room in (*sorted(Path(__file__).parent.glob("*.py")), *rooms):
        with suppress(OSError):  # a house without its sources changes with its libraries and its Python alone
            found.update(room.read_bytes())
    return found.hexdigest()
