"""Silences and the audit, as pages and as JSON: what nobody is told for a while, and who did what."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, NamedTuple

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from monitor.model import SEVERITIES, Silence, plain
from monitor.policy.settings import Selector
from monitor.policy.silence import described
from monitor.web import acts
from monitor.web.given import Given, signed
from monitor.web.site import Asked, Site, json, respond

LENGTHS = {"1h": "1 hour", "8h": "8 hours", "1d": "1 day", "3d": "3 days", "": "until"}
_LISTS = tuple(name for name in Selector.model_fields if name not in ("severity", "official"))
_GONE = "There is no silence with this id; the page of silences lists those there are."


class Line(NamedTuple):
    """A silence as a table shows it. `over`: when it ended, None while it holds."""

    silence: Silence
    words: str
    over: datetime | None


async def page(site: Site, request: Request) -> Response:
    return await _page(site, request)


async def add(site: Site, request: Request) -> Response:
    """Take the form. What is wrong with it is said above it, and nothing of what was written is lost."""
    by, said = await signed(site.access, request)
    if said.text("for"):
        said.fields.pop("until", None)  # the field beside the choice counts only where "until" is chosen
    try:
        await _silenced(site, said, by)
    except ValueError as why:
        return await _page(site, request, said, wrong=str(why), status=400)
    return RedirectResponse("/silences", 303)


async def end(site: Site, request: Request) -> Response:
    await _ended(site, request)
    return RedirectResponse("/silences", 303)


async def api(site: Site, _request: Request) -> Response:
    lines = await _lines(site, datetime.now(UTC))
    return json({"silences": [_record(line) for line in lines]})


async def api_add(site: Site, request: Request) -> Response:
    by, said = await signed(site.access, request)
    if not isinstance(said.fields.get("when"), dict):
        raise HTTPException(400, 'when says what is silenced, as an object: {"topics": ["border"]}, or {"all": true}.')
    try:
        one = await _silenced(site, said, by)
    except ValueError as why:
        raise HTTPException(400, str(why)) from None
    return json(_record(_line(one, one.since)), 201)


async def api_end(site: Site, request: Request) -> Response:
    one = await _ended(site, request)
    return json(_record(_line(one, datetime.now(UTC))))


async def audit(site: Site, request: Request) -> Response:
    count = Asked.of(request).count
    actions = await site.store.silences.audit(count)
    return respond("audit.html", here="/silences", actions=actions, count=count)


async def api_audit(site: Site, request: Request) -> Response:
    return json({"actions": await site.store.silences.audit(Asked.of(request).count)})


async def _silenced(site: Site, said: Given, by: str) -> Silence:
    now, given_when = datetime.now(UTC), said.fields.get("when")
    ends = acts.ending(said.text("for") or None, said.text("until") or None, now)
    return await acts.silence(
        site.store,
        given_when if isinstance(given_when, dict) else when(said),
        said.text("reason"),
        by,
        ends,
        now,
        via="web",
        names=site.orders().names,
    )


async def _ended(site: Site, request: Request) -> Silence:
    by, _ = await signed(site.access, request)
    try:
        one = await acts.end(site.store, request.path_params["id"], by, datetime.now(UTC), via="web")
    except ValueError as why:
        raise HTTPException(400, str(why)) from None
    if one is None:
        raise HTTPException(404, _GONE)
    return one


def when(said: Given) -> dict[str, Any]:
    """Return the selector that a form sent: of each field names with commas between them. Pure."""
    found: dict[str, Any] = {}
    for name in _LISTS:
        if names := [word for one in said.texts(name) for part in one.split(",") if (word := part.strip())]:
            found[name] = names
    for name in ("severity", "official"):
        if chosen := said.texts(name):
            found[name] = chosen[0]
    return {**found, "all": True} if said.texts("all") else found


async def _page(
    site: Site, request: Request, said: Given | None = None, *, wrong: str = "", status: int = 200
) -> Response:
    lines = await _lines(site, datetime.now(UTC))
    return respond(
        "silences.html",
        status,
        here="/silences",
        active=[line for line in lines if line.over is None],
        over=sorted((line for line in lines if line.over), key=lambda line: line.over or line.silence.until)[::-1],
        writer=site.access.name(request),
        read_only=site.access.read_only,
        names={name: sorted(several) for name, several in site.orders().names.items()},
        severities=SEVERITIES,
        lengths=LENGTHS,
        said=_shown(said or Given({name: [one] for name, one in request.query_params.items()})),
        wrong=wrong,
    )


def _shown(said: Given) -> dict[str, str]:
    """Return what stands in the form: what was written before, or what a link of another page asks for."""
    names = (*_LISTS, "severity", "for", "until", "reason", "all")
    return {name: ", ".join(said.texts(name)) for name in names}


async def _lines(site: Site, now: datetime) -> list[Line]:
    return [_line(one, now) for one in await site.store.silences.all()]


def _line(one: Silence, now: datetime) -> Line:
    return Line(one, described(one), one.ended or (one.until if one.until <= now else None))


def _record(line: Line) -> dict[str, Any]:
    return {**plain(line.silence), "words": line.words, "active": line.over is None}
