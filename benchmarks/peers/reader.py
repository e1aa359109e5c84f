"""reader (github.com/lemon24/reader), a library over SQLite: resident as the monitor is, told to update on stdin."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from benchmarks import processes
from benchmarks.peers.installing import python
from benchmarks.programs import Failed, Program, Spent

_WORKERS = 10
_MOST = 1800.0  # seconds for one refresh
_READY = b"ready\n"
_PROGRAM = f"""
import sys
import reader

store = reader.make_reader("reader.sqlite")
for url in open("urls").read().split():
    store.add_feed(url)
print("ready", flush=True)
for line in sys.stdin:
    store.update_feeds(workers={_WORKERS}, scheduled=False)
    print("ready", flush=True)
"""


class Reader(Program):
    name = "reader"
    note = (
        f"resident, {_WORKERS} threads; keeps posts with their content in SQLite; its search, which has to be updated "
        "apart, is left out; no rules, no alerts"
    )

    def __init__(self) -> None:
        self._python = python()
        self.version = "3.26"

    async def begin(self, folder: Path, urls: Sequence[str]) -> None:
        self._folder = folder
        (folder / "urls").write_text("\n".join(urls), encoding="utf-8")
        with (folder / "log").open("wb") as log:
            self._process = await asyncio.create_subprocess_exec(
                self._python, "-c", _PROGRAM, cwd=folder,
                stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=log,
            )  # fmt: skip
        await self._ready()

    async def refresh(self) -> Spent:
        assert self._process.stdin
        pid = self._process.pid
        cpu, began = processes.cpu(pid), time.monotonic()
        async with processes.Peak(pid) as peak:
            self._process.stdin.write(b"update\n")
            await self._ready()
            wall = time.monotonic() - began
        return Spent(wall, processes.cpu(pid) - cpu, *peak.memory)

    async def posts(self) -> int:
        with closing(sqlite3.connect(self._folder / "reader.sqlite")) as store:
            return int(store.execute("SELECT count(*) FROM entries").fetchone()[0])

    async def end(self) -> None:
        if self._process.returncode is None:
            self._process.kill()
        await self._process.wait()

    async def _ready(self) -> None:
        assert self._process.stdout
        async with asyncio.timeout(_MOST):
            if await self._process.stdout.readline() != _READY:
                raise Failed(f"reader ended:\n{(self._folder / 'log').read_text(encoding='utf-8')[-1000:]}")
