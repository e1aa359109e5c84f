"""One real Valkey server for the whole run; every test gets it empty."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from monitor.store import Store, embedded
from monitor.store.connection import Connection


@pytest.fixture(scope="session")
def server_url() -> Iterator[str]:
    """Address of an embedded server that lives as long as the test run."""
    with tempfile.TemporaryDirectory(prefix="monitor-test-") as directory:
        runner = asyncio.Runner()
        server = embedded.EmbeddedServer(Path(directory))
        runner.run(server.start())
        yield embedded.url(Path(directory))
        runner.run(server.stop())
        runner.close()


@pytest.fixture
async def store(server_url: str) -> AsyncIterator[Store]:
    connection = Connection(server_url)
    await connection.call("FLUSHALL")
    await connection.close()
    store = Store(server_url)
    await store.posts.prepare()
    yield store
    await store.close()


@pytest.fixture
async def dead_store() -> AsyncIterator[Store]:
    """A store at an address where nobody listens."""
    store = Store("redis://127.0.0.1:1/0")
    yield store
    await store.close()


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have couriers wait for nothing: the clock is turned by the test."""
    monkeypatch.setattr("monitor.deliver.courier._BLOCK", 0)
    monkeypatch.setattr("monitor.deliver.courier.rest", lambda *_: 0.0)
