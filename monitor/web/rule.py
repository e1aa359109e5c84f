"""What the rules are and how much they ring: all at a glance, and one with its last alerts, as pages and as JSON."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, NamedTuple

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from monitor.web.lookback import MOST
from monitor.web.noise import DAYS, Day, Loudness, Noise, Seen, loudness, noise
from monitor.web.site import Site, json, respond
from monitor.web.written import Named

_TALLEST = 60  # units of the picture's height
_SILENT = Loudness(0, 0, 0.0)


class Bar(NamedTuple):
    """One day of the picture; `height` is at least 2 where there was an alert."""

    day: Day
    left: int
    height: int


async def lines(site: Site, now: datetime) -> tuple[list[tuple[Named, Loudness]], Seen]:
    """Return every rule and window, the loudest first, and what was looked through for that."""
    seen = await site.lookback.seen()
    loud = loudness(seen, now)
    found = [(one, loud.get(one.id, _SILENT)) for one in site.written().all()]
    return sorted(found, key=lambda line: (not line[0].enabled, -line[1].month, line[0].id)), seen


def one(site: Site, request: Request) -> Named:
    """Return the rule a path names. Raises HTTPException 404 if there is none."""
    wanted = request.path_params["id"]
    found = next((each for each in site.written().all() if each.id == wanted), None)
    if found is None:
        raise HTTPException(404, "No rule with this id is configured here; the page of rules lists those that are.")
    return found


async def listing(site: Site, _request: Request) -> Response:
    found, seen = await lines(site, datetime.now(UTC))
    routed = bool(site.orders().routes)
    return respond("rules.html", here="/rules", routed=routed, lines=found, seen=seen, most=MOST)


async def page(site: Site, request: Request) -> Response:
    named = one(site, request)
    now = datetime.now(UTC)
    seen = await site.lookback.seen()
    heard = noise(seen, named.id, now)
    return respond(
        "rule.html",
        here=None,
        rule=named,
        routed=bool(site.orders().routes),
        facts=site.written().facts(named),
        noise=heard,
        bars=bars(heard.days),
        highest=max((day.alerts or 0 for day in heard.days), default=0),
        seen=seen,
        most=MOST,
        span=DAYS,
        tallest=_TALLEST,
    )


async def api_listing(site: Site, _request: Request) -> Response:
    found, seen = await lines(site, datetime.now(UTC))
    return json({"rules": [told(named, loud) for named, loud in found], "looked": _looked(seen)})


async def api(site: Site, request: Request) -> Response:
    named = one(site, request)
    seen = await site.lookback.seen()
    heard = noise(seen, named.id, datetime.now(UTC))
    facts = {"facts": dict(site.written().facts(named))}
    return json({**told(named, heard.loudness), **facts, **_noise(heard, named.id), "looked": _looked(seen)})


def told(named: Named, loud: Loudness) -> dict[str, Any]:
    """Return a rule as `/api/rules` tells it."""
    return {
        "id": named.id,
        "kind": named.kind,
        "topic": named.topic,
        "severity": named.severity,
        "to": named.to,
        "enabled": named.enabled,
        "week": loud.week,
        "month": loud.month,
        "share": round(loud.share, 4),
    }


def bars(days: list[Day]) -> list[Bar]:
    """Return the picture's bars, ten units for a day, the highest as high as the picture."""
    most = max((day.alerts or 0 for day in days), default=0) or 1
    heights = ((day.alerts or 0) * _TALLEST / most for day in days)
    return [
        Bar(day, 10 * n, max(round(height), 2) if height else 0)
        for n, (day, height) in enumerate(zip(days, heights, strict=True))
    ]


def _noise(heard: Noise, rule: str) -> dict[str, Any]:
    return {
        "days": [{"day": day.day.isoformat(), "alerts": day.alerts} for day in heard.days],
        "alerts": heard.alerts,
        "alone": heard.alone,
        "terms": [{"term": term, "alerts": count} for term, count in heard.terms],
        "sources": [{"id": source, "name": name, "alerts": count} for (source, name), count in heard.sources],
        "silenced": [{"by": why, "posts": count} for why, count in heard.silenced],
        "last": [
            {
                "raised": each.raised,
                "post": each.post,
                "source": each.source,
                "title": each.title,
                "severity": each.severity,
                "words": each.words(rule),
            }
            for each in heard.last
        ],
    }


def _looked(seen: Seen) -> dict[str, Any]:
    """Say how much was looked through: `alerts` back to `raised` (None: to the first), `posts` back to `seen`."""
    return {"alerts": len(seen.rang), "raised": seen.reach, "posts": seen.posts, "seen": seen.since}
