"""Only a clean connection is kept: nothing left in it is ever taken for another answer."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from monitor.errors import MonitorError, Unreachable
from monitor.fetch import Fetcher
from monitor.fetch.connection import PIECE
from monitor.guard import Resolver
from tests.fetch.keeping import FEED, GOOD, SMUGGLED, by_name, closed, get, keeping
from tests.servers import ALLOW_LOOPBACK, LOOPBACK, Request, raw_server, read_request, tls_contexts


@pytest.fixture
async def fetcher() -> AsyncIterator[Fetcher]:
    async with by_name() as fetcher:
        yield fetcher


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\nConnection: close\r\n\r\n<rss/>", id="said to close"),
        pytest.param(b"HTTP/1.0 200 OK\r\nContent-Length: 6\r\n\r\n<rss/>", id="HTTP/1.0"),
        pytest.param(b"HTTP/1.1 404 Gone\r\nContent-Length: 4\r\n\r\ngone", id="body that nobody reads"),
        pytest.param(b"HTTP/1.1 302 Found\r\nLocation: ftp://a/\r\nContent-Length: 4\r\n\r\ngone", id="redirect"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n<rss/>", id="too large"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: 1\r\n\r\n.", id="packed oddly"),
        pytest.param(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", id="spoilt chunk"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n<rss/>", id="half of it"),
        pytest.param(b"HTTP/1.1 200 OK\r\n", id="half a head"),
        pytest.param(b" ", id="no answer"),
    ],
)
async def test_a_connection_that_is_not_clean_is_closed(answer: bytes) -> None:
    async with (
        raw_server(keeping(lambda _: answer)) as server,
        Fetcher(user_agent="test", deadline=0.3) as fetcher,
    ):
        for asked in (1, 2):
            with contextlib.suppress(MonitorError):
                await fetcher.get(server.url, allow_private=ALLOW_LOOPBACK)
            await server.until(lambda: server.open == 0)
            assert server.connects == asked
            assert not fetcher._pool._resting


async def test_a_bomb_leaves_no_connection() -> None:
    bomb = gzip.compress(bytes(2_000_000))
    answer = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(bomb) + bomb
    async with (
        raw_server(keeping(lambda _: answer)) as server,
        Fetcher(user_agent="test", max_body=1_000_000) as fetcher,
    ):
        with pytest.raises(MonitorError, match="when unpacked"):
            await fetcher.get(server.url, allow_private=ALLOW_LOOPBACK)
        await server.until(lambda: server.open == 0)


async def test_a_server_that_closes_what_rests_is_asked_anew(fetcher: Fetcher) -> None:
    async def once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(GOOD)

    async with raw_server(once) as server:
        for asked in (1, 2, 3):
            assert await get(fetcher, server) == FEED
            await closed(fetcher)
            assert server.connects == asked


@pytest.mark.parametrize("how", ["close", "abort"])
async def test_one_that_closes_at_the_next_request_is_asked_once_more(fetcher: Fetcher, how: str) -> None:
    paths: list[str] = []

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        paths.append((await read_request(reader)).path)
        writer.write(GOOD)
        paths.append((await read_request(reader)).path)
        if how == "abort":
            writer.transport.abort()

    async with raw_server(script) as server:
        assert await get(fetcher, server, "/1") == FEED
        assert await get(fetcher, server, "/2") == FEED
        assert (paths, server.connects) == (["/1", "/2", "/2"], 2)


async def test_but_not_for_ever(fetcher: Fetcher) -> None:
    requests: list[Request] = []

    def first_only(request: Request) -> bytes:
        requests.append(request)
        return GOOD if len(requests) == 1 else b""

    async with raw_server(keeping(first_only)) as server:
        await get(fetcher, server)
        with pytest.raises(Unreachable, match=r"^feeds\.example broke off"):
            await get(fetcher, server)
        assert (len(requests), server.connects) == (3, 2)


async def test_an_answer_that_has_begun_is_not_asked_for_again(fetcher: Fetcher) -> None:
    requests: list[Request] = []

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for said in (GOOD, b"H"):
            requests.append(await read_request(reader))
            writer.write(said)

    async with raw_server(script) as server:
        await get(fetcher, server)
        with pytest.raises(Unreachable, match=r"^feeds\.example broke off"):
            await get(fetcher, server)
        assert (len(requests), server.connects) == (2, 1)


@pytest.mark.parametrize("secure", [False, True])
@pytest.mark.parametrize(
    "surplus", [SMUGGLED, b"\r\n", b"H", SMUGGLED * 20_000], ids=["answer", "line", "byte", "flood"]
)
@pytest.mark.parametrize("later", [False, True])
async def test_what_follows_an_answer_is_never_taken_for_the_next(
    tmp_path: Path, secure: bool, surplus: bytes, later: bool
) -> None:
    taken = asyncio.Event()

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        if later:
            writer.write(GOOD)
            await taken.wait()
            writer.write(surplus)
        else:
            writer.write(GOOD + surplus)
        await read_request(reader)
        raise AssertionError("this connection was used again")

    serving, trusting = tls_contexts(tmp_path) if secure else (None, None)
    resolver = Resolver(lookup=lambda _: [LOOPBACK])
    async with (
        raw_server(script, tls=serving) as server,
        Fetcher(user_agent="test", resolver=resolver, ssl_context=trusting) as fetcher,
    ):
        url = f"{'https' if secure else 'http'}://feeds.example:{server.port}/"
        for _ in range(3):
            assert (await fetcher.get(url, allow_private=ALLOW_LOOPBACK)).body == FEED
            taken.set()
            await server.until(lambda: server.open == 0)
            taken.clear()
        assert server.connects == 3


async def test_nor_is_what_follows_an_answer_that_fills_exactly_one_read(fetcher: Fetcher) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n"
    size = PIECE - len(head % PIECE)  # written with five digits, as PIECE is
    whole = head % size + bytes(size)
    assert len(whole) == PIECE
    async with raw_server(keeping(lambda _: whole + SMUGGLED)) as server:
        for asked in (1, 2):
            assert await get(fetcher, server) == bytes(size)
            await server.until(lambda: server.open == 0)
            assert server.connects == asked
