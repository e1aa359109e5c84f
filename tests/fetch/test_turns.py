from __future__ import annotations

import asyncio

import httpx
import pytest

from monitor.errors import Unreachable
from monitor.fetch import Fetcher
from monitor.fetch.turns import Rests
from tests.servers import ALLOW_LOOPBACK, Reply, Request, hang, http_server, raw_server

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
    async with raw_server(hang) as server:
        first = asyncio.create_task(fetcher.post(server.url, content=b"x", allow_private=ALLOW_LOOPBACK))
        await server.until(lambda: server.connects == 1)
        with pytest.raises(Unreachable, match=r"^127\.0\.0\.1 was not asked: its 1 turns were taken for 0\.1 s"):
            await fetcher.get(server.url, allow_private=ALLOW_LOOPBACK)
        assert server.connects == 1
        first.cancel()
        await asyncio.wait([first])


# --- rests ------------------------------------------------------------------------------------------------------------

HERE, THERE = httpx.URL("https://a.example/feed"), httpx.URL("https://b.example/feed")


class Clock:
    seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


def test_a_rest_binds_one_host_and_port_until_it_is_over() -> None:
    clock = Clock()
    rests = Rests(25.0, clock)
    rests.rest(HERE, 60.0)
    assert rests.left(httpx.URL("https://a.example/other?b=c")) == 60.0
    assert rests.left(httpx.URL("http://a.example:443/")) == 60.0
    assert rests.left(httpx.URL("http://a.example/")) == rests.left(THERE) == 0.0
    clock.seconds += 59.5
    assert rests.left(HERE) == 0.5
    clock.seconds += 0.5
    assert rests.left(HERE) == 0.0
    rests.rest(THERE, 1.0)
    assert len(rests._until) == 1, "what is over is forgotten"


def test_a_shorter_rest_does_not_end_a_longer_one() -> None:
    rests = Rests(25.0, Clock())
    for seconds in (60.0, 10.0, 0.0):
        rests.rest(HERE, seconds)
        assert rests.left(HERE) == 60.0


async def test_a_rest_over_the_patience_is_not_waited_for() -> None:
    rests = Rests(25.0, Clock())
    rests.rest(HERE, 90.0)
    with pytest.raises(
        Unreachable, match=r"^a\.example was not asked: it wants to be left alone for another 90 s$"
    ) as error:
        await rests.over(HERE)
    assert error.value.retry_after == 90.0
    await rests.over(THERE)


async def test_a_queue_keeps_its_distance_and_turns_away_who_would_wait_too_long() -> None:
    clock = Clock()
    rests = Rests(0.05, clock)
    began = asyncio.get_running_loop().time()
    await rests.queue(HERE, 0.04)
    await rests.queue(HERE, 0.04)
    assert asyncio.get_running_loop().time() - began >= 0.039
    with pytest.raises(Unreachable) as error:
        await rests.queue(HERE, 0.04)
    assert error.value.retry_after == pytest.approx(0.08)
    clock.seconds += 0.04
    await rests.queue(HERE, 0.04)
    await rests.queue(THERE, 0.0)
    await rests.queue(THERE, 0.0)


@pytest.mark.parametrize("status", [429, 503])
async def test_a_retry_after_binds_the_whole_host_for_all(status: int) -> None:
    fetcher = Fetcher(user_agent="test")
    routes = {"/a": Reply(status, b"", {"Retry-After": "90"}), "/b": Reply(200, FEED)}
    async with http_server(routes) as server, http_server(routes) as other:
        with pytest.raises(Unreachable):
            await fetcher.get(f"{server.url}/a", allow_private=ALLOW_LOOPBACK)
        with pytest.raises(Unreachable, match="left alone for another 90 s") as error:
            await fetcher.get(f"{server.url}/b", allow_private=ALLOW_LOOPBACK)
        assert error.value.retry_after == pytest.approx(90, abs=5)
        assert len(server.requests) == 1
        assert (await fetcher.get(f"{other.url}/b", allow_private=ALLOW_LOOPBACK)).body == FEED
        assert (await fetcher.post(f"{server.url}/b", content=b"x", allow_private=ALLOW_LOOPBACK)).status == 200


async def test_a_short_rest_is_waited_for_without_holding_a_turn() -> None:
    fetcher = Fetcher(user_agent="test", per_host=1)
    routes = {"/a": Reply(503, b"", {"Retry-After": "0.2"}), "/b": Reply(200, FEED)}
    async with http_server(routes) as server:
        with pytest.raises(Unreachable):
            await fetcher.get(f"{server.url}/a", allow_private=ALLOW_LOOPBACK)
        began = asyncio.get_running_loop().time()
        waiting = [asyncio.create_task(fetcher.get(f"{server.url}/b", allow_private=ALLOW_LOOPBACK)) for _ in range(3)]
        await fetcher.post(f"{server.url}/b", content=b"x", allow_private=ALLOW_LOOPBACK, timeout=0.15)
        assert [request.method for request in server.requests] == ["GET", "POST"]
        assert {answer.body for answer in await asyncio.gather(*waiting)} == {FEED}
        assert asyncio.get_running_loop().time() - began >= 0.19


async def test_who_waits_for_a_turn_learns_of_a_rest_asked_for_meanwhile() -> None:
    fetcher = Fetcher(user_agent="test", per_host=1)
    routes = {"/feed": Reply(429, b"", {"Retry-After": "60"})}
    async with http_server(routes) as server:
        outcomes = await asyncio.gather(
            *(fetcher.get(f"{server.url}/feed", allow_private=ALLOW_LOOPBACK) for _ in range(5)), return_exceptions=True
        )
        assert all(isinstance(outcome, Unreachable) and outcome.retry_after for outcome in outcomes)
        assert len(server.requests) == 1


@pytest.mark.parametrize(("status", "patience"), [(500, "90"), (404, "90"), (429, "0"), (429, "later"), (200, "90")])
async def test_nothing_else_makes_a_host_rest(status: int, patience: str) -> None:
    fetcher = Fetcher(user_agent="test")
    async with http_server({"/a": Reply(status, FEED, {"Retry-After": patience}), "/b": Reply(200, FEED)}) as server:
        await asyncio.gather(fetcher.get(f"{server.url}/a", allow_private=ALLOW_LOOPBACK), return_exceptions=True)
        assert (await fetcher.get(f"{server.url}/b", allow_private=ALLOW_LOOPBACK)).body == FEED
