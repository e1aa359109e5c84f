"""What is held back by a channel's policy and goes in one message."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from monitor.model import Alert, Delivery, changed
from monitor.store import keys
from monitor.store.alerts import Alerts
from monitor.store.connection import Connection, ms

_GATHERED = 500  # deliveries in one message


class Bundles:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def gather(
        self,
        delivery: Delivery,
        bundle: str | None,
        now: datetime,
        why: str = "",
        *,
        besides: Sequence[str] = (),
        without: Sequence[str] = (),
    ) -> Delivery | None:
        """Let a delivery take along all that wait with it; None if another message has taken it along meanwhile.

        They are its `members` from then on and share its fate; after a crash they are the same. `why`: what gathered
        them, in words. `besides`: deliveries that must come along wherever they are held; None if one of them is on its
        way just now. `without`: those of the bundle that stay behind.
        """
        channel = delivery.channel
        step_keys = [
            keys.delivery(delivery.id), keys.bundle(f"{channel}:{bundle or ''}"), keys.later(channel),
            keys.bundle(f"{channel}:{delivery.bundle or ''}"),
        ]  # fmt: skip
        args: list[str | int] = [delivery.id, keys.delivery(""), _GATHERED, why, ms(now), len(besides)]
        found = await self._connection.script("gather", step_keys, [*args, *besides, *without])
        if found is None:
            return None
        members = tuple(one.decode() for one in found)
        return changed(delivery, members=members, held=None, why=why if members else None, gathered=now)

    async def held(self, channel: str, bundle: str) -> list[tuple[str, Alert]]:
        """Return what is held in a bundle: ids of deliveries, and their alerts."""
        ids = await self._connection.call("ZRANGE", keys.bundle(f"{channel}:{bundle}"), 0, _GATHERED - 1)
        return await self.alerts([i.decode() for i in ids])

    async def alerts(self, deliveries: Sequence[str]) -> list[tuple[str, Alert]]:
        """Return some deliveries' ids with their alerts, in their order; those that are lost are left out."""
        if not deliveries:
            return []
        ids = await self._connection.together(("HGET", keys.delivery(i), "alert") for i in deliveries)
        named = [(i, alert.decode()) for i, alert in zip(deliveries, ids, strict=True) if alert]
        alerts = {one.id: one for one in await Alerts(self._connection).of([alert for _, alert in named])}
        return [(i, alerts[alert]) for i, alert in named if alert in alerts]
