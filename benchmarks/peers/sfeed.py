"""sfeed (codemadness.org): a parser in C, and a shell script that runs it, curl and sort for every feed."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from benchmarks.peers.installing import NotToBeHad, package
from benchmarks.programs import Program, Spent, run

_JOBS = 8  # as it ships
_SETTINGS = """
sfeedpath="{folder}/feeds"
maxjobs={jobs}
{fetch}
feeds() {{
{feeds}
}}
"""
# Its manual's way of asking only for what has changed.
_WITH_ETAG = """
fetch() {{
    etag="{folder}/etags/$(basename "$3")"
    curl -L --max-redirs 0 -H "User-Agent:" -f -s -m 15 --etag-save "$etag" --etag-compare "$etag" "$2" 2>/dev/null
}}
"""


class Sfeed(Program):
    name = "sfeed"
    conditional = False
    fetch = ""
    note = (
        f"started for each refresh, {_JOBS} jobs; keeps posts with their content in a text file for each feed; no rules"
    )

    def __init__(self) -> None:
        if not shutil.which("curl"):
            raise NotToBeHad("sfeed_update fetches with curl, and there is none")
        self._installed = package("sfeed", "sfeed_update")
        self.version = self._installed.version

    async def begin(self, folder: Path, urls: Sequence[str]) -> None:
        self._folder = folder
        (folder / "etags").mkdir()
        feeds = "\n".join(f'feed "feed-{number}" "{url}"' for number, url in enumerate(urls))
        fetch = self.fetch.format(folder=folder)
        settings = _SETTINGS.format(folder=folder, jobs=_JOBS, fetch=fetch, feeds=feeds)
        (folder / "settings").write_text(settings, encoding="utf-8")

    async def refresh(self) -> Spent:
        command = [self._installed.program, str(self._folder / "settings")]
        return await run(command, self._folder, self._installed.environment)

    async def posts(self) -> int:
        return sum(path.read_bytes().count(b"\n") for path in (self._folder / "feeds").iterdir())


class SfeedWithETag(Sfeed):
    name = "sfeed, ETag"
    conditional = True
    fetch = _WITH_ETAG
    note = "the same, asking with the ETag as its manual shows"
