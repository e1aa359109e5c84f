"""A source of any kind that is polled, its server and what that says, and the hour on the wall."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from monitor import kinds
from monitor.fetch import Fetcher
from monitor.model import Batch, Bookmark, Reading, decode, encode
from monitor.poll import Polled, poll
from monitor.sources import SourceConfig
from monitor.store import Store
from tests.servers import ALLOW_LOOPBACK, HttpServer, Reply, Request

START = datetime(2026, 11, 22, 12, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def made(settings: SourceConfig, now: Callable[[], datetime]) -> Any:
    """Return a source that asks over the network, reads in this process, and has this hour on its wall."""
    module = kinds.load("sources", settings.kind)

    async def read(body: bytes, headers: Mapping[str, str], url: str) -> Reading:
        reading: Reading = module.read(body, headers, url, settings)
        return reading

    source = module.Source(settings, Fetcher(user_agent="test-monitor/1.0"), read)
    source.now = now
    return source


@dataclass
class Watcher:
    """`config`: the source's own settings, beside its address on the server."""

    server: HttpServer
    kind: str
    config: dict[str, Any] = field(default_factory=dict)
    hour: datetime = START
    bookmark: Bookmark | None = None

    @property
    def settings(self) -> Any:
        given = {"id": "mod", "url": self.server.url, "allow_private": ALLOW_LOOPBACK, **self.config}
        return kinds.load("sources", self.kind).Config.model_validate(given)

    @property
    def source(self) -> Any:
        return made(self.settings, lambda: self.hour)

    async def poll(self, after: timedelta = MINUTE) -> Batch:
        """Poll `after` the last time. The bookmark goes through its stored form."""
        self.hour += after
        self.server.requests.clear()
        batch: Batch = await self.source.poll(self.bookmark)
        self.bookmark = decode(encode(batch.bookmark), Bookmark)
        return batch

    async def stored(self, store: Store, after: timedelta = MINUTE) -> Polled:
        """Poll into a store."""
        self.hour += after
        self.server.requests.clear()
        return await poll(self.settings, self.source, store, self.hour)

    @property
    def asked(self) -> list[dict[str, str]]:
        """The parameters of the last poll's requests, with `path`."""
        return [{"path": urlsplit(request.path).path, **query(request)} for request in self.server.requests]


def query(request: Request) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(request.path).query))


def said(value: object, code: int = 200, headers: Mapping[str, str] | None = None) -> Reply:
    known = {"Content-Type": "application/json; charset=utf-8", **(headers or {})}
    return Reply(code, json.dumps(value, ensure_ascii=False).encode(), known)


def ids(batch: Batch) -> list[str]:
    return [post.native_id for post in batch.posts]
