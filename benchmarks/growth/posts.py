"""Many stored posts: what admitting, judging and reading one costs among 10,000 to 1,000,000 of them.

One store is filled step by step. A year's posts lie in it: those of two weeks are admitted and judged as ever, and so
are compared with what comes; all before are written straight into it.
"""

from __future__ import annotations

import asyncio
import itertools
import random
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from starlette.types import ASGIApp

from benchmarks import embedded
from benchmarks.figures import Figure
from benchmarks.growth import archive, flat
from benchmarks.page import answer, made
from benchmarks.passes import measured_beside, yardstick
from benchmarks.programs import Failed
from monitor import telemetry
from monitor.judge import Judge
from monitor.life import Life
from monitor.model import Origin, Post
from monitor.rules import Rulebook, RuleConfig
from monitor.store import Store, keys
from monitor.store.connection import Connection
from monitor.telemetry import Metrics

SIZES = (10_000, 100_000, 1_000_000)
NEW, KNOWN, JUDGED = "admit, a new post", "admit, a known post", "judge, a post"
NEWEST, OLDER, HISTORY = "page of the timeline, newest", "page of the timeline, older", "page of a post with 3 versions"
COSTS = (NEW, KNOWN, JUDGED, NEWEST, OLDER, HISTORY)
NOTE = (
    "Processor time of the process and its store together. One post in 26 is of the last two weeks, as in a year's; "
    "`python -m benchmarks.copies` has a million within two weeks."
)

_RECENT = 26
_POLL, _POLLS, _PASSES = 20, 10, 5  # posts of a poll, polls of a pass
_PUT_IN = _POLL * _POLLS * _PASSES  # posts that are measured, the last of each size
_EDITED, _EDITS = 20, 2
_PAGES = 5


async def measure(sizes: Sequence[int] = SIZES) -> list[Figure]:
    """Fill a store to each size; measure there. Raises Failed if a post was not what it should be."""
    if min(sizes) < 2 * _PUT_IN:
        raise Failed(f"what is measured are {_PUT_IN:,} posts: a store of {min(sizes):,} is too small for that")
    telemetry.configure("json", "error")
    with tempfile.TemporaryDirectory(prefix="monitor-bench-") as place:
        async with embedded.serving(Path(place)) as (store, connection):
            room = _Room(store, connection)
            await room.open()
            return [
                figure
                for last, size in itertools.pairwise((0, *sizes))
                for figure in await room.at(last, size)
            ]  # fmt: skip


class _Room:
    """A store, its judge and its page."""

    def __init__(self, store: Store, connection: Connection) -> None:
        self._store, self._connection = store, connection
        self._page: ASGIApp = made(store, 1, asyncio.Event())
        life = Life()
        life.signed(time.monotonic() + 3600)
        rules = Rulebook([RuleConfig(id="casualties", to=("desk",), terms={"en": ("wounded", "killed")})])
        names = map(archive.source, range(archive.SOURCES))
        origins = {name: Origin(id=name, kind="rss", name=name) for name in names}
        self._judge = Judge(
            store, consumer="bench", rulebook=lambda: rules, origins=lambda: origins, metrics=Metrics(), life=life
        )

    async def open(self) -> None:
        await self._store.posts.prepare()
        for number in range(archive.SOURCES):  # nothing of a source's first poll would alert
            await self._store.posts.admit(archive.source(number), [], datetime.now(UTC))

    async def at(self, last: int, size: int) -> list[Figure]:
        """Fill the store from one size to another, and measure with the last posts put in."""
        measured = range(size - _PUT_IN, size)
        recent = (measured.start - last) // _RECENT // _POLL * _POLL
        old = range(last, measured.start - recent)
        await archive.fill(self._connection, old)
        await self._admit(range(old.stop, measured.start))
        await self._judged()
        memory = await embedded.memory(self._connection) / measured.start
        await embedded.settled(self._connection)
        put_in, beside = await self._put_in(measured)
        costs = put_in | await self._read(old)
        return [
            measured_beside(flat.case(size, "posts"), beside),
            *(Figure(flat.case(size, "posts"), what, "µs", tuple(costs[what])) for what in COSTS),
            Figure(flat.case(size, "posts"), "memory for each post", "bytes", (memory,)),
        ]

    async def _put_in(self, numbers: range) -> tuple[dict[str, list[float]], list[float]]:
        costs: dict[str, list[float]] = {NEW: [], KNOWN: [], JUDGED: []}
        beside = []
        for first in range(numbers.start, numbers.stop, _POLL * _POLLS):
            some = range(first, first + _POLL * _POLLS)
            for what, outcome in ((NEW, "new"), (KNOWN, "known")):
                costs[what].append(await self._each(len(some), partial(self._admit, some, outcome)))
            costs[JUDGED].append(await self._each(len(some), self._judged))
            beside.append(yardstick())
        return costs, beside

    async def _read(self, old: range) -> dict[str, list[float]]:
        edited = random.Random(old.stop).sample(old, _EDITED)
        for edit in range(_EDITS):
            for number in edited:
                await self._admitted([archive.edited(number, edit)], "version")
            await self._judged()
        (newest,) = await self._store.posts.recent(1)
        ((oldest, _),) = await self._connection.call("XRANGE", keys.POSTS, "-", "+", "COUNT", 1)
        middle = sum(int(name.partition("-")[0]) for name in (newest.id, oldest.decode())) // 2
        asked = {
            NEWEST: [("/", "")] * _PAGES,
            OLDER: [("/", f"before={middle}-0")] * _PAGES,
            HISTORY: [(f"/posts/{archive.key(number)}", "") for number in edited],
        }
        await self._pages([page for pages in asked.values() for page in pages[:1]])  # templates are read once
        return {
            what: [await self._each(len(pages), partial(self._pages, pages)) for _ in range(_PASSES)]
            for what, pages in asked.items()
        }

    async def _admit(self, numbers: range, outcome: str = "new") -> None:
        for first in range(numbers.start, numbers.stop, _POLL):
            some = range(first, min(first + _POLL, numbers.stop))
            await self._admitted([archive.post(number, some.start // _POLL) for number in some], outcome)

    async def _admitted(self, posts: Sequence[Post], outcome: str) -> None:
        found = await self._store.posts.admit(posts[0].source, posts, datetime.now(UTC))
        if found[outcome] != len(posts):
            raise Failed(f"of {len(posts)} posts that are {outcome}, the store says {dict(found)}")

    async def _judged(self) -> None:
        while await self._store.posts.unjudged():
            await self._judge.step()

    async def _pages(self, pages: Sequence[tuple[str, str]]) -> None:
        for path, query in pages:
            await answer(self._page, path, query)

    async def _each(self, count: int, work: Callable[[], Awaitable[object]]) -> float:
        """Return the µs that work took for each of its units."""
        return await embedded.spent(self._connection, work) / count * 1e6
