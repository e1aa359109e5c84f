"""The real daemon as a child process, started again when it is killed."""

from __future__ import annotations

import asyncio
import contextlib
import re
import signal
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from monitor.demo.sink import Sink
from monitor.errors import MonitorError

_DELIVERY = re.compile(r"\b[0-9a-f]{32}\b")
_STOPS_WITHIN = 20.0  # seconds
_DRAINED_WITHIN = 2.0  # seconds


class DemoFailed(MonitorError):
    """The demo cannot go on; the sentence says why and where to look."""

    kind = "demo"


class Daemon:
    """`monitor run` on one configuration. What it writes goes to `echo`, the deliveries among it into `console`."""

    def __init__(self, config: Path, console: Sink, echo: Callable[[str], None]) -> None:
        self._config = config
        self._log = config.with_name("daemon.log")
        self._console = console
        self._echo = echo
        self._process: asyncio.subprocess.Process | None = None
        self._reading: asyncio.Task[None] | None = None
        self.kills: list[datetime] = []

    @property
    def pid(self) -> int:
        if self._process is None:
            raise DemoFailed("the daemon is not running")
        return self._process.pid

    async def start(self) -> None:
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "monitor", "run", "-c", str(self._config),
                stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=log,
                process_group=0,  # a Ctrl-C in the terminal is for the demo alone, which then stops it in good order
            )  # fmt: skip
        self._reading = asyncio.create_task(self._read(self._process))

    async def keep(self, killed: Callable[[], None]) -> None:
        """Start the daemon again each time somebody kills it. Raises DemoFailed when it ends in any other way."""
        while self._process is not None:
            code = await self._process.wait()
            if code != -signal.SIGKILL:
                raise DemoFailed(f"the daemon ended by itself (exit code {code}):\n{self.last_words()}")
            self.kills.append(datetime.now(UTC))
            await self._drained()
            await self.start()
            killed()

    def kill(self) -> None:
        if self._process is not None and self._process.returncode is None:
            self._process.kill()

    async def stop(self) -> int | None:
        """Ask the daemon to stop; return its exit code, None if it had to be killed."""
        if self._process is None:
            return None
        process, self._process = self._process, None
        stopped = True
        if process.returncode is None:
            process.terminate()
            try:
                async with asyncio.timeout(_STOPS_WITHIN):
                    await process.wait()
            except TimeoutError:
                stopped = False
                process.kill()
                await process.wait()
        await self._drained()
        return process.returncode if stopped else None

    def last_words(self) -> str:
        lines = self._log.read_text("utf-8", "replace").splitlines()
        return "\n".join(lines[-12:]) or "it said nothing"

    async def _read(self, process: asyncio.subprocess.Process) -> None:
        if process.stdout is None:
            return
        async for raw in process.stdout:
            line = raw.decode("utf-8", "replace").rstrip("\n")
            for delivery in _DELIVERY.findall(line):
                self._console.take(delivery)
            self._echo(line)

    async def _drained(self) -> None:
        """Wait for the last line of a process that has ended."""
        if self._reading is not None:
            with contextlib.suppress(TimeoutError):  # somebody it left behind holds its output open
                async with asyncio.timeout(_DRAINED_WITHIN):
                    await self._reading
