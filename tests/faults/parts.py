"""The real parts of the monitor that one poll needs, put together for one case after another."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from monitor import poll
from monitor.fetch import Fetcher
from monitor.guard import Resolver
from monitor.model import Reading, SourceState
from monitor.sources import rss
from monitor.store import Store
from monitor.workers import Workers
from tests.faults.case import Case
from tests.faults.far_side import ALLOWED, client_tls
from tests.faults.names import Lookup

# Shorter than a daemon's, for the sake of whoever waits for the tests: what ends a case is the same.
LIMITS = {"at once": 0.0, "deadline": 0.6, "worker": 3.0, "lookup": 0.6}
GRACE = 12.0  # seconds that a busy machine may take besides


@dataclass
class Parts:
    """`hasty`, `strict`: fetcher and workers with short limits, for the cases that meet them; no other may."""

    store: Store
    fetcher: Fetcher
    hasty: Fetcher
    workers: Workers
    strict: Workers

    async def poll(self, case: Case, address: str) -> SourceState:
        """Poll the source of a case once; return how it is then."""
        given = {"id": case.id, "url": address, "allow_private": ALLOWED, **case.settings}
        settings = rss.Config.model_validate(given)
        workers = self.strict if case.ends == "worker" else self.workers

        async def read(body: bytes, headers: Mapping[str, str], url: str) -> Reading:
            return await workers.read("rss", body, headers, url, settings.model_dump_json())

        fetcher = self.hasty if case.ends == "deadline" else self.fetcher
        await poll.poll(settings, rss.Source(settings, fetcher, read), self.store, datetime.now(UTC))
        return (await self.store.health.left(case.id)).state


@contextlib.asynccontextmanager
async def parts(store_url: str) -> AsyncIterator[Parts]:
    store = Store(store_url)
    await store.posts.prepare()
    workers, strict = Workers(1), Workers(1, wall=LIMITS["worker"] / 2, cpu=1)
    await workers.start()
    resolver = Resolver(limit=LIMITS["lookup"], lookup=Lookup())
    tls = client_tls()
    fetcher = Fetcher(user_agent="test", resolver=resolver, ssl_context=tls)
    hasty = Fetcher(user_agent="test", resolver=resolver, ssl_context=tls, deadline=LIMITS["deadline"])
    try:
        yield Parts(store, fetcher, hasty, workers, strict)
    finally:
        await workers.close()
        await strict.close()
        await store.close()
