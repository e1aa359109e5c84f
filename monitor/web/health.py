"""How the daemon and its channels are: a table for people, JSON and metrics for machines."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from monitor.errors import MonitorError
from monitor.model import ChannelState, plain
from monitor.web.clocks import span
from monitor.web.site import Site, json, respond
from monitor.web.source import lines, told
from monitor.web.standing import past, silent_parts

_STUCK = 300.0  # seconds an alert may wait before a person should look
_READY_WITHIN = 2.0  # seconds


@dataclass(frozen=True, slots=True)
class ChannelLine:
    """`lag`: seconds the alert that waits longest has waited, 0 if none does."""

    state: ChannelState
    lag: float

    @property
    def trouble(self) -> str | None:
        state = self.state
        said = []
        if self.lag > _STUCK:
            said.append(f"an alert has waited {span(self.lag)}")
        elif state.failures:
            said.append(
                f"the last {state.failures} attempts failed" if state.failures > 1 else "the last attempt failed"
            )
        if state.dead:
            said.append(f"{state.dead} given up")
        return ", ".join(said) or None


def channel_lines(ids: Sequence[str], states: Sequence[ChannelState], now: datetime) -> list[ChannelLine]:
    known = {state.id: state for state in states}
    lines = []
    for each in ids:
        state = known.get(each) or ChannelState(id=each)
        lines.append(ChannelLine(state, past(state.oldest, now)))
    return sorted(lines, key=lambda line: (line.trouble is None, line.state.id))


async def channels_page(site: Site, _request: Request) -> Response:
    ids, now = site.channels(), datetime.now(UTC)
    lines = channel_lines(ids, await site.store.outbox.states(ids), now)
    return respond("channels.html", here="/channels", lines=lines)


async def health(site: Site, _request: Request) -> Response:
    channels, now = site.channels(), datetime.now(UTC)
    sources = await lines(site, now)
    queues = channel_lines(channels, await site.store.outbox.states(channels), now)
    beats = await site.store.health.heartbeats()
    quiet = silent_parts(beats, now)
    troubles = [f"Source {line.origin.id}: {line.trouble}." for line in sources if line.trouble]
    troubles += [f"Channel {line.state.id}: {line.trouble}." for line in queues if line.trouble]
    troubles += [f"{part} has given no sign of life for {span(seconds)}." for part, seconds in quiet]
    return json(
        {
            "now": now,
            "troubles": troubles,
            "sources": [told(line) for line in sources],
            "channels": [{**plain(line.state), "lag": line.lag, "trouble": line.trouble} for line in queues],
            "parts": {part: {"seen": at, "silent": past(at, now)} for part, at in sorted(beats.items())},
        }
    )


async def healthz(_site: Site, _request: Request) -> Response:
    """Say `ok` while the loop lives. Nothing else is asked: a restart heals no store."""
    return PlainTextResponse("ok")


async def readyz(site: Site, _request: Request) -> Response:
    try:
        async with asyncio.timeout(_READY_WITHIN):
            reasons = await site.ready()
    except TimeoutError:
        reasons = [f"The daemon did not find out within {span(_READY_WITHIN)} whether it is ready."]
    except MonitorError as why:
        reasons = [str(why)]
    return json({"ready": not reasons, "reasons": reasons}, 503 if reasons else 200)


async def metrics(site: Site, _request: Request) -> Response:
    return Response(await site.metrics(), headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"})
