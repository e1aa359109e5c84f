"""Posts as Drupal's JSON:API tells them: `/jsonapi/node/news` (core module `jsonapi`, JSON:API 1.0). Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, quote, unquote

from monitor import dates, markup
from monitor.errors import Unreadable
from monitor.model import Media, Post, Reading, post_key
from monitor.sources import language
from monitor.sources._json import Thing, document, media_type, named, once, part, parts, string

if TYPE_CHECKING:
    from monitor.sources.drupal import Config

_WHAT = "an answer of Drupal's JSON:API"
_NO_LANGUAGE = ("und", "zxx")  # ISO 639: undetermined, no linguistic content
_NUMBER = re.compile(r"[0-9]{1,9}")
_NO_PICTURES = ("uid", "node_type", "revision_uid", "thumbnail")
_VIDEO = "field_media_oembed_video"  # where Drupal's own media type keeps the address of a video elsewhere

Included = Mapping[tuple[str, str], Thing]


def read(body: bytes, headers: Mapping[str, str], url: str, settings: Config) -> Reading:  # noqa: ARG001  # JSON is UTF-8
    """Return the posts of a page of a collection, or of an answer that is one node. Raises Unreadable.

    In the reading's cursor: `next`, where the site says the next page begins, and `size`, how many it puts on one, as
    long as there is a next page; `numbers`, the nodes' numbers by their ids, which go up with time.
    """
    said = document(body, _WHAT)
    if isinstance(said, dict) and (errors := parts(said, "errors")):
        raise Unreadable(f"Drupal answered with an error: {_error(errors[0])}")
    if not isinstance(said, dict) or not isinstance(said.get("data"), list | dict):
        raise Unreadable(f"{_WHAT} was expected, and other JSON came")
    listed = said["data"] if isinstance(said["data"], list) else [said["data"]]
    found, warnings = named(listed, _id)
    nodes = {_id(node): node for node in found}.values()
    included = {(string(one, "type"), string(one, "id")): one for one in parts(said, "included")}
    numbers = {_id(node): number for node in nodes if (number := _number(node)) is not None}
    return Reading(
        posts=tuple(_post(node, included, url, settings) for node in nodes),
        warnings=(*warnings, *_omitted(said)),
        cursor={**_following(said), "numbers": json.dumps(numbers)},
    )


def _error(error: Thing) -> str:
    return markup.line(f"{string(error, 'title')}: {string(error, 'detail')}", 300)


def _omitted(said: Thing) -> Iterator[str]:
    """Tell what the site leaves out because visitors may not see it. The links' names mean nothing (but `help`)."""
    links = part(part(part(said, "meta"), "omitted"), "links")
    left = [one for name, one in links.items() if name != "help" and isinstance(one, dict)]
    if left:
        why = markup.line(string(part(left[0], "meta"), "detail"), 200)
        yield f"the site leaves {len(left)} things out of its answer, which visitors may not see: {why}"


def _following(said: Thing) -> dict[str, str]:
    """Return where the next page begins and how much is on one, as `links.next` says. It may name another host."""
    link = part(said, "links").get("next")
    href = string(link, "href") if isinstance(link, dict) else link if isinstance(link, str) else ""
    asked = parse_qs(unquote(href).partition("?")[2])
    told = {
        name: asked[key][-1]
        for name, key in (("next", "page[offset]"), ("size", "page[limit]"))
        if _NUMBER.fullmatch(asked.get(key, [""])[-1])
    }
    return {"next": "", **told} if href else {}


def _id(node: Thing) -> str:
    return string(node, "id").strip().lower()


def _number(node: Thing) -> int | None:
    number = part(node, "attributes").get("drupal_internal__nid")
    return number if isinstance(number, int) and not isinstance(number, bool) else None


def _post(node: Thing, included: Included, url: str, settings: Config) -> Post:
    said, native_id = part(node, "attributes"), _id(node)
    html, cut = _text(said, settings.text)
    written, published = _date(said, "created", settings), _date(said, "published_at", settings)
    updated = _date(said, "changed", settings)
    published = published or written
    later = updated and (published is None or updated > published)
    return Post(
        key=post_key(settings.id, native_id),
        source=settings.id,
        kind=settings.kind,
        native_id=native_id,
        author=_author(node, included),
        created=written,
        published=published,
        updated=updated if later else None,
        title=markup.line(string(said, "title")),
        text=markup.text(html),
        language=language(*(tag for tag in (said.get("langcode"), settings.language) if tag not in _NO_LANGUAGE)),
        permalink=_permalink(said, url, settings),
        media=once((*_media(node, included, url), *markup.images(html, url))),
        flags=("partial",) if cut else (),
    )


def _text(said: Thing, fields: tuple[str, ...]) -> tuple[str, bool]:
    """Return the HTML of the fields that are the text; else of a summary of one, which is not all of it."""
    whole, short = [], []
    for name in fields:
        value = said.get(name)
        for one in value if isinstance(value, list) else [value]:
            formatted = one if isinstance(one, dict) else {"processed": one}
            whole.append(string(formatted, "processed") or string(formatted, "value"))
            short.append(string(formatted, "summary"))
    html = "\n".join(f"<div>{one}</div>" for one in whole if one.strip())
    if html:
        return html, False
    summary = "\n".join(f"<div>{one}</div>" for one in short if one.strip())
    return summary, bool(summary)


def _date(said: Thing, name: str, settings: Config) -> datetime | None:
    """Read a time: with its zone, as Drupal writes it since 8.7, or in seconds since 1970, as before."""
    value = said.get(name)
    if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**40:
        return dates.parse(datetime.fromtimestamp(min(value, 2**35), UTC).isoformat(), UTC)
    return dates.parse(string(said, name), settings.zone)


def _permalink(said: Thing, url: str, settings: Config) -> str | None:
    """Return the page's address: the alias, which lacks the prefix of a language, else that by its number."""
    alias = string(part(said, "path"), "alias")
    nid = said.get("drupal_internal__nid")
    path = alias or (f"/node/{nid}" if isinstance(nid, int) else "")
    return markup.link(quote(settings.home + path, safe="/%"), url) if path.startswith("/") else None


def _author(node: Thing, included: Included) -> str | None:
    """Return the name of who wrote it, where `include` has `uid` and visitors may see it."""
    people = (part(included.get(one, {}), "attributes") for one, _ in _named_by(node, "uid"))
    names = (string(one, "display_name") or string(one, "name") for one in people)
    return markup.line(", ".join(name for name in names if name)) or None


def _named_by(thing: Thing, relation: str) -> Iterator[tuple[tuple[str, str], Thing]]:
    """Yield what a relation names: its type and id, and what is told of it there (the `alt` of a picture)."""
    said = part(thing, "relationships")
    one = part(said, relation).get("data")
    for named_one in [one] if isinstance(one, dict) else parts(part(said, relation), "data"):
        yield (string(named_one, "type"), string(named_one, "id")), part(named_one, "meta")


def _media(thing: Thing, included: Included, url: str, depth: int = 2) -> Iterator[Media]:
    """Yield the files a node shows, itself or by its media, as far as they are included."""
    for relation in part(thing, "relationships"):
        for named_one, meta in _named_by(thing, relation) if relation not in _NO_PICTURES else ():
            other = included.get(named_one, {})
            if named_one[0].startswith("file--"):
                yield from _file(other, meta, url)
            elif named_one[0].startswith("media--") and depth:
                yield from _media(other, included, url, depth - 1)
                if video := markup.link(string(part(other, "attributes"), _VIDEO), url):
                    yield Media(type="video", url=video)


def _file(file: Thing, meta: Thing, url: str) -> Iterator[Media]:
    said = part(file, "attributes")
    address = markup.link(string(part(said, "uri"), "url"), url)
    mime = string(said, "filemime").strip().lower() or None
    words = string(meta, "alt") or string(meta, "title") or string(meta, "description")
    if address:
        yield Media(type=media_type(mime), url=address, alt=markup.line(words) or None, mime=mime)
