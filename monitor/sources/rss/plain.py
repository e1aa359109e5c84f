"""Plain entries, read by expat alone: most publishers write a short list of elements, and nothing else.

Of an entry that has only these, in their usual spelling, with no other attributes than they commonly have and nothing
within them, this makes what feedparser makes of it, as far as `feed` asks for it. Any other is `Odd` and left to
feedparser, whose quirks are its own. The properties and `benchmarks/parsing.py` compare the two.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple
from xml.parsers import expat

from monitor import markup
from monitor.sources.rss import parser
from monitor.sources.rss.split import Split

Entry = dict[str, Any]

# What feedparser must not be in the middle of, where an entry begins.
_AT_REST = (
    "inentry", "incontent", "intextinput", "inimage", "inauthor", "incontributor", "inpublisher", "insource",
    "contentparams", "sourcedata", "svgOK", "hasContent", "_summaryKey",
)  # fmt: skip
_C1 = re.compile("[\x80-\x9f]")
_ENTITY = re.compile("&([A-Za-z0-9_]+);")
_PERSON = {"name", "uri", "email"}
_TYPES = {"text": "text/plain", "html": "text/html"}
_PAGES = {"html", "text/html", "xhtml", "application/xhtml+xml"}


class Odd(Exception):
    """The entry is not plain."""


class Frame(NamedTuple):
    """What an entry inherits. `elements`: those known here, by their names as this document writes them."""

    elements: Mapping[str, _Element]
    base: str
    language: str | None


def frame(parts: Split, parsed: parser.Parsed) -> Frame | None:
    """Return the frame of a document whose head has been parsed; None where no entry in it is plain."""
    before, kind = parsed.before, "rss" if parsed.version.startswith("rss") else parsed.version
    if kind not in _ELEMENTS or parts.spaces is None or before is None or any(before[name] for name in _AT_REST):
        return None
    elements = {}
    for prefix, uri in {"": "", **parts.spaces}.items():
        own = parser.NAMESPACES.get(uri.lower())
        for element in _ELEMENTS[kind]:
            space, _, name = element.name.rpartition(":")
            if space == own and own not in before["prefixes"]:
                elements[f"{prefix}:{name}" if prefix else name] = element
    return Frame(elements, before["baseuri"], before["lang"] and before["lang"].replace("_", "-"))


def entry(document: bytes, frame: Frame) -> Entry:
    """Return one entry as feedparser would, as far as `feed` asks for it. Raises Odd if it is not plain."""
    reader = _Reader(frame)
    walk = expat.ParserCreate("utf-8")
    walk.buffer_text = True
    walk.StartElementHandler, walk.EndElementHandler = reader.start, reader.end
    walk.CharacterDataHandler = reader.pieces.append
    try:
        walk.Parse(document, True)
    except expat.ExpatError:
        raise Odd from None
    return reader.entry


class _Reader:
    """Takes expat's events of one entry. `pieces`: the words since the last tag that matters."""

    def __init__(self, frame: Frame) -> None:
        self.entry: Entry = {}
        self.pieces: list[str] = []
        self.attributes: dict[str, str] = {}
        self.frame = frame
        self._depth = 0
        self._element: _Element | None = None
        self._met: set[str] = set()

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth == 2:
            element = self.frame.elements.get(name)
            if element is None or element.name in self._met or not element.attributes.issuperset(attributes):
                raise Odd
            if not element.several:
                self._met.add(element.name)
            self._element, self.attributes = element, attributes
            if element.people:
                self.entry.setdefault("authors", []).append({})
            self.pieces.clear()
        elif self._depth == 1:
            if attributes:
                raise Odd
        else:
            self._within(name, attributes)

    def _within(self, name: str, attributes: dict[str, str]) -> None:
        people = self.entry["authors"] if self._element and self._element.people and self._depth == 3 else None
        if not people or name not in _PERSON or name in people[-1] or attributes or self.words():
            raise Odd

    def end(self, name: str) -> None:
        self._depth -= 1
        if self._depth == 1 and self._element:
            self._element.work(self, self.words())
        elif self._depth == 2:
            self.entry["authors"][-1][name] = self.words()

    def words(self) -> str:
        words = "".join(self.pieces).strip()
        self.pieces.clear()
        return words

    def typed(self, words: str, kind: str | None) -> Entry:
        if kind is None:
            raise Odd
        return {"type": kind, "language": self.frame.language, "value": words}

    def link(self, **link: str) -> None:
        self.entry.setdefault("links", []).append(link)

    def resolved(self, address: str) -> str:
        return address if markup.is_usual(address) else parser.resolved(self.frame.base, address)


def _mended(words: str) -> str:
    """Return words that feedparser leaves as they are. Others seem to it to be in another encoding."""
    if words.isascii():
        return words
    if _C1.search(words):
        raise Odd
    try:
        words.encode("iso-8859-1").decode("utf-8")
    except UnicodeError:
        return words
    raise Odd


def _field(name: str) -> _Work:
    def work(reader: _Reader, words: str) -> None:
        reader.entry[name] = _mended(words)

    return work


def _part(name: str, usual: str) -> _Work:
    def work(reader: _Reader, words: str) -> None:
        words = _mended(words)
        part = reader.typed(words, _TYPES.get(reader.attributes.get("type", usual)))
        if name == "content":
            reader.entry["content"] = [part]
            reader.entry.setdefault("summary", words)
        else:
            reader.entry |= {name: words, f"{name}_detail": part}

    return work


def _guid(reader: _Reader, words: str) -> None:
    reader.entry["id"] = _mended(words)
    if reader.attributes.get("isPermaLink", "true") == "true":
        reader.entry.setdefault("link", words)


def _link(reader: _Reader, words: str) -> None:
    href = _mended(reader.resolved(words)) if words else ""
    href = _ENTITY.sub(r"&\1", href.replace("&amp;", "&"))
    reader.entry["link"] = href
    reader.link(rel="alternate", type="text/html", **({"href": href} if href else {}))


def _related(reader: _Reader, _words: str) -> None:
    given = {name: value.lower() if name in ("rel", "type") else value for name, value in reader.attributes.items()}
    if not given.get("href"):
        raise Odd
    rel, href = given.get("rel", "alternate"), reader.resolved(given["href"])
    kind = given.get("type", "application/atom+xml" if rel == "self" else "text/html")
    reader.link(rel=rel, type=kind, href=href)
    if rel == "alternate" and kind in _PAGES:
        reader.entry["link"] = href


def _enclosure(reader: _Reader, _words: str) -> None:
    if not reader.attributes.get("url"):
        raise Odd
    kind = {"type": reader.attributes["type"].lower()} if "type" in reader.attributes else {}
    reader.link(rel="enclosure", href=reader.attributes["url"], **kind)


def _source(reader: _Reader, _words: str) -> None:
    if "url" not in reader.attributes:
        raise Odd
    reader.entry["source"] = {"href": reader.attributes["url"]}


def _writer(reader: _Reader, words: str) -> None:
    reader.entry.setdefault("authors", []).append({"name": _mended(words)} if words else {})


def _people(_reader: _Reader, words: str) -> None:
    if words:
        raise Odd


def _unasked(_reader: _Reader, _words: str) -> None:
    """Nobody asks for it."""


_Work = Callable[[_Reader, str], None]


class _Element(NamedTuple):
    """`work`: what its end does; `several`: it may be there more than once; `people`: persons stand within."""

    name: str
    work: _Work
    attributes: frozenset[str] = frozenset()
    several: bool = False
    people: bool = False


_TYPED, _LABELS = frozenset({"type"}), frozenset({"domain", "term", "scheme", "label"})
_BOTH = (_Element("category", _unasked, _LABELS, several=True),)
_ELEMENTS = {
    "rss": (
        *_BOTH,
        _Element("title", _part("title", "text")),
        _Element("link", _link),
        _Element("guid", _guid, frozenset({"isPermaLink"})),
        _Element("pubDate", _field("published")),
        _Element("dc:date", _field("dc_date")),
        _Element("author", _writer, several=True),
        _Element("dc:creator", _writer, several=True),
        _Element("description", _part("summary", "html")),
        _Element("content:encoded", _part("content", "html")),
        _Element("enclosure", _enclosure, frozenset({"url", "length", "type"}), several=True),
        _Element("source", _source, frozenset({"url"})),
        _Element("comments", _unasked),
        _Element("wfw:commentRss", _unasked),
        _Element("slash:comments", _unasked),
        _Element("dc:subject", _unasked, several=True),
    ),
    "atom10": (
        *_BOTH,
        _Element("id", _field("id")),
        _Element("title", _part("title", "text"), _TYPED),
        _Element("link", _related, frozenset({"href", "rel", "type", "title", "hreflang", "length"}), several=True),
        _Element("published", _field("published")),
        _Element("updated", _field("updated")),
        _Element("author", _people, several=True, people=True),
        _Element("summary", _part("summary", "text"), _TYPED),
        _Element("content", _part("content", "text"), _TYPED),
        _Element("thr:total", _unasked),
    ),
}
