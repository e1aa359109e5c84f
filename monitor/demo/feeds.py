"""What the demo's servers publish: RSS 2.0 for the ministries, JSON Feed 1.1 for the agency, a page for each statement.

Sources: https://www.rssboard.org/rss-specification, https://www.rssboard.org/media-rss,
https://www.jsonfeed.org/version/1.1/
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from email.utils import format_datetime
from html import escape
from xml.etree import ElementTree as ET

from monitor.demo.day import Statement

NAMES = {
    "am": "Ministry of Defence of Armenia (demo)",
    "az": "Ministry of Defence of Azerbaijan (demo)",
    "agency": "Agency (demo)",
}
_SPACES = {
    "version": "2.0",
    "xmlns:content": "http://purl.org/rss/1.0/modules/content/",
    "xmlns:media": "http://search.yahoo.com/mrss/",
}


def rss(source: str, published: Sequence[Statement], base: str) -> bytes:
    """Return the feed of a ministry. `published`: newest first; `base`: address of the server, no slash at its end."""
    root = ET.Element("rss", _SPACES)
    channel = ET.SubElement(root, "channel")
    _child(channel, "title", NAMES[source])
    _child(channel, "link", f"{base}/{source}/")
    _child(channel, "description", "Statements of 16 November 2021, written for the demo")
    for one in published:
        _item(channel, one, base)
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(root, encoding="unicode").encode()


def _item(channel: ET.Element, one: Statement, base: str) -> None:
    item = ET.SubElement(channel, "item")
    _child(item, "title", one.title)
    _child(item, "link", link(one, base))
    _child(item, "guid", one.native_id, isPermaLink="false")
    _child(item, "pubDate", format_datetime(one.dated))
    _child(item, "content:encoded", _html(one))
    for media in one.media:
        attributes = {"url": f"{base}/{media.url}", "medium": media.type, "type": media.mime or ""}
        shown = ET.SubElement(item, "media:content", attributes, duration=f"{media.duration or 0:.0f}")
        _child(shown, "media:description", media.alt or "", type="plain")


def json_feed(source: str, published: Sequence[Statement], base: str) -> bytes:
    """Return the feed of the agency; arguments as for `rss`."""
    items = [
        {
            "id": one.native_id,
            "url": link(one, base),
            "title": one.title,
            "content_html": _html(one),
            "date_published": one.dated.isoformat(),
            "language": one.language,
        }
        for one in published
    ]
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": NAMES[source],
        "home_page_url": f"{base}/{source}/",
        "feed_url": f"{base}/{source}/feed.json",
        "items": items,
    }
    return json.dumps(feed, ensure_ascii=False).encode()


def page(one: Statement) -> bytes:
    """Return the statement as the page its link leads to."""
    when = f"{one.dated:%d %B %Y %H:%M}"
    return (
        f'<!doctype html><html lang="{escape(one.language)}"><meta charset="utf-8"><title>{escape(one.title)}</title>'
        f'<body style="max-width:40rem;margin:2rem auto;font:1.1rem/1.5 sans-serif"><p>{escape(NAMES[one.source])}, '
        f"{when}</p><h1>{escape(one.title)}</h1>{_html(one)}"
    ).encode()


def link(one: Statement, base: str) -> str:
    return f"{base}/{one.source}/news/{one.native_id}"


def _html(one: Statement) -> str:
    return "".join(f"<p>{escape(paragraph, quote=False)}</p>" for paragraph in one.text.split("\n\n"))


def _child(parent: ET.Element, name: str, text: str, **attributes: str) -> None:
    ET.SubElement(parent, name, attributes).text = text
