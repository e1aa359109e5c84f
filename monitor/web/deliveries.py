"""What is on its way, what arrived, what was silenced and what was given up, as a page and as JSON."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from monitor.model import Alert, Delivery, plain
from monitor.notices import headline
from monitor.web import Reads
from monitor.web.site import Asked, Site, json, respond

STATES = ("dead", "waiting", "arrived", "silenced")  # in the order in which they deserve a look
_CHANNEL = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Line:
    """One delivery and what it carries; `alert` is None where the store no longer has it.

    `along`: the title of the alert in whose message it went or goes, where that is another one.
    """

    delivery: Delivery
    alert: Alert | None
    along: str = ""

    @property
    def title(self) -> str:
        return _title(self.alert)

    @property
    def page(self) -> str | None:
        """The page of its post; a notice has none."""
        return f"/posts/{self.alert.post.key}" if self.alert and not self.alert.notice else None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which deliveries: in one state or all, of one channel or all there are; `count` in sum."""

    state: str | None
    channel: str | None
    count: int

    @classmethod
    def of(cls, request: Request) -> Wanted:
        """Read the query. Raises HTTPException 400 with a sentence that says what would be right."""
        state, channel = request.query_params.get("state") or None, request.query_params.get("channel") or None
        if state and state not in STATES:
            raise HTTPException(400, f"state is one of {', '.join(STATES)}.")
        if channel and not _CHANNEL.fullmatch(channel):
            raise HTTPException(400, "channel is the id of a channel, as the page of channels shows it.")
        return cls(state, channel, Asked.of(request).count)


async def page(site: Site, request: Request) -> Response:
    wanted = Wanted.of(request)
    return respond(
        "deliveries.html",
        here="/deliveries",
        wanted=wanted,
        lines=await _wanted(site, wanted),
        states=STATES,
        channels=site.channels(),
    )


async def api(site: Site, request: Request) -> Response:
    found = await _wanted(site, Wanted.of(request))
    return json({"deliveries": [{**plain(line.delivery), "title": line.title} for line in found]})


async def _wanted(site: Site, wanted: Wanted) -> list[Line]:
    channels = [wanted.channel] if wanted.channel else site.channels()
    return await lines(site.store, channels, wanted.state, wanted.count)


async def lines(store: Reads, channels: Sequence[str], state: str | None, count: int) -> list[Line]:
    """Return deliveries in one state or in all, state by state, each state's newest first; `count` in sum."""
    found: list[Delivery] = []
    for each in (state,) if state else STATES:
        of_all = [one for channel in channels for one in await store.outbox.listed(channel, each, count)]
        found += sorted(of_all, key=lambda one: one.queued or _LONG_AGO, reverse=True)
    found = found[:count]
    wanted = dict.fromkeys(one.lead for one in found if one.lead and one.lead != one.id)
    leads = {one: lead.alert for one in wanted if (lead := await store.outbox.get(one))}
    ids = dict.fromkeys([*(one.alert for one in found), *leads.values()])
    alerts = {alert.id: alert for alert in await store.alerts.of(tuple(ids))}
    return [Line(one, alerts.get(one.alert), _title(alerts.get(leads.get(one.lead or "", "")))) for one in found]


def _title(alert: Alert | None) -> str:
    return (headline(alert) or alert.post.title or alert.post.text) if alert else ""
