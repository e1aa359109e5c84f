"""The answers of sources, byte by byte as they came, for whoever must prove later what was there.

One folder for each source: the body as `<UTC time>-<start of its SHA-256>.gz`, and a line in `index.jsonl` with the
address, the status, the headers and the whole hash. Nothing else in the house reads them; a disk that fails costs a
line in the log, never a poll.
"""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import structlog

from monitor.fetch import AllowPrivate, Answer
from monitor.model import encode
from monitor.sources import Fetch

log = structlog.get_logger("originals")

_PRUNED_EVERY = 3600.0  # seconds
_NOT_KEPT = ("set-cookie",)


class Originals:
    """`keep`: seconds; `most`: bytes of all bodies together, as packed."""

    def __init__(self, folder: Path, *, keep: float, most: int) -> None:
        self._folder = folder
        self._keep = keep
        self._most = most
        self._pruned = float("-inf")
        self._failed = False

    def beside(self, fetch: Fetch, source: str) -> Fetch:
        """Return a fetch for one source that keeps every answer with a body."""
        return _Keeping(fetch, source, self)

    async def put(self, source: str, answer: Answer, now: datetime) -> None:
        """Keep one answer; a failure is told once, until it works again."""
        try:
            await asyncio.to_thread(self._put, source, answer, now)
            if time.monotonic() - self._pruned > _PRUNED_EVERY:
                self._pruned = time.monotonic()
                await asyncio.to_thread(self._prune, now)
        except OSError as error:
            if not self._failed:
                log.error("originals.failed", folder=str(self._folder), why=error.strerror, then="polls go on")  # noqa: TRY400  # no bug of ours
            self._failed = True
        else:
            self._failed = False

    def _put(self, source: str, answer: Answer, now: datetime) -> None:
        folder = self._folder / source
        folder.mkdir(parents=True, exist_ok=True)
        digest = hashlib.sha256(answer.body).hexdigest()
        file = folder / f"{now.astimezone(UTC):%Y%m%dT%H%M%S%fZ}-{digest[:16]}.gz"
        file.write_bytes(gzip.compress(answer.body, 6, mtime=0))
        headers = {name: value for name, value in answer.headers.items() if name not in _NOT_KEPT}
        line = {"at": now, "file": file.name, "url": answer.url, "status": answer.status, "sha256": digest}
        with (folder / "index.jsonl").open("ab") as index:
            index.write(encode({**line, "headers": headers}) + b"\n")

    def _prune(self, now: datetime) -> None:
        """Remove what is too old, and the oldest beyond `most` bytes; the lines in the index stay."""
        files = sorted(self._folder.glob("*/*.gz"), key=lambda file: file.name, reverse=True)
        total, oldest = 0, now.timestamp() - self._keep
        for file in files:
            about = file.stat()
            total += about.st_size
            if total > self._most or about.st_mtime < oldest:
                file.unlink(missing_ok=True)


class _Keeping:
    def __init__(self, fetch: Fetch, source: str, originals: Originals) -> None:
        self._fetch = fetch
        self._source = source
        self._originals = originals

    async def get(
        self, url: str, *, headers: Mapping[str, str] | None = None, allow_private: AllowPrivate = (), **more: Any
    ) -> Answer:
        answer = await self._fetch.get(url, headers=headers or {}, allow_private=allow_private, **more)
        if answer.body:
            await self._originals.put(self._source, answer, datetime.now(UTC))
        return answer
