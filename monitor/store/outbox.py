"""What is on its way to each channel; a delivery is in exactly one of outbox, again, later, dead or arrived.

There are two lanes: `again` holds retries that are due and goes first, `outbox` what was never tried.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from monitor.model import Alert, ChannelState, Delivery, alert_id, changed, decode, delivery_id
from monitor.store import keys
from monitor.store.connection import Connection, fields, moment, ms, readable, text

Parcel = tuple[Delivery, Alert]

LONGEST_WAIT = timedelta(minutes=15)  # nothing is put off for longer, and no channel rests longer

_REQUEUE_AT_ONCE = 100
_CLOCKS_APART = 60_000  # ms by which the clocks of two machines may differ
_LISTED = 10_000  # arrived deliveries in a channel's list
_REMEMBERED = 30 * 86_400_000  # ms an arrived delivery is remembered
_DOWN = 3  # different deliveries that failed in a row mean that the channel was down, not they
_WAKE_AGAIN = 300  # seconds: as long as the slowest retry


class Leave(NamedTuple):
    """The answer to a courier who wants to send.

    given     whether it may, now
    wait      seconds after which it may ask again; None: never, for another has it by now, or it has arrived
    attempts  sends begun before this one
    failing   how many different deliveries will have failed in a row if this one fails
    """

    given: bool = False
    wait: float | None = None
    attempts: int = 0
    failing: int = 0


class Outbox:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def take(self, channel: str, consumer: str, count: int, *, block: float = 0) -> list[Parcel]:
        """Take what is to be sent next, up to `count` of each lane; while there is nothing, wait up to `block` seconds.

        In order: retries that are due, then what was never tried; in both first what this courier took before and
        has not settled.
        """
        parcels = await self._taken(channel, consumer, count)
        if parcels or not block:
            return parcels
        news = await self._connection.block(
            "XREADGROUP", "GROUP", keys.COURIER, consumer, "COUNT", 1, "BLOCK", int(block * 1000),
            "STREAMS", *_lanes(channel), ">", ">",
        )  # fmt: skip
        return await self._taken(channel, consumer, count) if news else []

    async def begin(self, delivery: Delivery, consumer: str, pause: float = 0) -> Leave:
        """Ask for leave to send now. Where it is given, the attempt is counted and the channel's `pause` begins.

        The count comes first, so that a send cut off by a crash is known to have been begun.
        """
        channel = delivery.channel
        lane, entry = _place(delivery)
        step_keys = [lane, keys.delivery(delivery.id), keys.channel(channel), keys.rest(channel), keys.turn(channel)]
        longest = int(LONGEST_WAIT.total_seconds() * 1000)
        args: list[str | int] = [keys.COURIER, entry, consumer, math.ceil(pause * 1000), longest]
        word, *numbers = await self._connection.script("begin", step_keys, args)
        if word == b"go":
            return Leave(given=True, attempts=numbers[0], failing=numbers[1])
        return Leave(wait=numbers[0] / 1000 if word == b"wait" else None)

    async def inherit(self, channel: str, consumer: str, count: int, *, dead: bool = True) -> int:
        """Take over what couriers left that said goodbye, or (`dead`) that give no sign of life; return how many.

        They are this courier's from then on: `take` hands them out.
        """
        rows = [
            await self._connection.inherit(lane, keys.COURIER, consumer, count, dead=dead) for lane in _lanes(channel)
        ]
        return sum(map(len, rows))

    async def requeue(self, channel: str, now: datetime) -> int:
        """Bring back what has waited long enough, ahead of what was never tried; return how many.

        While the channel is down that is one at a time: `arrived` then brings back the others, the oldest first.
        """
        latest = ms(now + LONGEST_WAIT) + _CLOCKS_APART
        step_keys = [keys.later(channel), keys.again(channel), keys.channel(channel)]
        moved = await self._connection.script("requeue", step_keys, [ms(now), _REQUEUE_AT_ONCE, latest, _DOWN])
        return int(moved)

    async def arrived(self, delivery: Delivery, now: datetime, receipt: str | None) -> bool:
        return await self._settle(delivery, now, "arrived", receipt or "")

    async def later(
        self, delivery: Delivery, now: datetime, error: str, due: datetime, *, rest: float | None = None
    ) -> bool:
        """Put off until `due`, LONGEST_WAIT at the most; with `left` and `lost` as the delivery now has them.

        `rest`: seconds in which nothing at all is sent there, where the channel failed and not the delivery.
        """
        return await self._settle(delivery, now, "later", error, due=min(due, now + LONGEST_WAIT), rest=rest)

    async def hold(self, delivery: Delivery, now: datetime, due: datetime) -> bool:
        """Put off what must not be sent yet; that is no failure of the channel."""
        return await self._settle(delivery, now, "held", "", due=min(due, now + LONGEST_WAIT))

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
        self,
        delivery: Delivery,
        now: datetime,
        how: str,
        words: str,
        *,
        due: datetime | None = None,
        rest: float | None = None,
    ) -> bool:
        channel = delivery.channel
        lane, entry = _place(delivery)
        step_keys = [
            lane, keys.delivery(delivery.id), keys.channel(channel), keys.later(channel), keys.dead(channel),
            keys.arrived(channel), keys.again(channel), keys.rest(channel),
        ]  # fmt: skip
        resting = "" if rest is None else max(1, math.ceil(min(rest, LONGEST_WAIT.total_seconds()) * 1000))
        args: list[str | int] = [
            keys.COURIER, entry, delivery.id, ms(now), how, words, ms(due) if due else "",
            _packed(delivery.left), _packed(delivery.lost), _LISTED, _REMEMBERED, resting, _DOWN, _WAKE_AGAIN,
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
            *lanes, put_off = await self._connection.together([
                *(("XRANGE", lane, "-", "+", "COUNT", count) for lane in _lanes(channel)),
                ("ZRANGE", keys.later(channel), 0, count - 1),
            ])  # fmt: skip
            ids = [_delivery_of(row) for rows in lanes for _, row in rows] + [one.decode() for one in put_off]
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
            again, never, later, dead, info, retry, first, soonest = await self._connection.together([
                *(("XLEN", lane) for lane in _lanes(channel)),
                ("ZCARD", keys.later(channel)),
                ("XLEN", keys.dead(channel)),
                ("HGETALL", keys.channel(channel)),
                *(("XRANGE", lane, "-", "+", "COUNT", 1) for lane in _lanes(channel)),
                ("ZRANGE", keys.later(channel), 0, 19),
            ])  # fmt: skip
            waiting = [_delivery_of(row[1]) for row in (*retry, *first)] + [one.decode() for one in soonest]
            ages = await self._connection.together(("HGET", keys.delivery(i), "queued") for i in waiting)
            hash_ = _strings(info)
            states.append(
                ChannelState(
                    id=channel,
                    waiting=again + never + later,
                    dead=dead,
                    arrived=int(hash_.get("arrived", 0)),
                    oldest=min((at for age in ages if (at := moment(age))), default=None),
                    last_arrived=moment(hash_.get("last_arrived")),
                    failures=int(hash_.get("failures", 0)),
                    error=hash_.get("error"),
                )
            )
        return states

    async def _taken(self, channel: str, consumer: str, count: int) -> list[Parcel]:
        args: list[str | int] = [keys.COURIER, consumer, count, keys.delivery(""), keys.alert("")]
        parcels = []
        for lane, entry, i, raw, record in await self._connection.script("take", _lanes(channel), args):
            one = _delivery(i.decode(), raw, f"{lane.decode()} {entry.decode()}")
            if alert := readable(record, Alert, one.alert):
                parcels.append((one, alert))
            else:
                await self._set_aside(one, known=bool(record))
        return parcels

    async def _set_aside(self, delivery: Delivery, *, known: bool) -> None:
        """Let what nobody can send keep no place: unreadable until the next upgrade it may be, or it is lost."""
        now = datetime.now(UTC)
        if known:
            await self.hold(delivery, now, now + LONGEST_WAIT)
        else:
            await self.bury(delivery, now, "its alert is no longer in the store")


def _lanes(channel: str) -> list[str]:
    """Return the streams that couriers read, the first first."""
    return [keys.again(channel), keys.outbox(channel)]


def _place(delivery: Delivery) -> tuple[str, str]:
    """Return the stream and the entry from which a delivery was taken."""
    lane, _, entry = delivery.entry.partition(" ")
    return (keys.again if lane == "again" else keys.outbox)(delivery.channel), entry


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
