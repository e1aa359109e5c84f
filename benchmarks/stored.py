"""All that posts and sources take in a server of our own, and what they took before records were packed."""

from __future__ import annotations

import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import mean
from typing import Any

from benchmarks import samples
from benchmarks.figures import Figure
from benchmarks.samples import Sample
from monitor.judge import Judge
from monitor.life import Life
from monitor.model import Bookmark, Origin, PollRecord, Post, SourceState, Value, Verdict, changed, encode
from monitor.policy.settings import Policy
from monitor.rules import Rulebook
from monitor.store import Store, keys, quotes, record
from monitor.store.connection import Connection
from monitor.store.embedded import EmbeddedServer, url
from monitor.telemetry import Metrics

BEFORE, NOW = "as JSON, a server as it ships", "packed, the embedded server"
_SHIPPED = ("hash-max-listpack-value", 64)
_PASSING = ("words", "mark", "drawer", "compared:")  # kinds of keys that are forgotten within two weeks
_LONG, _SOURCES, _POLLS = 300, 100, 10
_OF_SOURCE: dict[str, type[Value]] = {"state": SourceState, "bookmark": Bookmark}


async def measure() -> list[Figure]:
    """Return the bytes for each statement, short and long, quiet, ringing and of a first poll, and for each source."""
    book = samples.rules()
    said, loud = samples.stated(book, held_out=True), samples.long(book, _LONG, ringing=True)
    found = []
    for case, told, first in (
        ("quiet", [one for one in said if not one.verdict.rules], False),
        ("that rings", [one for one in said if one.verdict.rules], False),
        ("quiet", samples.long(book, _LONG, ringing=False), False),
        ("of a first poll", loud, True),
        ("that rings", loud, False),
    ):
        length = mean(len(one.post.title) + len(one.post.text) for one in told)
        found += await _weighed(f"a statement of {length:,.0f} characters, {case}", told, book, first=first)
    return found + await _weighed("a source that has no news", [], book)


async def _weighed(case: str, told: Sequence[Sample], book: Rulebook, *, first: bool = False) -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        server, store, connection = (
            EmbeddedServer(Path(folder)),
            Store(url(Path(folder))),
            Connection(url(Path(folder))),
        )
        await server.start()
        try:
            await (_fill(store, told, book, first=first) if told else _poll(store))
            now = await _sizes(connection)
            await connection.call("CONFIG", "SET", *_SHIPPED)
            alerts = await store.alerts.recent(len(told)) if told else []
            await connection.together(("SET", keys.alert(one.id), encode(one)) for one in alerts)
            for key in [key async for key in _keys(connection)]:
                await _undo(connection, key)
            before = await _sizes(connection)
        finally:
            await store.close()
            await connection.close()
            await server.stop()
    count = len(told) or _SOURCES
    return [*_figures(case, before, count, BEFORE), *_figures(case, now, count, NOW)]


def _figures(case: str, sizes: dict[str, int], count: int, by: str) -> list[Figure]:
    lasting = sum(size for kind, size in sizes.items() if kind not in _PASSING)
    rows = {"all keys": sum(sizes.values()), "all keys, after two weeks": lasting}
    rows |= {f"`{kind}`": size for kind, size in sizes.items() if size >= 5 * count}
    return [Figure(case, what, "bytes", (size / count,), by) for what, size in rows.items()]


async def _fill(store: Store, told: Sequence[Sample], book: Rulebook, *, first: bool) -> None:
    origins = {one.post.source: Origin(id=one.post.source, kind="rss", name=one.post.source) for one in told}
    for source in origins:
        if not first:
            await store.posts.admit(source, [], datetime.now(UTC))
        await store.posts.admit(source, [one.post for one in told if one.post.source == source], datetime.now(UTC))
    life = Life()
    life.signed(time.monotonic() + 3600)
    judge = Judge(
        store, consumer="bench", rulebook=lambda: book, origins=lambda: origins, metrics=Metrics(), life=life,
        policy=Policy,
    )  # fmt: skip
    while await store.posts.unjudged():
        await judge.step()


async def _poll(store: Store) -> None:
    states = list(samples.states())
    records = [one for one in states if isinstance(one, PollRecord)]
    kept = [one for one in states if isinstance(one, SourceState)]
    bookmarks = [one for one in states if isinstance(one, Bookmark)]
    for number in range(_SOURCES):
        state = changed(kept[number], id=f"ministry-{number}")
        for poll in range(_POLLS):
            await store.health.keep(state, bookmarks[number], record=records[(number + poll) % len(records)])


async def _undo(connection: Connection, key: str) -> None:
    """Write a key's records as they were written before there were dictionaries."""
    match _kind(key):
        case "post":
            packed, judged = await connection.call("HMGET", key, "record:1", "verdict:1")
            post = record.unpack(packed, Post)
            verdict = quotes.full(record.unpack(judged, Verdict), post)
            await connection.call("HSET", key, "record:1", encode(post), "verdict:1", encode(verdict))
        case "source":
            for field, kind in _OF_SOURCE.items():
                if raw := await connection.call("HGET", key, field):
                    await connection.call("HSET", key, field, encode(record.unpack(raw, kind)))
        case "polls":
            polls = await connection.call("LRANGE", key, 0, -1)
            await connection.call("DEL", key)
            await connection.call("RPUSH", key, *(encode(record.unpack(raw, PollRecord)) for raw in polls))


async def _sizes(connection: Connection) -> dict[str, int]:
    found: dict[str, int] = {}
    for key in [key async for key in _keys(connection)]:
        size = await connection.call("MEMORY", "USAGE", key, "SAMPLES", 0)
        found[_kind(key)] = found.get(_kind(key), 0) + size
    return dict(sorted(found.items(), key=lambda one: -one[1]))


async def _keys(connection: Connection) -> AsyncIterator[str]:
    cursor: Any = None
    while cursor is None or int(cursor):
        cursor, some = await connection.call("SCAN", cursor or 0, "COUNT", 1000)
        for key in some:
            yield key.decode()


def _kind(key: str) -> str:
    kind, numbered, _ = key.removeprefix(keys.post("").removesuffix("post:")).partition(":")
    return "compared:" if kind == "compared" and numbered else kind
