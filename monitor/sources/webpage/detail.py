"""A post's own page: its whole words, and how they join with what the list said of it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from monitor import dates, markup
from monitor.errors import Unreadable
from monitor.model import Media, Post, Reading, changed
from monitor.sources import language
from monitor.sources.webpage import clock, listing, told
from monitor.sources.webpage.page import Page, outermost
from monitor.sources.webpage.settings import Config, Detail
from monitor.sources.webpage.told import Told

_BODY = ("[itemprop='articleBody']", "article")


def read(body: bytes, headers: Mapping[str, str], url: str, settings: Config) -> Reading:
    """Return the one post of a page, without a key. Raises Unreadable if nothing is where the settings look for it."""
    where = settings.detail or Detail()
    url = markup.link(url, url) or ""
    kind = headers.get("content-type", "text/html").partition(";")[0].strip().lower()
    if kind and "html" not in kind and "xml" not in kind and kind != "text/plain":
        return Reading(posts=(_post(url, settings, media=(Media(type="document", url=url, mime=kind),)),))
    page = Page(body, headers, url)
    says = told.read(page)
    page.drop(where.drop)
    html, text, partial = _text(page, where, says)
    images = markup.images(html, page.base) or ((Media(type="image", url=says.image),) if says.image else ())
    post = _post(
        _permalink(page, url),
        settings,
        title=_title(page, where, says),
        text=text,
        published=_date(page, where, says, settings),
        updated=dates.parse(says.updated, settings.zone),
        author=says.author or None,
        language=settings.language or language(says.language),
        media=images,
        flags=("partial",) if partial else (),
    )
    odd = where.date and not post.published
    return Reading(posts=(post,), warnings=(f"no date can be read at `detail.date: {where.date}`",) if odd else ())


def joined(listed: Post, own: Post, *, titled: bool) -> Post:
    """Return a post as the list and its own page tell of it together.

    Its own page knows better, but for the title: machines are told another than people, often with the site's name
    behind it. `titled`: the settings say where on the page the title is.
    """
    own_title = titled or not listed.title or listing.cut(listed.title)
    return changed(
        listed,
        title=own.title if own.title and own_title else listed.title,
        text=own.text or listed.text,
        published=own.published or listed.published,
        updated=own.updated,
        author=own.author,
        language=own.language,
        permalink=own.permalink if same_site(own.permalink, listed.permalink) else listed.permalink,
        media=own.media or listed.media,
        flags=own.flags if own.text else listed.flags,
    )


def same_site(one: str | None, other: str | None) -> bool:
    """Whether two addresses are of one host, with or without `www.`, or one of a host below the other."""
    hosts = [(urlsplit(link or "").hostname or "").removeprefix("www.") for link in (one, other)]
    return bool(hosts[0] and hosts[1]) and (
        hosts[0] == hosts[1] or hosts[0].endswith(f".{hosts[1]}") or hosts[1].endswith(f".{hosts[0]}")
    )


def _text(page: Page, where: Detail, says: Told) -> tuple[str, str, bool]:
    """Return the HTML and the words of a post, and whether they are known not to be all."""
    if where.text:
        nodes = page.every(where.text)
        if not nodes:
            raise Unreadable(f"nothing on it matches `detail.text: {where.text}`")
        html = "\n".join(one.html or "" for one in outermost(nodes))
        return html, markup.text(html), False
    bodies = (nodes for nodes in map(page.every, _BODY) if len(nodes) == 1)
    html = next((nodes[0].html or "" for nodes in bodies), "")
    text = says.text or markup.text(html) or says.summary
    if not text:
        raise Unreadable("it has neither JSON-LD nor OpenGraph nor one <article>; set `detail.text`")
    return html, text, text == says.summary or listing.cut(text)


def _title(page: Page, where: Detail, says: Told) -> str:
    if not where.title:
        return says.title or page.words("h1")
    found = page.words(where.title)
    if not found:
        raise Unreadable(f"nothing on it matches `detail.title: {where.title}`")
    return found


def _date(page: Page, where: Detail, says: Told, settings: Config) -> datetime | None:
    form = where.date_format or settings.date_format
    own = clock.parse(page.words(where.date), form, settings.zone) if where.date else None
    return own or dates.parse(says.published, settings.zone) or dates.parse(page.words("time[datetime]"), settings.zone)


def _permalink(page: Page, url: str) -> str:
    own = next(filter(None, map(page.link, page.every("link[rel~='canonical']"))), None)
    return own if own and same_site(own, url) else url


def _post(url: str, settings: Config, **says: Any) -> Post:
    return Post(key="", source=settings.id, kind=settings.kind, native_id=url, permalink=url, **says)
