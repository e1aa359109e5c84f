"""`Workers`: a pool for everybody, and a child for the documents that take long, so that nobody else waits for them."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Mapping

from monitor import errors
from monitor.model import Reading
from monitor.workers.frames import Job
from monitor.workers.pool import COMMAND, Pool, TooLong

_QUEUE = 4  # documents that may wait for a slow one to be read; more are put off to their next poll


class Workers:
    """Reads documents of all kinds.

    wall    seconds one document may take; then its child is killed
    memory  bytes of address space a child may have
    cpu     seconds of processor time one document may take
    quick   seconds of it after which a document is taken from the pool of `count` children and given to the one for
            slow documents, which has twice the patience; later ones of its source go there at once, until one was quick
    count   by default as many as `readers` says
    """

    def __init__(
        self,
        count: int | None = None,
        *,
        wall: float = 8.0,
        memory: int = 256 * 2**20,
        cpu: float = 5.0,
        quick: float = 0.3,
        command: tuple[str, ...] = COMMAND,
    ) -> None:
        self._quick = Pool(count or readers(_cores()), wall=wall, memory=memory, cpu=quick, command=command)
        self._slow = Pool(1, wall=2 * wall, memory=memory, cpu=cpu, command=command)
        self._seconds = quick
        self._long: set[str] = set()  # sources whose last document took long, by their settings

    async def start(self) -> None:
        """Start the pool now, so that the first documents need not wait."""
        await self._quick.start()

    async def close(self) -> None:
        """End every child. A document being read ends in Unreadable."""
        await self._quick.close()
        await self._slow.close()

    async def read(
        self, kind: str, body: bytes, headers: Mapping[str, str], url: str, settings_json: bytes | str
    ) -> Reading:
        """Run the kind's `read` on one document in a child. Raises Unreadable, whatever the document does to it."""
        settings = settings_json if isinstance(settings_json, str) else settings_json.decode()
        job = Job(kind=kind, url=url, headers=dict(headers), settings=settings)
        if settings not in self._long:
            try:
                return await self._quick.read(job, body)
            except TooLong:
                self._long.add(settings)
        if self._slow.asked > _QUEUE:
            raise errors.Unreadable("it takes long to read, and so do others that came first: put off to its next poll")
        began = time.monotonic()
        try:
            return await self._slow.read(job, body)
        finally:
            if time.monotonic() - began < self._seconds:
                self._long.discard(settings)


def readers(cores: int) -> int:
    """Return how many children are enough: one for each core beside the daemon's own, but never more than two.

    One reads several times as fast as a daemon judges what was read; the second is there for large documents.
    """
    return min(max(cores - 1, 1), 2)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
