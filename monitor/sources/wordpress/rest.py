"""Posts as WordPress' REST API tells them: `/wp-json/wp/v2/posts` and the collections of other types. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime

from monitor import dates, markup
from monitor.errors import Unreadable
from monitor.model import Media, Post, Reading, post_key
from monitor.sources import SourceConfig, language
from monitor.sources._json import Thing, media_type, named, once, part, parts, string
from monitor.sources.wordpress import ids

_BLANK = b"\xef\xbb\xbf \t\r\n"
_OTHER = re.compile(rb"<(?:!doctype|html|head|body|\?xml|rss|feed|rdf:rdf)\b", re.IGNORECASE)  # a page, a feed
_POSTS = re.compile(rb'\[\s*\{\s*"id"\s*:')
_TRIVIAL = 20  # a content shorter than this loses to a longer excerpt


def begins(body: bytes) -> int:
    """Return where the JSON of an answer begins; -1 if it is none. PHP may have put its own complaints before it."""
    start = body[:200].lstrip(_BLANK)
    if start[:1] in (b"[", b"{"):
        return body.index(start[:1])
    found = None if _OTHER.search(body[:4096]) else _POSTS.search(body)
    return found.start() if found else -1


def read(body: bytes, url: str, settings: SourceConfig) -> Reading:
    """Return the posts of one page of a collection, or the one post of an answer that is one. Raises Unreadable.

    In the reading's cursor: `items`, how many the page has; `guids`, see `ids`.
    """
    place = begins(body)
    try:
        said = json.loads(body[max(place, 0) :].decode("utf-8-sig", "replace"), strict=False)
    except (ValueError, RecursionError) as problem:
        raise Unreadable(f"the API's answer begins like JSON but cannot be read as such: {problem}") from None
    things = [said] if isinstance(said, dict) and isinstance(said.get("id"), int) else said
    if not isinstance(things, list):
        code = string(said, "code") if isinstance(said, dict) else ""
        message = markup.line(markup.text(string(said, "message")), 200) if code else "no list of posts"
        raise Unreadable(f"WordPress answered with {markup.line(code, 60) or 'other JSON'}: {message}")
    posts, warnings = named(things, _id)
    if place > 0 and body[:place].strip(_BLANK):
        warnings = ("other text stands before the API's JSON (a complaint of PHP?) and was overlooked", *warnings)
    each = {_id(thing): _post(thing, url, settings) for thing in posts}  # a page may show one post twice
    return Reading(
        posts=tuple(each.values()),
        warnings=warnings,
        cursor={"items": str(len(things)), "guids": json.dumps(_guids(posts, str(settings.url)))},
    )


def _id(thing: Thing) -> str:
    number = thing.get("id")
    return str(number) if isinstance(number, int) and not isinstance(number, bool) and 0 < number < 10**19 else ""


def _guids(posts: list[Thing], site: str) -> dict[str, str]:
    """Return the marks of those guids that do not give the post's id away, by that id."""
    given = ((_id(thing), string(part(thing, "guid"), "rendered")) for thing in posts)
    return {post: ids.mark(guid) for post, guid in given if guid and ids.own(guid, site) != post}


def _post(thing: Thing, url: str, settings: SourceConfig) -> Post:
    native_id, html = _id(thing), _rendered(thing, "content")
    published, modified = _date(thing, "date", settings), _date(thing, "modified", settings)
    content, excerpt = markup.text(html), markup.text(_rendered(thing, "excerpt"))
    text = excerpt if len(content) < _TRIVIAL and len(excerpt) > len(content) else content
    later = modified and (published is None or modified > published)
    locked, cut = part(thing, "content").get("protected") is True, text != content
    return Post(
        key=post_key(settings.id, native_id),
        source=settings.id,
        kind=settings.kind,
        native_id=native_id,
        author=_author(thing),
        published=published,
        updated=modified if later else None,  # of a scheduled post it is the hour of its writing
        title=markup.line(markup.text(_rendered(thing, "title"))),
        text=text,
        language=language(thing.get("lang"), settings.language),
        permalink=markup.link(string(thing, "link"), url),
        media=once((*_featured(thing, url), *markup.images(html, url))),
        flags=(*(["protected"] if locked else []), *(["partial"] if cut else [])),
    )


def _rendered(thing: Thing, name: str) -> str:
    return string(part(thing, name), "rendered")


def _date(thing: Thing, name: str, settings: SourceConfig) -> datetime | None:
    """Read `date_gmt`, which names no zone and means UTC; else `date`, which goes by the site's clock."""
    return dates.parse(string(thing, f"{name}_gmt"), UTC) or dates.parse(string(thing, name), settings.zone)


def _author(thing: Thing) -> str | None:
    """Return the names of those who are embedded; a site that hides its users embeds an error in their place."""
    names = (string(person, "name") for person in parts(part(thing, "_embedded"), "author") if "code" not in person)
    return markup.line(", ".join(dict.fromkeys(filter(None, (markup.line(markup.text(n)) for n in names))))) or None


def _featured(thing: Thing, base: str) -> Iterator[Media]:
    for medium in parts(part(thing, "_embedded"), "wp:featuredmedia"):
        address = markup.link(string(medium, "source_url"), base)
        mime = string(medium, "mime_type").strip().lower() or None
        kind = media_type(mime)
        if not address:  # the attachment's page, where the site does not say where the file is
            address, kind, mime = markup.link(string(medium, "link"), base), "other", None
        elif not mime:
            kind = "image" if string(medium, "media_type") == "image" else "other"
        if address:
            yield Media(type=kind, url=address, alt=markup.line(string(medium, "alt_text")) or None, mime=mime)
