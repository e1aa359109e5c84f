"""A feed taken apart into its entries and all that stands around them, without reading either.

expat itself says where an entry begins and ends, so that CDATA, comments and look-alikes in texts are what they are.
Where anything is unusual there is no split, and the whole document is read.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import NamedTuple
from xml.parsers import expat

from monitor.sources import _entries

# By the document's root: where its entries stand, what they are called, and the element that speaks of all of them.
_SHAPES = {
    "rss": (["rss", "channel"], "item", ["rss", "channel"]),
    "feed": (["feed"], "entry", ["feed"]),
    "rdf:RDF": (["rdf:RDF"], "item", ["rdf:RDF", "channel"]),
}
# What a feed says of itself anew at every look, and no entry inherits; `items` of RDF names all entries.
_VOLATILE = {"lastBuildDate", "pubDate", "updated", "modified", "dc:date", "generator", "items"}
_NAMING = {"rdf:Seq", "rdf:li"}
_ENTRIES = {"item", "entry"}
_HARMLESS = {"uri", "version", "rdf:resource", "url"}  # attributes that mean nothing to entries
_MOST_LEFT_OUT = 1_000
_DEEPEST = 200  # elements within one another; a million of them take expat a hundred bytes each


class Split(NamedTuple):
    """`before` and `after` are the document's bytes around its `entries`; `frame`: a hash of what they inherit.

    `spaces`: the root's namespaces by their prefixes; None where others are declared between it and the entries.
    """

    before: bytes
    entries: tuple[bytes, ...]
    after: bytes
    frame: str
    spaces: dict[str, str] | None

    def fingerprints(self) -> tuple[bytes, ...]:
        """Return for each entry 8 bytes that stand for its own."""
        return tuple(blake2b(entry, digest_size=8).digest() for entry in self.entries)

    def only(self, wanted: list[bytes]) -> bytes:
        """Return the document with some of its entries alone."""
        return b"\n".join((self.before, *wanted, self.after))


def split(document: bytes) -> Split | None:
    """Return the parts of a document in UTF-8 that starts with its root; None where they cannot be told for certain."""
    walk = _Walk(document)
    try:
        walk.run()
    except (expat.ExpatError, _Doubtful):
        return None
    if not walk.entries:
        return None
    first, last = walk.entries[0][0], walk.entries[-1][1]
    ends = [place for span in walk.entries for place in span][1:-1]
    inside = [span for span in walk.outside if first < span[0] < last]
    gaps = (_without(document, inside, begin, end) for begin, end in zip(ends[::2], ends[1::2], strict=True))
    if any(gaps):
        return None  # an element between entries is read in its place, which a new entry would move
    around = (*_without(document, walk.outside, 0, first), b"", *_without(document, walk.outside, last, len(document)))
    return Split(
        document[:first],
        tuple(document[begin:end] for begin, end in walk.entries),
        document[last:],
        blake2b(b"\0".join(around), digest_size=8).hexdigest(),
        walk.spaces,
    )


def _without(document: bytes, spans: list[tuple[int, int]], begin: int, end: int) -> list[bytes]:
    """Return what stands between two places without some spans and without the blanks around them."""
    pieces = []
    for left, right in (*(span for span in spans if begin <= span[0] < end), (end, end)):
        pieces.append(document[begin:left].strip())
        begin = right
    return [piece for piece in pieces if piece]


def _declares(attribute: str) -> bool:
    return attribute.startswith("xmlns")


class _Doubtful(Exception):
    """The document is none of those that can be split."""


class _Walk:
    """Notes the places of entries, and of what changes around them: volatile elements and comments."""

    def __init__(self, document: bytes) -> None:
        self.entries: list[tuple[int, int]] = []
        self.outside: list[tuple[int, int]] = []
        self.spaces: dict[str, str] | None = None
        self._document = document
        self._path: list[str] = []
        self._depth = 0  # of an entry, or of a volatile element, that we are in
        self._begin = 0
        self._plain = True
        self._parser = expat.ParserCreate("utf-8")

    def run(self) -> None:
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CommentHandler = self._comment
        self._parser.StartDoctypeDeclHandler = self._refuse
        self._parser.Parse(self._document, True)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        path = self._path
        path.append(name)
        if len(path) > _DEEPEST:
            raise _Doubtful
        if self._depth:
            self._plain = self._plain and name in _NAMING and _HARMLESS.issuperset(attributes)
        elif len(path) == 1:
            if name not in _SHAPES:
                raise _Doubtful
            self._where, self._entry, self._head = _SHAPES[name]
            self.spaces = {a.partition(":")[2]: uri for a, uri in attributes.items() if _declares(a)}
        elif name.rpartition(":")[2].lower() in _ENTRIES:
            if name != self._entry or path[:-1] != self._where or any(map(_declares, attributes)):
                raise _Doubtful  # feedparser takes it for an entry
            self._open()
        elif path == self._where and any(map(_declares, attributes)):
            self.spaces = None
        elif name in _VOLATILE and path[:-1] == self._head and _HARMLESS.issuperset(attributes):
            self._open()

    def _open(self) -> None:
        self._depth = len(self._path)
        self._begin = self._parser.CurrentByteIndex
        self._plain = True

    def _end(self, name: str) -> None:
        if len(self._path) == self._depth:
            self._depth = 0
            self._close(name)
        self._path.pop()

    def _close(self, name: str) -> None:
        place = self._parser.CurrentByteIndex
        tagged = self._document.startswith(f"</{name}".encode(), place)  # not as <item/> is
        if name == self._entry:
            if len(self.entries) == _entries.MOST or not tagged:
                raise _Doubtful
            self.entries.append((self._begin, self._document.index(b">", place) + 1))
        elif self._plain and tagged:
            self._leave_out(self._begin, self._document.index(b">", place) + 1)

    def _comment(self, _words: str) -> None:
        if not self._depth:
            place = self._parser.CurrentByteIndex
            self._leave_out(place, self._document.index(b"-->", place + 4) + 3)

    def _leave_out(self, begin: int, end: int) -> None:
        if len(self.outside) == _MOST_LEFT_OUT:
            raise _Doubtful
        self.outside.append((begin, end))

    def _refuse(self, *_declared: object) -> None:
        raise _Doubtful
