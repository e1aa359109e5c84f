"""Whether all ways to read a feed agree: in parts, as a whole, by feedparser alone.

`python -m benchmarks.parsing FOLDER…` checks every document below these folders. What reading costs is measured by
`python -m benchmarks --only parts --parts parsing`.
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from monitor.errors import Unreadable
from monitor.model import Reading, changed
from monitor.sources import _entries, rss
from monitor.sources._entries import KNOWN, Remembered
from monitor.sources.rss import decode, feed, split

URL = "https://ministry.example/feed"
SETTINGS = rss.Config.model_validate({"id": "m", "url": URL})
_WAYS = 4  # in which entries of one document are taken for known
_PLAIN = {
    b"item": b"<item><guid>urn:plain:%d</guid><title>Plain</title><description>A %d</description></item>",
    b"entry": b"<entry><id>urn:plain:%d</id><title>Plain</title><summary>A %d</summary></entry>",
}


class Disagrees(Exception):
    """A document of which a part was read otherwise than the whole."""


def reading(body: bytes, known: str | None = None) -> Reading:
    headers = {} if known is None else {KNOWN: known}
    return rss.read(body, headers, URL, SETTINGS)


def check(folders: Sequence[Path], seed: int = 1) -> Counter[str]:
    """Read every document below some folders as a whole and in parts. Raises Disagrees."""
    found: Counter[str] = Counter()
    dice = random.Random(seed)
    for path in sorted(path for folder in folders for path in folder.rglob("*") if path.is_file()):
        for body in _beside_plain_ones(path.read_bytes()):
            try:
                found[_agreed(body, dice)] += 1
            except Unreadable:
                found["unreadable"] += 1
            except Disagrees as why:
                raise Disagrees(f"{path}: {why}") from why
    return found


def _beside_plain_ones(body: bytes) -> Iterator[bytes]:
    """Yield a document as it is, and with an entry more on each side of every one it has."""
    yield body
    try:
        document = decode.xml(decode.text(body, {})).encode()
    except Unreadable:
        return
    if parts := split.split(document):
        plain = _PLAIN[b"entry" if parts.entries[0].startswith(b"<entry") else b"item"]
        among = [entry for n, one in enumerate(parts.entries) for entry in (plain % (n, n), one)]
        yield parts.only([*among, plain % (10**6, 0)])


def _agreed(body: bytes, dice: random.Random) -> str:
    """Say how a document was read, if all ways of reading it agree."""
    _agreed_with_feedparser(body)
    whole, first = reading(body), reading(body, "")
    if changed(first, entries="") != whole:
        raise Disagrees("asked to remember its entries, it reads otherwise")
    if not first.entries:
        return "whole"
    all_of_them = _entries.read(first.entries)
    for way in range(_WAYS):
        share = (0.0, 1.0, 0.5, 0.5)[way]
        known = tuple(one for one in all_of_them.entries if dice.random() >= share)
        part = reading(body, _entries.written(Remembered(all_of_them.mark, known)))
        halves = {one.key for one in known}
        unknown = tuple(post for post in whole.posts if post.key.rpartition(":")[2] not in halves)
        if part != changed(first, posts=unknown):
            raise Disagrees(f"with {len(known)} of {len(whole.posts)} known it reads otherwise")
    return "in parts"


def _agreed_with_feedparser(body: bytes) -> None:
    text = decode.text(body, {})
    document = b"" if text[0] in "{[" else decode.xml(text).encode()
    if parts := split.split(document):
        found = feed.read_entries(parts, parts.entries, URL, SETTINGS)
        if found is not None and found != feed.read(document, URL, SETTINGS)[0]:
            raise Disagrees("feedparser reads it otherwise")


if __name__ == "__main__":
    if not sys.argv[1:]:
        sys.exit(__doc__)
    print(dict(check([Path(folder) for folder in sys.argv[1:]])))
