"""Sources to be polled, and polls that count themselves."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta

from monitor.schedule import Schedule
from monitor.sources import SourceConfig
from monitor.store import Store
from tests.make import life


def config(id_: str, every: object = 1) -> SourceConfig:
    return SourceConfig.model_validate({"id": id_, "kind": "rss", "url": "https://example.org/", "every": every})


def sources(count: int, every: object = 1) -> dict[str, SourceConfig]:
    return {f"s{n}": config(f"s{n}", every) for n in range(count)}


class Polls:
    """Counts polls and how many of one source run at once; stops the schedule after `until` of them."""

    def __init__(self, until: int, takes: float = 0.0) -> None:
        self.until = until
        self.takes = takes
        self.next = timedelta(milliseconds=1)
        self.polled: Counter[str] = Counter()
        self.running: Counter[str] = Counter()
        self.most_of_one = 0
        self.most = 0
        self.stopping = asyncio.Event()

    async def __call__(self, settings: SourceConfig) -> datetime:
        self.running[settings.id] += 1
        self.most_of_one = max(self.most_of_one, self.running[settings.id])
        self.most = max(self.most, self.running.total())
        self.polled[settings.id] += 1
        await asyncio.sleep(self.takes)
        self.running[settings.id] -= 1
        if self.polled.total() >= self.until:
            self.stopping.set()
        return datetime.now(UTC) + self.next


async def run(store: Store, polls: Polls, watched: dict[str, SourceConfig], at_once: int = 32) -> Schedule:
    schedule = Schedule(store, polls, lambda: watched, consumer="me", life=life(), at_once=at_once)
    async with asyncio.timeout(30):
        await schedule.run(polls.stopping)
    return schedule
