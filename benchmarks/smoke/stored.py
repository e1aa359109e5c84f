"""What goes through the store, in round trips and commands of its server: polls, posts, alerts, deliveries."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.smoke.counted import Wire, commands
from benchmarks.smoke.posts import ORIGIN, quiet, ringing
from monitor import poll
from monitor.deliver import Courier
from monitor.judge import Judge
from monitor.life import Life
from monitor.model import Alert, Batch, Bookmark, Delivery
from monitor.notifiers import NotifierConfig
from monitor.policy.settings import Policy
from monitor.sources import SourceConfig
from monitor.store import Store
from monitor.store.connection import Connection
from monitor.store.embedded import EmbeddedServer, url
from monitor.telemetry import Metrics

if TYPE_CHECKING:
    from monitor.rules import Rulebook

Costs = dict[str, dict[str, int]]


class _Still:
    """A source with nothing new: what is counted is the poll around it."""

    async def poll(self, bookmark: Bookmark | None) -> Batch:
        return Batch(bookmark=bookmark or Bookmark(), unchanged=True, status=304)

    async def earlier(self, page: str) -> Batch:
        raise NotImplementedError(page)


class _Desk:
    async def send(self, alert: Alert, delivery: Delivery) -> str | None:  # noqa: ARG002  # it takes anything
        return None


async def counts(book: Rulebook, policy: Policy) -> Costs:
    """Return what was done, and what it took the second time, once scripts are known and connections stand."""
    with tempfile.TemporaryDirectory(prefix="monitor-smoke-") as place:
        folder = Path(place)
        server = EmbeddedServer(folder)
        await server.start()
        store, direct = Store(url(folder)), Connection(url(folder))
        try:
            return await _all(store, Count(Wire(store), direct), book, policy)
        finally:
            await store.close()
            await direct.close()
            await server.stop()


class Count:
    """What work takes while it runs."""

    def __init__(self, wire: Wire, direct: Connection) -> None:
        self._wire, self._direct = wire, direct

    async def of(self, work: Callable[[], Awaitable[object]]) -> dict[str, int]:
        sent, ran = self._wire.sent, await commands(self._direct)
        await work()
        return {"round trips": self._wire.sent - sent, "commands": await commands(self._direct) - ran}


async def _all(store: Store, count: Count, book: Rulebook, policy: Policy) -> Costs:
    judge, courier = _staff(store, book, policy)
    for posts in ([], [quiet(1000), ringing(1000)]):  # what comes after the first poll may alert
        await store.posts.admit(ORIGIN.id, posts, datetime.now(UTC))
    for part in (judge, judge, courier, courier):  # each asks first what a crash left unfinished
        await part.step()
    posts = [ringing(n) if n % 10 == 0 else quiet(n) for n in range(100)]
    costs: Costs = {"poll an unchanged source": await _polled(store, count)}
    for name in ("admit 20 new posts", "admit 20 known posts"):
        costs[name] = await count.of(lambda: store.posts.admit(ORIGIN.id, posts[:20], datetime.now(UTC)))
    await store.posts.admit(ORIGIN.id, posts[20:], datetime.now(UTC))
    costs["judge 100 posts, 10 of which ring"] = await count.of(judge.step)
    costs["deliver 10 alerts"] = await count.of(courier.step)
    if await store.posts.unjudged() or await store.outbox.listed("console", "waiting", 1):
        raise RuntimeError("not all was judged and delivered in one step: what was counted is something else")
    return costs


def _staff(store: Store, book: Rulebook, policy: Policy) -> tuple[Judge, Courier]:
    life, metrics = Life(), Metrics()
    life.signed(time.monotonic() + 3600)
    judge = Judge(
        store, consumer="smoke", rulebook=lambda: book, origins=lambda: {ORIGIN.id: ORIGIN}, metrics=metrics,
        life=life, policy=lambda: policy,
    )  # fmt: skip
    desk = NotifierConfig(id="console", kind="webhook")  # where the shipped rules send alerts
    return judge, Courier(desk, _Desk(), store, consumer="smoke", metrics=metrics, life=life)


async def _polled(store: Store, count: Count) -> dict[str, int]:
    settings = SourceConfig.model_validate({"id": "still", "kind": "rss", "url": "https://still.example/feed"})

    async def polled() -> None:
        if (done := await poll.poll(settings, _Still(), store, datetime.now(UTC))).error:
            raise done.error

    await polled()
    return await count.of(polled)
