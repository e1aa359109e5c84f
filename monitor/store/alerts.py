"""What was raised. RAISE is the one step that ends a post's judging."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from monitor.model import Alert, Entry, Verdict, delivery_id, encode
from monitor.store import keys
from monitor.store.connection import Connection, fields, ms, readable

Case = tuple[Entry, Verdict, Alert | None]  # a post as it was taken, what the rules say of it, and its alert


class Alerts:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def conclude(self, cases: Sequence[Case], now: datetime) -> list[bool]:
        """Keep each verdict, raise its alert for each of its channels and acknowledge the post.

        One atomic step for each case, one round trip for all. Returns False where another judge had finished with the
        entry; then nothing was changed.
        """
        answers = await self._connection.scripts("raise", [_step(case, now) for case in cases])
        return [bool(answer) for answer in answers]

    async def get(self, alert_id: str) -> Alert | None:
        raw = await self._connection.call("GET", keys.alert(alert_id))
        return readable(raw, Alert, alert_id)

    async def recent(self, count: int = 50, before: str | None = None) -> list[Alert]:
        """Return the newest alerts, newest first; `before` is the id of an alert to go on from."""
        found: list[Alert] = []
        skipping, edge = before is not None, "+"
        while len(found) < count:
            rows = await self._connection.call("XREVRANGE", keys.ALERTS, edge, "-", "COUNT", 200)
            if not rows:
                break
            edge = f"({rows[-1][0].decode()}"
            for alert in await self.named(rows):
                if not skipping:
                    found.append(alert)
                skipping = skipping and alert.id != before
        return found[:count]

    async def named(self, rows: Iterable[Any]) -> list[Alert]:
        """Fill rows of the alerts stream with their records."""
        ids = [fields(row)["id"].decode() for _, row in rows if row]
        if not ids:
            return []
        raws = await self._connection.call("MGET", *(keys.alert(i) for i in ids))
        alerts = (readable(raw, Alert, i) for raw, i in zip(raws, ids, strict=True))
        return [alert for alert in alerts if alert]


def _step(case: Case, now: datetime) -> tuple[list[str], list[str | bytes | int]]:
    """Return keys and arguments of RAISE."""
    entry, verdict, alert = case
    alert_id = alert.id if alert else ""
    step_keys = [keys.POSTS, keys.post(entry.post.key), keys.ALERTS, keys.alert(alert_id), keys.CHANNELS]
    record = encode(alert) if alert else b""
    args: list[str | bytes | int] = [
        keys.JUDGE, entry.id, entry.post.revision, encode(verdict), alert_id, record, ms(now),
    ]  # fmt: skip
    for channel in verdict.to if alert else ():
        delivery = delivery_id(alert_id, channel)
        step_keys += [keys.outbox(channel), keys.delivery(delivery)]
        args += [channel, delivery]
    return step_keys, args
