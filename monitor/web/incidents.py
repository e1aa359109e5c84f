"""What alerts are about together, and who has it in hand: as pages and as JSON, and the link in a message."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from monitor.model import Alert, Delivery, Incident, plain
from monitor.policy import escalation
from monitor.web import acts
from monitor.web.given import given, signed
from monitor.web.links import is_signed
from monitor.web.orders import Call
from monitor.web.site import Asked, Site, json, respond

_NAMED = 50  # alerts of one incident on its page
_UNKNOWN = "There is no incident with this id; the page of incidents lists those that are kept."
_NOT_VALID = "This link is not valid: it was cut off, or is of a monitor that has another token by now."


class Line(NamedTuple):
    """An incident as a table shows it. `open`: it still takes alerts; `call`: who is told next, and when."""

    incident: Incident
    open: bool
    call: Call | None


class Told(NamedTuple):
    """One statement of an incident, or a call about it, and what became of it on each channel."""

    alert: Alert
    deliveries: Sequence[Delivery]


async def listing(site: Site, request: Request) -> Response:
    found = await _lines(site, await site.store.incidents.recent(Asked.of(request).count))
    return respond(
        "incidents.html",
        here="/incidents",
        open=[line for line in found if line.open],
        over=[line for line in found if not line.open],
        grouped=site.orders().grouping is not None,
    )


async def api_listing(site: Site, request: Request) -> Response:
    found = await _lines(site, await site.store.incidents.recent(Asked.of(request).count))
    return json({"incidents": [_record(line) for line in found]})


async def page(site: Site, request: Request) -> Response:
    line = await _one(site, request.path_params["id"])
    return respond(
        "incident.html",
        here=None,
        line=line,
        **await _fates(site, line.incident),
        writer=site.access.name(request),
        read_only=site.access.read_only,
    )


async def api(site: Site, request: Request) -> Response:
    line = await _one(site, request.path_params["id"])
    fates = {name: [one._asdict() for one in told] for name, told in (await _fates(site, line.incident)).items()}
    return json({**_record(line), **fates})


async def take(site: Site, request: Request) -> Response:
    """Take it in hand from its page."""
    by, said = await signed(site.access, request)
    taken = await _taken(site, request.path_params["id"], by, said.text("note"))
    return RedirectResponse(f"/incidents/{taken.incident.id}", 303)


async def api_take(site: Site, request: Request) -> Response:
    by, said = await signed(site.access, request)
    taken = await _taken(site, request.path_params["id"], by, said.text("note"))
    return json({"incident": taken.incident.id, "acknowledged": taken.who, "first": taken.first})


async def link(site: Site, request: Request) -> Response:
    """Show what the link of a message is about. Nothing is changed: mail scanners open every link they see."""
    line = await _signed(site, request)
    return await _link_page(site, line)


async def link_take(site: Site, request: Request) -> Response:
    """Take it in hand by the link of a message: whoever has the link may, without signing in."""
    line = await _signed(site, request)
    site.access.ours(request, said=False)
    said = await given(request)
    try:
        taken = await _taken(site, line.incident.id, said.text("name"), said.text("note"))
    except HTTPException as why:
        return await _link_page(site, line, status=why.status_code, wrong=why.detail)
    return await _link_page(site, line._replace(incident=taken.incident, call=None), taken=taken)


async def _signed(site: Site, request: Request) -> Line:
    wanted, signature = request.path_params["incident"], request.path_params["signature"]
    if not is_signed(site.access.token, wanted, signature):
        raise HTTPException(404, _NOT_VALID)
    return await _one(site, wanted)


async def _taken(site: Site, incident: str, by: str, note: str) -> acts.Taken:
    try:
        taken = await acts.acknowledge(
            site.store, incident, by, note, datetime.now(UTC), via="web", routes=site.orders().routes
        )
    except ValueError as why:
        raise HTTPException(400, str(why)) from None
    if taken is None:
        raise HTTPException(404, _UNKNOWN)
    return taken


async def _link_page(
    site: Site, line: Line, *, taken: acts.Taken | None = None, wrong: str = "", status: int = 200
) -> Response:
    return respond(
        "acknowledge.html",
        status,
        here=None,
        line=line,
        **await _fates(site, line.incident),
        taken=taken,
        wrong=wrong,
    )


async def _lines(site: Site, several: Sequence[Incident]) -> list[Line]:
    now, orders = datetime.now(UTC), site.orders()
    steps = await site.store.incidents.waiting()
    return [Line(one, orders.is_open(one, now), orders.next_call(one, steps)) for one in several]


async def _one(site: Site, wanted: str) -> Line:
    one = await site.store.incidents.get(wanted)
    if one is None:
        raise HTTPException(404, _UNKNOWN)
    return (await _lines(site, [one]))[0]


async def _fates(site: Site, incident: Incident) -> dict[str, list[Told]]:
    """Return its newest statements, the oldest first, and the calls that were made while nobody had it in hand."""
    made = escalation.calls(incident, site.orders().routes)
    return {"statements": await _told(site, incident.alerts[-_NAMED:]), "calls": await _told(site, made)}


async def _told(site: Site, ids: Sequence[str]) -> list[Told]:
    alerts = await site.store.alerts.of(ids)
    deliveries = await asyncio.gather(*(site.store.outbox.deliveries(alert.id) for alert in alerts))
    return [Told(*each) for each in zip(alerts, deliveries, strict=True)]


def _record(line: Line) -> dict[str, Any]:
    return {**plain(line.incident), "open": line.open, "next": line.call and line.call._asdict()}
