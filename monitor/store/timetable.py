"""When each source is due. Claiming is atomic and leased: a dead poller's sources come back by themselves."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple
from zlib import crc32

from monitor.store import keys
from monitor.store.connection import Connection, fields, moment, ms
from monitor.store.line import Argument

_NO_TIME = timedelta(0)
_LONGEST_WAIT = timedelta(days=2)  # no source is put off for longer, unless its own pace is slower
_BATCH = 500  # sources placed in one atomic step: it holds up the server for about a millisecond


class Place(NamedTuple):
    """Where a source may stand in the timetable.

    first   the earliest time for one that has no place yet, or missed its own
    latest  what its pace allows
    span    how long after `first` it may wait, so that not all come at once
    pace    its pace in words: a place beyond `latest` was given with good reason, unless these have changed since
    """

    first: datetime
    latest: datetime
    span: timedelta = _NO_TIME
    pace: str = ""


class Timetable:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def plan(
        self, wanted: Mapping[str, Place], now: datetime, *, apart: timedelta = _NO_TIME, set_back: bool = False
    ) -> int:
        """Make the timetable hold exactly these sources; return how many were given a place.

        A source keeps its place, so a restart goes on where it was. Those that are new or overdue, due too late for
        a pace that was changed, or misplaced by a clock that has since been set back, are spread; see `spread`.
        `set_back`: the clock was, so that no place further off than a source's own pace is to be believed.
        """
        furthest = now if set_back else now + _LONGEST_WAIT
        astray = await self._placed(wanted, {}, now, furthest)
        if astray:
            chosen = {source: wanted[source] for source in astray}
            await self._placed(chosen, spread(wanted, astray, apart), now, furthest)
        if await self.size() != len(wanted):
            gone = sorted((await self.due()).keys() - wanted.keys())
            await self._connection.together(("ZREM", keys.DUE, source) for source in gone)
            await self._connection.together(("HDEL", keys.PACES, source) for source in gone)
        return len(astray)

    async def _placed(
        self, wanted: Mapping[str, Place], at: Mapping[str, datetime], now: datetime, furthest: datetime
    ) -> list[str]:
        """Return who is out of place, after giving those a place for whom `at` has one."""
        rows = [(i, ms(at[i]) if i in at else "", ms(place.latest), place.pace) for i, place in wanted.items()]
        calls: list[tuple[list[str], list[Argument]]] = [
            (
                [keys.DUE, keys.CLAIMED, keys.PACES],
                [ms(now), ms(furthest), *(word for row in rows[n : n + _BATCH] for word in row)],
            )
            for n in range(0, len(rows), _BATCH)
        ]
        return [source.decode() for found in await self._connection.scripts("plan", calls) for source in found]

    async def due(self) -> dict[str, datetime]:
        """Return every source with the time of its next poll (while it is polled: the end of the lease)."""
        rows = await self._connection.call("ZRANGE", keys.DUE, 0, -1, "WITHSCORES")
        return {source: at for source, score in fields(rows).items() if (at := moment(score))}

    async def claim(self, consumer: str, now: datetime, lease: datetime, count: int) -> list[str]:
        """Take up to `count` due sources until `lease`; whoever has not given them back by then has lost them."""
        ids = await self._connection.script("claim", [keys.DUE, keys.CLAIMED], [ms(now), ms(lease), count, consumer])
        return [source.decode() for source in ids]

    async def release(self, consumer: str, due: Mapping[str, datetime]) -> None:
        """Give claimed sources back, each due again at its time. What is another's by now is left alone."""
        await self._moved(consumer, due, keep="")

    async def renew(self, consumer: str, sources: Collection[str], lease: datetime) -> None:
        """Keep what is still being polled until a later end of the lease, unless it is another's by now."""
        await self._moved(consumer, dict.fromkeys(sources, lease), keep="1")

    async def _moved(self, consumer: str, to: Mapping[str, datetime], *, keep: str) -> None:
        if to:
            rows = (word for source, at in to.items() for word in (source, ms(at)))
            await self._connection.script("release", [keys.DUE, keys.CLAIMED], [consumer, keep, *rows])

    async def size(self) -> int:
        """Return how many sources the timetable holds."""
        return int(await self._connection.call("ZCARD", keys.DUE))

    async def recover(self, consumer: str, now: datetime, *, in_hand: Collection[str] = (), dead: bool = True) -> None:
        """Give back at once, rather than wait for the lease, what is claimed and nobody polls.

        That is what this consumer does not have `in_hand`: it was restarted, or a failover has lost that it gave it
        back. And, if `dead`, what others without a sign of life had claimed.
        """
        claimed: defaultdict[str, list[str]] = defaultdict(list)
        for source, owner in fields(await self._connection.call("HGETALL", keys.CLAIMED)).items():
            if owner.decode() != consumer or source not in in_hand:
                claimed[owner.decode()].append(source)
        alive = await self._connection.together(("EXISTS", keys.alive(owner)) for owner in claimed)
        for (owner, sources), sign in zip(claimed.items(), alive, strict=True):
            if owner == consumer or (dead and not sign):
                await self.release(owner, dict.fromkeys(sources, now))


def spread(wanted: Mapping[str, Place], waiting: Collection[str], apart: timedelta) -> dict[str, datetime]:
    """Return a time for each that waits: within its own span, and within `apart` for each one that waits.

    So neither a start nor the end of an outage is a stampede: on average one comes every `apart`, beside what is due
    by its pace anyway, and whoever waits alone comes at once. The order is by a checksum of the ids, the same in every
    poller, and keeps neighbours in the configuration, which often share a host, from coming together.
    """
    within = apart * len(waiting)
    return {
        source: wanted[source].first + min(wanted[source].span, within) * (crc32(source.encode()) / 2**32)
        for source in waiting
    }
