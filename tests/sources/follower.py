"""A source that is followed poll by poll, as one and the same."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from monitor import kinds
from monitor.model import Batch, Bookmark, decode, encode
from tests.servers import ALLOW_LOOPBACK, HttpServer
from tests.sources.watcher import made


class Follower:
    """A source of a server, the hour on the wall, and its bookmark, which goes through its stored form."""

    def __init__(self, server: HttpServer, kind: str, given: Mapping[str, object]) -> None:
        settings = kinds.load("sources", kind).Config.model_validate(
            {"id": "mod", "allow_private": ALLOW_LOOPBACK, **given}
        )
        self.server, self.settings = server, settings
        self.bookmark: Bookmark | None = None
        self.hour = datetime(2026, 11, 23, 8, tzinfo=UTC)
        self.source = made(settings, lambda: self.hour)

    async def poll(self) -> Batch:
        self.server.requests.clear()
        batch: Batch = await self.source.poll(self.bookmark)
        self.bookmark = decode(encode(batch.bookmark), Bookmark)
        return batch

    @property
    def paths(self) -> list[str]:
        return [request.path for request in self.server.requests]
