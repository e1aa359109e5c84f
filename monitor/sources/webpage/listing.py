"""The list: from a page to posts with what it says of each. Pure."""

from __future__ import annotations

import re
from datetime import datetime
from urllib.parse import urlsplit

from monitor import markup
from monitor.errors import Unreadable
from monitor.model import Media, Post, Reading, changed, post_key
from monitor.sources.webpage import clock, page
from monitor.sources.webpage.page import Node, Page
from monitor.sources.webpage.settings import Config

MOST_ITEMS = 500

_HEADINGS = "h1, h2, h3, h4, h5, h6"
_CUT = re.compile(r"(?:…|\.\.\.)[\s\]»>→]*$")
_DOCUMENT = re.compile(r"\.(?:pdf|docx?|odt|rtf)$", re.IGNORECASE)


def read(place: Page, settings: Config) -> Reading:
    """Return the posts of a list, each once, in its order. Raises Unreadable if its layout is not the one that is set.

    A layout that has changed matches nothing, or loses the dates. Neither may pass for a list without news.
    """
    found = place.every(settings.item)
    if not found:
        raise Unreadable(f"nothing on the page matches `item: {settings.item}`: its layout may have changed")
    items = found[:MOST_ITEMS]
    links = [(node, link) for node in items if (link := _link(place, node, settings))]
    if not links:
        raise Unreadable(
            f"none of {len(items)} items has a link at `link: {settings.link}`: the layout may have changed"
        )
    posts = [post for node, link in links if (post := _post(place, node, link, settings))]
    warnings = []
    if not posts:
        raise Unreadable(f"no link of the list fits `post_id: {settings.post_id}`, such as {links[0][1]}")
    if settings.date and not any(post.published for post in posts):
        raise Unreadable(_dateless(links[0][0], settings))
    if len(found) > MOST_ITEMS:
        warnings.append(f"the list has more than {MOST_ITEMS} items; only the first were read")
    if left := len(items) - len(posts):
        why = "no link" if settings.post_id is None else "no link that fits `post_id`"
        warnings.append(
            f"{left} of {len(items)} items have {why} and were left out; a narrower `item` would not match them"
        )
    return Reading(posts=tuple(_once(posts)), warnings=tuple(warnings), earlier=_earlier(place, settings))


def native_id(link: str, expression: str | None) -> str | None:
    """Return the publisher's id of a post; without an expression its address, of which http and https are one."""
    if expression is None:
        return re.sub("^http:", "https:", link)
    fits = re.search(expression, link)
    return (fits[fits.re.groups] or None) if fits else None


def cut(words: str) -> bool:
    """Whether a text says itself that it goes on elsewhere."""
    return bool(_CUT.search(words[-40:]))


def _link(place: Page, node: Node, settings: Config) -> str | None:
    return _leading(place, page.every(node, settings.link))


def _leading(place: Page, nodes: list[Node]) -> str | None:
    """Return where the first of some links leads that leads anywhere: one to the page itself is a button."""
    return next((link for link in map(place.link, nodes) if link and link != place.url), None)


def _post(place: Page, node: Node, link: str, settings: Config) -> Post | None:
    name = native_id(link, settings.post_id)
    if name is None:
        return None
    summary = page.words(node, settings.summary) if settings.summary else ""
    document = _DOCUMENT.search(urlsplit(link).path)
    html = node.html or ""
    return Post(
        key=post_key(settings.id, name),
        source=settings.id,
        kind=settings.kind,
        native_id=name,
        published=_date(node, settings),
        title=_title(node, settings),
        text=summary,
        language=settings.language,
        permalink=link,
        media=(Media(type="document", url=link),) if document else markup.images(html, place.base),
        flags=("partial",) if cut(summary) else (),
    )


def _title(node: Node, settings: Config) -> str:
    if settings.title:
        return page.words(node, settings.title)
    link = page.every(node, settings.link)[:1]
    found = (page.words(node, _HEADINGS), *(page.words(one, how) for one in link for how in ("*", "*@title", "img")))
    return next(filter(None, found), "")


def _date(node: Node, settings: Config) -> datetime | None:
    written = page.words(node, settings.date or "time")
    return clock.parse(written, settings.date_format, settings.zone)


def _dateless(node: Node, settings: Config) -> str:
    written = page.words(node, settings.date or "")
    if not written:
        return f"no item has a date at `date: {settings.date}`: the layout may have changed"
    form = settings.date_format or "any form that is known; set `date_format`, and `timezone` where it names none"
    return f"no date of the list can be read: {written[:80]!r} is not of the form {form}"


def _once(posts: list[Post]) -> list[Post]:
    """A picture and a title that both lead to one post are one post, with the words of whichever has any."""
    known: dict[str, Post] = {}
    for post in posts:
        first = known.setdefault(post.native_id, post)
        known[post.native_id] = changed(
            first,
            title=first.title or post.title,
            text=first.text or post.text,
            published=first.published or post.published,
            media=first.media or post.media,
        )
    return list(known.values())


def _earlier(place: Page, settings: Config) -> str | None:
    found = _leading(place, place.every(settings.next)) if settings.next else None
    if found and place.url.startswith("https:"):
        found = re.sub("^http:", "https:", found)
    return found
