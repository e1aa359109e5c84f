from __future__ import annotations

import asyncio
import gzip
import logging
import ssl
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from ipaddress import ip_network
from pathlib import Path

import pytest

from monitor.errors import Refused, Rejected, Unauthorized, Unreachable, Unreadable
from monitor.fetch import AllowPrivate, Fetcher
from monitor.guard import Resolver
from tests.fetch.keeping import keeping
from tests.servers import (
    ALLOW_LOOPBACK,
    Reply,
    Request,
    hang,
    http_server,
    raw_server,
    read_request,
    tls_contexts,
    wire,
)

FEED = b"<rss/>"


async def test_a_plain_answer(fetcher: Fetcher) -> None:
    reply = Reply(200, FEED, {"Content-Type": "text/xml", "ETag": 'W/"1"'})
    async with http_server({"/feed": reply}) as server:
        answer = await fetcher.get(f"{server.url}/feed?page=1", allow_private=ALLOW_LOOPBACK)
    assert (answer.status, answer.body, answer.url) == (200, FEED, f"{server.url}/feed?page=1")
    assert answer.headers["content-type"] == "text/xml"
    assert answer.headers["etag"] == 'W/"1"'


async def test_what_is_sent(fetcher: Fetcher) -> None:
    async with http_server({"/feed": Reply(200, FEED)}) as server:
        await fetcher.get(f"{server.url}/feed", headers={"Accept": "text/xml"}, allow_private=ALLOW_LOOPBACK)
    sent = server.requests[0].headers
    assert sent == {
        "host": f"127.0.0.1:{server.port}",
        "accept": "text/xml",
        "user-agent": "test/1.0 (+https://example.org/contact)",
        "accept-encoding": "gzip",
    }


async def test_validators_go_back_byte_for_byte_and_304_is_an_answer(fetcher: Fetcher) -> None:
    tag, date = 'W/"é\xff"', "Sun, 22 Nov 2026 12:00:00 GMT"

    def answer(request: Request) -> Reply:
        known = (request.headers.get("if-none-match"), request.headers.get("if-modified-since"))
        return Reply(304) if known == (tag, date) else Reply(200, FEED, {"ETag": tag, "Last-Modified": date})

    async with http_server({"/feed": answer}) as server:
        first = await fetcher.get(f"{server.url}/feed", allow_private=ALLOW_LOOPBACK)
        headers = {"If-None-Match": first.headers["etag"], "If-Modified-Since": first.headers["last-modified"]}
        second = await fetcher.get(f"{server.url}/feed", headers=headers, allow_private=ALLOW_LOOPBACK)
    assert (second.status, second.body) == (304, b"")


async def test_304_to_a_question_without_condition_is_unreadable(fetcher: Fetcher) -> None:
    async with http_server({"/feed": Reply(304)}) as server:
        with pytest.raises(Unreadable, match=r"127\.0\.0\.1 answered 304"):
            await fetcher.get(f"{server.url}/feed", allow_private=ALLOW_LOOPBACK)


async def test_304_may_tell_of_the_body_that_it_does_not_send(fetcher: Fetcher) -> None:
    def answer(_: Request) -> bytes:
        return b"HTTP/1.1 304 Not Modified\r\nContent-Length: 99999999\r\nContent-Encoding: br\r\n\r\n"

    async with raw_server(keeping(answer)) as server:
        for _ in range(2):
            known = await fetcher.get(server.url, headers={"If-None-Match": "x"}, allow_private=ALLOW_LOOPBACK)
            assert (known.status, known.body) == (304, b"")
        assert server.connects == 1


async def test_gzip_is_unpacked(fetcher: Fetcher) -> None:
    body = gzip.compress(FEED * 1000)
    async with http_server({"/feed": Reply(200, body, {"Content-Encoding": "gzip"})}) as server:
        answer = await fetcher.get(f"{server.url}/feed", allow_private=ALLOW_LOOPBACK)
    assert answer.body == FEED * 1000


@pytest.mark.parametrize("status", [204, 226])
async def test_other_good_statuses(fetcher: Fetcher, status: int) -> None:
    async with http_server({"/feed": Reply(status)}) as server:
        assert (await fetcher.get(f"{server.url}/feed", allow_private=ALLOW_LOOPBACK)).status == status


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (401, Unauthorized),
        (403, Unauthorized),
        (404, Unreachable),
        (408, Unreachable),
        (410, Rejected),
        (429, Unreachable),
        (500, Unreachable),
        (503, Unreachable),
    ],
)
async def test_failures_are_raised_with_host_and_status(fetcher: Fetcher, status: int, kind: type[Exception]) -> None:
    async with http_server({"/feed": Reply(status, b"x" * 10)}) as server:
        with pytest.raises(kind, match=rf"127\.0\.0\.1.*{status}"):
            await fetcher.get(f"{server.url}/feed", allow_private=ALLOW_LOOPBACK)


@pytest.mark.parametrize("status", [429, 503])
async def test_patience_is_handed_on(status: int) -> None:
    later = format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)
    routes = {
        "/seconds": Reply(status, b"", {"Retry-After": "90"}),
        "/date": Reply(status, b"", {"Retry-After": later}),
        "/garbage": Reply(status, b"", {"Retry-After": "after lunch"}),
    }
    waits = []
    async with http_server(routes) as server:
        for path in routes:
            with pytest.raises(Unreachable) as error:
                await Fetcher(user_agent="test").get(server.url + path, allow_private=ALLOW_LOOPBACK)
            waits.append(error.value.retry_after)
    assert waits[0] == 90
    assert waits[1] == pytest.approx(3600, abs=30)
    assert waits[2] is None


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "2130706433",
        "0x7f.1",
        "127.1",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "0.0.0.0",
    ],
)
async def test_nothing_is_ever_sent_to_an_address_nobody_named(fetcher: Fetcher, host: str) -> None:
    async with raw_server(hang) as server:
        with pytest.raises(Refused, match="only public addresses are connected to; `allow_private: "):
            await fetcher.get(f"http://{host}:{server.port}/")
        assert server.connects == 0


@pytest.mark.parametrize("network", ["127.0.0.1", "127.0.0.0/8"])
async def test_a_named_address_or_network_is_asked_at_any_port(fetcher: Fetcher, network: str) -> None:
    allow: AllowPrivate = (ip_network(network),)
    async with http_server({"/feed": Reply(200, FEED)}) as server:
        assert (await fetcher.get(f"http://0x7f.1:{server.port}/feed", allow_private=allow)).body == FEED


async def test_ipv6(fetcher: Fetcher) -> None:
    async with http_server({"/feed": Reply(200, FEED)}, host="::1") as server:
        answer = await fetcher.get(f"{server.url}/feed", allow_private=(ip_network("::1"),))
    assert answer.body == FEED
    assert server.requests[0].headers["host"] == f"[::1]:{server.port}"


async def test_a_public_address_at_an_odd_port_is_refused() -> None:
    fetcher = Fetcher(user_agent="test", resolver=Resolver(lookup=lambda _: ["8.8.8.8"]))
    with pytest.raises(Refused, match=r"feeds\.example is to be asked at port 6379"):
        await fetcher.get("http://feeds.example:6379/")


async def test_a_name_with_one_private_address_among_public_ones_is_refused() -> None:
    fetcher = Fetcher(user_agent="test", resolver=Resolver(lookup=lambda _: ["8.8.8.8", "127.0.0.1"]))
    with pytest.raises(Refused, match=r"feeds\.example leads to 127\.0\.0\.1 \(loopback\)"):
        await fetcher.get("http://feeds.example/")


async def test_the_next_address_of_a_name_is_tried_and_the_host_header_keeps_the_name() -> None:
    async with http_server({"/feed": Reply(200, FEED)}) as server:
        resolver = Resolver(lookup=lambda _: ["127.0.0.2", "127.0.0.3", "127.0.0.1"])
        fetcher = Fetcher(user_agent="test", resolver=resolver)
        url = f"http://feeds.example:{server.port}/feed"
        assert (await fetcher.get(url, allow_private=ALLOW_LOOPBACK)).body == FEED
    assert server.requests[0].headers["host"] == f"feeds.example:{server.port}"


async def test_tls_is_checked_against_the_name_though_the_number_is_connected(tmp_path: Path) -> None:
    serving, trusting = tls_contexts(tmp_path, "feeds.example")
    names: list[str | None] = []
    serving.sni_callback = lambda _socket, name, _context: names.append(name)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(wire(Reply(200, FEED)))

    async with raw_server(answer, tls=serving) as server:

        async def get(name: str, trust: ssl.SSLContext | None) -> bytes:
            resolver = Resolver(lookup=lambda _: ["127.0.0.1"])
            fetcher = Fetcher(user_agent="test", resolver=resolver, ssl_context=trust)
            return (await fetcher.get(f"https://{name}:{server.port}/", allow_private=ALLOW_LOOPBACK)).body

        assert await get("feeds.example", trusting) == FEED
        assert names == ["feeds.example"]
        with pytest.raises(Unreachable, match=r"its certificate is not to be trusted \(self[- ]signed"):
            await get("feeds.example", None)
        with pytest.raises(Unreachable, match=r"its certificate is not to be trusted \(Hostname mismatch"):
            await get("other.example", trusting)


async def test_tls_to_a_server_that_speaks_none(fetcher: Fetcher) -> None:
    async def plain(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    async with raw_server(plain) as server:
        with pytest.raises(Unreachable, match=r"127\.0\.0\.1 cannot be reached: no TLS connection"):
            await fetcher.get(f"https://{server.authority}/", allow_private=ALLOW_LOOPBACK)


async def test_the_environment_has_no_say(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login user password word\n")

    async def no_tls(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    async with (
        raw_server(no_tls) as proxy,
        raw_server(no_tls) as other,
        http_server({"/feed": Reply(200, FEED)}) as server,
    ):
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "FTP_PROXY"):
            monkeypatch.setenv(name, proxy.url)
            monkeypatch.setenv(name.lower(), proxy.url)
        monkeypatch.setenv("NO_PROXY", "")
        monkeypatch.setenv("NETRC", str(netrc))
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "none.pem"))
        monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))
        fetcher = Fetcher(user_agent="test")
        assert (await fetcher.get(f"{server.url}/feed", allow_private=ALLOW_LOOPBACK)).body == FEED
        await fetcher.post(f"{server.url}/feed", content=b"x", allow_private=ALLOW_LOOPBACK)
        with pytest.raises(Unreachable, match="no TLS connection"):
            await fetcher.get(f"https://{other.authority}/feed", allow_private=ALLOW_LOOPBACK)
        assert (proxy.connects, other.connects) == (0, 1)
    assert [request.path for request in server.requests] == ["/feed", "/feed"]
    assert all("authorization" not in request.headers for request in server.requests)


async def test_libraries_do_not_log_addresses(fetcher: Fetcher, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    routes = {"/secret": Reply(302, b"", {"Location": "/secret/2"}), "/secret/2": Reply(200, FEED)}
    async with http_server(routes) as server:
        await fetcher.get(f"{server.url}/secret", allow_private=ALLOW_LOOPBACK)
        await fetcher.post(f"{server.url}/secret", content=b"x", allow_private=ALLOW_LOOPBACK)
    assert len(server.requests) == 3
    assert "secret" not in caplog.text
