"""Real polls: the source as it is, the store as it is; and one that is cut at a step of its own."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Generator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

from monitor import kinds, poll
from monitor.model import Reading
from monitor.sources import Fetch, SourceConfig
from monitor.store import Store


class Done(NamedTuple):
    """A poll that came to its end. `gap`: it said that posts may be missing; `quiet`: it found nothing."""

    source: str
    began: float
    ended: float
    gap: bool
    quiet: bool
    outcome: str


async def once(settings: SourceConfig, fetch: Fetch, store: Store) -> Done:
    """Poll once. Answers are read in this process, for a worker is tried elsewhere and takes long to start."""
    module = kinds.load("sources", settings.kind)

    async def read(body: bytes, headers: Mapping[str, str], url: str) -> Reading:
        await asyncio.sleep(0)
        reading: Reading = module.read(body, headers, url, settings)
        return reading

    began, now = time.time(), datetime.now(UTC)
    polled = await poll.poll(settings, module.Source(settings, fetch, read), store, now)
    quiet = polled.error is None and polled.outcome == "unchanged" and polled.filled is None
    return Done(settings.id, began, time.time(), polled.after.gap == now, quiet, polled.outcome)


@dataclass
class Cut:
    """`await` what is given, and cancel it when it waits for the n-th time: between two of its own steps, any two."""

    what: Awaitable[Done]
    steps: int

    def __await__(self) -> Generator[Any, None, Done]:
        what, left = self.what.__await__(), self.steps
        thrown: BaseException | None = None
        while True:
            try:
                waited = what.throw(thrown) if thrown else what.send(None)
            except StopIteration as end:
                done: Done = end.value
                return done
            left, thrown = left - 1, None
            if left == 0 and (task := asyncio.current_task()):
                task.cancel()
            try:
                yield waited
            except BaseException as error:  # noqa: BLE001  # the cancellation, and whatever else is meant for the poll
                thrown = error
