"""RSS, RDF and Atom: from what feedparser found to posts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

from monitor import dates, markup
from monitor.errors import Unreadable
from monitor.model import Media, Post, Reading
from monitor.sources import SourceConfig, language
from monitor.sources.rss import fields, hints, parser, plain
from monitor.sources.rss.split import Split

Entry = dict[str, Any]


def read(document: bytes, base: str, settings: SourceConfig) -> tuple[Reading, bool]:
    """Return what an XML feed says, its posts still without keys, and whether its entries are apart (see `parser`).

    Raises Unreadable if it is none.
    """
    parsed = parser.parse(document, base)
    return _reading(parsed, parsed.entries, base, settings), parsed.apart


def _reading(parsed: parser.Parsed, entries: Sequence[Entry], base: str, settings: SourceConfig) -> Reading:
    return Reading(
        posts=tuple(_post(entry, parsed, base, settings) for entry in entries),
        warnings=tuple(parsed.warnings),
        hints=hints.read(parsed.feed, parsed.hours, parsed.days),
        earlier=_earlier(parsed, base),
        deletions=tuple(parsed.deleted),
        complete=parsed.complete,
    )


def read_entries(parts: Split, wanted: Sequence[bytes], base: str, settings: SourceConfig) -> Reading | None:
    """Return what some entries of a split document say, and its head, as `read` would; None where that is doubtful.

    feedparser reads the head and what is not plain.
    """
    probe = b"<entry></entry>" if parts.entries[0].startswith(b"<entry") else b"<item></item>"
    try:
        head = parser.parse(parts.only([probe]), base)
    except Unreadable:
        return None
    frame = plain.frame(parts, head)
    entries = [_plain(one, frame) for one in wanted]
    odd = [one for one, entry in zip(wanted, entries, strict=True) if entry is None]
    parsed = parser.parse(parts.only([probe, *odd]), base) if odd else head
    if not parsed.apart or parsed.warnings or len(parsed.entries) != 1 + len(odd):
        return None
    left = iter(parsed.entries[1:])
    return _reading(parsed, [next(left) if entry is None else entry for entry in entries], base, settings)


def _plain(document: bytes, frame: plain.Frame | None) -> Entry | None:
    if frame:
        with suppress(plain.Odd):
            return plain.entry(document, frame)
    return None


def _earlier(parsed: parser.Parsed, base: str) -> str | None:
    """RFC 5005: an archive stays as it is and is named by `prev-archive`; of pages, which move on, `next` is older."""
    pages = (_string(link, "href") for rel in ("prev-archive", "next") for link in _links(parsed.feed, rel))
    return next(filter(None, (markup.link(page, base) for page in pages)), None)


def _post(entry: Entry, parsed: parser.Parsed, base: str, settings: SourceConfig) -> Post:
    atom = parsed.version.startswith("atom")
    contents, summary = _contents(entry), _part(entry, "summary")
    text = fields.fuller(
        "\n\n".join(filter(None, (_words(c, atom=atom) for c in contents))), lambda: _words(summary, atom=atom)
    ) or markup.unsaid(_string(entry, "media_description"))
    permalink = _permalink(entry, base)
    return Post(
        key="",
        source=settings.id,
        kind="rss",
        native_id=_string(entry, "id").strip() or _string(entry, "link").strip(),
        author=_author(entry, parsed, atom=atom),
        created=_date(entry, "created", settings),
        published=_date(entry, "published", settings) or _date(entry, "dc_date", settings),
        updated=_date(entry, "updated", settings),
        title=markup.line(_words(_part(entry, "title"), atom=atom)),
        text=text,
        language=_language(entry, parsed, settings),
        permalink=permalink,
        media=fields.once(_media(entry, (*contents, summary), base)),
        repost_of=_repost(entry, base, settings),
        flags=fields.flags(text),
    )


def _string(entry: Entry, name: str) -> str:
    """Return a field as it stands. Not `entry.get`: feedparser's has opinions (`updated` may answer `published`)."""
    value = dict.get(entry, name)
    return value if isinstance(value, str) else ""


def _part(entry: Entry, name: str) -> Entry:
    return dict.get(entry, f"{name}_detail") or {"value": _string(entry, name)}


def _contents(entry: Entry) -> list[Entry]:
    contents = dict.get(entry, "content")
    return contents if isinstance(contents, list) else []


def _words(part: Entry, *, atom: bool) -> str:
    """Atom says what is HTML; RSS does not, whatever its specification says."""
    kind, value = _string(part, "type"), _string(part, "value")
    if kind == "application/xhtml+xml" or (atom and kind == "text/html"):
        return markup.text(value)
    # feedparser hands on a content without a summary as one of no type at all.
    return markup.clean(value) if atom and kind else markup.unsaid(value)


def _date(entry: Entry, name: str, settings: SourceConfig) -> Any:
    return dates.parse(_string(entry, name), settings.zone)


def _author(entry: Entry, parsed: parser.Parsed, *, atom: bool) -> str | None:
    """RFC 4287 4.2.1: an entry without authors has those of its source, else those of the feed. RSS knows no such."""
    places = (entry, dict.get(entry, "source") or {}, parsed.feed) if atom else (entry,)
    for place in places:
        persons = dict.get(place, "authors") or ()
        found = fields.people(_string(person, "name") or _string(person, "email") for person in persons)
        if found:
            return found
    return None


def _language(entry: Entry, parsed: parser.Parsed, settings: SourceConfig) -> str | None:
    parts = (_part(entry, "title"), _part(entry, "summary"), *_contents(entry))
    own = (_string(entry, "language"), *(_string(part, "language") for part in parts))
    return language(*own, _string(parsed.feed, "language"), settings.language)


def _permalink(entry: Entry, base: str) -> str | None:
    link, guid = _string(entry, "link"), _string(entry, "id")
    if link and link == guid and not markup.link(guid, ""):
        link = ""  # a guid that claims to be a permalink, and is none
    alternates = (_string(other, "href") for other in _links(entry, "alternate"))
    return next(filter(None, (markup.link(href, base) for href in (link, *alternates) if href)), None)


def _links(entry: Entry, rel: str) -> Iterator[Entry]:
    return (link for link in dict.get(entry, "links") or () if _string(link, "rel").strip().casefold() == rel)


def _repost(entry: Entry, base: str, settings: SourceConfig) -> str | None:
    """RSS 2.0 `source url`: the feed a post was taken from. Many feeds name themselves there, which says nothing."""
    origin = markup.link(_string(dict.get(entry, "source") or {}, "href"), base)
    return None if origin and origin.partition("?")[0] in (base, str(settings.url).partition("?")[0]) else origin


def _media(entry: Entry, parts: tuple[Entry, ...], base: str) -> Iterator[Media]:
    duration = fields.seconds(_string(entry, "itunes_duration"))
    for enclosure in _links(entry, "enclosure"):
        yield from _medium(enclosure, _string(enclosure, "href"), base, "", duration)
    group = _string(entry, "media_description") or _string(entry, "media_title")
    contents = dict.get(entry, "media_content") or ()
    for content in contents:
        caption = _string(content, "description") or _string(content, "title") or group
        yield from _medium(content, _string(content, "url"), base, caption, fields.seconds(content.get("duration")))
    for thumbnail in () if contents else dict.get(entry, "media_thumbnail") or ():  # beside a content it is its preview
        yield from _medium({"medium": "image"}, _string(thumbnail, "url"), base, "", None)
    for part in parts:
        yield from markup.images(_string(part, "value"), base)


def _medium(medium: Entry, href: str, base: str, caption: str, duration: float | None) -> Iterator[Media]:
    url = markup.link(href, base)
    mime = fields.mime(_string(medium, "type"))
    if url:
        kind = fields.media_type(url, mime, _string(medium, "medium") or None)
        moving = duration if kind in ("audio", "video") else None
        yield Media(type=kind, url=url, alt=markup.line(markup.unsaid(caption)) or None, duration=moving, mime=mime)
