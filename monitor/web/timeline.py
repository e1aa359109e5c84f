"""The timeline and the alerts, as pages and as JSON."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from starlette.requests import Request
from starlette.responses import Response

from monitor.model import Alert, Entry, Incident
from monitor.web import Reads
from monitor.web.rows import entry_of, origin_of, row
from monitor.web.site import Asked, Site, json, respond

T = TypeVar("T", Entry, Alert)

_SEARCHED = 2_000  # entries looked through for one filtered page; its `next` goes on from there


async def timeline(site: Site, request: Request) -> Response:
    asked = Asked.of(request)
    # Taken before the posts are read: what arrives in between comes again live, and the page knows it by its id.
    cursor = site.live.cursor
    entries, further = await entries_asked(site.store, asked)
    known = {origin.id: origin for origin in site.sources()}
    return respond(
        "timeline.html",
        here="/",
        asked=asked,
        rows=[row(entry, origin_of(entry.post, known.get(entry.post.source))) for entry in entries],
        older=asked.link("/", before=further) if further else None,
        newest=asked.link("/", before=None) if asked.before else None,
        sources=list(known.values()),
        cursor=cursor,
    )


async def posts(site: Site, request: Request) -> Response:
    entries, further = await entries_asked(site.store, Asked.of(request))
    return json({"entries": entries, "next": further})


async def alerts_page(site: Site, request: Request) -> Response:
    asked = Asked.of(request)
    found, further = await alerts_asked(site.store, asked)
    return respond(
        "alerts.html",
        here="/alerts",
        asked=asked,
        lines=[(alert, row(entry_of(alert), alert.origin)) for alert in found],
        incidents=await _incidents(site, found),
        rules=site.written().ids(),
        older=asked.link("/alerts", before=further) if further else None,
        newest=asked.link("/alerts", before=None) if asked.before else None,
        sources=site.sources(),
    )


async def _incidents(site: Site, found: Sequence[Alert]) -> dict[str, Incident]:
    """Return the incidents that alerts belong to, by id."""
    ids = dict.fromkeys(alert.incident.incident for alert in found if alert.incident)
    return {one: about for one in ids if (about := await site.store.incidents.get(one))}


async def alerts(site: Site, request: Request) -> Response:
    found, further = await alerts_asked(site.store, Asked.of(request))
    return json({"alerts": found, "next": further})


async def entries_asked(store: Reads, asked: Asked) -> tuple[list[Entry], str | None]:
    """Return the entries asked for, newest first, and where an older page goes on (None: nothing is older)."""
    if asked.alerts:
        found, further = await alerts_asked(store, asked)
        return [entry_of(alert) for alert in found], further
    return await _gathered(store.posts.recent, asked, lambda entry: asked.source in (None, entry.post.source))


async def alerts_asked(store: Reads, asked: Asked) -> tuple[list[Alert], str | None]:
    return await _gathered(store.alerts.recent, asked, lambda alert: asked.source in (None, alert.post.source))


async def _gathered(
    recent: Callable[[int, str | None], Awaitable[list[T]]], asked: Asked, wanted: Callable[[T], bool]
) -> tuple[list[T], str | None]:
    """Read backwards until enough is found, the beginning is reached, or enough has been looked through."""
    found: list[T] = []
    before, searched = asked.before, 0
    while searched < _SEARCHED:
        chunk = await recent(asked.count if asked.source is None else 200, before)
        if not chunk:
            return found, None
        for item in chunk:
            before, searched = item.id, searched + 1
            if wanted(item):
                found.append(item)
                if len(found) == asked.count:
                    return found, before
    return found, before
