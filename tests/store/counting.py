"""Posts counted in a window. Minutes are counted from noon."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any

from monitor.model import Alert, Verdict
from monitor.store import Store
from monitor.store.windows import Ring, Rung, Tally
from tests.make import NOON, alert, post

HOUR = 3600.0
LATER = NOON + timedelta(days=60)  # the judge's clock; the posts keep their own


def at(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


def one(post_name: str, minutes: float, **fields: Any) -> Tally:
    given: dict[str, Any] = {"name": "g", "history": "g", "unit": "", "over": HOUR, "at_least": 3}
    return Tally(post=f"am-mod:{post_name}", seen=at(minutes), **(given | fields))


async def count(store: Store, *tallies: Tally, now: datetime = LATER) -> list[Ring | None]:
    return await store.windows.tally(tallies, now)


async def raised(store: Store, ring: Ring | None) -> None:
    """Raise a ring's alert with the end of some post's judging."""
    assert ring
    assert await conclude(store, ring) == [True, True]


async def conclude(store: Store, ring: Ring, about: Alert | None = None) -> list[bool]:
    number = random.randrange(10**9)
    await store.posts.admit("am-mod", [post(number)], NOON, backfill=True)
    (entry,) = await store.posts.take("judge", 1, block=0.01)
    about = about or alert(post(f"ring-{ring.name}-{ring.end}", kind="window"))
    return await store.alerts.conclude([(entry, Verdict(alert=False), None)], NOON, [Rung(entry.id, ring, about)])
