"""A source of an account that is followed poll by poll, and the replies of the server that it asks."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from monitor import kinds
from monitor.fetch import Fetcher
from monitor.model import Batch, Bookmark, Reading, decode, encode
from tests.servers import ALLOW_LOOPBACK, HttpServer, Reply


class Follower:
    """A source of a server, the hour on the wall, and its bookmark, which goes through its stored form."""

    def __init__(self, server: HttpServer, kind: str, given: Mapping[str, object]) -> None:
        module = kinds.load("sources", kind)
        settings = module.Config.model_validate({"id": "mod", "allow_private": ALLOW_LOOPBACK, **given})
        self.server, self.settings = server, settings
        self.bookmark: Bookmark | None = None
        self.hour = datetime(2026, 11, 23, 8, tzinfo=UTC)

        async def read(body: bytes, headers: Mapping[str, str], url: str) -> Reading:
            reading: Reading = module.read(body, headers, url, settings)
            return reading

        self.source: Any = module.Source(settings, Fetcher(user_agent="test-monitor/1.0"), read)
        self.source.now = lambda: self.hour

    async def poll(self) -> Batch:
        self.server.requests.clear()
        batch: Batch = await self.source.poll(self.bookmark)
        self.bookmark = decode(encode(batch.bookmark), Bookmark)
        return batch


def said(value: object, code: int = 200, headers: dict[str, str] | None = None) -> Reply:
    known = {"Content-Type": "application/json; charset=utf-8", **(headers or {})}
    return Reply(code, json.dumps(value, ensure_ascii=False).encode(), known)
