"""A store with a little past."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

from monitor.model import Alert, PollRecord, SourceState, Verdict, alert_id
from monitor.store import Store, embedded
from tests.make import NOON, origin, post

OLD = post("old", title="Two wounded last week", published=NOON - timedelta(days=7))
QUIET = post("quiet", title="A visit", text="The minister received an ambassador.", published=NOON)
NEWS = post("news", title="Fire at the border", text="Shots were heard.", published=NOON + timedelta(minutes=1))
ALERTED = Verdict(
    alert=True, severity="high", topics=("border",), rules=("border",), to=("console",), reasons=("border: “border”",)
)


@asynccontextmanager
async def opened(config: Path) -> AsyncIterator[Store]:
    """Open the store beside a configuration."""
    directory = config.parent / "data"
    server = embedded.EmbeddedServer(directory)
    await server.start()
    store = Store(embedded.url(directory))
    try:
        yield store
    finally:
        await store.close()
        await server.stop()


async def fill(config: Path) -> None:
    async with opened(config) as store:
        await _fill(store)


async def _fill(store: Store) -> None:
    await store.posts.admit("am-mod", [OLD], NOON)
    await store.posts.admit("am-mod", [NEWS, QUIET], NOON)
    await store.posts.prepare()
    for entry in await store.posts.take("judge", 10, block=0.1):
        alert = None
        if entry.post.key == NEWS.key:
            alert = Alert(id=alert_id(entry.post), post=entry.post, origin=origin(), verdict=ALERTED, raised=NOON)
        await store.alerts.conclude([(entry, alert.verdict if alert else Verdict(alert=False), alert)], NOON)
    state = SourceState(id="am-mod", health="failing", asked=NOON, changed=NOON, posts=3, failures=2, error="no answer")
    poll = PollRecord(at=NOON, outcome="unreachable", seconds=25, next=NOON, why="no answer")
    await store.health.keep(state, None, record=poll)
