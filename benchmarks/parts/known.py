"""Deduplication: what ADMIT takes for posts that are new, and for those that are known, twenty a poll."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from benchmarks import embedded
from benchmarks.figures import Figure
from benchmarks.growth import archive
from benchmarks.ours import NAME
from monitor.model import Post, encode, short_key
from monitor.store import Store
from monitor.store.connection import Connection, ms

BARE = "bare commands"
NOTES: Mapping[str, str] = {
    NAME: "ADMIT: known by id and by words, versions, repeats and copies told apart, in one atomic step a poll",
    BARE: "the bound: XADD of the same bytes and ZADD, or ZMSCORE, twenty in one round trip; nothing is decided",
}

_POLL, _POLLS, _PASSES = 20, 20, 5
_BARE_POSTS, _BARE_SEEN = "m:{00}:bare-posts", "m:{00}:bare-seen"

Poll = list[Post]


async def measure() -> list[Figure]:
    """Return wall time and processor time, those of the process and its store, for one post."""
    with tempfile.TemporaryDirectory(prefix="monitor-bench-") as place:
        async with embedded.serving(Path(place)) as (store, connection):
            await _each(connection, 0, partial(_admit, store))  # scripts are loaded once
            ways: dict[tuple[str, str], Callable[[Poll], Awaitable[None]]] = {
                ("a new post", NAME): partial(_admit, store),
                ("a new post", BARE): partial(_add, connection),
                ("a known post", NAME): partial(_admit, store),
                ("a known post", BARE): partial(_ask, connection),
            }
            taken: dict[tuple[str, str], list[tuple[float, float]]] = {name: [] for name in ways}
            for number in range(1, _PASSES + 1):
                for name, way in ways.items():
                    taken[name].append(await _each(connection, number, way))
    return [
        Figure("deduplication", f"{what}, {kind}", "µs", tuple(one[place] for one in values), by)
        for place, kind in enumerate(("wall", "CPU"))
        for (what, by), values in taken.items()
    ]


async def _each(connection: Connection, number: int, way: Callable[[Poll], Awaitable[None]]) -> tuple[float, float]:
    """Return the µs for a post of pass `number`: wall time, processor time."""
    first = number * _POLL * _POLLS
    polls = [[archive.post(first + poll * _POLL + n, poll) for n in range(_POLL)] for poll in range(_POLLS)]

    async def all_of_them() -> None:
        for posts in polls:
            await way(posts)

    began = time.perf_counter()
    cpu = await embedded.spent(connection, all_of_them)
    return (time.perf_counter() - began) / _POLL / _POLLS * 1e6, cpu / _POLL / _POLLS * 1e6


async def _admit(store: Store, posts: Poll) -> None:
    await store.posts.admit(posts[0].source, posts, datetime.now(UTC))


async def _add(connection: Connection, posts: Poll) -> None:
    now = ms(datetime.now(UTC))
    added = [("XADD", _BARE_POSTS, "*", "key", post.key, "record", encode(post)) for post in posts]
    await connection.together([*added, *(("ZADD", _BARE_SEEN, now, short_key(post.key)) for post in posts)])


async def _ask(connection: Connection, posts: Poll) -> None:
    await connection.call("ZMSCORE", _BARE_SEEN, *(short_key(post.key) for post in posts))
