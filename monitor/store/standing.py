"""How a channel stands towards one alert: what it was told of the incident, and what it got lately."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from monitor.model import Alert, Incident, Thread
from monitor.store import keys
from monitor.store.connection import Connection, fields, moment, text
from monitor.store.incidents import whole


class Stood(NamedTuple):
    """`sent`: when the newest messages arrived, the newest first."""

    thread: Thread | None = None
    incident: Incident | None = None
    sent: tuple[datetime, ...] = ()


class Standing:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def of(self, channel: str, alert: Alert, messages: int = 0) -> Stood:
        """Return it in one round trip, or none where nothing is to be asked.

        `messages`: how many of the newest are wanted.
        """
        incident = alert.incident.incident if alert.incident else ""
        if not incident and not messages:
            return Stood()
        thread, record, who, *sent = await self._connection.together([
            ("HGETALL", keys.thread(f"{channel}:{incident}")),
            ("GET", keys.incident(incident)),
            ("GET", keys.acknowledged(incident)),
            *([("ZREVRANGE", keys.sent(channel), 0, messages - 1, "WITHSCORES")] if messages else []),
        ])  # fmt: skip
        return Stood(_thread(thread), whole(incident, record, who), _times(sent[0] if sent else ()))


def _thread(raw: Any) -> Thread | None:
    hash_ = fields(raw)
    opened, last = moment(hash_.get("opened")), moment(hash_.get("last"))
    if not opened or not last:
        return None
    return Thread(
        root=hash_["root"].decode(),
        receipt=text(hash_.get("receipt")) or None,
        opened=opened,
        last=last,
        messages=int(hash_.get("messages", 1)),
    )


def _times(rows: Any) -> tuple[datetime, ...]:
    return tuple(at for score in rows[1::2] if (at := moment(score)))
