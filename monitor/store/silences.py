"""What people have asked not to be told, and the audit: who did what, when and why."""

from __future__ import annotations

from datetime import datetime, timedelta

from monitor.model import Action, Silence, changed, encode
from monitor.store import keys
from monitor.store.connection import Connection, fields, readable

_KEPT = timedelta(days=90)  # a silence that is over is shown for so long
_ACTIONS = 100_000  # in the audit


class Silences:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def add(self, silence: Silence, action: Action) -> None:
        """Keep a silence, and who asked for it. It counts from now on, for every courier."""
        await self._connection.together([
            ("HSET", keys.SILENCES, silence.id, encode(silence)), _line(action),
        ], atomic=True)  # fmt: skip
        await self.forget(action.at)

    async def end(self, silence: str, now: datetime, action: Action) -> Silence | None:
        """End a silence before its time; None if there is none of this id. One that is over stays as it was."""
        one = next((one for one in await self.all() if one.id == silence), None)
        if one is None or one.ended or one.until <= now:
            return one
        ended = changed(one, ended=now, ended_by=action.by)
        await self.add(ended, action)
        return ended

    async def all(self) -> list[Silence]:
        """Return all silences, the one that ends last first; those long over are forgotten."""
        rows = fields(await self._connection.call("HGETALL", keys.SILENCES))
        found = [one for i, raw in rows.items() if (one := readable(raw, Silence, f"silence {i}"))]
        return sorted(found, key=lambda one: one.until, reverse=True)

    async def forget(self, now: datetime) -> None:
        """Forget the silences that have long been over."""
        old = [one.id for one in await self.all() if now - one.until > _KEPT]
        if old:
            await self._connection.call("HDEL", keys.SILENCES, *old)

    async def note(self, action: Action) -> None:
        """Write one line of the audit."""
        await self._connection.call(*_line(action))

    async def audit(self, count: int = 100) -> list[Action]:
        """Return what was done last, the newest first."""
        rows = await self._connection.call("XREVRANGE", keys.AUDIT, "+", "-", "COUNT", count)
        found = (readable(fields(row)["action"], Action, "a line of the audit") for _, row in rows if row)
        return [one for one in found if one]


def _line(action: Action) -> tuple[str | bytes | int, ...]:
    return ("XADD", keys.AUDIT, "MAXLEN", "~", _ACTIONS, "*", "action", encode(action))
