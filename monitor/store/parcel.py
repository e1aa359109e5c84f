"""A delivery as the store has it: its hash, and its entry in a lane. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from monitor.model import Delivery, delivery_id, digest
from monitor.store import keys
from monitor.store.connection import Argument, fields, moment, text


def addressed(alert: str, channels: Sequence[str], step_keys: list[str]) -> list[Argument]:
    """Return what `lua/parts/queue.lua` wants to know of an alert's channels; add their keys."""
    args: list[Argument] = [len(channels)]
    for channel in channels:
        delivery = delivery_id(alert, channel)
        step_keys += [keys.outbox(channel), keys.delivery(delivery)]
        args += [channel, delivery]
    return args


def lanes(channel: str) -> list[str]:
    """Return the streams that couriers read, the first first."""
    return [keys.again(channel), keys.outbox(channel)]


def place(delivery: Delivery) -> tuple[str, str]:
    """Return the stream and the entry from which a delivery was taken."""
    lane, _, entry = delivery.entry.partition(" ")
    return (keys.again if lane == "again" else keys.outbox)(delivery.channel), entry


def read(delivery: str, raw: Any, entry: str = "") -> Delivery:
    """Return the delivery of a hash; `entry`: lane and entry from which it was taken."""
    hash_ = strings(raw)
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
        left=unpacked(hash_.get("left")),
        lost=unpacked(hash_.get("lost")),
        held=hash_.get("held") or None,
        until=moment(hash_.get("until")),
        bundle=hash_.get("bundle") or None,
        lead=hash_.get("lead"),
        members=unpacked(hash_.get("members")),
        gathered=moment(hash_.get("gathered")),
        why=hash_.get("why"),
        begun=bool(hash_.get("begun")),
    )


def message(delivery: Delivery) -> str:
    """Return the id that travels with a message: the delivery's own, or, of what tells several, made of all of theirs.

    An alert may have been sent by itself before it took others along; were that known by the same id, the others would
    be taken for a repeat there, and lost.
    """
    return digest("message", delivery.id, *delivery.members, length=32) if delivery.members else delivery.id


def held(delivery: Delivery) -> bool:
    """Whether it waits by the channel's policy alone, so that another message may take it along."""
    return delivery.state == "waiting" and bool(delivery.held) and not delivery.begun and not delivery.members


def packed(recipients: tuple[str, ...]) -> str:
    """Write recipients as one line each; an address holds no line end."""
    return "\n".join(recipients)


def unpacked(lines: str | None) -> tuple[str, ...]:
    """Read what `packed` wrote."""
    return tuple(lines.split("\n")) if lines else ()


def delivery_of(row: Any) -> str:
    """Return the id that a lane's entry holds."""
    return str(fields(row)["delivery"].decode())


def strings(raw: Any) -> dict[str, str]:
    """Return a hash as text."""
    return {name: text(value) or "" for name, value in fields(raw).items()}
