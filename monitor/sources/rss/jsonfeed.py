"""JSON Feed 1.0 and 1.1 (jsonfeed.org), and what publishers make of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from monitor import dates, markup
from monitor.errors import Unreadable
from monitor.model import Media, Post, Reading
from monitor.sources import SourceConfig, language
from monitor.sources.rss import fields

Item = dict[str, Any]


def read(document: str, base: str, settings: SourceConfig) -> Reading:
    """Return what a JSON Feed says, its posts still without keys. Raises Unreadable if it is none."""
    try:
        feed = json.loads(document, strict=False)
    except (ValueError, RecursionError) as problem:
        raise Unreadable(f"the document begins like JSON but cannot be read as such: {problem}") from None
    if not isinstance(feed, dict) or "jsonfeed.org/version/" not in _string(feed, "version"):
        raise Unreadable("the document is JSON, but no JSON Feed: it names no version of jsonfeed.org")
    if not isinstance(feed.get("items"), list):
        raise Unreadable("the JSON Feed has no list of items")
    items = [item for item in feed["items"] if isinstance(item, dict)]
    warnings = ["the publisher says that this feed has ended"] if feed.get("expired") is True else []
    if len(items) < len(feed["items"]):
        warnings.append(f"{len(feed['items']) - len(items)} items of the JSON Feed are no objects and were left out")
    return Reading(
        posts=tuple(_post(item, feed, base, settings) for item in items[: fields.MOST_POSTS + 1]),
        warnings=tuple(warnings),
        earlier=markup.link(_string(feed, "next_url"), base),
        deletions=tuple(filter(None, _gone(feed)))[: fields.MOST_POSTS],
    )


def _gone(feed: Item) -> Iterator[str]:
    """Yield the ids in the extension `_deleted`, by which this monitor's own feeds tell what Atom's tombstones do."""
    told = feed.get("_deleted")
    return (_id(one.get("id")) for one in (told if isinstance(told, list) else ()) if isinstance(one, dict))


def _post(item: Item, feed: Item, base: str, settings: SourceConfig) -> Post:
    html = _string(item, "content_html")
    content = markup.text(html) or markup.clean(_string(item, "content_text"))
    text = fields.fuller(content, lambda: markup.clean(_string(item, "summary")))
    address = _string(item, "url")
    return Post(
        key="",
        source=settings.id,
        kind="rss",
        native_id=_id(item.get("id")) or address.strip(),
        author=_author(item) or _author(feed),
        published=dates.parse(_string(item, "date_published"), settings.zone),
        updated=dates.parse(_string(item, "date_modified"), settings.zone),
        title=markup.line(_string(item, "title")),
        text=text,
        language=language(item.get("language"), feed.get("language"), settings.language),
        permalink=markup.link(address, base) or markup.link(_string(item, "external_url"), base),
        media=fields.once(_media(item, html, base)),
        flags=fields.flags(text),
    )


def _string(item: Item, name: str) -> str:
    value = item.get(name)
    return value if isinstance(value, str) else ""


def _id(value: object) -> str:
    """Numbers are seen where the specification wants strings."""
    if isinstance(value, str):
        return value.strip().encode("utf-8", "replace").decode()  # JSON can spell half a character
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def _author(place: Item) -> str | None:
    """Version 1.1 has a list, version 1.0 one author; the list wins."""
    authors = place.get("authors")
    several = [a for a in authors if isinstance(a, dict)] if isinstance(authors, list) else []
    single = place.get("author")
    for persons in (several, [single] if isinstance(single, dict) else []):
        found = fields.people(_string(person, "name") for person in persons)
        if found:
            return found
    return None


def _media(item: Item, html: str, base: str) -> Iterator[Media]:
    for name in ("image", "banner_image"):
        url = markup.link(_string(item, name), base)
        if url:
            yield Media(type="image", url=url)
    attachments = item.get("attachments")
    for attachment in attachments if isinstance(attachments, list) else ():
        url = markup.link(_string(attachment, "url"), base) if isinstance(attachment, dict) else None
        if url:
            mime = fields.mime(attachment.get("mime_type"))
            yield Media(
                type=fields.media_type(url, mime),
                url=url,
                alt=markup.line(_string(attachment, "title")) or None,
                duration=fields.seconds(attachment.get("duration_in_seconds")),
                mime=mime,
            )
    yield from markup.images(html, base)
