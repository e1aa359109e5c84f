"""Small real servers on the loopback, for tests: a raw one whose every byte a test scripts, and a routed HTTP one."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from ipaddress import ip_network
from pathlib import Path

from monitor.guard import AllowPrivate

LOOPBACK = "127.0.0.1"
ALLOW_LOOPBACK: AllowPrivate = (ip_network("127.0.0.0/8"),)

Script = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@dataclass
class RawServer:
    """A listening TCP server. `connects` counts every connection ever taken, `open` those that still are."""

    host: str = LOOPBACK
    port: int = 0
    connects: int = 0
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)
    conversations: dict[asyncio.Task[None], asyncio.StreamWriter] = field(default_factory=dict)
    mistakes: list[BaseException] = field(default_factory=list)

    @property
    def open(self) -> int:
        return len(self.conversations)

    @property
    def authority(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def url(self) -> str:
        return f"http://{self.authority}"

    async def until(self, true: Callable[[], bool], seconds: float = 10) -> None:
        """Wait until a connection that came or went has made `true()` true."""
        async with asyncio.timeout(seconds), self.changed:
            await self.changed.wait_for(true)


@contextlib.asynccontextmanager
async def raw_server(
    script: Script, *, host: str = LOOPBACK, tls: ssl.SSLContext | None = None
) -> AsyncIterator[RawServer]:
    """Serve `script(reader, writer)` to every connection; the connection closes when the script ends.

    A mistake in the script (an assertion, say) fails the test when the server is left.
    """
    server = RawServer(host=host)

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        server.conversations[task] = writer
        server.connects += 1
        await _announce(server)
        try:
            await script(reader, writer)
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # the client went away, or the test is over
        except Exception as mistake:  # noqa: BLE001  # raised again below, in the test itself
            server.mistakes.append(mistake)
        finally:
            writer.close()
            del server.conversations[task]
            await _announce(server)

    listener = await asyncio.start_server(converse, host, 0, ssl=tls)
    server.port = listener.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listener.close()
        for task, writer in list(server.conversations.items()):
            writer.transport.abort()
            task.cancel()
        await asyncio.gather(*server.conversations, return_exceptions=True)
        await listener.wait_closed()
    if server.mistakes:
        raise server.mistakes[0]


async def _announce(server: RawServer) -> None:
    async with server.changed:
        server.changed.notify_all()


@dataclass(frozen=True)
class Request:
    """One request as it arrived. `path` has the query; `headers` have lower-case names."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Reply:
    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


Route = Reply | Callable[[Request], Reply | Awaitable[Reply]]


@dataclass
class HttpServer:
    """Answers `routes` by path without query, 404 elsewhere; remembers every request. Change `routes` at any time."""

    raw: RawServer
    routes: dict[str, Route]
    requests: list[Request]

    @property
    def url(self) -> str:
        return self.raw.url

    @property
    def port(self) -> int:
        return self.raw.port


@contextlib.asynccontextmanager
async def http_server(routes: Mapping[str, Route], *, host: str = LOOPBACK) -> AsyncIterator[HttpServer]:
    """Serve `routes`, one request per connection."""
    table = dict(routes)
    requests: list[Request] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await read_request(reader)
        requests.append(request)
        route = table.get(request.path.partition("?")[0], Reply(404))
        reply = route if isinstance(route, Reply) else route(request)
        writer.write(wire(reply if isinstance(reply, Reply) else await reply))

    async with raw_server(answer, host=host) as raw:
        yield HttpServer(raw, table, requests)


async def read_request(reader: asyncio.StreamReader) -> Request:
    """Read one request with its body (by Content-Length) off a connection."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.rstrip("\r\n").split("\r\n")
    method, path, _ = first.split(" ", 2)
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    return Request(method, path, headers, await reader.readexactly(int(headers.get("content-length", "0"))))


def wire(reply: Reply) -> bytes:
    """Return the reply as it goes over the wire; the connection is to be closed after it."""
    headers = {"Content-Length": str(len(reply.body)), "Connection": "close", **reply.headers}
    if reply.status == HTTPStatus.NOT_MODIFIED:
        del headers["Content-Length"]
    lines = [f"HTTP/1.1 {reply.status} Status", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + reply.body


def says(*parts: bytes, then: Script | None = None) -> Script:
    """Read the request, say these bytes, and end or go on with another script."""

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        for part in parts:
            writer.write(part)
            await writer.drain()
        if then:
            await then(reader, writer)

    return script


def endlessly(part: bytes, pause: float = 0) -> Script:
    async def script(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while not writer.is_closing():
            writer.write(part)
            await writer.drain()
            await asyncio.sleep(pause)

    return script


async def hang(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
    """Listen, and never answer, until the other side has had enough."""
    while await reader.read(65536):
        pass


def tls_contexts(folder: Path, name: str = "feeds.example") -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Return a server's context with a fresh certificate for `name`, and a client's that trusts nothing else."""
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    make = ["openssl", "req", "-x509", "-nodes", "-days", "2", "-newkey", "rsa:2048"]
    naming = ["-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}"]
    subprocess.run([*make, *naming, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(certificate, key)
    return server, ssl.create_default_context(cafile=str(certificate))
