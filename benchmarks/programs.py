"""A program that refreshes many feeds, ours or a peer's, and what one refresh of it takes."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from benchmarks import processes

_MOST = 1800.0  # seconds for one refresh
_SAMPLE_EVERY = 0.05  # seconds between two looks at the memory: some end within a tenth of a second


class Failed(Exception):
    """The measurement is worthless; the sentence says why."""


class Spent(NamedTuple):
    """What one refresh took, of all processes together: seconds, and the peak memory in MB (see `processes.Memory`)."""

    wall: float
    cpu: float
    rss: float
    pss: float | None


class Program(ABC):
    """It is begun with an empty store, refreshes all its feeds whenever it is told to, and is ended.

    name         as the tables call it
    version      its own
    conditional  whether it asks with the ETag it was given
    note         how it is run, what it stores, and what it leaves out, for those who read its figures
    """

    name: str
    version: str
    conditional: bool = True
    note: str

    @abstractmethod
    async def begin(self, folder: Path, urls: Sequence[str]) -> None:
        """Take `urls` for its feeds, with nothing stored; all it writes goes into `folder`."""

    @abstractmethod
    async def refresh(self) -> Spent:
        """Ask every feed once and store what is new. Raises Failed."""

    @abstractmethod
    async def posts(self) -> int:
        """Return how many posts are in its store."""

    async def end(self) -> None:
        """Stop what `begin` started."""
        return


async def run(command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> Spent:
    """Run a command to its end, in a `folder` that is also its home. Raises Failed if it does not end well."""
    log = folder / "log"
    home = {"HOME": str(folder), "XDG_CONFIG_HOME": str(folder), "XDG_DATA_HOME": str(folder), "LC_ALL": "C.UTF-8"}
    with log.open("wb") as out:
        began = time.monotonic()
        process = subprocess.Popen(  # noqa: ASYNC220  # starts at once; only os.wait4 says what it and its children used
            command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, cwd=folder, start_new_session=True,
            env={**os.environ, **home, **environment},
        )  # fmt: skip
        ended = asyncio.create_task(asyncio.to_thread(os.wait4, process.pid, 0))
        try:
            async with processes.Peak(process.pid, _SAMPLE_EVERY) as peak:
                async with asyncio.timeout(_MOST):
                    _, status, used = await asyncio.shield(ended)
                wall = time.monotonic() - began
        finally:
            if not ended.done():
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                await ended
            process.returncode = os.waitstatus_to_exitcode(ended.result()[1])
    if status:
        said = log.read_text(encoding="utf-8", errors="replace")[-1000:]
        raise Failed(f"{command[0]} ended with {process.returncode}:\n{said}")
    return Spent(wall, used.ru_utime + used.ru_stime, *peak.memory)
