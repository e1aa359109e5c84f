"""Sources as their last polls leave them, written straight into a store: how each is, its bookmark, its ten polls."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from benchmarks import feeds, samples
from benchmarks.parsing import reading
from monitor.model import Bookmark, PollRecord, SourceState, changed, digest
from monitor.poll.gone import window
from monitor.sources import _entries
from monitor.store import keys
from monitor.store.connection import Argument, Connection
from monitor.store.record import pack

_POLLS = 10  # of which the store keeps records
_FEEDS = 40  # whose bookmarks, each with what is remembered of twenty entries, all sources share
_AT_ONCE = 1_000


async def fill(connection: Connection, sources: Iterable[str]) -> None:
    """Write what is known of each source after many polls that brought little."""
    commands = _commands(sources)
    while some := list(itertools.islice(commands, _AT_ONCE)):
        await connection.together(some)


def _commands(sources: Iterable[str]) -> Iterator[tuple[Argument, ...]]:
    told = list(samples.states())
    states = [one for one in told if isinstance(one, SourceState)]
    polls = [pack(one) for one in told if isinstance(one, PollRecord)]
    bookmarks = [one for one in told if isinstance(one, Bookmark)]
    kept = [_left(number, one) for number, one in enumerate(bookmarks[:_FEEDS])]
    for number, source in enumerate(sources):
        state = pack(changed(states[number % len(states)], id=source))
        bookmark, shown = kept[number % _FEEDS]
        yield "HSET", keys.source(source), "state", state, "bookmark", bookmark, "window", shown
        yield "RPUSH", keys.polls(source), *(polls[(number + n) % len(polls)] for n in range(_POLLS))


def _left(number: int, known: Bookmark) -> tuple[bytes, str]:
    """Return a bookmark, and a window, after a feed of twenty posts was read."""
    document = feeds.document(number, [feeds.item(number, post) for post in range(feeds.POSTS)])
    read = reading(document, "")
    home = {"home": digest("home", f"{number}"), "at": digest("at", f"{number}")}
    left = _entries.remembering(changed(known, cursor=home), read, datetime.now(UTC))
    return pack(left), window.written([post.key for post in read.posts])
