"""newsboat (newsboat.org), a reader for terminals, told to reload all feeds and end."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from benchmarks.peers.installing import package
from benchmarks.programs import Program, Spent, run

_THREADS = 10


class Newsboat(Program):
    name = "newsboat"
    note = (
        f"started for each refresh, {_THREADS} threads; keeps posts with their content in SQLite; no rules, no alerts"
    )

    def __init__(self) -> None:
        self._installed = package("newsboat", "newsboat")
        self.version = self._installed.version

    async def begin(self, folder: Path, urls: Sequence[str]) -> None:
        self._folder = folder
        (folder / "urls").write_text("\n".join(urls) + "\n", encoding="utf-8")
        (folder / "settings").write_text(f"reload-threads {_THREADS}\n", encoding="utf-8")

    async def refresh(self) -> Spent:
        files = ["-C", "settings", "-u", "urls", "-c", "cache.sqlite"]
        return await run([self._installed.program, *files, "-x", "reload"], self._folder, self._installed.environment)

    async def posts(self) -> int:
        with closing(sqlite3.connect(self._folder / "cache.sqlite")) as store:
            return int(store.execute("SELECT count(*) FROM rss_item").fetchone()[0])
