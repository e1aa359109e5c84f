"""What is new, as it comes: posts, alerts, and what is found deleted or there again, each from a stream of its own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Any

from monitor.model import Alert, Entry, Marked
from monitor.store import keys
from monitor.store.alerts import Alerts
from monitor.store.connection import Connection, fields
from monitor.store.posts import Posts

_STREAMS = (keys.POSTS, keys.ALERTS, keys.MARKED)
_BLOCK = 5_000  # ms between two signs that nothing happened
_GATHER = 0.03  # seconds after news in which a post is judged and its alert on its way; more news may come, too

Item = Entry | Alert | Marked


async def followed(own: Connection, cursor: str | None) -> AsyncGenerator[tuple[str, Item | None]]:
    """Yield what comes after a cursor, or from now on, and the cursor behind it; blocks the connection for itself."""
    last = await _begun(own, cursor)
    yield "/".join(last), None  # so that nobody is without a place while nothing happens
    while True:
        answer = await own.block("XREAD", "COUNT", 100, "BLOCK", _BLOCK, "STREAMS", *_STREAMS, *last)
        if not answer:
            yield "/".join(last), None
        else:
            await asyncio.sleep(_GATHER)
        for raw, rows in answer or ():
            place = _STREAMS.index(stream := own.named(raw))
            async for name, item in _told(own, stream, rows):
                last[place] = name
                yield "/".join(last), item
            last[place] = rows[-1][0].decode()


async def _begun(own: Connection, cursor: str | None) -> list[str]:
    """Return where each stream is read on: by the cursor, or from its end. Cursors of old do not know of deletions."""
    begun = cursor.split("/") if cursor and cursor.count("/") in (1, 2) else []
    rows = [await own.call("XREVRANGE", key, "+", "-", "COUNT", 1) for key in _STREAMS[len(begun) :]]
    return [*begun, *(row[0][0].decode() if row else "0-0" for row in rows)]


async def _told(own: Connection, stream: str, rows: list[Any]) -> AsyncIterator[tuple[str, Item]]:
    """Yield the ids of a stream's rows, and what they tell of."""
    if stream == keys.POSTS:
        for entry in await Posts(own).entries(rows):
            if not entry.held or entry.verdict:  # else it will leave again, or alert
                yield entry.id, entry
        return
    for name, line in rows:
        if stream == keys.ALERTS:
            for alert in await Alerts(own).named([(name, line)]):
                yield name.decode(), alert
        else:
            for newest in (await Posts(own).history(fields(line)["key"].decode()))[:1]:
                yield name.decode(), Marked(entry=newest)
