"""A feed as Atom 1.0 (RFC 4287), in pages (RFC 5005, 3), with tombstones for what is gone (RFC 6721). Pure."""

from __future__ import annotations

from datetime import UTC, datetime
from xml.etree.ElementTree import Element, SubElement, tostring

from monitor.model import Media, Origin
from monitor.web.clocks import machine
from monitor.web.marks import one_line
from monitor.web.syndicated import Feed, Item, Tombstone, fit, name

TYPE = "application/atom+xml"

_NAMESPACES = {"xmlns": "http://www.w3.org/2005/Atom", "xmlns:at": "http://purl.org/atompub/tombstones/1.0"}
_NOTHING_YET = datetime(1970, 1, 1, tzinfo=UTC)  # RFC 4287 wants a time even of an empty feed


def write(feed: Feed) -> bytes:
    """Return the document. Everything that others said is text: no reader is handed markup of theirs."""
    root = Element("feed", _NAMESPACES)
    _text(root, "id", feed.id)
    _text(root, "title", feed.title)
    _text(root, "updated", machine(feed.updated or _NOTHING_YET))
    _text(root, "generator", "Monitor")
    _link(root, "self", feed.address, type=TYPE)
    _link(root, "alternate", feed.home, type="text/html")
    _link(root, "first", feed.first, type=TYPE)
    if feed.older:
        _link(root, "next", feed.older, type=TYPE)
    for one in feed.gone:
        _tombstone(root, one)
    for item in feed.items:
        _entry(root, item)
    document: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return document


def _entry(feed: Element, item: Item) -> None:
    entry = SubElement(feed, "entry", {"xml:lang": item.language} if item.language else {})
    _text(entry, "id", item.id)
    _text(entry, "title", item.heading)
    _text(entry, "published", machine(item.published))
    _text(entry, "updated", machine(item.updated))
    _text(SubElement(entry, "author"), "name", item.author)
    if item.address:
        _link(entry, "alternate", item.address)
    if item.page:
        _link(entry, "related", item.page, type="text/html")
    for medium in item.media:
        _enclosure(entry, medium)
    for tag in item.tags:
        SubElement(entry, "category", {"term": tag})
    _source(entry, item.origin)
    _text(entry, "content", item.text, type="text")


def _tombstone(feed: Element, one: Tombstone) -> None:
    gone = SubElement(feed, "at:deleted-entry", {"ref": one.id, "when": machine(one.when)})
    _text(SubElement(gone, "at:by"), "name", one.by)
    if one.why:
        _text(gone, "at:comment", one.why)
    if one.page:
        _link(gone, "related", one.page, type="text/html")
    _source(gone, one.origin)


def _source(place: Element, origin: Origin) -> None:
    source = SubElement(place, "source")
    _text(source, "id", name("source", origin.id))
    _text(source, "title", one_line(fit(origin.name)) or origin.id)


def _enclosure(entry: Element, medium: Media) -> None:
    said = {"type": medium.mime or "", "title": one_line(fit(medium.alt or ""))}
    _link(entry, "enclosure", medium.url, **{key: value for key, value in said.items() if value})


def _link(place: Element, rel: str, href: str, **more: str) -> None:
    SubElement(place, "link", {"rel": rel, "href": href, **more})


def _text(place: Element, tag: str, text: str, **attributes: str) -> None:
    SubElement(place, tag, attributes).text = text
