from __future__ import annotations

import asyncio
import logging

import pytest

from monitor.errors import Refused, Unreachable
from monitor.fetch import Fetcher
from tests.servers import ALLOW_LOOPBACK, Reply, http_server, raw_server, read_request

SECRET = "T0KEN"


async def test_content_and_headers_arrive(fetcher: Fetcher) -> None:
    async with http_server({"/hook": Reply(200, b"ok", {"X-Id": "7"})}) as server:
        headers = {"Content-Type": "application/json", "webhook-id": "msg_1"}
        answer = await fetcher.post(
            f"{server.url}/hook", content=b'{"a":1}', headers=headers, allow_private=ALLOW_LOOPBACK
        )
    assert (answer.status, answer.body, answer.headers["x-id"]) == (200, b"ok", "7")
    request = server.requests[0]
    assert (request.method, request.body) == ("POST", b'{"a":1}')
    assert request.headers["content-type"] == "application/json"
    assert request.headers["webhook-id"] == "msg_1"
    assert request.headers["accept-encoding"] == "identity"


@pytest.mark.parametrize("status", [200, 204, 301, 307, 400, 401, 403, 404, 410, 413, 429, 500, 503])
async def test_every_status_is_an_answer_and_no_redirect_is_followed(fetcher: Fetcher, status: int) -> None:
    headers = {"Location": "/elsewhere", "Retry-After": "30"}
    async with http_server({"/hook": Reply(status, b"", headers), "/elsewhere": Reply(200)}) as server:
        answer = await fetcher.post(f"{server.url}/hook", content=b"x", allow_private=ALLOW_LOOPBACK)
    assert (answer.status, answer.headers["retry-after"]) == (status, "30")
    assert len(server.requests) == 1


async def test_only_the_beginning_of_an_answer_is_read(fetcher: Fetcher) -> None:
    async def endless(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(b"HTTP/1.1 500 Error\r\n\r\n")
        while not writer.is_closing():
            writer.write(b"e" * 1000)
            await writer.drain()

    async with raw_server(endless) as server:
        answer = await fetcher.post(f"{server.url}/hook", content=b"x", allow_private=ALLOW_LOOPBACK)
    assert answer.body == b"e" * 4096


async def test_a_packed_answer_is_left_unread(fetcher: Fetcher) -> None:
    async with http_server({"/hook": Reply(200, b"\x1f\x8bnonsense", {"Content-Encoding": "gzip"})}) as server:
        answer = await fetcher.post(f"{server.url}/hook", content=b"x", allow_private=ALLOW_LOOPBACK)
    assert (answer.status, answer.body) == (200, b"")


@pytest.mark.parametrize("then", ["hang", "close", "abort"])
async def test_once_the_status_has_come_the_answer_counts(fetcher: Fetcher, then: str) -> None:
    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nbegin")
        await writer.drain()
        if then == "hang":
            await reader.read()
        if then == "abort":
            writer.transport.abort()

    async with raw_server(accept) as server:
        answer = await fetcher.post(f"{server.url}/hook", content=b"x", allow_private=ALLOW_LOOPBACK, timeout=0.3)
    assert (answer.status, answer.body) == (200, b"")


async def test_no_answer_in_time_is_unreachable(fetcher: Fetcher) -> None:
    async def hang(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        await reader.read()

    async with raw_server(hang) as server:
        with pytest.raises(Unreachable, match=r"^127\.0\.0\.1 gave no answer within 0\.1 s$"):
            await fetcher.post(f"{server.url}/{SECRET}", content=b"x", allow_private=ALLOW_LOOPBACK, timeout=0.1)
        await server.until(lambda: server.open == 0)


async def test_waiting_for_a_turn_counts_too() -> None:
    fetcher = Fetcher(user_agent="test", per_host=1)

    async def hang(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        await reader.read()

    async with raw_server(hang) as server:
        first = asyncio.create_task(fetcher.post(server.url, content=b"x", allow_private=ALLOW_LOOPBACK))
        await server.until(lambda: server.connects == 1)
        with pytest.raises(Unreachable):
            await fetcher.post(server.url, content=b"x", allow_private=ALLOW_LOOPBACK, timeout=0.1)
        assert server.connects == 1
        first.cancel()
        await asyncio.wait([first])


async def test_errors_and_logs_name_the_host_only(fetcher: Fetcher, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)

    async def drop(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        await read_request(reader)

    async def babble(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(f"{SECRET}\r\n\r\n".encode())

    async with raw_server(drop) as dropping, raw_server(babble) as babbling, http_server({}) as server:
        sentences = [
            await _failure(fetcher, f"{dropping.url}/{SECRET}"),
            await _failure(fetcher, f"{babbling.url}/{SECRET}"),
            await _failure(fetcher, f"http://127.0.0.1:1/{SECRET}"),
            await _failure(fetcher, f"http://10.0.0.1/{SECRET}"),
            await _failure(fetcher, f"https://{babbling.authority}/{SECRET}"),
        ]
        answer = await fetcher.post(f"{server.url}/{SECRET}?{SECRET}", content=b"x", allow_private=ALLOW_LOOPBACK)
    assert all("127.0.0.1" in sentence or "10.0.0.1" in sentence for sentence in sentences)
    sentences.append(await _failure(fetcher, f"http://xn--/{SECRET}"))
    assert SECRET not in " ".join(sentences)
    assert SECRET not in caplog.text
    assert SECRET not in repr(answer)


async def _failure(fetcher: Fetcher, url: str) -> str:
    with pytest.raises((Unreachable, Refused)) as error:
        await fetcher.post(url, content=b"x", allow_private=ALLOW_LOOPBACK)
    return str(error.value)


async def test_a_header_that_cannot_be_sent_is_refused(fetcher: Fetcher) -> None:
    async with http_server({}) as server:
        with pytest.raises(Refused, match="no valid HTTP") as error:
            await fetcher.post(
                server.url, content=b"x", headers={"X-Key": f"a\r\n{SECRET}: b"}, allow_private=ALLOW_LOOPBACK
            )
    assert SECRET not in str(error.value)
    assert server.requests == []
