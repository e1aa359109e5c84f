"""Connections that are kept: used again, by whom, how many, and for how long."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from ipaddress import ip_network
from pathlib import Path

import pytest

from monitor.errors import Refused, Unreachable
from monitor.fetch import Fetcher, pool
from monitor.fetch.pool import Pool
from monitor.guard import Resolver
from tests.fetch.keeping import FEED, GOOD, by_name, get, keeping
from tests.servers import ALLOW_LOOPBACK, LOOPBACK, raw_server, read_request, tls_contexts


@pytest.fixture
async def fetcher() -> AsyncIterator[Fetcher]:
    async with by_name() as fetcher:
        yield fetcher


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
    monkeypatch.setitem(pool.MOST, "http", 3)
    async with raw_server(keeping()) as server:
        for host in "abcde":
            await get(fetcher, server, host=f"{host}.example")
        await server.until(lambda: server.open == 3)
        for host in "ecd":
            await get(fetcher, server, host=f"{host}.example")
        assert server.connects == 5, "those used longest ago had to go"


async def test_those_with_tls_are_fewer_and_do_not_push_out_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(pool.MOST, "https", 1)
    serving, trusting = tls_contexts(tmp_path)
    near = Resolver(lookup=lambda _: [LOOPBACK])
    async with (
        Fetcher(user_agent="test", resolver=near, ssl_context=trusting) as fetcher,
        raw_server(keeping()) as plain,
        raw_server(keeping(), tls=serving) as one,
        raw_server(keeping(), tls=serving) as two,
    ):
        for url in (plain.url, f"https://feeds.example:{one.port}", f"https://feeds.example:{two.port}", plain.url):
            assert (await fetcher.get(url, allow_private=ALLOW_LOOPBACK)).body == FEED
        await one.until(lambda: (plain.open, one.open, two.open) == (1, 0, 1))
        assert plain.connects == 1


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
