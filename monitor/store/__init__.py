"""The store: the only folder that knows Redis. Every part of the house meets the others here and nowhere else.

`Store` has one room for each thing it keeps:

    timetable   when each source is due; claimed with a lease
    posts       what was said: admit, read, take for judging
    places      where else a statement was said
    copies      which posts share words, and which are near copies
    windows     what counts together over time
    alerts      what was raised
    incidents   what alerts are about together, who has it in hand, who is called next
    silences    what nobody is to be told, and who did what
    standing    how a channel stands towards one alert
    outbox      what is on its way to each channel
    bundles     what is held back there and goes in one message
    gone        which posts may have been deleted, and when each is looked at
    health      how each source and part is

Every method raises `StoreUnavailable` while the server does not answer or refuses.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing

from monitor.store.alerts import Alerts
from monitor.store.bundles import Bundles
from monitor.store.connection import Connection
from monitor.store.copies import Copies
from monitor.store.gone import Gone
from monitor.store.health import Health
from monitor.store.incidents import Incidents
from monitor.store.live import Item, followed
from monitor.store.outbox import Outbox
from monitor.store.places import Places
from monitor.store.posts import Posts
from monitor.store.silences import Silences
from monitor.store.standing import Standing
from monitor.store.timetable import Timetable
from monitor.store.windows import Windows


class Store:
    """One store, at one address of those in `address.py`: a server, a master with Sentinels, or a cluster."""

    def __init__(self, url: str) -> None:
        self._connection = Connection(url)
        self._url = url
        self.timetable = Timetable(self._connection)
        self.posts = Posts(self._connection)
        self.places = Places(self._connection)
        self.copies = Copies(self._connection)
        self.windows = Windows(self._connection)
        self.alerts = Alerts(self._connection)
        self.incidents = Incidents(self._connection)
        self.silences = Silences(self._connection)
        self.standing = Standing(self._connection)
        self.outbox = Outbox(self._connection)
        self.bundles = Bundles(self._connection)
        self.gone = Gone(self._connection)
        self.health = Health(self._connection)

    @property
    def where(self) -> str:
        return self._connection.where

    async def ping(self) -> None:
        await self._connection.call("PING")

    async def caution(self) -> str | None:
        """Return a sentence if the server's settings can lose what it has acknowledged; None if all is well."""
        persistence = await self._connection.call("INFO", "persistence")
        memory = await self._connection.call("INFO", "memory")
        faults = []
        if _number(persistence, "loading"):
            return None  # until then it says that its append-only file is off
        if not _number(persistence, "aof_enabled"):
            faults.append("its append-only file is off: what is stored dies with it (set appendonly yes)")
        if _word(persistence, "aof_last_write_status") == "err":
            faults.append("it cannot write its append-only file: is the disk full?")
        limit = _number(memory, "maxmemory")
        if limit and _number(memory, "used_memory") >= limit:
            faults.append("its memory is full: nothing new is stored, alerts go on (raise maxmemory)")
        policy = _word(memory, "maxmemory_policy")
        if policy not in ("noeviction", ""):
            faults.append(
                f"its memory policy {policy} may throw posts and alerts away (set maxmemory-policy noeviction)"
            )
        return f"the store at {self.where}: {'; '.join(faults)}" if faults else None

    async def live(self, cursor: str | None = None) -> AsyncIterator[tuple[str, Item | None]]:
        """Yield everything new from now on, or after a cursor that was yielded before, with the cursor behind it.

        What is found deleted, or there again, comes as `Marked`; `(cursor, None)` about every five seconds in which
        nothing happened. Uses a connection of its own.
        """
        own = Connection(self._url, name="monitor-live", route=self._connection.route)
        try:
            async with aclosing(followed(own, cursor)) as events:
                async for event in events:
                    yield event
        finally:
            await own.close()

    async def close(self) -> None:
        await self._connection.close()


def _word(info: object, name: str) -> str:
    """Read one line of INFO, which arrives as text or as a dict."""
    if isinstance(info, dict):
        return str(info.get(name, ""))
    for line in bytes(info).decode().splitlines() if isinstance(info, bytes) else ():
        if line.startswith(f"{name}:"):
            return line.partition(":")[2].strip()
    return ""


def _number(info: object, name: str) -> int:
    return int(_word(info, name) or 0)
