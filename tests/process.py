"""A store's server as a process of our own, to be killed, frozen and thawed."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from typing import Any

from monitor.errors import StoreUnavailable
from monitor.store.connection import Connection


class Process:
    """A server that `_launch` starts, and a connection to it."""

    def __init__(self, url: str) -> None:
        self._process: asyncio.subprocess.Process | None = None
        self._connection = Connection(url)

    async def _launch(self, *command: str, restore_signals: bool = True) -> None:
        self._process = await asyncio.create_subprocess_exec(
            *command, restore_signals=restore_signals,
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip

    @property
    def pid(self) -> int:
        assert self._process
        return self._process.pid

    async def kill(self) -> None:
        assert self._process
        self._process.kill()
        await self._process.wait()

    def freeze(self) -> None:
        assert self._process
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        assert self._process
        self._process.send_signal(signal.SIGCONT)

    async def answers(self, within: float = 30) -> None:
        """Wait until it answers with more than excuses."""
        await eventually(lambda: self._connection.call("PING"), within)

    async def close(self) -> None:
        await self._connection.close()
        if self._process and self._process.returncode is None:
            await self.kill()


async def eventually(true: Any, within: float = 30) -> Any:
    """Wait until `await true()` is neither false nor refused; return what it gave."""
    async with asyncio.timeout(within):
        while True:
            with contextlib.suppress(StoreUnavailable):
                if answer := await true():
                    return answer
            await asyncio.sleep(0.02)
