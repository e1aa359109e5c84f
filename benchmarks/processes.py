"""What a family of processes uses, read from /proc: processor time, memory, file descriptors. Linux only."""

from __future__ import annotations

import asyncio
import os
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple, Self

_PROC = Path("/proc")
_TICK = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")
_SAMPLE_EVERY = 0.25  # seconds


def family(root: int) -> list[int]:
    """Return a process and all that descend from it."""
    found = [root]
    for pid in found:  # grows while it is walked
        with suppress(OSError):
            for task in (_PROC / str(pid) / "task").iterdir():
                found += map(int, (task / "children").read_text().split())
    return found


def cpu(root: int) -> float:
    """Return the seconds of processor time a family has used, in user and kernel mode, its ended children included."""
    ticks = 0
    for pid in family(root):
        with suppress(OSError):
            after_name = (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
            ticks += sum(map(int, after_name[11:15]))  # utime, stime, cutime, cstime: see proc_pid_stat(5)
    return ticks / _TICK


def descriptors(root: int) -> int:
    """Return how many files, sockets and pipes a family holds open."""
    return sum(len(list((_PROC / str(pid) / "fd").iterdir())) for pid in family(root))


class Memory(NamedTuple):
    """MB of a family. `pss` counts shared pages once; None where it may not be read."""

    rss: float
    pss: float | None


def memory(root: int) -> Memory:
    rss, pss = 0, 0
    readable = True
    for pid in family(root):
        with suppress(FileNotFoundError, ProcessLookupError):
            rss += int((_PROC / str(pid) / "statm").read_text().split()[1]) * _PAGE
            try:
                rollup = (_PROC / str(pid) / "smaps_rollup").read_text()
            except PermissionError:
                readable = False
            else:
                pss += 1024 * sum(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))
    return Memory(rss / 2**20, pss / 2**20 if readable else None)


class Peak:
    """The largest memory of a family while the `async with` lasts, by samples, `every` so many seconds."""

    def __init__(self, root: int, every: float = _SAMPLE_EVERY) -> None:
        self._root = root
        self._every = every
        self.memory = memory(root)

    async def __aenter__(self) -> Self:
        self._sampling = asyncio.create_task(self._sample())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._sampling.cancel()

    async def _sample(self) -> None:
        while True:
            now, before = memory(self._root), self.memory
            pss = None if now.pss is None or before.pss is None else max(now.pss, before.pss)
            self.memory = Memory(max(now.rss, before.rss), pss)
            await asyncio.sleep(self._every)
