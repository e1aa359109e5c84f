"""rss2email (github.com/rss2email/rss2email), which sends each post as a mail: into a maildir, here."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from benchmarks.peers.installing import python
from benchmarks.programs import Program, Spent, run

_SETTINGS = """[DEFAULT]
from = bench@monitor.example
to = bench@monitor.example
email-protocol = maildir
maildir-path = {folder}
maildir-mailbox = mail
"""


class Rss2email(Program):
    name = "rss2email"
    note = "started for each refresh, knows nothing of threads; keeps each post as a mail in a maildir; no rules"

    def __init__(self) -> None:
        self._program = str(Path(python()).parent / "r2e")
        self.version = "3.14"

    async def begin(self, folder: Path, urls: Sequence[str]) -> None:
        self._folder = folder
        feeds = "".join(f"\n[feed.feed-{number}]\nurl = {url}\n" for number, url in enumerate(urls))
        (folder / "settings").write_text(_SETTINGS.format(folder=folder) + feeds, encoding="utf-8")

    async def refresh(self) -> Spent:
        data = str(self._folder / "data.json")
        return await run([self._program, "-c", "settings", "-d", data, "run"], self._folder, {})

    async def posts(self) -> int:
        return sum(1 for _ in (self._folder / "mail" / "new").iterdir())
