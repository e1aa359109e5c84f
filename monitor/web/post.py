"""One post, whole: its words, its versions, its clocks, what the rules said, and where its alerts went."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from monitor import dedup, languages
from monitor.model import Alert, Delivery, Entry, Part, Verdict, changed, plain
from monitor.rules import window
from monitor.web import explained
from monitor.web.marks import Piece, changes, pieces, spans
from monitor.web.site import Site, json, respond

_KEY = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}:[0-9a-f]{20}")
_COMPARED = 20  # newest versions shown with their differences
_LISTED = 40  # guards, and places; the API has all


@dataclass(frozen=True, slots=True)
class Version:
    """One version after the first. Both differences are empty where the words stayed the same."""

    entry: Entry
    title: list[Part]
    text: list[Part]


@dataclass(frozen=True, slots=True)
class Clock:
    """One moment of a post's way. `after`: seconds since the one before it."""

    name: str
    moment: datetime | None
    after: float | None = None
    since: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """Everything the store knows of one post. The newest version and the newest alert come first."""

    history: list[Entry]
    alerts: Sequence[Alert]
    deliveries: list[Delivery]


async def known(site: Site, request: Request) -> Known:
    """Read one post. Raises HTTPException 404 if no such post is known."""
    key = request.path_params["key"]
    history = await site.store.posts.history(key) if _KEY.fullmatch(key) else []
    if not history:
        raise HTTPException(404, "No post with this key is known here.")
    ids = [entry.alert for entry in history if entry.alert]
    deliveries = await asyncio.gather(*(site.store.outbox.deliveries(each) for each in ids))
    return Known(history, await site.store.alerts.of(ids), [one for each in deliveries for one in each])


async def api(site: Site, request: Request) -> Response:
    found = await known(site, request)
    told = await asyncio.to_thread(differences, found.history)
    return json({"versions": told, "alerts": found.alerts, "deliveries": found.deliveries})


async def page(site: Site, request: Request) -> Response:
    found = await known(site, request)
    entry = found.history[0]
    post, origin = entry.post, site.origin(entry.post)
    now_said = site.explain(post, origin)
    names = {each.id: each.name for each in site.sources()}
    verdict = _located(entry.verdict, now_said) if entry.verdict else now_said
    return respond(
        "post.html",
        here=None,
        entry=entry,
        post=post,
        origin=origin,
        headline=_shown(verdict, "title", post.title),
        text=_shown(verdict, "text", post.text),
        guards=explained.guards(verdict),
        places=explained.places(verdict.places),
        languages=languages.told(verdict),
        spoken=lambda tag: languages.named([tag]),
        rules=site.written().ids(),
        most=_LISTED,
        verdict=verdict,
        judged=entry.verdict is not None,
        alerts=found.alerts,
        otherwise=_otherwise(entry, now_said),
        deliveries=found.deliveries,
        clocks=clocks_of(found.history, found.alerts),
        marked=dedup.marked_version(post, origin.timezone),
        versions=await asyncio.to_thread(versions, found.history[:_COMPARED]),
        hidden=max(0, len(found.history) - _COMPARED),
        named=lambda source: names.get(source, source),
    )


def _shown(verdict: Verdict, field: Literal["title", "text"], text: str) -> list[Piece]:
    guards, places = explained.guard_notes(verdict.guards, field), explained.place_notes(verdict.places, field)
    return pieces(text, spans(verdict.matches, field), guards, places)


def _located(verdict: Verdict, now_said: Verdict) -> Verdict:
    """Return a verdict with the places and languages that were not worth keeping while the post was silent."""
    languages = verdict.languages or now_said.languages
    return changed(verdict, places=verdict.places or now_said.places, languages=languages)


def versions(history: Sequence[Entry]) -> list[Version]:
    """Return every version that has one before it, newest first, with the words that changed."""
    return [
        Version(
            entry,
            changes(entry.previous.title, entry.post.title),
            changes(entry.previous.text, entry.post.text),
        )
        for entry in history
        if entry.previous
    ]


def differences(history: Sequence[Entry]) -> list[dict[str, Any]]:
    """Return every version with what it changes of the one before it, in parts; null where there is none, or no room.

    The parts are whole: `same` and `gone` are the words before, `same` and `new` those of the version.
    """
    found = []
    for number, entry in enumerate(history):
        told, before = plain(entry), entry.previous if number < _COMPARED else None
        told["difference"] = before and {
            "title": dedup.difference(before.title, entry.post.title),
            "text": dedup.difference(before.text, entry.post.text),
        }
        found.append(told)
    return found


def clocks_of(history: Sequence[Entry], alerts: Sequence[Alert]) -> list[Clock]:
    """Return when the first version was published, seen and alerted, and how long each step took."""
    first = history[-1].post
    published, seen = first.published or first.created, first.seen
    raised = min((alert.raised for alert in alerts), default=None)
    return [
        Clock("Published", published),
        Clock("First seen", seen, _between(published, seen), "after it was published"),
        Clock("Alerted", raised, _between(seen, raised), "after it was first seen"),
    ]


def _otherwise(entry: Entry, now_said: Verdict) -> Verdict | None:
    """Return what the rules say now, if that is not what they said when the post was judged."""
    spoken_by_us = entry.post.kind == window.KIND  # no rule ever judged it
    if entry.verdict is None or entry.silent or spoken_by_us or entry.verdict.alert == now_said.alert:
        return None
    return now_said


def _between(earlier: datetime | None, later: datetime | None) -> float | None:
    return (later - earlier).total_seconds() if earlier and later else None
