"""A store on a server of our own, for as long as something is measured in it, and what that server has used."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from monitor.store import Store
from monitor.store.connection import Connection
from monitor.store.embedded import EmbeddedServer, url

_SETTLED_WITHIN = 600.0  # seconds; a large file takes its time to be written anew
_BUSY = ("aof_rewrite_in_progress", "aof_rewrite_scheduled", "rdb_bgsave_in_progress")


@asynccontextmanager
async def serving(folder: Path) -> AsyncIterator[tuple[Store, Connection]]:
    """Run a server in `folder / "data"`; yield a store on it, and a bare connection."""
    data = folder / "data"
    server = EmbeddedServer(data)
    await server.start()
    store, connection = Store(url(data)), Connection(url(data))
    try:
        yield store, connection
    finally:
        await connection.close()
        await store.close()
        await server.stop()


async def cpu(connection: Connection) -> float:
    """Return the seconds of processor time that the server has used, what it forked left out."""
    used = await connection.call("INFO", "cpu")
    return float(used["used_cpu_sys"]) + float(used["used_cpu_user"])


async def memory(connection: Connection) -> int:
    """Return the bytes that the server's data takes."""
    info = await connection.call("INFO", "memory")
    return int(info["used_memory"])


async def settled(connection: Connection) -> None:
    """Wait until the server is not writing its file anew: while it does, every write costs it a copied page."""
    async with asyncio.timeout(_SETTLED_WITHIN):
        while await _writing(connection):  # noqa: ASYNC110  # the server tells nobody
            await asyncio.sleep(0.2)


async def _writing(connection: Connection) -> bool:
    info = await connection.call("INFO", "persistence")
    return any(int(info[what]) for what in _BUSY)


async def spent(connection: Connection, work: Callable[[], Awaitable[object]]) -> float:
    """Return the seconds of processor time that work took, in this process and in the server."""
    theirs, ours = await cpu(connection), time.process_time()
    await work()
    ours = time.process_time() - ours
    return ours + await cpu(connection) - theirs
