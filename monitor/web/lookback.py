"""The newest alerts and posts, looked through once for all who ask within some seconds."""

from __future__ import annotations

import asyncio
import time

from monitor.web import Reads
from monitor.web.noise import Seen, rang

MOST = 2_000  # alerts, and as many posts
_AT_ONCE = 200  # posts in one read
_FRESH = 10.0  # seconds


class Lookback:
    """Pages about the rules cannot load the store: however often they are asked for, it is read every ten seconds."""

    def __init__(self, store: Reads, *, fresh: float = _FRESH) -> None:
        self._store = store
        self._fresh = fresh
        self._reading = asyncio.Lock()
        self._seen: tuple[float, Seen] | None = None

    async def seen(self) -> Seen:
        """Return what the newest MOST alerts and posts show. Raises StoreUnavailable."""
        async with self._reading:  # who comes meanwhile waits for the same answer
            if self._seen is None or time.monotonic() - self._seen[0] >= self._fresh:
                seen = await self._look()
                self._seen = time.monotonic(), seen
            return self._seen[1]

    async def _look(self) -> Seen:
        alerts = await self._store.alerts.recent(MOST)
        seen = Seen(rang=rang(alerts), whole=len(alerts) < MOST)
        del alerts  # whole posts are in them
        before = None
        while seen.posts < MOST:
            entries = await self._store.posts.recent(_AT_ONCE, before)
            seen.add(entries)
            if len(entries) < _AT_ONCE:
                break
            before = entries[-1].id
        return seen
