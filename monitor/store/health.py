"""Where each source was left and how it is, and the last sign of life of each part."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from monitor.life import LIFE
from monitor.model import Bookmark, SourceState, changed, encode
from monitor.store import keys
from monitor.store.connection import Connection, fields, moment, ms, readable


class Health:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def source(self, source: str) -> tuple[Bookmark | None, SourceState]:
        """Return where a source was left (None before its first poll) and how it was then."""
        bookmark, state = await self._connection.call("HMGET", keys.source(source), "bookmark", "state")
        return (
            readable(bookmark, Bookmark, f"bookmark of {source}"),
            readable(state, SourceState, f"state of {source}") or SourceState(id=source),
        )

    async def keep(self, state: SourceState, bookmark: Bookmark | None) -> None:
        """End a poll: how the source is, and its bookmark. The last thing a poll does; its posts are stored before."""
        fields: list[str | bytes] = ["state", encode(state)]
        if bookmark is not None:
            fields += ["bookmark", encode(bookmark)]
        await self._connection.call("HSET", keys.source(state.id), *fields)

    async def sources(self, ids: Iterable[str]) -> list[SourceState]:
        """Return how each source is, with the time of its next poll; one never polled is `new`."""
        wanted = list(ids)
        rows = await self._connection.together(
            [("HGET", keys.source(i), "state") for i in wanted] + [("ZSCORE", keys.DUE, i) for i in wanted]
        )
        states = []
        for i, raw, score in zip(wanted, rows[: len(wanted)], rows[len(wanted) :], strict=True):
            state = readable(raw, SourceState, f"state of {i}") or SourceState(id=i)
            states.append(changed(state, due=moment(score)))
        return states

    async def beat(self, part: str, now: datetime) -> None:
        """Leave a sign of life: `poll`, `judge`, `deliver:<channel>`."""
        await self._connection.always("HSET", keys.HEARTBEATS, part, ms(now))

    async def sign(self, consumer: str) -> None:
        """Give a sign of life; without one for LIFE, others inherit what the consumer has not finished."""
        await self._connection.always("SET", keys.alive(consumer), 1, "PX", int(LIFE * 1000))

    async def leave(self, consumer: str) -> None:
        """Take the sign of life away: what is unfinished passes on at once."""
        await self._connection.call("DEL", keys.alive(consumer))

    async def heartbeats(self) -> dict[str, datetime]:
        raw = await self._connection.call("HGETALL", keys.HEARTBEATS)
        return {part: at for part, score in fields(raw).items() if (at := moment(score))}
