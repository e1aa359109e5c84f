from __future__ import annotations

import asyncio

import pytest

from monitor.errors import Unreachable
from monitor.fetch import Fetcher
from tests.servers import ALLOW_LOOPBACK, Reply, Request, http_server, raw_server

FEED = b"<rss/>"


async def test_two_at_a_time_at_one_host_and_no_memory_of_hosts() -> None:
    fetcher = Fetcher(user_agent="test", per_host=2)
    now = most = 0

    async def answer(_: Request) -> Reply:
        nonlocal now, most
        now += 1
        most = max(most, now)
        await asyncio.sleep(0.01)
        now -= 1
        return Reply(200, FEED)

    async with http_server({"/feed": answer}) as server:
        url = f"{server.url}/feed"
        await asyncio.gather(*(fetcher.get(url, allow_private=ALLOW_LOOPBACK) for _ in range(8)))
    assert most == 2
    assert len(server.requests) == 8
    assert not fetcher._turns._places
    assert not fetcher._turns._present


async def test_waiting_for_a_turn_does_not_use_up_the_time_for_work() -> None:
    fetcher = Fetcher(user_agent="test", per_host=1, deadline=1.0)

    async def slow(_: Request) -> Reply:
        await asyncio.sleep(0.6)
        return Reply(200, FEED)

    async with http_server({"/feed": slow}) as server:
        url = f"{server.url}/feed"
        answers = await asyncio.gather(*(fetcher.get(url, allow_private=ALLOW_LOOPBACK) for _ in range(2)))
    assert [answer.body for answer in answers] == [FEED, FEED]


async def test_who_waits_too_long_for_a_turn_is_told_so() -> None:
    fetcher = Fetcher(user_agent="test", per_host=1, deadline=0.1)
    async with raw_server(_silent) as server:
        first = asyncio.create_task(fetcher.post(server.url, content=b"x", allow_private=ALLOW_LOOPBACK))
        await server.until(lambda: server.connects == 1)
        with pytest.raises(Unreachable, match=r"^127\.0\.0\.1 was not asked: its 1 turns were taken for 0\.1 s"):
            await fetcher.get(server.url, allow_private=ALLOW_LOOPBACK)
        assert server.connects == 1
        first.cancel()
        await asyncio.wait([first])


async def _silent(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
    await reader.read()
