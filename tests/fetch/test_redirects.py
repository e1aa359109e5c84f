"""Redirects: how far they are followed, what goes along, and what is told of them."""

from __future__ import annotations

import pytest

from monitor.errors import Refused, Unreachable
from monitor.fetch import Fetcher
from tests.servers import ALLOW_LOOPBACK, Reply, Request, http_server

FEED = b"<rss/>"


async def test_redirects_are_followed_and_the_last_address_is_told(fetcher: Fetcher) -> None:
    routes = {
        "/a": Reply(301, b"", {"Location": "/b"}),
        "/b": Reply(302, b"", {"Location": "c"}),
        "/c": Reply(303, b"", {"Location": "?d=1"}),
    }
    async with http_server(routes) as server:
        server.routes["/c"] = lambda request: (
            Reply(200, FEED) if request.path == "/c?d=1" else Reply(308, b"", {"Location": "?d=1"})
        )
        answer = await fetcher.get(f"{server.url}/a", allow_private=ALLOW_LOOPBACK)
    assert (answer.body, answer.url) == (FEED, f"{server.url}/c?d=1")
    assert [request.path for request in server.requests] == ["/a", "/b", "/c", "/c?d=1"]


async def test_five_redirects_are_followed_and_a_loop_is_left(fetcher: Fetcher) -> None:
    def onward(request: Request) -> Reply:
        left = int(request.path.partition("=")[2])
        return Reply(200, FEED) if not left else Reply(302, b"", {"Location": f"/hop?left={left - 1}"})

    async with http_server({"/hop": onward, "/loop": Reply(307, b"", {"Location": "/loop"})}) as server:
        assert (await fetcher.get(f"{server.url}/hop?left=5", allow_private=ALLOW_LOOPBACK)).body == FEED
        for path in ("/hop?left=6", "/loop"):
            server.requests.clear()
            with pytest.raises(Unreachable, match="more than 5 redirects"):
                await fetcher.get(server.url + path, allow_private=ALLOW_LOOPBACK)
            assert len(server.requests) == 6


@pytest.mark.parametrize(
    ("statuses", "moved"),
    [
        ((), None),
        ((301,), "/1"),
        ((308,), "/1"),
        ((301, 308, 301), "/3"),
        ((302,), None),
        ((303,), None),
        ((307,), None),
        ((301, 302), "/1"),
        ((301, 302, 301), "/1"),
        ((307, 301), None),
        ((308, 308, 308, 308, 308), "/5"),
    ],
)
async def test_where_a_chain_of_permanent_redirects_led(
    fetcher: Fetcher, statuses: tuple[int, ...], moved: str | None
) -> None:
    hops = {f"/{i}": Reply(status, b"", {"Location": f"/{i + 1}"}) for i, status in enumerate(statuses)}
    async with http_server({**hops, f"/{len(statuses)}": Reply(200, FEED)}) as server:
        url = f"http://user:word@127.0.0.1:{server.port}/0"
        answer = await fetcher.get(url, allow_private=ALLOW_LOOPBACK)
        assert answer.moved == (f"{server.url}{moved}" if moved else None)
        assert answer.url == f"{server.url}/{len(statuses)}"


async def test_no_cookies_are_kept_between_hops(fetcher: Fetcher) -> None:
    routes = {"/a": Reply(302, b"", {"Location": "/b", "Set-Cookie": "session=1"}), "/b": Reply(200, FEED)}
    async with http_server(routes) as server:
        await fetcher.get(f"{server.url}/a", allow_private=ALLOW_LOOPBACK)
    assert "cookie" not in server.requests[1].headers


async def test_credentials_of_the_address_are_sent_to_its_origin_only(fetcher: Fetcher) -> None:
    async with http_server({"/feed": Reply(200, FEED)}) as stranger:
        routes = {
            "/a": Reply(302, b"", {"Location": "/b"}),
            "/b": Reply(302, b"", {"Location": f"{stranger.url}/feed"}),
        }
        async with http_server(routes) as server:
            url = f"http://us%65r:p%40ss@127.0.0.1:{server.port}/a"
            headers = {"X-Api-Key": "secret", "If-None-Match": '"1"'}
            answer = await fetcher.get(url, headers=headers, allow_private=ALLOW_LOOPBACK)
    assert [request.headers["authorization"] for request in server.requests] == ["Basic dXNlcjpwQHNz"] * 2
    assert {"authorization", "x-api-key"}.isdisjoint(stranger.requests[0].headers)
    assert stranger.requests[0].headers["if-none-match"] == '"1"'
    assert answer.url == f"{stranger.url}/feed"


async def test_the_address_that_is_told_has_no_credentials(fetcher: Fetcher) -> None:
    async with http_server({"/feed": Reply(200, FEED)}) as server:
        url = f"http://user:password@127.0.0.1:{server.port}/feed"
        assert (await fetcher.get(url, allow_private=ALLOW_LOOPBACK)).url == f"{server.url}/feed"


async def test_a_redirect_is_guarded_like_a_first_request(fetcher: Fetcher) -> None:
    async with http_server({}) as inner:
        routes = {
            "/private": Reply(302, b"", {"Location": "http://10.0.0.1/"}),
            "/metadata": Reply(302, b"", {"Location": "http://169.254.169.254/latest/meta-data/"}),
            "/v6": Reply(302, b"", {"Location": f"http://[::1]:{inner.port}/"}),
            "/file": Reply(302, b"", {"Location": "file:///etc/passwd"}),
        }
        async with http_server(routes) as server:
            for path in routes:
                with pytest.raises(Refused):
                    await fetcher.get(server.url + path, allow_private=ALLOW_LOOPBACK)
    assert inner.requests == []
