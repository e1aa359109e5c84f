from __future__ import annotations

import asyncio
import gzip
import time
import tracemalloc
import zlib

import pytest

from monitor.errors import MonitorError, Unreachable, Unreadable
from monitor.fetch import Fetcher
from tests.servers import ALLOW_LOOPBACK, Reply, Script, endlessly, hang, http_server, raw_server, read_request, says

MIB = 1024 * 1024
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n"


async def failure(script: Script, *, deadline: float = 25.0) -> MonitorError:
    """Return the error of one `get` from a server with this script, after checking that nothing is left open."""
    fetcher = Fetcher(user_agent="test", deadline=deadline)
    async with raw_server(script) as server:
        began = time.monotonic()
        with pytest.raises(MonitorError) as error:
            await fetcher.get(f"{server.url}/feed", allow_private=ALLOW_LOOPBACK)
        assert time.monotonic() - began < 10, "the deadline, or the limit of size, ends everything"
        await server.until(lambda: server.open == 0)
    assert not fetcher._turns._present
    return error.value


async def test_a_gzip_bomb_ends_at_the_limit_in_time_and_memory() -> None:
    packer = zlib.compressobj(9, wbits=31)
    zeros = bytes(MIB)
    bomb = b"".join(packer.compress(zeros) for _ in range(300)) + packer.flush()
    head = HEAD + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(bomb)
    tracemalloc.start()
    try:
        error = await failure(says(head, bomb))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert isinstance(error, Unreadable)
    assert "over 8 MiB when unpacked" in str(error)
    assert peak < 48 * MIB, "300 MiB were never there"


async def test_truncated_gzip() -> None:
    packed = gzip.compress(b"<rss/>" * 1000)[:-10]
    head = HEAD + b"Content-Encoding: gzip\r\nConnection: close\r\n\r\n"
    error = await failure(says(head, packed))
    assert isinstance(error, Unreadable)
    assert "breaks off within its gzip" in str(error)


@pytest.mark.parametrize("encoding", [b"br", b"zstd", b"deflate", b"gzip, gzip"])
async def test_an_encoding_nobody_asked_for(encoding: bytes) -> None:
    error = await failure(says(HEAD + b"Content-Encoding: " + encoding + b"\r\n\r\n", b"\x1b\x03", then=hang))
    assert isinstance(error, Unreadable)
    assert encoding.decode() in str(error)


async def test_chained_encodings_in_two_headers() -> None:
    twice = b"Content-Encoding: gzip\r\nContent-Encoding: gzip\r\n\r\n"
    assert isinstance(await failure(says(HEAD + twice, gzip.compress(gzip.compress(b"x")))), Unreadable)


@pytest.mark.parametrize("framing", [b"\r\n", b"Transfer-Encoding: chunked\r\n\r\n"])
async def test_an_endless_body(framing: bytes) -> None:
    part = b"10000\r\n" + b"x" * 65536 + b"\r\n" if b"chunked" in framing else b"x" * 65536
    error = await failure(says(HEAD + framing, then=endlessly(part)))
    assert isinstance(error, Unreadable)
    assert str(error) == "the answer of 127.0.0.1 is over 8 MiB: too large to read"


async def test_a_body_declared_too_large_is_not_begun() -> None:
    error = await failure(says(HEAD + b"Content-Length: 8388609\r\n\r\n", then=hang))
    assert isinstance(error, Unreadable)


@pytest.mark.parametrize(
    "script",
    [
        pytest.param(hang, id="silence"),
        pytest.param(says(then=endlessly(b"HTTP/1.1 100 Continue\r\n\r\n")), id="endless 100"),
        pytest.param(says(then=endlessly(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n", 0.01)), id="endless 103"),
        pytest.param(says(HEAD, then=endlessly(b"X", 0.02)), id="dripping head"),
        pytest.param(says(HEAD + b"\r\n", then=endlessly(b"x", 0.02)), id="dripping body"),
        pytest.param(says(HEAD + b"Content-Length: 100\r\n\r\nhalf", then=hang), id="stuck body"),
    ],
)
async def test_the_deadline_ends_everything_slow(script: Script) -> None:
    error = await failure(script, deadline=0.3)
    assert isinstance(error, Unreachable)
    assert str(error) == "127.0.0.1 gave no whole answer within 0.3 s"


async def test_the_deadline_ends_a_tls_handshake() -> None:
    fetcher = Fetcher(user_agent="test", deadline=0.3)
    async with raw_server(hang) as server:
        with pytest.raises(Unreachable, match=r"within 0\.3 s"):
            await fetcher.get(f"https://{server.authority}/", allow_private=ALLOW_LOOPBACK)
        await server.until(lambda: server.open == 0)


async def test_the_deadline_is_one_for_all_hops() -> None:
    async def slow_hop(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        await asyncio.sleep(0.2)
        writer.write(b"HTTP/1.1 302 Found\r\nLocation: /again\r\nContent-Length: 0\r\n\r\n")

    assert "within 0.5 s" in str(await failure(slow_hop, deadline=0.5))


@pytest.mark.parametrize(
    "script",
    [
        pytest.param(says(), id="closed without a word"),
        pytest.param(says(HEAD), id="closed within the head"),
        pytest.param(says(HEAD + b"Content-Length: 100\r\n\r\nhalf"), id="closed within the body"),
        pytest.param(says(HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhal"), id="closed within a chunk"),
        pytest.param(says(HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n"), id="spoilt chunk"),
        pytest.param(says(b"220 mail.example ESMTP\r\n"), id="another protocol"),
        pytest.param(says(bytes(range(256)) * 10), id="noise"),
        pytest.param(says(b"HTTP/9.9 abc\r\n\r\n"), id="no status"),
        pytest.param(says(b"HTTP/1.1 99999 OK\r\n\r\n"), id="status of five digits"),
        pytest.param(says(HEAD + b"Content-Length: -1\r\n\r\n"), id="negative length"),
        pytest.param(says(HEAD + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nab"), id="two lengths"),
        pytest.param(says(HEAD + b"Transfer-Encoding: gzip\r\n\r\n"), id="odd transfer encoding"),
        pytest.param(says(HEAD + b"X-Huge: " + b"h" * 200_000 + b"\r\n\r\n"), id="huge head"),
        pytest.param(says(HEAD, then=endlessly(b"X-More: " + b"h" * 1000 + b"\r\n")), id="endless head"),
        pytest.param(says(b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"), id="upgrade"),
        pytest.param(says(b"HTTP/1.1 302 Found\r\n\r\n"), id="redirect to nowhere"),
    ],
)
async def test_broken_http_is_unreachable_and_names_the_host(script: Script) -> None:
    error = await failure(script)
    assert isinstance(error, Unreachable)
    assert str(error).startswith("127.0.0.1 ")
    assert len(str(error)) < 120


async def test_a_reset_connection() -> None:
    async def reset(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.transport.abort()

    assert isinstance(await failure(reset), Unreachable)


async def test_a_half_closed_connection_still_counts(fetcher: Fetcher) -> None:
    async def half(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(HEAD + b"\r\n<rss/>")
        writer.write_eof()
        await reader.read()

    async with raw_server(half) as server:
        assert (await fetcher.get(server.url, allow_private=ALLOW_LOOPBACK)).body == b"<rss/>"
        await server.until(lambda: server.open == 0)


async def test_a_refused_connection(fetcher: Fetcher) -> None:
    async with raw_server(hang) as server:
        pass
    with pytest.raises(Unreachable, match=r"^127\.0\.0\.1 cannot be reached: Connection refused$"):
        await fetcher.get(server.url, allow_private=ALLOW_LOOPBACK)


async def test_giant_headers_do_not_get_through(fetcher: Fetcher) -> None:
    headers = {"ETag": "e" * 2000, "X-Large": "x" * 9000, "Content-Type": "text/xml"}
    async with http_server({"/feed": Reply(200, b"<rss/>", headers)}) as server:
        answer = await fetcher.get(f"{server.url}/feed", allow_private=ALLOW_LOOPBACK)
    assert answer.headers.keys() == {"content-type", "content-length", "connection"}


@pytest.mark.parametrize(
    ("scheme", "script"),
    [
        pytest.param("http", hang, id="before the answer"),
        pytest.param("http", says(HEAD, then=hang), id="within the head"),
        pytest.param("http", says(HEAD + b"\r\nbegin", then=hang), id="within the body"),
        pytest.param("https", hang, id="within the TLS handshake"),
    ],
)
async def test_cancelling_leaves_nothing_behind(scheme: str, script: Script) -> None:
    fetcher = Fetcher(user_agent="test", per_host=3)
    tasks_before = len(asyncio.all_tasks())
    async with raw_server(script) as server:
        url = f"{scheme}://{server.authority}/"
        tasks = [asyncio.create_task(fetcher.get(url, allow_private=ALLOW_LOOPBACK)) for _ in range(20)]
        await server.until(lambda: server.open == 3)  # the others wait for their turn
        for task in tasks:
            task.cancel()
        outcomes = await asyncio.gather(*tasks, return_exceptions=True)
        assert all(isinstance(outcome, asyncio.CancelledError) for outcome in outcomes)
        await server.until(lambda: server.open == 0)
        assert server.connects == 3
    assert not fetcher._turns._places
    assert len(asyncio.all_tasks()) == tasks_before
    async with http_server({"/feed": Reply(200, b"<rss/>")}) as good:
        answers = [fetcher.get(f"{good.url}/feed", allow_private=ALLOW_LOOPBACK) for _ in range(6)]
        assert all(answer.status == 200 for answer in await asyncio.gather(*answers))
