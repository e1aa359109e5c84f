"""Where each source was left, how it is and how its last polls went; and the last sign of life of each part."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from monitor.errors import StoreUnavailable
from monitor.life import LIFE
from monitor.model import Alert, Bookmark, PollRecord, SourceState, changed
from monitor.store import keys
from monitor.store.connection import Argument, Connection, fields, moment, ms, readable, text
from monitor.store.parcel import addressed
from monitor.store.record import pack

_POLLS = 10  # records of polls that are kept of a source
_LOOKED_AT = 1_000  # sources asked about at once: with fifty thousand, others get their turn in between
_GOODBYE = 86_400_000  # ms a goodbye is remembered; then its sender counts as dead, which comes to the same


class Left(NamedTuple):
    """How a source was left by its last poll. `bookmark`: None before its first; `habit` as it was handed to `keep`."""

    bookmark: Bookmark | None
    state: SourceState
    habit: str | None


class Health:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def left(self, source: str) -> Left:
        """Return where a source was left and how it was then."""
        bookmark, state, habit = await self._connection.call(
            "HMGET", keys.source(source), "bookmark", "state", "habit"
        )  # fmt: skip
        return Left(
            readable(bookmark, Bookmark, f"bookmark of {source}"),
            readable(state, SourceState, f"state of {source}") or SourceState(id=source),
            text(habit),
        )

    async def keep(
        self,
        state: SourceState,
        bookmark: Bookmark | None,
        *,
        record: PollRecord | None = None,
        habit: str | None = None,
        window: str | None = None,
        notices: Sequence[Alert] = (),
        mark: str = "",
    ) -> None:
        """End a poll, in one atomic step. The last thing a poll does; its posts are stored before.

        What is None stays as it was; `window` is what `gone.left` gives back. Each notice is raised once for the
        channels in its verdict, however often it is handed in; one for nobody is not kept. Where the store takes
        nothing new (its memory is full) nothing of this happens, and the next poll finds, and tells, the same again.

        `mark`: what the poll's posts were admitted under, "" if there were none. Raises StoreUnavailable where it is
        gone: a failover has lost the posts, and a bookmark that stands behind them would hide them for good.
        """
        words: list[str | bytes] = ["state", pack(state)]
        if bookmark is not None:
            words += ["bookmark", pack(bookmark)]
            words += ["overrun", ""] if mark else []  # ADMIT's note: what it found has been dealt with
        if habit is not None:
            words += ["habit", habit]
        if window is not None:
            words += ["window", window]
        if not await self._keep(state.id, words, pack(record) if record else b"", notices, mark):
            raise StoreUnavailable(f"the store has lost what it took of {state.id} a moment ago: it is asked again")

    async def tell(self, notices: Sequence[Alert]) -> None:
        """Raise notices that belong to no poll, as `keep` does."""
        if notices:
            await self._keep("", [], b"", notices)

    async def _keep(
        self, source: str, words: list[str | bytes], record: bytes, notices: Sequence[Alert], mark: str = ""
    ) -> bool:
        step_keys = [keys.source(source), keys.polls(source), keys.CHANNELS]
        args: list[Argument] = [record, _POLLS, mark, len(words), *words]
        for one in notices:
            if one.verdict.to:
                step_keys.append(keys.alert(one.id))
                args += [one.id, pack(one), ms(one.raised), *addressed(one.id, one.verdict.to, step_keys)]
        return bool(await self._connection.script("keep", step_keys, args))

    async def polls(self, source: str) -> list[PollRecord]:
        """Return how a source's last polls went, ten at the most, the newest first."""
        raws = await self._connection.call("LRANGE", keys.polls(source), 0, -1)
        records = (readable(raw, PollRecord, f"a poll of {source}") for raw in raws)
        return [one for one in records if one]

    async def sources(self, ids: Iterable[str]) -> list[SourceState]:
        """Return how each source is, with the time of its next poll; one never polled is `new`.

        One that is polled just now is `asking`. Where the lease is over, whoever claimed it has died: it is overdue.
        """
        wanted, states, now = list(ids), [], datetime.now(UTC)
        for n in range(0, len(wanted), _LOOKED_AT):
            some = wanted[n : n + _LOOKED_AT]
            rows = await self._connection.script("states", [keys.DUE, keys.CLAIMED], [keys.source(""), *some])
            for i, raw, score, claimed in zip(some, rows[::3], rows[1::3], rows[2::3], strict=True):
                state = readable(raw, SourceState, f"state of {i}") or SourceState(id=i)
                due = moment(score)
                asking = bool(claimed) and due is not None and due > now
                states.append(changed(state, due=None if asking else due, asking=asking))
        return states

    async def beat(self, part: str, now: datetime) -> None:
        """Leave a sign of life: `poll`, `judge`, `deliver:<channel>`."""
        await self._connection.always("HSET", keys.HEARTBEATS, part, ms(now))

    async def sign(self, consumer: str) -> None:
        """Give a sign of life; without one for LIFE, others inherit what the consumer has not finished."""
        await self._connection.always("SET", keys.alive(consumer), 1, "PX", int(LIFE * 1000))

    async def leave(self, consumer: str) -> None:
        """Say goodbye: what is unfinished passes on at once, even to one that has just begun."""
        await self._connection.together(
            [("SET", keys.left(consumer), 1, "PX", _GOODBYE), ("DEL", keys.alive(consumer))], atomic=True
        )

    async def heartbeats(self) -> dict[str, datetime]:
        raw = await self._connection.call("HGETALL", keys.HEARTBEATS)
        return {part: at for part, score in fields(raw).items() if (at := moment(score))}
