"""Through the store: posts admitted, judged and raised; what waiting deliveries cost; how fast a channel drains.

All in this process against an embedded store; the notifier takes every alert at once, so what is measured is ours.
"""

from __future__ import annotations

import resource
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.figures import Figure
from monitor import telemetry
from monitor.deliver import Courier
from monitor.judge import Judge
from monitor.life import Life
from monitor.model import Alert, Delivery, Origin, Post, post_key
from monitor.notifiers import NotifierConfig
from monitor.rules import Rulebook, RuleConfig
from monitor.store import Store
from monitor.store.connection import Connection
from monitor.store.embedded import EmbeddedServer, url
from monitor.telemetry import Metrics

_BATCH = 20  # posts of one poll
_FIRST = 1_000  # number of a report: no smaller figure, which the words might say too, so that no post copies another
_WORDS = "Two servicemen were wounded near the border when a position came under fire, the ministry says. " * 4


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

    began = time.perf_counter()
    for first in range(0, waiting, _BATCH):
        await store.posts.admit("ministry", [_post(n) for n in range(first, first + _BATCH)], datetime.now(UTC))
    admitted = time.perf_counter() - began
    posts_memory = await _used(connection)

    began = time.perf_counter()
    while await store.posts.unjudged():
        await judge.step()
    judged = time.perf_counter() - began
    alerts_memory = await _used(connection)

    began = time.perf_counter()
    while sink.taken < waiting:
        await courier.step()
    drained = time.perf_counter() - began
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return [
        Figure("delivery", f"{waiting} posts admitted, {_BATCH} a poll", "posts/s", (waiting / admitted,)),
        Figure("delivery", f"{waiting} posts judged, an alert raised for each", "alerts/s", (waiting / judged,)),
        Figure("delivery", f"{waiting} deliveries drained by one courier", "deliveries/s", (waiting / drained,)),
        Figure("delivery", f"{waiting} deliveries drained by one courier", "s", (drained,)),
        Figure("delivery", "store, for each post", "bytes", (posts_memory / waiting,)),
        Figure("delivery", "store, for each alert and its waiting delivery", "bytes",
               ((alerts_memory - posts_memory) / waiting,)),
        Figure("delivery", "this process at its largest", "MiB", (own,)),
    ]  # fmt: skip


def _staff(store: Store) -> tuple[Judge, Courier, _Sink]:
    """Return a judge that alerts the desk of every post, the desk's courier, and the desk."""
    life, sink = Life(), _Sink()
    life.signed(time.monotonic() + 3600)
    rules = Rulebook([RuleConfig(id="casualties", to=("desk",), terms={"en": ("wounded", "killed")})])
    origins = {"ministry": Origin(id="ministry", kind="rss", name="Ministry")}
    judge = Judge(
        store, consumer="bench", rulebook=lambda: rules, origins=lambda: origins, metrics=Metrics(), life=life
    )
    desk = NotifierConfig(id="desk", kind="webhook")
    return judge, Courier(desk, sink, store, consumer="bench", metrics=Metrics(), life=life), sink


def _post(number: int) -> Post:
    native_id = f"https://ministry.example/{number}"
    return Post(
        key=post_key("ministry", native_id),
        source="ministry",
        kind="rss",
        native_id=native_id,
        title=f"Statement {number}",
        text=f"Report {_FIRST + number}. {_WORDS}",
        permalink=native_id,
        published=datetime.now(UTC),
        seen=datetime.now(UTC),
    )


async def _used(connection: Connection) -> int:
    info = await connection.call("INFO", "memory")
    return int(info["used_memory"])
