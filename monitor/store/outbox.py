"""What is on its way. One queue for each channel; a delivery is in exactly one of outbox, later, dead or arrived."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from monitor.model import Alert, ChannelState, Delivery, alert_id, changed, decode, delivery_id
from monitor.store import keys
from monitor.store.connection import Connection, fields, moment, ms, readable, text

Parcel = tuple[Delivery, Alert]

LONGEST_WAIT = timedelta(minutes=15)  # nothing is put off for longer

_REQUEUE_AT_ONCE = 100
_CLOCKS_APART = 60_000  # ms by which the clocks of two machines may differ
_LISTED = 10_000  # arrived deliveries in a channel's list
_REMEMBERED = 30 * 86_400_000  # ms an arrived delivery is remembered


class Outbox:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def prepare(self, channel: str) -> None:
        """Make the couriers' group of a channel where it is missing."""
        await self._connection.ensure_group(keys.outbox(channel), keys.COURIER)

    async def take(
        self, channel: str, consumer: str, count: int, *, block: float, unfinished: bool = False
    ) -> list[Parcel]:
        """Take deliveries to send now; `unfinished`: those this courier took and never settled.

        Counts the attempt before it is made, so that a send cut off by a crash is known to have been begun.
        """
        rows = await self._connection.block(
            "XREADGROUP", "GROUP", keys.COURIER, consumer, "COUNT", count,
            *(() if unfinished else ("BLOCK", int(block * 1000))),
            "STREAMS", keys.outbox(channel), "0" if unfinished else ">",
        )  # fmt: skip
        return await self._parcels(rows[0][1] if rows else [])

    async def inherit(self, channel: str, consumer: str, count: int) -> list[Parcel]:
        """Take deliveries that a courier without a sign of life took and never settled."""
        rows = await self._connection.inherit(keys.outbox(channel), keys.COURIER, consumer, count)
        return await self._parcels(rows)

    async def requeue(self, channel: str, now: datetime) -> int:
        """Bring back what has waited long enough; return how many."""
        latest = ms(now + LONGEST_WAIT) + _CLOCKS_APART
        moved = await self._connection.script(
            "requeue", [keys.later(channel), keys.outbox(channel)], [ms(now), _REQUEUE_AT_ONCE, latest]
        )
        return int(moved)

    async def arrived(self, delivery: Delivery, now: datetime, receipt: str | None) -> bool:
        return await self._settle(delivery, now, "arrived", receipt or "")

    async def later(self, delivery: Delivery, now: datetime, error: str, due: datetime) -> bool:
        """Put off until `due`, LONGEST_WAIT at the most; with `left` and `lost` as the delivery now has them."""
        return await self._settle(delivery, now, "later", error, min(due, now + LONGEST_WAIT))

    async def hold(self, delivery: Delivery, now: datetime, due: datetime) -> bool:
        """Put off what must not be sent yet; that is no failure of the channel."""
        return await self._settle(delivery, now, "held", "", min(due, now + LONGEST_WAIT))

    async def earlier(self, alert: Alert, channel: str) -> Delivery | None:
        """Return a delivery of an earlier version of the same post that still waits for this channel, if any."""
        versions = [changed(alert.post, revision=n) for n in range(1, alert.post.revision)]
        ids = [delivery_id(alert_id(version), channel) for version in versions]
        raws = await self._connection.together(("HGETALL", keys.delivery(i)) for i in ids)
        found = [_delivery(i, raw) for i, raw in zip(ids, raws, strict=True) if raw]
        return next((one for one in found if one.state == "waiting"), None)

    async def bury(self, delivery: Delivery, now: datetime, error: str) -> bool:
        """Give up: into the dead letters, where it is kept and shown, and can be sent again."""
        return await self._settle(delivery, now, "dead", error)

    async def revive(self, delivery: Delivery, now: datetime) -> bool:
        """Send a dead letter again; False if it is not dead."""
        channel = delivery.channel
        step_keys = [keys.dead(channel), keys.delivery(delivery.id), keys.outbox(channel)]
        return bool(await self._connection.script("revive", step_keys, [delivery.id, ms(now)]))

    async def _settle(
        self, delivery: Delivery, now: datetime, how: str, words: str, due: datetime | None = None
    ) -> bool:
        channel = delivery.channel
        step_keys = [
            keys.outbox(channel), keys.delivery(delivery.id), keys.channel(channel), keys.later(channel),
            keys.dead(channel), keys.arrived(channel),
        ]  # fmt: skip
        args: list[str | int] = [
            keys.COURIER, delivery.entry, delivery.id, ms(now), how, words, ms(due) if due else "",
            _packed(delivery.left), _packed(delivery.lost), _LISTED, _REMEMBERED,
        ]  # fmt: skip
        return bool(await self._connection.script("settle", step_keys, args))

    async def deliveries(self, alert: str) -> list[Delivery]:
        """Return how an alert fares on each of its channels; empty if it is unknown."""
        record = await self._connection.call("GET", keys.alert(alert))
        ids = [delivery_id(alert, channel) for channel in decode(record, Alert).verdict.to] if record else []
        raws = await self._connection.together(("HGETALL", keys.delivery(i)) for i in ids)
        return [_delivery(i, raw) for i, raw in zip(ids, raws, strict=True) if raw]

    async def listed(self, channel: str, state: str, count: int = 100) -> list[Delivery]:
        """Return a channel's deliveries that are `waiting` (the next first), `arrived` or `dead` (the newest first)."""
        if state == "waiting":
            rows, put_off = await self._connection.together([
                ("XRANGE", keys.outbox(channel), "-", "+", "COUNT", count),
                ("ZRANGE", keys.later(channel), 0, count - 1),
            ])  # fmt: skip
            ids = [_delivery_of(row) for _, row in rows] + [one.decode() for one in put_off]
        else:
            stream = keys.dead(channel) if state == "dead" else keys.arrived(channel)
            rows = await self._connection.call("XREVRANGE", stream, "+", "-", "COUNT", count)
            ids = [_delivery_of(row) for _, row in rows]
        raws = await self._connection.together(("HGETALL", keys.delivery(i)) for i in ids[:count])
        return [_delivery(i, raw) for i, raw in zip(ids, raws, strict=False) if raw]

    async def get(self, delivery: str) -> Delivery | None:
        raw = await self._connection.call("HGETALL", keys.delivery(delivery))
        return _delivery(delivery, raw) if raw else None

    async def channels(self) -> list[str]:
        """Return every channel that ever got a delivery, also those no longer configured."""
        return sorted(channel.decode() for channel in await self._connection.call("SMEMBERS", keys.CHANNELS))

    async def states(self, channels: Iterable[str]) -> list[ChannelState]:
        """Return how each channel's queue is."""
        ids = list(channels)
        states = []
        for channel in ids:
            queued, later, dead, info, first, soonest = await self._connection.together([
                ("XLEN", keys.outbox(channel)),
                ("ZCARD", keys.later(channel)),
                ("XLEN", keys.dead(channel)),
                ("HGETALL", keys.channel(channel)),
                ("XRANGE", keys.outbox(channel), "-", "+", "COUNT", 1),
                ("ZRANGE", keys.later(channel), 0, 19),
            ])  # fmt: skip
            waiting = [_delivery_of(row[1]) for row in first] + [one.decode() for one in soonest]
            ages = await self._connection.together(("HGET", keys.delivery(i), "queued") for i in waiting)
            hash_ = _strings(info)
            states.append(
                ChannelState(
                    id=channel,
                    waiting=queued + later,
                    dead=dead,
                    arrived=int(hash_.get("arrived", 0)),
                    oldest=min((at for age in ages if (at := moment(age))), default=None),
                    last_arrived=moment(hash_.get("last_arrived")),
                    failures=int(hash_.get("failures", 0)),
                    error=hash_.get("error"),
                )
            )
        return states

    async def _parcels(self, rows: Iterable[Any]) -> list[Parcel]:
        lines = [(row_id.decode(), _delivery_of(row)) for row_id, row in rows if row]
        raws = await self._connection.together(("HGETALL", keys.delivery(i)) for _, i in lines)
        found = [_delivery(i, raw, entry) for (entry, i), raw in zip(lines, raws, strict=True) if raw]
        alerts = await self._connection.together(("GET", keys.alert(one.alert)) for one in found)
        parcels = []
        for one, raw in zip(found, alerts, strict=True):
            alert = readable(raw, Alert, one.alert)
            if one.state != "waiting":  # it arrived while it waited here to be sent again
                await self._connection.together([
                    ("XACK", keys.outbox(one.channel), keys.COURIER, one.entry),
                    ("XDEL", keys.outbox(one.channel), one.entry),
                ])  # fmt: skip
            elif alert:
                await self._connection.always("HINCRBY", keys.delivery(one.id), "attempts", 1)
                parcels.append((one, alert))
        return parcels


def _delivery(delivery: str, raw: Any, entry: str = "") -> Delivery:
    hash_ = _strings(raw)
    return Delivery(
        id=delivery,
        alert=hash_["alert"],
        channel=hash_["channel"],
        state=hash_["state"],  # type: ignore[arg-type]  # written by RAISE and SETTLE alone
        attempts=int(hash_["attempts"]),
        entry=entry,
        queued=moment(hash_.get("queued")),
        due=moment(hash_.get("due")),
        arrived=moment(hash_.get("arrived")),
        error=hash_.get("error"),
        receipt=hash_.get("receipt") or None,
        left=_unpacked(hash_.get("left")),
        lost=_unpacked(hash_.get("lost")),
    )


def _packed(recipients: tuple[str, ...]) -> str:
    """Write recipients as one line each; an address holds no line end."""
    return "\n".join(recipients)


def _unpacked(lines: str | None) -> tuple[str, ...]:
    return tuple(lines.split("\n")) if lines else ()


def _delivery_of(row: Any) -> str:
    return str(fields(row)["delivery"].decode())


def _strings(raw: Any) -> dict[str, str]:
    return {name: text(value) or "" for name, value in fields(raw).items()}
