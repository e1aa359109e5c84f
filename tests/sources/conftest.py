from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from monitor.fetch import Fetcher
from monitor.sources import Document, SourceConfig
from tests.servers import ALLOW_LOOPBACK, HttpServer, http_server
from tests.sources.watched import Watch, Watched, lines


@pytest.fixture
async def server() -> AsyncIterator[HttpServer]:
    async with http_server({}) as server:
        yield server


@pytest.fixture
def watch(server: HttpServer) -> Watch:
    def document(path: str = "/feed", **settings: object) -> Watched:
        url = f"{server.url}{path}"
        config = SourceConfig.model_validate(
            {"id": "mod", "kind": "lines", "url": url, "allow_private": ALLOW_LOOPBACK, **settings}
        )
        return Watched(server, Document(config, Fetcher(user_agent="test-monitor/1.0"), lines))

    return document
