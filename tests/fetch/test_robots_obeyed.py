"""robots.txt over the wire: what is asked for, and what is then left alone."""

from __future__ import annotations

import asyncio
import time
from itertools import pairwise

import pytest

from monitor.errors import Refused, Unreachable
from monitor.fetch import Fetcher
from tests.servers import ALLOW_LOOPBACK, HttpServer, Reply, Request, http_server

FEED = b"<rss/>"


async def get(fetcher: Fetcher, server: HttpServer, path: str = "/feed", *, robots: bool = True) -> bytes:
    return (await fetcher.get(server.url + path, allow_private=ALLOW_LOOPBACK, robots=robots)).body


async def test_an_allowed_address_is_fetched_after_one_look(fetcher: Fetcher) -> None:
    routes = {"/robots.txt": Reply(200, b"User-agent: *\nDisallow: /private"), "/feed": Reply(200, FEED)}
    async with http_server(routes) as server:
        assert await get(fetcher, server) == FEED
        assert await get(fetcher, server) == FEED
    assert [request.path for request in server.requests] == ["/robots.txt", "/feed", "/feed"]
    assert server.requests[0].headers["user-agent"] == "test/1.0 (+https://example.org/contact)"


async def test_a_disallowed_address_is_not_fetched(fetcher: Fetcher) -> None:
    routes = {"/robots.txt": Reply(200, b"User-agent: test\nDisallow: /feed"), "/feed": Reply(200, FEED)}
    async with http_server(routes) as server:
        with pytest.raises(Refused) as error:
            await get(fetcher, server, "/feed?token=secret")
        assert await get(fetcher, server, robots=False) == FEED
    assert str(error.value) == (
        "the robots.txt of 127.0.0.1 asks not to fetch this address; `robots: ignore` at the source overrules it"
    )
    assert [request.path for request in server.requests] == ["/robots.txt", "/feed"]


async def test_each_redirect_is_looked_up_too(fetcher: Fetcher) -> None:
    routes = {"/robots.txt": Reply(200, b"User-agent: *\nDisallow: /"), "/feed": Reply(200)}
    async with http_server(routes) as there, http_server({}) as here:
        here.routes["/feed"] = Reply(302, b"", {"Location": f"{there.url}/feed"})
        with pytest.raises(Refused, match=r"robots\.txt"):
            await get(fetcher, here)
    assert [request.path for request in there.requests] == ["/robots.txt"]


async def test_the_file_itself_may_be_redirected_and_needs_no_turn_of_the_request() -> None:
    fetcher = Fetcher(user_agent="test", per_host=1)
    routes = {
        "/robots.txt": Reply(301, b"", {"Location": "/a"}),
        "/a": Reply(302, b"", {"Location": "/b"}),
        "/b": Reply(200, b"User-agent: *\nDisallow: /feed"),
    }
    async with http_server(routes) as server:
        with pytest.raises(Refused):
            await get(fetcher, server)


async def test_credentials_are_not_shown_to_it(fetcher: Fetcher) -> None:
    async with http_server({"/feed": Reply(200, FEED)}) as server:
        url = f"http://user:word@127.0.0.1:{server.port}/feed"
        await fetcher.get(url, headers={"X-Key": "1"}, allow_private=ALLOW_LOOPBACK, robots=True)
    assert {"authorization", "x-key"}.isdisjoint(server.requests[0].headers)
    assert server.requests[1].headers["authorization"]


async def test_crawl_delay_lies_between_two_requests_of_those_who_obey() -> None:
    fetcher = Fetcher(user_agent="test", deadline=0.5)
    times: list[float] = []

    def feed(_: Request) -> Reply:
        times.append(time.monotonic())
        return Reply(200, FEED)

    async with http_server({"/robots.txt": Reply(200, b"User-agent: *\nCrawl-delay: 0.2"), "/feed": feed}) as server:
        await asyncio.gather(*(get(fetcher, server) for _ in range(3)))
        assert [after - before >= 0.19 for before, after in pairwise(times)] == [True, True]
        await get(fetcher, server, robots=False)
        assert times[-1] - times[-2] < 0.19


async def test_a_crawl_delay_over_the_deadline_is_told_with_the_time_left() -> None:
    fetcher = Fetcher(user_agent="test", deadline=0.5)
    routes = {"/robots.txt": Reply(200, b"User-agent: *\nCrawl-delay: 30"), "/feed": Reply(200, FEED)}
    async with http_server(routes) as server:
        await get(fetcher, server)
        with pytest.raises(Unreachable, match="left alone for another 30 s") as error:
            await get(fetcher, server)
        assert error.value.retry_after == pytest.approx(30, abs=2)
        assert len(server.requests) == 2


async def test_a_chain_of_redirects_is_one_request_to_a_crawl_delay(fetcher: Fetcher) -> None:
    routes = {
        "/robots.txt": Reply(200, b"User-agent: *\nDisallow: /private\nCrawl-delay: 50"),
        "/feed": Reply(301, b"", {"Location": "/a"}),
        "/a": Reply(302, b"", {"Location": "/b"}),
        "/b": Reply(200, FEED),
        "/c": Reply(302, b"", {"Location": "/private"}),
    }
    async with http_server(routes) as server:
        assert await get(fetcher, server) == FEED
    async with http_server(routes) as server:
        with pytest.raises(Refused):
            await get(fetcher, server, "/c")
        assert [request.path for request in server.requests] == ["/robots.txt", "/c"]
