"""What GOV.UK tells: the list of its search (`/api/search.json`) and the text of one page (`/api/content/…`). Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from html import unescape
from urllib.parse import urlsplit

from monitor import dates, markup
from monitor.errors import Unreadable
from monitor.model import Media, Post, Reading, changed, post_key
from monitor.sources import SourceConfig, language
from monitor.sources._json import Thing, media_type, named, once, part, parts, string

_GONE = ("gone", "redirect", "vanish")  # kinds of pages that stand where another was
_TRANSLATED = re.compile(r"\.[a-z]{2,3}(?:-[a-z0-9]{2,8})*$")  # /government/news/a.ur
_FIRST = re.compile(r"first published\W*", re.IGNORECASE)
_HREF = re.compile(r"<a\s[^<>]{0,400}?href=\"([^\"<>]{1,2000})\"")
_WIDTHS = ("s960", "s712", "s630", "high_resolution_url", "url", "s465", "s300")


def listed(said: Thing, url: str, settings: SourceConfig) -> Reading:
    """Return what the search found: posts of which the text is yet to be asked for.

    In the reading's cursor: `items`, how many the page has.
    """
    found, warnings = named(said["results"], lambda thing: string(thing, "link").strip())
    posts = {post.key: post for post in (_listed(thing, url, settings) for thing in found)}
    return Reading(posts=tuple(posts.values()), warnings=warnings, cursor={"items": str(len(said["results"]))})


def whole(said: Thing, url: str, settings: SourceConfig) -> Reading:
    """Return the one post of a page. Raises Unreadable where the page is no more."""
    path = string(said, "base_path")
    if not path or string(said, "schema_name") in _GONE or string(said, "document_type") in _GONE:
        raise Unreadable(f"{path or 'the page'} was withdrawn from GOV.UK, or has moved")
    details, notice = part(said, "details"), string(part(said, "withdrawn_notice"), "explanation")
    html = "\n".join(_sections(details))
    paragraphs = (
        f"Withdrawn: {markup.text(notice)}" if notice else "",
        markup.text(string(said, "description")),
        markup.text(html),
        _change(details),
    )
    organisations = parts(part(said, "links"), "organisations")
    post = _post(said, path, url, settings, organisations)
    post = changed(
        post,
        text=markup.clean("\n\n".join(filter(None, paragraphs))),
        media=once((*_pictures(details, url), *markup.images(html, url), *_files(details, url))),
        flags=("withdrawn",) if notice else (),
    )
    return Reading(posts=(post,))


def stamp(post: Post) -> datetime:
    """Return when a post was last published anew."""
    return post.updated or post.published or datetime.fromtimestamp(0, UTC)


def _listed(thing: Thing, url: str, settings: SourceConfig) -> Post:
    link = string(thing, "link").strip()
    path = link if "://" in link or link.startswith("/") else f"/{link}"
    post = _post(thing, path, url, settings, parts(thing, "organisations"))
    return changed(post, text=markup.text(string(thing, "description")), flags=("partial",))


def _post(said: Thing, path: str, url: str, settings: SourceConfig, organisations: list[Thing]) -> Post:
    """Return what list and page tell alike. `public_timestamp` moves with every major update, and only then."""
    native_id = _id(string(said, "content_id").strip(), path)
    updated = _date(said, "public_timestamp") or _date(said, "public_updated_at")
    published = _date(said, "first_published_at") or updated
    later = updated and published and updated > published
    names = dict.fromkeys(markup.line(string(one, "title")) for one in organisations)
    return Post(
        key=post_key(settings.id, native_id),
        source=settings.id,
        kind=settings.kind,
        native_id=native_id,
        author=", ".join(filter(None, names)) or None,
        published=published,
        updated=updated if later else None,
        title=markup.line(string(said, "title")),
        language=language(said.get("locale"), settings.language),
        permalink=markup.link(path, url),
    )


def _id(content_id: str, path: str) -> str:
    """Return the page's own id, which all its translations share; its path where there is none."""
    if not content_id:
        return path
    translated = _TRANSLATED.search(urlsplit(path).path)
    return content_id + (translated[0] if translated else "")


def _date(said: Thing, name: str) -> datetime | None:
    return dates.parse(string(said, name), UTC)


def _sections(details: Thing) -> Iterator[str]:
    """Yield the HTML of a page: its summary and body, and the chapters of a guide."""
    for name in ("summary", "introduction", "body"):
        yield _html(details.get(name))
    for chapter in parts(details, "parts"):
        yield f"<h2>{string(chapter, 'title')}</h2>{_html(chapter.get('body'))}"


def _html(value: object) -> str:
    """Return HTML that is told as such, or in several forms of which one is HTML."""
    forms = [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
    found = (string(one, "content") for one in forms if string(one, "content_type") == "text/html")
    return value if isinstance(value, str) else next(found, "")


def _change(details: Thing) -> str:
    """Return the note on the latest update; none of the first publication, which says nothing."""
    history = sorted(parts(details, "change_history"), key=lambda one: string(one, "public_timestamp"))
    note = markup.text(string(history[-1], "note")) if history else ""
    return f"Update: {note}" if note and not _FIRST.fullmatch(note) else ""


def _pictures(details: Thing, url: str) -> Iterator[Media]:
    for picture in (part(details, "image"), *parts(details, "images")):
        sources = {**picture, **part(picture, "sources")}
        address = next(filter(None, (markup.link(string(sources, name), url) for name in _WIDTHS)), None)
        if address:
            words = string(picture, "alt_text") or string(picture, "caption")
            yield Media(type="image", url=address, alt=markup.line(markup.text(words)) or None)


def _files(details: Thing, url: str) -> Iterator[Media]:
    """Yield the attached documents, each by its title. One in HTML is a page of its own.

    Where a page has only its list of documents in HTML, as some of old times do, they are without titles.
    """
    for file in parts(details, "attachments"):
        mime = string(file, "content_type").strip().lower() or None
        if address := markup.link(string(file, "url"), url):
            title = markup.line(string(file, "title")) or None
            kind = "document" if string(file, "attachment_type") == "html" else media_type(mime)
            yield Media(type=kind, url=address, alt=title, mime=mime)
    shown = details.get("documents")
    for html in shown if isinstance(shown, list) and not parts(details, "attachments") else ():
        for href in _HREF.findall(html) if isinstance(html, str) else ():
            if address := markup.link(unescape(href), url):
                yield Media(type="document", url=address)
