"""Servers that keep a connection open, and what is asked of them by name."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from monitor.fetch import Fetcher
from monitor.guard import Resolver
from tests.servers import ALLOW_LOOPBACK, LOOPBACK, RawServer, Request, Script, read_request

FEED = b"<rss/>"
GOOD = b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<rss/>"
SMUGGLED = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil"


def keeping(answer: Callable[[Request], bytes] = lambda _: GOOD) -> Script:
    """Return a script that answers one request after the other; after an empty answer it closes."""

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while said := answer(await read_request(reader)):
            writer.write(said)

    return script


def by_name() -> Fetcher:
    """Return a fetcher for which every name leads to this machine."""
    return Fetcher(user_agent="test", resolver=Resolver(lookup=lambda _: [LOOPBACK]))


async def get(fetcher: Fetcher, server: RawServer, path: str = "/", host: str = "feeds.example") -> bytes:
    return (await fetcher.get(f"http://{host}:{server.port}{path}", allow_private=ALLOW_LOOPBACK)).body


async def closed(fetcher: Fetcher) -> None:
    """Wait until what rested has been closed by the far side."""
    async with asyncio.timeout(10):
        for connection in list(fetcher._pool._resting):
            await connection.gone.wait()
