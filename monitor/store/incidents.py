"""What alerts are about together, who has it in hand, and who is to be called about it next."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from monitor.errors import StoreUnavailable
from monitor.model import Acknowledgement, Alert, Incident, Joined, changed
from monitor.store import keys
from monitor.store.connection import Argument, Connection, fields, moment, ms, readable
from monitor.store.record import pack, unpack

_KEPT = timedelta(days=90)
_TRIES = 20  # of a join that other judges are ahead of


class Step(NamedTuple):
    """Somebody to be called about an incident. `number`: which step of the route, from 0."""

    incident: str
    route: str
    number: int
    due: datetime


class Decided(NamedTuple):
    """What a judge decides on the open incidents: those that changed, what each alert joined, whom to call when."""

    incidents: Sequence[Incident]
    joined: Mapping[str, Joined]
    steps: Sequence[Step] = ()


Joinings = Mapping[str, Mapping[str, Joined]]  # of each post: alert id → what that version of it joined
Decide = Callable[[Sequence[Incident], Joinings], Decided]


class Incidents:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def join(self, alerts: Sequence[Alert], within: float, now: datetime, decide: Decide) -> dict[str, Joined]:
        """Let alerts join incidents; return what each has joined, by alert id.

        `decide` (pure) is handed the incidents whose newest alert is at most `within` seconds old, the newest first,
        then those that these posts, or those that they continue, have joined before, and what each has. It is asked
        again where another judge was faster. Nothing is written where nothing has changed.
        """
        for _ in range(_TRIES):
            posts = list(dict.fromkeys(key for one in alerts for key in _keys(one) if key))
            version, *raws = await self._connection.together([
                ("GET", keys.INCIDENTS_VERSION),
                ("ZREVRANGEBYSCORE", keys.INCIDENTS, "+inf", ms(now - timedelta(seconds=within))),
                *(("HGETALL", keys.joined(key)) for key in posts),
            ])  # fmt: skip
            before = {key: _joinings(raw) for key, raw in zip(posts, raws[1:], strict=True)}
            own = (joined.incident for found in before.values() for joined in found.values())
            among = dict.fromkeys([*(i.decode() for i in raws[0]), *own])
            decided = decide(await self.of(list(among)), before)
            if not decided.incidents or await self._write(version or b"0", decided, alerts, now):
                return dict(decided.joined)
        raise StoreUnavailable("incidents change faster than they can be joined; it is tried again")

    async def _write(self, version: bytes, decided: Decided, alerts: Sequence[Alert], now: datetime) -> bool:
        step_keys = [keys.INCIDENTS, keys.INCIDENTS_VERSION, keys.ESCALATIONS]
        step_keys += [keys.incident(one.id) for one in decided.incidents]
        args: list[Argument] = [version, int(_KEPT.total_seconds() * 1000), ms(now), len(decided.incidents)]
        for one in decided.incidents:
            args += [one.id, ms(one.last), pack(one)]
        joined = [(alert, decided.joined[alert.id]) for alert in alerts if alert.id in decided.joined]
        args.append(len(joined))
        for alert, to in joined:
            step_keys.append(keys.joined(alert.post.key))
            args += [alert.id, pack(to)]
        for step in decided.steps:
            args += [_member(step), ms(step.due)]
        return bool(await self._connection.script("join", step_keys, args))

    async def get(self, incident: str) -> Incident | None:
        return next(iter(await self.of([incident])), None)

    async def recent(self, count: int = 50) -> list[Incident]:
        """Return the incidents with the newest alerts, newest first."""
        ids = await self._connection.call("ZREVRANGE", keys.INCIDENTS, 0, count - 1)
        return await self.of([i.decode() for i in ids])

    async def acknowledge(self, incident: str, who: Acknowledgement) -> Acknowledgement:
        """Put an incident into somebody's hand; return in whose it is: the first who asked has it."""
        key, kept = keys.acknowledged(incident), int(_KEPT.total_seconds() * 1000)
        _, raw = await self._connection.together(
            [("SET", key, pack(who), "NX", "PX", kept), ("GET", key)], atomic=True
        )  # fmt: skip
        return unpack(raw, Acknowledgement)

    async def due(self, now: datetime, count: int = 20) -> list[Step]:
        """Return whom it is time to call. They stay until `called`."""
        return await self._steps("-inf", ms(now), "LIMIT", 0, count)

    async def waiting(self) -> list[Step]:
        """Return who will be called if nobody acknowledges, the next first."""
        return await self._steps("-inf", "+inf")

    async def called(self, step: Step, following: Step | None) -> None:
        """Note that a step has been dealt with, and what comes after it."""
        commands: list[tuple[Argument, ...]] = [("ZREM", keys.ESCALATIONS, _member(step))]
        if following:
            commands.append(("ZADD", keys.ESCALATIONS, "NX", ms(following.due), _member(following)))
        await self._connection.together(commands, atomic=True)

    async def of(self, ids: Sequence[str]) -> list[Incident]:
        """Return the incidents with these ids, in their order; those that are lost are left out."""
        if not ids:
            return []
        raws = await self._connection.call(
            "MGET", *(keys.incident(i) for i in ids), *(keys.acknowledged(i) for i in ids)
        )  # fmt: skip
        found = (whole(i, raw, who) for i, raw, who in zip(ids, raws[: len(ids)], raws[len(ids) :], strict=True))
        return [one for one in found if one]

    async def _steps(self, least: str, most: str | int, *limit: Argument) -> list[Step]:
        rows = await self._connection.call("ZRANGEBYSCORE", keys.ESCALATIONS, least, most, "WITHSCORES", *limit)
        return [_step(member, due) for member, due in zip(rows[::2], map(moment, rows[1::2]), strict=True) if due]


def whole(incident: str, raw: bytes | None, who: bytes | None) -> Incident | None:
    """Return an incident of its record and that of who has it in hand; None where there is none."""
    one = readable(raw, Incident, f"incident {incident}")
    return one and changed(one, acknowledged=readable(who, Acknowledgement, f"acknowledgement of {incident}"))


def _keys(alert: Alert) -> tuple[str | None, ...]:
    """Return the posts whose incident an alert may continue: its own, what it corrects, what it translates."""
    return alert.post.key, alert.verdict.updates, alert.translation_of.key if alert.translation_of else None


def _joinings(raw: Any) -> dict[str, Joined]:
    found = {alert: readable(record, Joined, f"what {alert} joined") for alert, record in fields(raw).items()}
    return {alert: joined for alert, joined in found.items() if joined}


def _member(step: Step) -> str:
    return f"{step.incident} {step.route} {step.number}"


def _step(member: bytes, due: datetime) -> Step:
    incident, route, number = member.decode().split(" ")
    return Step(incident, route, int(number), due)
