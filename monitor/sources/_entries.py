"""What is remembered of a document's entries from poll to poll, so that only those with other bytes are read again.

An entry is remembered in the source's bookmark, which is kept after its post was admitted: so nothing is taken as
known that was not stored. With another reader, other settings or another head of the document all entries are unknown,
for then their `mark` is another. In the bookmark's cursor: `entries`; `whole`, when all of them were last read.
"""

from __future__ import annotations

import base64
import struct
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from monitor.model import Bookmark, Post, Reading, changed, digest

KNOWN = ":known"  # beside an answer's headers; no server can send it, for no name of a header has a colon (RFC 9110)
MOST = 200  # entries; of a document with more none is remembered, and all are read each time

_ENTRY = struct.Struct(">8s10sI2s")  # 24 bytes, which are 32 characters of Base64
_UNNAMED = {"no-id", "repeated-id"}  # with each edit, or beside others, such a post has another id


class Entry(NamedTuple):
    """`fingerprint`: of its bytes; `key`: the post's half of its key; `published`: in whole seconds, 0 where unknown.

    `said`: a short mark of title and text, for doubts in a server's "not modified" alone.
    """

    fingerprint: bytes
    key: str
    published: int
    said: str


class Remembered(NamedTuple):
    """The entries of a document in its own order. `mark`: of all that they depend on and that is not in their bytes."""

    mark: str = ""
    entries: tuple[Entry, ...] = ()


def entry(post: Post, fingerprint: bytes = b"") -> Entry:
    """Return what is remembered of a post."""
    published = int(post.published.timestamp()) if post.published else 0
    return Entry(fingerprint, post.key.rpartition(":")[2], published, digest("said", post.title, post.text, length=4))


def is_named(post: Post) -> bool:
    """Whether a post has an id of its publisher's, by which it can be known again."""
    return not _UNNAMED & {*post.flags}


def written(remembered: Remembered) -> str:
    """Return it for a bookmark; nothing where there is nothing to remember."""
    packed = (
        _ENTRY.pack(e.fingerprint, bytes.fromhex(e.key), e.published, bytes.fromhex(e.said)) for e in remembered.entries
    )
    return f"{remembered.mark}:{base64.b64encode(b''.join(packed)).decode()}" if remembered.entries else ""


@lru_cache(maxsize=4)  # a poll asks for several things of the same
def read(text: str) -> Remembered:
    """Return what `written` wrote; nothing for anything else."""
    mark, _, packed = text.partition(":")
    try:
        rows = list(_ENTRY.iter_unpack(base64.b64decode(packed, validate=True)))
    except (ValueError, struct.error):
        return Remembered()
    return Remembered(mark, tuple(Entry(mine, key.hex(), when, said.hex()) for mine, key, when, said in rows))


def shown(reading: Reading) -> tuple[Entry, ...]:
    """Return an entry for every post that a document shows: for those that were read, and for those that are known."""
    kept = read(reading.entries).entries
    halves = {one.key for one in kept}
    return (*kept, *(one for one in map(entry, reading.posts) if one.key not in halves))


def known(reading: Reading, source: str) -> tuple[str, ...]:
    """Return the keys of the posts that were not read again."""
    halves = {post.key.rpartition(":")[2] for post in reading.posts}
    return tuple(f"{source}:{one.key}" for one in read(reading.entries).entries if one.key not in halves)


def window(reading: Reading, source: str) -> tuple[str, ...]:
    """Return the keys of a whole window of posts, the newest first: by their dates, or else as they stand there.

    Without those that the publisher gave no id of their own: with each edit they have another.
    """
    unnamed = {post.key.rpartition(":")[2] for post in reading.posts if not is_named(post)}
    entries = [one for one in shown(reading) if one.key not in unnamed]
    dated = sorted(entries, key=lambda one: -one.published) if all(one.published for one in entries) else entries
    return tuple(f"{source}:{one.key}" for one in dated)


def said(reading: Reading) -> str:
    """Return a mark of what a document says, in whatever order."""
    return digest("document", *sorted(f"{one.key} {one.said}" for one in shown(reading)), length=12)


def remembering(bookmark: Bookmark, reading: Reading, now: datetime) -> Bookmark:
    """Return a bookmark with what there is to remember of a document that has been read."""
    cursor = {**forgetful(bookmark).cursor, "said": said(reading)}
    if reading.entries:
        whole = bookmark.cursor["whole"] if known(reading, "") else now.isoformat()
        cursor |= {"entries": reading.entries, "whole": whole}
    return changed(bookmark, hints=reading.hints, cursor=cursor)


def forgetful(bookmark: Bookmark) -> Bookmark:
    """Return a bookmark with which the next change is read as a whole."""
    cursor = {name: value for name, value in bookmark.cursor.items() if name not in ("entries", "whole")}
    return changed(bookmark, cursor=cursor)
