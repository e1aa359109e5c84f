"""How the daemon, its sources and its channels are: tables for people, JSON and metrics for machines."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from monitor.errors import MonitorError
from monitor.model import ChannelState, Origin, SourceState, plain
from monitor.web.clocks import span
from monitor.web.site import Site, json, respond

_OVERDUE = 60.0  # seconds past its time before a poll counts as late
_STUCK = 300.0  # seconds an alert may wait before a person should look
_SILENT = 60.0  # seconds without a sign of life before a part counts as silent
_READY_WITHIN = 2.0  # seconds


@dataclass(frozen=True, slots=True)
class SourceLine:
    """`late`: seconds past the time of its next poll, 0 if that is still to come."""

    origin: Origin
    state: SourceState
    late: float

    @property
    def trouble(self) -> str | None:
        state = self.state
        if state.health == "gone":
            return "the publisher says it is gone"
        if state.health == "failing":
            times = "1 time" if state.failures == 1 else f"{state.failures} times in a row"
            return f"has failed {times}"
        return f"is {span(self.late)} late" if self.late > _OVERDUE else None


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


def source_lines(origins: Sequence[Origin], states: Sequence[SourceState], now: datetime) -> list[SourceLine]:
    """Pair every source with its state, those in trouble first. A source nobody has asked yet is `new`."""
    known = {state.id: state for state in states}
    lines = []
    for origin in origins:
        state = known.get(origin.id) or SourceState(id=origin.id)
        lines.append(SourceLine(origin, state, _since(state.due, now)))
    return sorted(lines, key=lambda line: (line.trouble is None, line.origin.name.casefold()))


def channel_lines(ids: Sequence[str], states: Sequence[ChannelState], now: datetime) -> list[ChannelLine]:
    known = {state.id: state for state in states}
    lines = []
    for each in ids:
        state = known.get(each) or ChannelState(id=each)
        lines.append(ChannelLine(state, _since(state.oldest, now)))
    return sorted(lines, key=lambda line: (line.trouble is None, line.state.id))


def silent_parts(heartbeats: Mapping[str, datetime], now: datetime) -> list[tuple[str, float]]:
    """Return the parts that have given no sign of life for too long, and for how many seconds."""
    quiet = ((part, _since(at, now)) for part, at in sorted(heartbeats.items()))
    return [(part, seconds) for part, seconds in quiet if seconds > _SILENT]


async def sources_page(site: Site, _request: Request) -> Response:
    origins, now = site.sources(), datetime.now(UTC)
    states = await site.store.health.sources([origin.id for origin in origins])
    beats = await site.store.health.heartbeats()
    lines = source_lines(origins, states, now)
    return respond("sources.html", here="/sources", lines=lines, silent=silent_parts(beats, now))


async def channels_page(site: Site, _request: Request) -> Response:
    ids, now = site.channels(), datetime.now(UTC)
    lines = channel_lines(ids, await site.store.outbox.states(ids), now)
    return respond("channels.html", here="/channels", lines=lines)


async def health(site: Site, _request: Request) -> Response:
    origins, channels, now = site.sources(), site.channels(), datetime.now(UTC)
    sources = source_lines(origins, await site.store.health.sources([origin.id for origin in origins]), now)
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
            "sources": [
                {**plain(line.origin), **plain(line.state), "late": line.late, "trouble": line.trouble}
                for line in sources
            ],
            "channels": [{**plain(line.state), "lag": line.lag, "trouble": line.trouble} for line in queues],
            "parts": {part: {"seen": at, "silent": _since(at, now)} for part, at in sorted(beats.items())},
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


def _since(moment: datetime | None, now: datetime) -> float:
    return max(0.0, round((now - moment).total_seconds(), 3)) if moment else 0.0
