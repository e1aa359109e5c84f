from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import ssl
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from monitor.fetch import Fetcher
from monitor.guard import Resolver
from tests.servers import (
    ALLOW_LOOPBACK,
    LOOPBACK,
    Reply,
    Script,
    hang,
    http_server,
    raw_server,
    read_request,
    says,
    tls_contexts,
)

MIB = 1024 * 1024
HEAD = b"HTTP/1.1 200 OK\r\n"


async def deafness(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Read nothing, so that the client cannot send."""
    assert isinstance(writer.transport, asyncio.Transport)
    writer.transport.pause_reading()
    await asyncio.Event().wait()


def descriptors() -> int:
    """Count what this process has open; the loopback servers are in it too."""
    return len(list(Path("/dev/fd").iterdir()))


async def descriptors_to_be(count: int) -> None:
    """Wait a few turns of the loop: a socket is closed in the turn after the one that decides to."""
    async with asyncio.timeout(10):
        while descriptors() != count:  # noqa: ASYNC110  # the system has no event for it
            await asyncio.sleep(0)


@contextlib.asynccontextmanager
async def crowded_port() -> AsyncIterator[int]:
    """Listen at a port whose queue is full, so that a further connection waits."""
    with contextlib.ExitStack() as sockets:
        listener = sockets.enter_context(socket.socket())
        listener.bind((LOOPBACK, 0))
        listener.listen(0)
        for _ in range(4):
            waiting = sockets.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(listener.getsockname())
        yield listener.getsockname()[1]


async def still_works(fetcher: Fetcher) -> None:
    """Ask as many as may be asked at once and more, then see that a connection is used again."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            await read_request(reader)
            writer.write(HEAD + b"Content-Length: 6\r\n\r\n<rss/>")

    async with http_server({"/feed": Reply(200, b"<rss/>")}) as good:
        answers = [fetcher.get(f"{good.url}/feed", allow_private=ALLOW_LOOPBACK) for _ in range(50)]
        assert [answer.body for answer in await asyncio.gather(*answers)] == [b"<rss/>"] * 50
        await good.raw.until(lambda: good.raw.open == 0)
    async with raw_server(answer) as server:
        for _ in range(3):
            assert (await fetcher.get(server.url, allow_private=ALLOW_LOOPBACK)).body == b"<rss/>"
        assert (server.connects, server.open) == (1, 1)
    for connection in fetcher._pool._resting:
        await connection.gone.wait()


async def cancelled(task: asyncio.Task[object]) -> None:
    task.cancel()
    await asyncio.wait([task])
    assert task.cancelled()


async def test_cancelled_while_the_name_is_looked_up() -> None:
    asked, answer = threading.Event(), threading.Event()

    def lookup(host: str) -> list[str]:
        asked.set()
        answer.wait(10)
        return [LOOPBACK]

    async with Fetcher(user_agent="test", resolver=Resolver(lookup=lookup)) as fetcher, raw_server(hang) as server:
        url = f"http://feeds.example:{server.port}/"
        task = asyncio.create_task(fetcher.get(url, allow_private=ALLOW_LOOPBACK))
        await asyncio.to_thread(asked.wait, 10)
        await cancelled(task)
        answer.set()
        await still_works(fetcher)
        assert server.connects == 0


async def test_cancelled_while_connecting() -> None:
    resolver = Resolver(lookup=lambda _: [LOOPBACK])
    async with Fetcher(user_agent="test", resolver=resolver) as fetcher, crowded_port() as port:
        await still_works(fetcher)
        before = descriptors()
        task = asyncio.create_task(fetcher.get(f"http://{LOOPBACK}:{port}/", allow_private=ALLOW_LOOPBACK))
        await descriptors_to_be(before + 1)  # its socket is there, but cannot get through
        await cancelled(task)
        await descriptors_to_be(before)
        await still_works(fetcher)


@pytest.mark.parametrize(
    ("scheme", "script"),
    [
        pytest.param("https", hang, id="within the TLS handshake"),
        pytest.param("http", hang, id="before the head"),
        pytest.param("http", says(HEAD + b"X-Half: ", then=hang), id="within the head"),
        pytest.param("http", says(HEAD + b"Content-Length: 10\r\n\r\nhalf", then=hang), id="within the body"),
        pytest.param(
            "http", says(HEAD + b"Transfer-Encoding: chunked\r\n\r\n9\r\nhalf", then=hang), id="within a chunk"
        ),
    ],
)
async def test_cancelled_while_asking(scheme: str, script: Script) -> None:
    async with Fetcher(user_agent="test") as fetcher, raw_server(script) as server:
        await still_works(fetcher)
        before = descriptors()
        url = f"{scheme}://{server.authority}/"
        task = asyncio.create_task(fetcher.get(url, allow_private=ALLOW_LOOPBACK))
        await server.until(lambda: server.open == 1)
        await asyncio.sleep(0.02)  # for what the server said to arrive: in whatever phase, what follows holds
        resting = dict(fetcher._pool._resting)
        await cancelled(task)
        await server.until(lambda: server.open == 0)
        assert fetcher._pool._resting == resting
        await still_works(fetcher)
        await descriptors_to_be(before)


async def test_cancelled_while_sending() -> None:
    async with Fetcher(user_agent="test") as fetcher, raw_server(deafness) as server:
        post = fetcher.post(f"{server.url}/", content=bytes(16 * MIB), allow_private=ALLOW_LOOPBACK)
        task = asyncio.create_task(post)
        await server.until(lambda: server.open == 1)
        before = descriptors()
        await cancelled(task)
        await descriptors_to_be(before - 1)  # the server does not look: it is our own end that is closed
        await still_works(fetcher)


async def test_a_thousand_cancelled_requests_leave_nothing() -> None:
    talk = (b"", HEAD + b"X-Half: ", HEAD + b"Content-Length: 10\r\n\r\nhalf")

    said = asyncio.Semaphore(0)

    async def stuck(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(talk[int((await read_request(reader)).path[1:])])
        said.release()
        await reader.read()

    async with Fetcher(user_agent="test", per_host=20) as fetcher, raw_server(stuck) as server:
        before = descriptors()
        for _ in range(50):
            gets = (fetcher.get(f"{server.url}/{i % 3}", allow_private=ALLOW_LOOPBACK) for i in range(20))
            tasks = [asyncio.create_task(get) for get in gets]
            for _ in tasks:
                await said.acquire()
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
            assert all(task.cancelled() for task in tasks)
        await server.until(lambda: server.open == 0)
        assert server.connects == 1000
        assert not fetcher._pool._resting
        assert not fetcher._turns._places
        await descriptors_to_be(before)
        await still_works(fetcher)


@pytest.mark.parametrize("secure", [False, True])
@pytest.mark.parametrize("framing", [b"Content-Length: 6291456\r\n\r\n", b"Connection: close\r\n\r\n"])
async def test_a_long_answer_arrives_whole(tmp_path: Path, secure: bool, framing: bytes) -> None:
    body = os.urandom(6 * MIB)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(HEAD + framing + body)

    serving, trusting = tls_contexts(tmp_path) if secure else (None, None)
    async with _near(trusting) as fetcher, raw_server(answer, tls=serving) as server:
        url = f"{'https' if secure else 'http'}://feeds.example:{server.port}/"
        assert (await fetcher.get(url, allow_private=ALLOW_LOOPBACK)).body == body


async def test_the_next_address_is_tried_when_one_cannot_talk_tls(tmp_path: Path) -> None:
    serving, trusting = tls_contexts(tmp_path)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(HEAD + b"Content-Length: 2\r\n\r\nok")

    async def dead(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.transport.abort()

    async with raw_server(answer, tls=serving) as server:
        closing = await asyncio.start_server(dead, "127.0.0.2", server.port)
        async with closing, _near(trusting, "127.0.0.2", LOOPBACK) as fetcher:
            url = f"https://feeds.example:{server.port}/"
            assert (await fetcher.get(url, allow_private=ALLOW_LOOPBACK)).body == b"ok"


def _near(trusting: ssl.SSLContext | None, *addresses: str) -> Fetcher:
    resolver = Resolver(lookup=lambda _: addresses or [LOOPBACK])
    return Fetcher(user_agent="test", resolver=resolver, ssl_context=trusting)
