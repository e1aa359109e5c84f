"""What is on its way to each channel; a delivery is in exactly one of outbox, again, later, dead or arrived.

There are two lanes: `again` holds retries that are due and goes first, `outbox` what was never tried. What is held back
by the channel's policy waits in `later` too, and in its bundle, from which one message takes all along.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from monitor.model import Alert, ChannelState, Delivery, alert_id, changed, delivery_id
from monitor.store import keys, parcel, told
from monitor.store.connection import Connection, moment, ms

Parcel = tuple[Delivery, Alert]

LONGEST_WAIT = timedelta(minutes=15)  # nothing is put off for longer, and no channel rests longer

_REQUEUE_AT_ONCE = 100
_CLOCKS_APART = 60_000  # ms by which the clocks of two machines may differ
_LISTED = 10_000  # arrived deliveries in a channel's list
_REMEMBERED = 30 * 86_400_000  # ms an arrived delivery is remembered
_DOWN = 3  # different deliveries that failed in a row mean that the channel was down, not they
_COUNTED = 1_000  # messages of a channel whose times are remembered
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
            "STREAMS", *parcel.lanes(channel), ">", ">",
        )  # fmt: skip
        return await self._taken(channel, consumer, count) if news else []

    async def begin(self, delivery: Delivery, consumer: str, pause: float = 0) -> Leave:
        """Ask for leave to send now. Where it is given, the attempt is counted and the channel's `pause` begins.

        The count comes first, so that a send cut off by a crash is known to have been begun.
        """
        channel = delivery.channel
        lane, entry = parcel.place(delivery)
        step_keys = [
            lane, keys.delivery(delivery.id), keys.channel(channel), keys.rest(channel), keys.turn(channel),
            keys.bundle(f"{channel}:{delivery.bundle or ''}"),
        ]  # fmt: skip
        longest = int(LONGEST_WAIT.total_seconds() * 1000)
        args: list[str | int] = [keys.COURIER, entry, consumer, math.ceil(pause * 1000), longest, delivery.id]
        word, *numbers = await self._connection.script("begin", step_keys, args)
        if word == b"go":
            return Leave(given=True, attempts=numbers[0], failing=numbers[1])
        return Leave(wait=numbers[0] / 1000 if word == b"wait" else None)

    async def inherit(self, channel: str, consumer: str, count: int, *, dead: bool = True) -> int:
        """Take over what couriers left that said goodbye, or (`dead`) that give no sign of life; return how many.

        They are this courier's from then on: `take` hands them out.
        """
        rows = [
            await self._connection.inherit(lane, keys.COURIER, consumer, count, dead=dead)
            for lane in parcel.lanes(channel)
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

    async def arrived(
        self, delivery: Delivery, now: datetime, receipt: str | None, *, incident: str | None = None
    ) -> bool:
        """Note that it has arrived, and what was gathered into it. `incident`: in whose thread it stands there."""
        return await self._settle(delivery, now, "arrived", receipt or "", incident=incident)

    async def silenced(self, delivery: Delivery, now: datetime, why: str) -> bool:
        """Note that nobody is to be told. It is kept and shown like one that has arrived."""
        return await self._settle(delivery, now, "silenced", why)

    async def later(
        self,
        delivery: Delivery,
        now: datetime,
        error: str,
        due: datetime,
        *,
        rest: float | None = None,
        untold: bool = False,
    ) -> bool:
        """Put off until `due`, LONGEST_WAIT at the most; with `left` and `lost` as the delivery now has them.

        `rest`: seconds in which nothing at all is sent there, where the channel failed and not the delivery.
        `untold`: it certainly did not arrive.
        """
        due = min(due, now + LONGEST_WAIT)
        return await self._settle(delivery, now, "later", error, due=due, rest=rest, untold=untold)

    async def hold(
        self, delivery: Delivery, now: datetime, due: datetime, why: str = "", bundle: str | None = None
    ) -> bool:
        """Put off what must not be sent yet; that is no failure of the channel.

        `why`: the channel's own policy, in words; `bundle`: with what it is then sent. It is handed out again at `due`,
        or after LONGEST_WAIT, to be decided on anew.
        """
        held = changed(delivery, until=due, bundle=bundle)
        return await self._settle(held, now, "held", why, due=min(due, now + LONGEST_WAIT))

    async def earlier(self, alert: Alert, channel: str) -> list[Delivery]:
        """Return the deliveries of earlier versions of the same post that this channel has yet to get.

        In place of one that goes in another's message stands that other.
        """
        versions = [changed(alert.post, revision=n) for n in range(1, alert.post.revision)]
        ids = [delivery_id(alert_id(version), channel) for version in versions]
        raws = await self._connection.together(("HGETALL", keys.delivery(i)) for i in ids)
        found = [parcel.read(i, raw) for i, raw in zip(ids, raws, strict=True) if raw]
        leads = [await self.get(one.lead) if one.state == "gathered" and one.lead else one for one in found]
        return [one for one in leads if one and one.state == "waiting"]

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
        incident: str | None = None,
        untold: bool = False,
    ) -> bool:
        channel = delivery.channel
        lane, entry = parcel.place(delivery)
        step_keys = [
            lane, keys.delivery(delivery.id), keys.channel(channel), keys.later(channel), keys.dead(channel),
            keys.arrived(channel), keys.again(channel), keys.rest(channel),
            keys.bundle(f"{channel}:{delivery.bundle or ''}"), keys.silenced(channel), keys.sent(channel),
            keys.thread(f"{channel}:{incident or ''}"),
        ]  # fmt: skip
        resting = "" if rest is None else max(1, math.ceil(min(rest, LONGEST_WAIT.total_seconds()) * 1000))
        args: list[str | int] = [
            keys.COURIER, entry, delivery.id, ms(now), how, words, ms(due) if due else "",
            parcel.packed(delivery.left), parcel.packed(delivery.lost), _LISTED, _REMEMBERED, resting, _DOWN,
            _WAKE_AGAIN, ms(delivery.until) if delivery.until else "", delivery.bundle or "", incident or "", _COUNTED,
            parcel.message(delivery), int(untold),
        ]  # fmt: skip
        return bool(await self._connection.script("settle", step_keys, args))

    async def deliveries(self, alert: str) -> list[Delivery]:
        """Return how an alert fares on each of its channels; empty if it is unknown."""
        found = [told.read(raw, alert) for raw in await self._connection.script("alerts", [keys.alert(alert)], [])]
        ids = [delivery_id(alert, channel) for one in found if one for channel in one.verdict.to]
        raws = await self._connection.together(("HGETALL", keys.delivery(i)) for i in ids)
        return [parcel.read(i, raw) for i, raw in zip(ids, raws, strict=True) if raw]

    async def listed(self, channel: str, state: str, count: int = 100) -> list[Delivery]:
        """Return a channel's deliveries that are `waiting` (the next first), or, the newest first, any other state."""
        if state == "waiting":
            *lanes, put_off = await self._connection.together([
                *(("XRANGE", lane, "-", "+", "COUNT", count) for lane in parcel.lanes(channel)),
                ("ZRANGE", keys.later(channel), 0, count - 1),
            ])  # fmt: skip
            ids = [parcel.delivery_of(row) for rows in lanes for _, row in rows] + [one.decode() for one in put_off]
        else:
            stream = {"dead": keys.dead, "silenced": keys.silenced}.get(state, keys.arrived)(channel)
            rows = await self._connection.call("XREVRANGE", stream, "+", "-", "COUNT", count)
            ids = [parcel.delivery_of(row) for _, row in rows]
        raws = await self._connection.together(("HGETALL", keys.delivery(i)) for i in ids[:count])
        return [parcel.read(i, raw) for i, raw in zip(ids, raws, strict=False) if raw]

    async def get(self, delivery: str) -> Delivery | None:
        raw = await self._connection.call("HGETALL", keys.delivery(delivery))
        return parcel.read(delivery, raw) if raw else None

    async def channels(self) -> list[str]:
        """Return every channel that ever got a delivery, also those no longer configured."""
        return sorted(channel.decode() for channel in await self._connection.call("SMEMBERS", keys.CHANNELS))

    async def states(self, channels: Iterable[str]) -> list[ChannelState]:
        """Return how each channel's queue is."""
        ids = list(channels)
        states = []
        for channel in ids:
            again, never, later, dead, info, retry, first, soonest = await self._connection.together([
                *(("XLEN", lane) for lane in parcel.lanes(channel)),
                ("ZCARD", keys.later(channel)),
                ("XLEN", keys.dead(channel)),
                ("HGETALL", keys.channel(channel)),
                *(("XRANGE", lane, "-", "+", "COUNT", 1) for lane in parcel.lanes(channel)),
                ("ZRANGE", keys.later(channel), 0, 19),
            ])  # fmt: skip
            waiting = [parcel.delivery_of(row[1]) for row in (*retry, *first)] + [one.decode() for one in soonest]
            rows = await self._connection.together(("HMGET", keys.delivery(i), "queued", "bundle") for i in waiting)
            ages = [queued for queued, bundle in rows if not bundle]  # what the policy holds back is not late
            hash_ = parcel.strings(info)
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
        found = []
        for lane, entry, i, raw, said in await self._connection.script("take", parcel.lanes(channel), args):
            one = parcel.read(i.decode(), raw, f"{lane.decode()} {entry.decode()}")
            if alert := told.read(said, one.alert):
                found.append((one, alert))
            else:
                await self._set_aside(one, known=all(said))
        return found

    async def _set_aside(self, delivery: Delivery, *, known: bool) -> None:
        """Let what nobody can send keep no place: unreadable until the next upgrade it may be, or it is lost."""
        now = datetime.now(UTC)
        if known:
            await self.hold(delivery, now, now + LONGEST_WAIT)
        else:
            await self.bury(delivery, now, "its alert is no longer in the store")
