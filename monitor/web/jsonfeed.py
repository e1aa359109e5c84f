"""A feed as JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/), what is gone in an extension, `_deleted`. Pure."""

from __future__ import annotations

import mimetypes
from typing import Any
from urllib.parse import urlsplit

from monitor.model import Media, Origin, encode
from monitor.web.clocks import machine
from monitor.web.marks import one_line
from monitor.web.syndicated import Feed, Item, Tombstone, fit

TYPE = "application/feed+json"

_VERSION = "https://jsonfeed.org/version/1.1"


def write(feed: Feed) -> bytes:
    """Return the document. `_deleted` is there where something is gone; `_monitor` has what no other field holds."""
    told = {
        "version": _VERSION,
        "title": feed.title,
        "home_page_url": feed.home,
        "feed_url": feed.address,
        "next_url": feed.older,
        "items": [_item(item) for item in feed.items],
        "_deleted": [_gone(one) for one in feed.gone],
    }
    return encode({key: value for key, value in told.items() if value or key == "items"})


def _item(item: Item) -> dict[str, Any]:
    ours = {"key": item.key, "revision": item.revision, "page": item.page, "source": _source(item.origin)}
    told = {
        "id": item.id,
        "url": item.address,
        "title": item.title,
        "content_text": item.text,
        "date_published": machine(item.published),
        "date_modified": machine(item.updated),
        "authors": [{"name": item.author}],
        "tags": item.tags,
        "language": item.language,
        "attachments": [_attachment(medium) for medium in item.media],
        "_monitor": ours,
    }
    return {key: value for key, value in told.items() if value or key == "content_text"}


def _gone(one: Tombstone) -> dict[str, Any]:
    told = {"id": one.id, "when": machine(one.when), "by": one.by, "comment": one.why}
    return told | {"_monitor": {"key": one.key, "page": one.page, "source": _source(one.origin)}}


def _source(origin: Origin) -> dict[str, Any]:
    name = one_line(fit(origin.name)) or origin.id
    return {"id": origin.id, "name": name, "party": origin.party, "official": origin.official}


def _attachment(medium: Media) -> dict[str, Any]:
    """JSON Feed wants a MIME type of every attachment: what is not known is guessed by the ending, as browsers do."""
    guessed, _ = mimetypes.guess_type(urlsplit(medium.url).path)
    told = {
        "url": medium.url,
        "mime_type": medium.mime or guessed or "application/octet-stream",
        "title": one_line(fit(medium.alt or "")),
        "duration_in_seconds": medium.duration,
    }
    return {key: value for key, value in told.items() if value}
