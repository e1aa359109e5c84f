"""How the sources are: all at a glance, and one with everything known of it, as pages and as JSON."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from monitor.habits import Habit
from monitor.model import plain
from monitor.web.rows import row
from monitor.web.site import Asked, Site, json, respond
from monitor.web.standing import (
    WORDS,
    SourceLine,
    briefly,
    facts,
    missing,
    plainly,
    remarks,
    shown,
    silent_parts,
    source_lines,
    suspects,
)
from monitor.web.timeline import entries_asked
from monitor.web.week import week

_MOST = 200  # sources on one page, the worst first
_FEW = 20  # up to so many nobody needs to search
_NEWEST = 5  # posts on a source's own page


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which sources: in one state, or with some letters in their name, id or party; all by default."""

    state: str | None
    letters: str

    @classmethod
    def of(cls, request: Request) -> Wanted:
        """Read the query. Raises HTTPException 400 with a sentence that says what would be right."""
        state = request.query_params.get("state") or None
        if state and state not in WORDS:
            raise HTTPException(400, f"state is one of {', '.join(WORDS)}.")
        return cls(state, request.query_params.get("q", "").strip()[:100])

    def has(self, line: SourceLine) -> bool:
        names = (line.origin.name, line.origin.id, line.origin.party or "")
        return self.state in (None, line.word) and any(self.letters.casefold() in name.casefold() for name in names)


async def lines(site: Site, now: datetime) -> list[SourceLine]:
    """Return all sources, the worst first."""
    origins = site.sources()
    states = await site.store.health.sources([origin.id for origin in origins])
    return source_lines(origins, map(shown, states), now, site.settings())


async def one(site: Site, request: Request, now: datetime) -> SourceLine:
    """Return the source a path names. Raises HTTPException 404 if none is watched under that id."""
    wanted = request.path_params["id"]
    origin = next((each for each in site.sources() if each.id == wanted), None)
    if origin is None:
        raise HTTPException(404, "No source with this id is watched here; the page of sources lists those that are.")
    states = await site.store.health.sources([wanted])
    return source_lines([origin], map(shown, states), now, site.settings())[0]


def told(line: SourceLine) -> dict[str, Any]:
    """Return a source as `/health` and `/api/sources` tell it."""
    return {
        **plain(line.origin),
        **plain(line.state),
        "late": line.late,
        "slo": line.slo,
        "state": line.word,
        "trouble": line.trouble,
    }


async def listing(site: Site, request: Request) -> Response:
    wanted, now = Wanted.of(request), datetime.now(UTC)
    everyone = await lines(site, now)
    found = [line for line in everyone if wanted.has(line)]
    troubles = Counter(line.word for line in everyone if line.trouble)
    return respond(
        "sources.html",
        here="/sources",
        wanted=wanted,
        lines=[(line, briefly(line.state, now)) for line in found[:_MOST]],
        found=len(found),
        total=len(everyone),
        troubles=troubles.most_common(),
        searchable=len(everyone) > _FEW,
        silent=silent_parts(await site.store.health.heartbeats(), now),
    )


async def page(site: Site, request: Request) -> Response:
    now = datetime.now(UTC)
    line = await one(site, request, now)
    source = line.origin.id
    settings = site.settings().get(source)
    _, _, habit = await site.store.health.left(source)
    entries, _ = await entries_asked(site.store, Asked(count=_NEWEST, source=source))
    return respond(
        "source.html",
        here=None,
        line=line,
        remarks=remarks(line.state, now),
        facts=facts(settings) if settings else [],
        polls=await site.store.health.polls(source),
        missing=missing(suspects(await site.store.gone.of(source))),
        rows=[row(entry, line.origin) for entry in entries],
        habit=Habit.read(habit),
        week=week(Habit.read(habit), settings.zone if settings else None),
    )


async def api_listing(site: Site, request: Request) -> Response:
    wanted = Wanted.of(request)
    return json({"sources": [told(line) for line in await lines(site, datetime.now(UTC)) if wanted.has(line)]})


async def api(site: Site, request: Request) -> Response:
    now = datetime.now(UTC)
    line = await one(site, request, now)
    settings = site.settings().get(line.origin.id)
    polls = await site.store.health.polls(line.origin.id)
    said = {"remarks": [each.text for each in remarks(line.state, now)], "settings": settings and plainly(settings)}
    gone = suspects(await site.store.gone.of(line.origin.id))
    return json({**told(line), **said, "polls": polls, "suspects": gone})
