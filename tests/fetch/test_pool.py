from __future__ import annotations

import asyncio
import contextlib
import gzip
from collections.abc import AsyncIterator, Callable
from ipaddress import ip_network
from pathlib import Path

import pytest

from monitor.errors import MonitorError, Refused, Unreachable
from monitor.fetch import Fetcher, pool
from monitor.fetch.connection import PIECE
from monitor.fetch.pool import Pool
from monitor.guard import Resolver
from tests.servers import ALLOW_LOOPBACK, LOOPBACK, RawServer, Request, Script, raw_server, read_request, tls_contexts

FEED = b"<rss/>"
GOOD = b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<rss/>"
SMUGGLED = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil"


def keeping(answer: Callable[[Request], bytes] = lambda _: GOOD) -> Script:
    """Return a script that answers one request after the other; after an empty answer it closes."""

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while said := answer(await read_request(reader)):
            writer.write(said)

    return script


@pytest.fixture
async def fetcher() -> AsyncIterator[Fetcher]:
    async with Fetcher(user_agent="test", resolver=Resolver(lookup=lambda _: [LOOPBACK])) as fetcher:
        yield fetcher


async def get(fetcher: Fetcher, server: RawServer, path: str = "/", host: str = "feeds.example") -> bytes:
    return (await fetcher.get(f"http://{host}:{server.port}{path}", allow_private=ALLOW_LOOPBACK)).body


async def closed(fetcher: Fetcher) -> None:
    """Wait until what rested has been closed by the far side."""
    async with asyncio.timeout(10):
        for connection in list(fetcher._pool._resting):
            await connection.gone.wait()


async def test_a_connection_that_has_answered_is_used_again(fetcher: Fetcher) -> None:
    async with raw_server(keeping()) as server:
        assert [await get(fetcher, server) for _ in range(5)] == [FEED] * 5
        assert (server.connects, server.open) == (1, 1)


async def test_so_is_one_with_tls(tmp_path: Path) -> None:
    serving, trusting = tls_contexts(tmp_path)
    resolver = Resolver(lookup=lambda _: [LOOPBACK])
    async with raw_server(keeping(), tls=serving) as server:
        async with Fetcher(user_agent="test", resolver=resolver, ssl_context=trusting) as fetcher:
            for _ in range(5):
                url = f"https://feeds.example:{server.port}/"
                assert (await fetcher.get(url, allow_private=ALLOW_LOOPBACK)).body == FEED
            assert (server.connects, server.open) == (1, 1)
        await server.until(lambda: server.open == 0)


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(b"HTTP/1.1 304 Not Modified\r\nETag: x\r\n\r\n", id="304"),
        pytest.param(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n6\r\n<rss/>\r\n0\r\n\r\n", id="chunked"),
        pytest.param(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + GOOD, id="after 103"),
    ],
)
async def test_every_framing_that_says_where_it_ends_can_be_followed(fetcher: Fetcher, answer: bytes) -> None:
    async with raw_server(keeping(lambda _: answer)) as server:
        url = f"{server.url}/"
        for _ in range(3):
            await fetcher.get(url, headers={"If-None-Match": "x"}, allow_private=ALLOW_LOOPBACK)
        assert (server.connects, server.open) == (1, 1)


async def test_a_post_has_a_connection_of_its_own(fetcher: Fetcher) -> None:
    async with raw_server(keeping()) as server:
        await get(fetcher, server)
        for _ in range(2):
            await fetcher.post(f"http://feeds.example:{server.port}/", content=b"x", allow_private=ALLOW_LOOPBACK)
        await server.until(lambda: (server.connects, server.open) == (3, 1))
        await get(fetcher, server)
        assert server.connects == 3


async def test_a_post_over_a_connection_that_breaks_is_not_repeated(fetcher: Fetcher) -> None:
    async with raw_server(keeping(lambda _: b"")) as server:
        with pytest.raises(Unreachable):
            await fetcher.post(server.url, content=b"x", allow_private=ALLOW_LOOPBACK)
        assert server.connects == 1


async def test_names_at_one_address_share_nothing(fetcher: Fetcher) -> None:
    async with raw_server(keeping()) as server:
        for host in ("a.example", "b.example", "a.example"):
            await get(fetcher, server, host=host)
        assert (server.connects, server.open) == (2, 2)


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


async def test_a_name_that_now_leads_elsewhere_is_not_served_by_an_old_connection() -> None:
    leads_to = [LOOPBACK]
    fetcher = Fetcher(user_agent="test", resolver=Resolver(lookup=lambda _: leads_to))
    async with fetcher, raw_server(keeping()) as server:
        await get(fetcher, server)
        leads_to[:] = ["10.0.0.1"]
        with pytest.raises(Refused, match=r"leads to 10\.0\.0\.1 \(private\)"):
            await get(fetcher, server)
        leads_to[:] = [LOOPBACK, "10.0.0.1"]
        with pytest.raises(Refused):
            await get(fetcher, server)
        leads_to[:] = ["127.0.0.2"]
        with pytest.raises(Unreachable, match="Connection refused"):
            await get(fetcher, server)
        await server.until(lambda: server.open == 0)
        assert server.connects == 1


async def test_what_one_source_may_reach_another_may_not(fetcher: Fetcher) -> None:
    async with raw_server(keeping()) as server:
        await get(fetcher, server)
        url = f"http://feeds.example:{server.port}/"
        for allowed in ((), (ip_network("10.0.0.0/8"),)):
            with pytest.raises(Refused):
                await fetcher.get(url, allow_private=allowed)
        await fetcher.get(url, allow_private=(ip_network(LOOPBACK),))
        assert server.connects == 1


async def test_no_more_are_kept_at_one_place_than_are_used(fetcher: Fetcher) -> None:
    fetcher._turns._limit = 5
    busy = asyncio.Barrier(5)

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        await busy.wait()
        writer.write(GOOD)
        await reader.read()

    async with raw_server(script) as server:
        assert await asyncio.gather(*(get(fetcher, server) for _ in range(5))) == [FEED] * 5
        await server.until(lambda: (server.connects, server.open) == (5, pool.PER_ORIGIN))


async def test_no_more_are_kept_in_all_than_the_limit(fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "MOST", 3)
    async with raw_server(keeping()) as server:
        for host in "abcde":
            await get(fetcher, server, host=f"{host}.example")
        await server.until(lambda: server.open == 3)
        for host in "ecd":
            await get(fetcher, server, host=f"{host}.example")
        assert server.connects == 5, "those used longest ago had to go"


async def test_what_rests_too_long_is_closed(fetcher: Fetcher) -> None:
    fetcher._pool = Pool(Resolver(lookup=lambda _: [LOOPBACK]), rest=0.05)
    async with raw_server(keeping()) as server:
        await get(fetcher, server)
        await server.until(lambda: server.open == 0)
        assert await get(fetcher, server) == FEED
        assert server.connects == 2


async def test_nothing_is_open_after_aclose(fetcher: Fetcher) -> None:
    asked, go_on = asyncio.Event(), asyncio.Event()

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while (await read_request(reader)).path != "/slow":
            writer.write(GOOD)
        asked.set()
        await go_on.wait()
        writer.write(GOOD)
        await reader.read()

    async with raw_server(script) as server:
        slow = asyncio.create_task(get(fetcher, server, "/slow"))
        await asked.wait()
        await get(fetcher, server, host="a.example")
        await get(fetcher, server, host="b.example")
        resting = list(fetcher._pool._resting)
        assert len(resting) == 2
        await fetcher.aclose()
        assert all(connection.gone.is_set() for connection in resting)
        await server.until(lambda: server.open == 1)
        go_on.set()
        assert await slow == FEED, "a request that is under way ends in peace"
        await server.until(lambda: server.open == 0)
        await fetcher.aclose()
