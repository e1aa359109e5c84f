"""What each step costs a server and us: INFO before and after, in one process, made-up feeds and the shipped rules."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks import embedded, feeds, samples
from benchmarks.parsing import reading
from monitor import telemetry
from monitor.judge import Judge
from monitor.life import Life
from monitor.model import Bookmark, Origin, PollRecord, Post, SourceState, changed
from monitor.policy.settings import Policy
from monitor.rules import Rulebook
from monitor.sources import rss
from monitor.store import Store
from monitor.store.connection import Connection
from monitor.store.timetable import Place
from monitor.telemetry import Metrics

FEEDS, ROUNDS, PASSES = 60, 10, 3

Costs = dict[str, float]  # server and ours: µs; sent, got, written, memory: bytes


@dataclass
class Bench:
    """`costs`: of one unit of each step, by name."""

    store: Store
    connection: Connection
    book: Rulebook
    sources: list[str]
    costs: dict[str, Costs] = field(default_factory=dict)

    async def step(self, name: str, count: int, work: Callable[[], Awaitable[object]]) -> None:
        before = await self._used()
        await work()
        after = await self._used()
        self.costs[name] = {what: (after[what] - before[what]) / count for what in after}

    async def judge(self) -> None:
        life = Life()
        life.signed(time.monotonic() + 3600)
        origins = {source: Origin(id=source, kind="rss", name=source) for source in self.sources}
        one = Judge(
            self.store, consumer="bench", rulebook=lambda: self.book, origins=lambda: origins, metrics=Metrics(),
            life=life, policy=Policy,
        )  # fmt: skip
        while await self.store.posts.unjudged():
            await one.step()

    async def _used(self) -> Costs:
        ours = time.process_time()
        stats = await self.connection.call("INFO", "stats")
        file = await self.connection.call("INFO", "persistence")
        return {
            "server": await embedded.cpu(self.connection) * 1e6,
            "ours": ours * 1e6,
            "sent": stats["total_net_input_bytes"],
            "got": stats["total_net_output_bytes"],
            "written": file["aof_current_size"],
            "memory": await embedded.memory(self.connection),
        }


async def costs() -> dict[str, Costs]:
    """Return what a unit of each step costs, by the names that docs/scale.md has for them.

    The least of several passes: whoever else uses the machine makes a step dearer, never cheaper.
    """
    telemetry.configure("json", "error")
    passes = [await _pass() for _ in range(PASSES)]
    return {name: {what: min(one[name][what] for one in passes) for what in costs} for name, costs in passes[0].items()}


async def _pass() -> dict[str, Costs]:
    sources = [f"feed-{number:05}" for number in range(FEEDS)]
    with TemporaryDirectory(prefix="monitor-bench-") as place:
        async with embedded.serving(Path(place)) as (store, connection):
            bench = Bench(store, connection, samples.rules(), sources)
            await _polls(bench)
            await _posts(bench)
            await _deliveries(bench)
    unknown, every = _readings()
    taken = {name: one for name, one in bench.costs.items() if name}
    taken["read"], taken["fresh"] = {"ours": unknown}, {"ours": (every - unknown) / (feeds.POSTS - 1)}
    taken["source"] = {"bytes": taken["source"]["memory"]}
    taken["post"] = {"bytes": taken["new"]["memory"] + taken["quiet"]["memory"]}
    return taken


async def _polls(bench: Bench) -> None:
    now, timetable = datetime.now(UTC), bench.store.timetable
    places = {source: Place(now, now + timedelta(hours=1), pace="auto") for source in bench.sources}
    await timetable.plan(places, now)
    kept = list(samples.states())
    states = [one for one in kept if isinstance(one, SourceState)]
    bookmarks = [one for one in kept if isinstance(one, Bookmark)]
    records = [one for one in kept if isinstance(one, PollRecord)]

    async def claimed() -> None:
        for _ in range(ROUNDS):
            taken = await timetable.claim("bench", now, now + timedelta(minutes=3), 10_000)
            await timetable.release("bench", dict.fromkeys(taken, now))

    async def unchanged(rounds: int = ROUNDS) -> None:
        for turn in range(rounds):
            for number, source in enumerate(bench.sources):
                await bench.store.health.left(source)
                await bench.store.health.keep(
                    changed(states[number], id=source), bookmarks[number], record=records[(number + turn) % FEEDS],
                )  # fmt: skip

    await claimed()
    await bench.step("claim", FEEDS * ROUNDS, claimed)
    await bench.step("source", FEEDS, unchanged)  # ten polls of each: what it keeps
    await bench.step("unchanged", FEEDS * ROUNDS, unchanged)


async def _posts(bench: Bench) -> None:
    told = samples.fed(bench.book, FEEDS)
    for source in bench.sources:
        await bench.store.posts.admit(source, [], datetime.now(UTC))
    for kind, wanted in (("quiet", False), ("ringing", True)):
        posts = [one.post for one in told if bool(one.alert) is wanted]
        name = "new" if kind == "quiet" else ""  # once is enough: what is told of them is not known yet
        await bench.step(name, len(posts), partial(_admitted, bench, posts))
        await bench.step(kind, len(posts), bench.judge)
    await bench.step("whole", FEEDS, partial(_admitted, bench, [one.post for one in told]))
    fresh = [_feed(number, feeds.POSTS)[0] for number in range(FEEDS)]
    beside = [[one.post.key for one in told if one.post.source == post.source][1:] for post in fresh]
    await bench.step("changed", FEEDS, partial(_admitted, bench, fresh, beside))
    await bench.judge()


async def _admitted(bench: Bench, posts: Sequence[Post], beside: Sequence[Sequence[str]] = ()) -> None:
    """Admit posts by polls, a poll a source. `beside`: the keys of those that each poll shows as they were."""
    for number, (source, some) in enumerate(groupby(posts, key=attrgetter("source"))):
        known = beside[number] if beside else ()
        await bench.store.posts.admit(source, list(some), datetime.now(UTC), mark="poll", known=known)


async def _deliveries(bench: Bench) -> None:
    outbox = bench.store.outbox
    channels = await outbox.channels()
    count = sum(state.waiting for state in await outbox.states(channels))

    async def delivered() -> None:
        for channel in channels:
            while taken := await outbox.take(channel, "bench", 10):
                for delivery, _ in taken:
                    await outbox.begin(delivery, "bench")
                    await outbox.arrived(delivery, datetime.now(UTC), "receipt")

    await bench.step("delivery", count, delivered)


def _readings() -> tuple[float, float]:
    """Return the µs in which a document is read: with one unknown entry, and all of it unknown."""
    before = [_document(number, 0) for number in range(FEEDS)]
    after = [_document(number, 1) for number in range(FEEDS)]
    reading(before[0])
    ours = time.process_time()
    kept = [reading(document, "").entries for document in before]
    between = time.process_time()
    for document, known in zip(after, kept, strict=True):
        reading(document, known)
    end = time.process_time()
    return (end - between) / FEEDS * 1e6, (between - ours) / FEEDS * 1e6


def _document(number: int, first: int) -> bytes:
    return feeds.document(number, [feeds.item(number, n) for n in range(first, first + feeds.POSTS)])


def _feed(number: int, first: int) -> Sequence[Post]:
    settings = rss.Config.model_validate({"id": f"feed-{number:05}", "url": f"https://ministry-{number}.example/feed"})
    return rss.read(_document(number, first), {}, str(settings.url), settings).posts
