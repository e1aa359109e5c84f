"""When each source is due. Claiming is atomic and leased: a dead poller's sources come back by themselves."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from monitor.store import keys
from monitor.store.connection import Connection, fields, moment, ms


class Timetable:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def plan(self, wanted: Mapping[str, tuple[datetime, datetime]], now: datetime) -> None:
        """Make the timetable hold exactly these sources; for each, when it is due first and at the latest.

        A source keeps its place, so a restart goes on where it was. One that is new or overdue is due at its first
        time, so that neither a start nor the end of an outage is a stampede; one due later than its interval allows
        (the interval was shortened, the clock was set back) is drawn nearer.
        """
        planned = await self.due()
        commands: list[tuple[str | int, ...]] = [("ZREM", keys.DUE, gone) for gone in planned.keys() - wanted.keys()]
        for source, (first, latest) in wanted.items():
            place = planned.get(source)
            if place is None or place < now:
                commands.append(("ZADD", keys.DUE, ms(first), source))
            elif place > latest:
                commands.append(("ZADD", keys.DUE, ms(latest), source))
        await self._connection.together(commands)

    async def due(self) -> dict[str, datetime]:
        """Return every source with the time of its next poll (while it is polled: the end of the lease)."""
        rows = await self._connection.call("ZRANGE", keys.DUE, 0, -1, "WITHSCORES")
        return {source: at for source, score in fields(rows).items() if (at := moment(score))}

    async def claim(self, consumer: str, now: datetime, lease: datetime, count: int) -> list[str]:
        """Take up to `count` due sources until `lease`; whoever has not given them back by then has lost them."""
        ids = await self._connection.script("claim", [keys.DUE, keys.CLAIMED], [ms(now), ms(lease), count, consumer])
        return [source.decode() for source in ids]

    async def release(self, source: str, due: datetime) -> None:
        """Give a claimed source back, due again at a time. One taken off the timetable meanwhile stays off."""
        await self._connection.together(
            [("ZADD", keys.DUE, "XX", ms(due), source), ("HDEL", keys.CLAIMED, source)], atomic=True
        )

    async def size(self) -> int:
        """Return how many sources the timetable holds."""
        return int(await self._connection.call("ZCARD", keys.DUE))

    async def recover(self, now: datetime, *, own: str | None = None, others: bool = True) -> None:
        """Give back at once what dead pollers had claimed, rather than wait for the lease.

        `others`: those without a sign of life; `own`: what this consumer itself had claimed before it was restarted.
        """
        raw = await self._connection.call("HGETALL", keys.CLAIMED)
        claimed = {source: owner.decode() for source, owner in fields(raw).items()}
        owners = sorted(set(claimed.values()))
        alive = await self._connection.together(("EXISTS", keys.alive(owner)) for owner in owners)
        dead = {owner for owner, sign in zip(owners, alive, strict=True) if others and not sign} | {own}
        for source, owner in claimed.items():
            if owner in dead:
                await self.release(source, now)
