"""feedparser's two parsers, strict and tolerant, with some steps replaced. The only file that knows feedparser.

Its own `parse()` opens whatever looks like a path, resolves ids as if they were links, mixes captions of pictures into
texts, merges `dc:date` with `updated`, and guesses dates and authors with patterns that can take minutes. So its
parsers are run directly; `_Plain` says what is done otherwise.
"""

from __future__ import annotations

import io
import xml.sax
import xml.sax.handler
import xml.sax.xmlreader
from collections.abc import Callable
from typing import Any, NamedTuple

from feedparser.api import LooseFeedParser, StrictFeedParser
from feedparser.urls import _urljoin

from monitor.errors import Unreadable
from monitor.sources.rss import apart, fields

_MOST_SKIPPED = 100
_DEEPEST = 2 * fields.MOST_POSTS  # elements within each other; more than posts, which have a limit of their own

_TOMBSTONES, _HISTORY = "http://purl.org/atompub/tombstones/1.0", "http://purl.org/syndication/history/1.0"
_ENTRIES = ("item", "entry")
_SAID_OF_ALL = ("deleted-entry", "complete")  # of the feed, not of one of its posts


class Parsed(NamedTuple):
    """What feedparser found, in its own words; `version` is like `rss20`, `rss10` or `atom10`.

    `hours`, `days`: all that stands in `skipHours` and `skipDays`, of which feedparser itself keeps the last.
    `deleted`: ids of tombstones (RFC 6721, `at:deleted-entry`); `complete`: RFC 5005's `fh:complete` stands there.
    `apart`: no entry left anything behind that could change how another one is read; `before`: what the parser had in
    mind where the first began, see `apart.state`.
    """

    version: str
    feed: dict[str, Any]
    entries: list[dict[str, Any]]
    warnings: list[str]
    hours: list[str]
    days: list[str]
    deleted: list[str]
    complete: bool
    apart: bool
    before: dict[str, Any] | None


NAMESPACES = {uri.lower(): prefix for uri, prefix in StrictFeedParser.namespaces.items()}  # by the names it gives them


def resolved(base: str, address: str) -> str:
    """Return an address as feedparser resolves it."""
    return str(_urljoin(base, address))


def parse(document: bytes, base: str) -> Parsed:
    """Return all whole entries of a document in UTF-8 that starts with its root. Raises Unreadable if it is no feed.

    What is not well-formed is read again by the tolerant parser, and whichever understood more wins.
    """
    best, fault = _strict(document, base)
    warnings = []
    if fault:
        loose = _loose(document.decode(), base)
        best = loose if loose.whole > best.whole else best
        warnings.append(f"the feed is malformed or cut ({fault}); its readable posts were taken")
    if not best.version and not best.whole:
        raise Unreadable("the document is no feed: neither RSS, RDF nor Atom")
    if best.whole < fields.MOST_POSTS < len(best.entries):  # stopped for their number, and most were never closed
        nested = f"more than {fields.MOST_POSTS} posts stand within each other"
        if not best.whole:
            raise Unreadable(f"{nested}, and none is whole")
        warnings.append(f"{nested}; only the whole ones were read")
    return Parsed(
        best.version, best.feeddata, best.entries[: best.whole], warnings, best.hours, best.days,
        best.deleted[: fields.MOST_POSTS], best.complete, not fault and best.apart, best.before,
    )  # fmt: skip


def _strict(document: bytes, base: str) -> tuple[Any, str]:
    parser = _settled(_Strict(base, None, "utf-8"))
    reader = xml.sax.make_parser()  # noqa: S317  # no document type reaches it, and it runs in a process of its own
    reader.setFeature(xml.sax.handler.feature_namespaces, True)
    reader.setFeature(xml.sax.handler.feature_external_ges, False)
    reader.setContentHandler(parser)
    reader.setErrorHandler(parser)
    source = xml.sax.xmlreader.InputSource()
    source.setByteStream(io.BytesIO(document))
    source.setEncoding("utf-8")
    return parser, _fault(lambda: reader.parse(source))


def _loose(document: str, base: str) -> Any:
    parser = _settled(_Loose(base, None, "utf-8", {}))
    _fault(lambda: parser.feed(document))  # what it read until then is still good
    return parser


def _fault(run: Callable[[], None]) -> str:
    """Run a parser; return in a few words what stopped it, or nothing."""
    try:
        run()
    except _Enough:
        return ""
    except (MemoryError, Unreadable):
        raise
    except xml.sax.SAXException as problem:
        return problem.getMessage()
    except Exception as problem:  # noqa: BLE001  # neither parser was written for hostile documents
        return type(problem).__name__
    return ""


def _settled(parser: Any) -> Any:
    parser.resolve_relative_uris = False
    parser.sanitize_html = False
    return parser


class _Enough(Exception):
    """More posts than anybody keeps."""


class _Plain:
    """What we do otherwise than feedparser: no resolving of ids, no guessing, captions stay with their media."""

    can_be_relative_uri = StrictFeedParser.can_be_relative_uri - {"id"}
    entries: list[Any]
    whole = 0
    elementstack: list[Any]
    inentry: int
    namespaces_in_use: dict[str | None, str]
    before: dict[str, Any] | None = None
    inimage: int
    depth: int
    push: Any
    _get_context: Any

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.hours: list[str] = []
        self.days: list[str] = []
        self._skipping: list[str] | None = None
        self.deleted: list[str] = []
        self.complete = False

    def pop(self, element: str, strip_whitespace: int = 1) -> Any:
        if self.inentry and self.inimage and self.elementstack:
            self.elementstack[-1][1] = 0  # a title inside an item's <image> is not the item's: it is stored nowhere
        return super().pop(element, strip_whitespace)  # type: ignore[misc]

    def unknown_starttag(self, tag: str, attributes: list[tuple[str, str]]) -> None:
        super().unknown_starttag(tag, attributes)  # type: ignore[misc]
        if tag.endswith(_SAID_OF_ALL) and not self.inentry:
            prefix, _, name = tag.rpartition(":")
            space = self.namespaces_in_use.get(prefix or None)
            if (space, name) == (_TOMBSTONES, "deleted-entry") and (ref := dict(attributes).get("ref", "").strip()):
                self.deleted.append(ref)
            self.complete |= (space, name) == (_HISTORY, "complete")

    def _start_item(self, attributes: dict[str, str]) -> None:
        if len(self.entries) > fields.MOST_POSTS:  # one more, so that it is known that there were more
            raise _Enough
        self._medium: dict[str, Any] | None = None
        super()._start_item(attributes)  # type: ignore[misc]

    def _end_item(self) -> None:
        super()._end_item()  # type: ignore[misc]
        self.whole = len(self.entries)  # what was cut off in the middle is not counted

    _start_entry, _end_entry = _start_item, _end_item

    def _start_id(self, _attributes: dict[str, str]) -> None:
        self.guidislink = False  # an Atom id is a name, never an address
        self.push("id", 1)

    def _start_dc_date(self, _attributes: dict[str, str]) -> None:
        self.push("dc_date", 1)

    def _end_dc_date(self) -> None:
        self.pop("dc_date")

    def _end_published(self) -> None:
        self.pop("published")

    _end_issued = _end_pubdate = _end_published

    def _end_updated(self) -> None:
        self.pop("updated")

    _end_modified = _end_lastbuilddate = _end_updated

    def _end_created(self) -> None:
        self.pop("created")

    def _end_expirationdate(self) -> None:
        self.pop("expired")

    def _start_skiphours(self, _attributes: dict[str, str]) -> None:
        self._skipping = None if self.inentry else self.hours

    def _start_skipdays(self, _attributes: dict[str, str]) -> None:
        self._skipping = None if self.inentry else self.days

    def _end_skiphours(self) -> None:
        self._skipping = None

    _end_skipdays = _end_skiphours

    def _start_hour(self, _attributes: dict[str, str]) -> None:
        self.push("hour", 0)

    def _end_hour(self) -> None:
        written = self.pop("hour")
        if written and self._skipping is not None and len(self._skipping) < _MOST_SKIPPED:
            self._skipping.append(written)

    _start_day, _end_day = _start_hour, _end_hour

    def _sync_author_detail(self, key: str = "author") -> None:
        context = self._get_context()
        people = context.get(f"{key}s")
        if people and not people[-1] and context.get(key):
            people[-1]["name"] = context[key]

    def _start_media_content(self, attributes: dict[str, str]) -> None:
        self._medium = dict(attributes)
        self._get_context().setdefault("media_content", []).append(self._medium)

    def _end_media_content(self) -> None:
        self._medium = None

    def _start_media_title(self, _attributes: dict[str, str]) -> None:
        self.push("media_title", 0)

    def _end_media_title(self) -> None:
        self._caption("title", self.pop("media_title"))

    def _start_media_description(self, _attributes: dict[str, str]) -> None:
        self.push("media_description", 0)

    def _end_media_description(self) -> None:
        self._caption("description", self.pop("media_description"))

    def _caption(self, name: str, words: str | None) -> None:
        if words and self._medium is not None:
            self._medium[name] = words
        elif words:
            self._get_context().setdefault(f"media_{name}", words)


class _Strict(_Plain, StrictFeedParser):  # type: ignore[misc]
    """Hands text on in one piece: expat breaks it at every reference and line end, which costs half of all time."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._pieces: list[str] = []
        self.apart = True

    def unknown_starttag(self, *event: Any) -> None:
        super().unknown_starttag(*event)
        if self.depth > _DEEPEST:  # each costs memory until the end, and there is none
            raise Unreadable(f"the document is no feed: over {_DEEPEST} elements stand within each other")

    def characters(self, text: str) -> None:
        self._pieces.append(text)

    def startElementNS(self, *event: Any) -> None:  # noqa: N802  # SAX's name
        self._hand_on()
        if self.before is None and event[0][1] in _ENTRIES:
            self.before = apart.state(self)
        super().startElementNS(*event)

    def endElementNS(self, *event: Any) -> None:  # noqa: N802  # SAX's name
        self._hand_on()
        super().endElementNS(*event)
        if self.before and event[0][1] in _ENTRIES:
            if self.depth == self.before["depth"]:  # feedparser pushes a `content` twice, and pops it once
                del self.elementstack[len(self.before["in"]) :]
            self.apart = self.apart and apart.state(self) == self.before

    def _hand_on(self) -> None:
        if self._pieces:
            super().characters("".join(self._pieces))
            self._pieces.clear()


class _Loose(_Plain, LooseFeedParser):  # type: ignore[misc]
    pass
