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
        lines=await lines(site, wanted),
        states=STATES,
        channels=site.channels(),
    )


async def api(site: Site, request: Request) -> Response:
    found = await lines(site, Wanted.of(request))
    return json({"deliveries": [{**plain(line.delivery), "title": line.title} for line in found]})


async def lines(site: Site, wanted: Wanted) -> list[Line]:
    """Return the deliveries wanted, state by state, each state's newest first."""
    channels: Sequence[str] = [wanted.channel] if wanted.channel else site.channels()
    found: list[Delivery] = []
    for state in (wanted.state,) if wanted.state else STATES:
        of_all = [one for each in channels for one in await site.store.outbox.listed(each, state, wanted.count)]
        found += sorted(of_all, key=lambda one: one.queued or _LONG_AGO, reverse=True)
    return [Line(one, await site.store.alerts.get(one.alert), await _along(site, one)) for one in found[: wanted.count]]


async def _along(site: Site, one: Delivery) -> str:
    lead = await site.store.outbox.get(one.lead) if one.lead and one.lead != one.id else None
    return _title(await site.store.alerts.get(lead.alert)) if lead else ""


def _title(alert: Alert | None) -> str:
    return (headline(alert) or alert.post.title or alert.post.text) if alert else ""
