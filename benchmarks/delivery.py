"""Through the store: posts admitted, judged and raised; what waiting deliveries cost; how fast a channel drains.

All in this process against an embedded store, by the shipped rules; the notifier takes every alert at once, so what is
measured is ours. No post is like another: each has made-up words, as frequent as words are in a language. First every
tenth rings, as in a bad week; then all do, and their alerts wait for the courier.
"""

from __future__ import annotations

import resource
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import samples
from benchmarks.copies import Language
from benchmarks.figures import Figure
from monitor import telemetry
from monitor.deliver import Courier
from monitor.judge import Judge
from monitor.life import Life
from monitor.model import Alert, Delivery, Origin, Post, post_key
from monitor.notifiers import NotifierConfig
from monitor.store import Store, keys
from monitor.store.connection import Connection
from monitor.store.embedded import EmbeddedServer, url
from monitor.telemetry import Metrics

_BATCH = 20  # posts of one poll
_TENTH = 10
_FIRST = 10_000  # number of a report: no year, for what is history does not ring
_SENTENCE = 12  # words
_LANGUAGE = Language()


class _Sink:
    def __init__(self) -> None:
        self.taken = 0

    async def send(self, alert: Alert, delivery: Delivery) -> str | None:  # noqa: ARG002  # it takes anything
        self.taken += 1
        return None


async def measure(waiting: int) -> list[Figure]:
    telemetry.configure("json", "warning")
    with tempfile.TemporaryDirectory(prefix="monitor-bench-") as folder:
        server = EmbeddedServer(Path(folder))
        await server.start()
        store, connection = Store(url(Path(folder))), Connection(url(Path(folder)))
        try:
            return await _measured(store, connection, waiting)
        finally:
            await connection.close()
            await store.close()
            await server.stop()


async def _measured(store: Store, connection: Connection, waiting: int) -> list[Figure]:
    judge, courier, sink = _staff(store)
    await store.posts.admit("ministry", [], datetime.now(UTC))
    admitted, judged = await _through(store, judge, [_post(n, rings=n % _TENTH == 0) for n in range(waiting)])
    ringing = [_post(n, rings=True) for n in range(waiting, 2 * waiting)]
    before = await _used(connection)
    _, raised = await _through(store, judge, ringing)
    memory = await _used(connection) - before

    many, began = int(await connection.call("XLEN", keys.ALERTS)), time.perf_counter()
    while sink.taken < many:
        await courier.step()
    drained = time.perf_counter() - began
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    both = 1 / (1 / admitted + 1 / judged)
    return [
        Figure("delivery", f"{waiting} posts admitted, {_BATCH} a poll", "posts/s", (admitted,)),
        Figure("delivery", f"{waiting} posts judged, an alert raised for a tenth", "posts/s", (judged,)),
        Figure("delivery", f"{waiting} posts through store, rules and outbox", "posts/s", (both,)),
        Figure("delivery", f"{waiting} posts judged, an alert raised for each", "alerts/s", (raised,)),
        Figure("delivery", f"{many} deliveries drained by one courier", "deliveries/s", (many / drained,)),
        Figure("delivery", f"{many} deliveries drained by one courier", "s", (drained,)),
        Figure(
            "delivery", "store, for each post with its alert and its waiting delivery", "bytes", (memory / waiting,)
        ),
        Figure("delivery", "this process at its largest", "MiB", (own,)),
    ]


async def _through(store: Store, judge: Judge, posts: Sequence[Post]) -> tuple[float, float]:
    """Admit posts, then judge them; return how many of each a second."""
    began = time.perf_counter()
    for first in range(0, len(posts), _BATCH):
        await store.posts.admit("ministry", posts[first : first + _BATCH], datetime.now(UTC))
    admitted, began = time.perf_counter() - began, time.perf_counter()
    while await store.posts.unjudged():
        await judge.step()
    return len(posts) / admitted, len(posts) / (time.perf_counter() - began)


def _staff(store: Store) -> tuple[Judge, Courier, _Sink]:
    """Return a judge that alerts the desk by the shipped rules, the desk's courier, and the desk."""
    life, sink = Life(), _Sink()
    life.signed(time.monotonic() + 3600)
    rules = samples.rules()
    origins = {"ministry": Origin(id="ministry", kind="rss", name="Ministry")}
    judge = Judge(
        store, consumer="bench", rulebook=lambda: rules, origins=lambda: origins, metrics=Metrics(), life=life
    )
    desk = NotifierConfig(id="console", kind="webhook")
    return judge, Courier(desk, sink, store, consumer="bench", metrics=Metrics(), life=life), sink


def _post(number: int, *, rings: bool) -> Post:
    native_id = f"https://ministry.example/{number}"
    words = _LANGUAGE.text(number)
    said = [" ".join(words[first : first + _SENTENCE]).capitalize() for first in range(0, len(words), _SENTENCE)]
    if rings:
        said.insert(1, f"Two servicemen were wounded near the border, says report {_FIRST + number}")
    return Post(
        key=post_key("ministry", native_id),
        source="ministry",
        kind="rss",
        native_id=native_id,
        title=f"Statement {number}",
        text=". ".join((*said, "")),
        permalink=native_id,
        published=datetime.now(UTC),
        seen=datetime.now(UTC),
    )


async def _used(connection: Connection) -> int:
    info = await connection.call("INFO", "memory")
    return int(info["used_memory"])
