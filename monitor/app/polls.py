"""One poll after another, as the schedule wants them: each with its source, its reader, and what is counted of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from monitor import kinds, poll
from monitor.model import Reading
from monitor.sources import Fetch, Source, SourceConfig

if TYPE_CHECKING:
    from monitor.app.originals import Originals
    from monitor.config import Settings
    from monitor.store import Store
    from monitor.telemetry import Metrics
    from monitor.workers import Workers


class Polls:
    """`await polls.one(settings)` polls one source and returns when it is due again."""

    def __init__(
        self,
        store: Store,
        fetch: Fetch,
        workers: Workers,
        *,
        settings: Callable[[], Settings],
        metrics: Metrics,
        originals: Originals | None,
    ) -> None:
        self._store = store
        self._fetch = fetch
        self._workers = workers
        self._settings = settings
        self._metrics = metrics
        self._originals = originals
        self._outlook = poll.Outlook()

    async def one(self, settings: SourceConfig) -> datetime:
        began = time.monotonic()
        polled = await poll.poll(
            settings,
            self._source(settings),
            self._store,
            datetime.now(UTC),
            outlook=self._outlook,
            ops=self._settings().ops.to,
        )
        self._metrics.polled(settings.id, polled.outcome, time.monotonic() - began, polled.counts)
        for seconds in polled.latencies:
            self._metrics.latency(settings.id, seconds)
        poll.tell(settings, polled)
        return polled.due.at

    def _source(self, settings: SourceConfig) -> Source:
        async def read(body: bytes, headers: Mapping[str, str], url: str) -> Reading:
            return await self._workers.read(settings.kind, body, headers, url, settings.model_dump_json())

        fetch = self._originals.beside(self._fetch, settings.id) if self._originals else self._fetch
        made: Source = kinds.load("sources", settings.kind).Source(settings, fetch, read)
        return made
