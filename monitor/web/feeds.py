"""Posts and alerts as feeds, so that other readers can subscribe: what is read for them, and how they are answered."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from types import ModuleType

from starlette.requests import Request
from starlette.responses import Response

from monitor.model import Entry
from monitor.web import atom, jsonfeed, syndicated
from monitor.web.marks import one_line
from monitor.web.site import Asked, Site
from monitor.web.syndicated import Feed, Item, Tombstone, fit
from monitor.web.timeline import alerts_asked, entries_asked

_FRESH = 60  # seconds for which a reader may keep an answer
_SETTLED = timedelta(seconds=60)  # until then something may still come that is dated earlier
_GONE = 100  # posts that lately went or came back; the newest page tells of them, wherever they stand


@dataclass(frozen=True, slots=True)
class Found:
    """A page of a feed. `changed`: when anything of it last came or went; None where that is not certain."""

    feed: Feed
    changed: datetime | None


Read = Callable[[Site, Request], Awaitable[Found]]


async def posts(site: Site, request: Request) -> Found:
    """Read a page of posts, each once, in its newest version. What is deleted is a tombstone instead."""
    asked = Asked.of(request)
    entries, further = await entries_asked(site.store, asked)
    shown = {entry.post.key: [entry] for entry in reversed(entries)}  # of each its newest entry on this page
    keys = dict.fromkeys(entry.post.key for entry in entries)
    if not asked.before and not asked.alerts:
        keys |= dict.fromkeys(await site.store.gone.lately(_GONE, asked.source))
    # A notice is an alert, and no post of the store: it is told as it stands there.
    stored = await asyncio.gather(*(site.store.posts.history(key) for key in keys))
    known = [found for key, one in zip(keys, stored, strict=True) if (found := one or shown.get(key))]
    items, gone = _told(site, known)
    feed = _feed(site, request, "Posts", items, gone, older=further)
    return Found(feed, None if asked.alerts else _changed(entries, known))


def _told(site: Site, known: Iterable[Sequence[Entry]]) -> tuple[list[Item], list[Tombstone]]:
    items: list[Item] = []
    gone: list[Tombstone] = []
    for history in known:
        post, deletion = history[0].post, history[0].deletion
        origin, page = site.origin(post), _page(site, post.key)
        if deletion and not deletion.restored:
            gone.append(syndicated.of_deletion(post.key, deletion, origin, page))
        elif item := syndicated.of_post(history, origin, page):
            items.append(item)
    return items, gone


def _changed(entries: Iterable[Entry], known: Iterable[Sequence[Entry]]) -> datetime | None:
    """Return when anything of a page last came, changed, went or came back. A stream's id begins with its time, ms."""
    came = [datetime.fromtimestamp(int(entry.id.partition("-")[0]) / 1000, UTC) for entry in entries]
    for history in known:
        what = history[0].deletion
        came += [each for each in (history[0].post.seen, *((what.at, what.restored) if what else ())) if each]
    return max(came, default=None)


async def alerts(site: Site, request: Request) -> Found:
    """Read a page of alerts. An alert is never taken back: a deletion or a correction is an alert of its own."""
    asked = Asked.of(request)
    found, further = await alerts_asked(site.store, asked)
    items = [syndicated.of_alert(one, None if one.notice else _page(site, one.post.key)) for one in found]
    feed = _feed(site, request, "Alerts", items, (), older=further)
    return Found(feed, max((one.raised for one in found), default=None))


def _feed(
    site: Site, request: Request, what: str, items: Sequence[Item], gone: Sequence[Tombstone], *, older: str | None
) -> Feed:
    asked = Asked.of(request)
    base = (site.access.url or str(request.base_url)).rstrip("/")
    path = request.url.path
    of = next((each.name for each in site.sources() if each.id == asked.source), asked.source)
    return Feed(
        id=syndicated.name("feed", base, what, asked.source or "", "alerts" if asked.alerts else ""),
        title=one_line(fit(" · ".join(filter(None, (what, of, "Monitor"))))),
        home=base + asked.link("/" if what == "Posts" else "/alerts", before=None, count=None),
        address=base + asked.link(path),
        first=base + asked.link(path, before=None),
        older=base + asked.link(path, before=older) if older else None,
        items=tuple(items),
        gone=tuple(gone),
    )


def _page(site: Site, key: str) -> str | None:
    """Return the address of our own page of a post, where the monitor knows by which name people reach it."""
    return f"{site.access.url.rstrip('/')}/posts/{key}" if site.access.url else None


async def _answer(site: Site, request: Request, read: Read, form: ModuleType) -> Response:
    """Answer with a whole feed, or with 304 where the reader has it (RFC 9110, 13)."""
    found = await read(site, request)
    body = await asyncio.to_thread(form.write, found.feed)  # long texts take a moment
    headers = {
        "Cache-Control": f"private, max-age={_FRESH}",
        "ETag": f'"{hashlib.sha256(body).hexdigest()[:32]}"',
    }
    if found.changed and datetime.now(UTC) - found.changed >= _SETTLED:
        headers["Last-Modified"] = format_datetime(found.changed, usegmt=True)
    if _has(request, headers["ETag"], headers.get("Last-Modified")):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type=form.TYPE, headers=headers)


def _has(request: Request, tag: str, modified: str | None) -> bool:
    """Say whether the reader has this very answer: by its tag, and only where it sends none by its date."""
    if (tags := request.headers.get("if-none-match")) is not None:
        return tags.strip() == "*" or tag in {one.strip().removeprefix("W/") for one in tags.split(",")}
    if (since := request.headers.get("if-modified-since")) and modified:
        with suppress(ValueError, TypeError):  # a date that is none, or of no zone
            return parsedate_to_datetime(modified) <= parsedate_to_datetime(since)
    return False


async def posts_atom(site: Site, request: Request) -> Response:
    return await _answer(site, request, posts, atom)


async def posts_json(site: Site, request: Request) -> Response:
    return await _answer(site, request, posts, jsonfeed)


async def alerts_atom(site: Site, request: Request) -> Response:
    return await _answer(site, request, alerts, atom)


async def alerts_json(site: Site, request: Request) -> Response:
    return await _answer(site, request, alerts, jsonfeed)
