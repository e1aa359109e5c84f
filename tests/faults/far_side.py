"""The servers that play the cases, one for each, and the canary."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import time
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field
from ipaddress import ip_network
from pathlib import Path

from monitor.guard import AllowPrivate
from tests.faults.case import CANARY, Case, Stage
from tests.faults.speech import redirect, serves
from tests.servers import RawServer, Script, raw_server

TLS = Path(__file__).parent.parent / "data" / "tls"
ALLOWED: AllowPrivate = (ip_network("127.0.0.1"),)


@dataclass
class FarSide:
    """`urls`: where each case is asked. `longest`: seconds that its longest conversation has taken so far."""

    canary: RawServer
    urls: dict[str, str] = field(default_factory=dict)
    longest: dict[str, float] = field(default_factory=dict)

    @property
    def stage(self) -> Stage:
        return Stage(f"{CANARY}:{self.canary.port}", self.canary.port)


@contextlib.asynccontextmanager
async def far_side(cases: Iterable[Case], *, behind: bool = False) -> AsyncIterator[FarSide]:
    """Play the cases. Leaving fails if somebody has touched the canary.

    `behind`: an address that is a fault by itself is led to by a redirect; no configuration takes it.
    """
    async with contextlib.AsyncExitStack() as stack:
        canary = await stack.enter_async_context(raw_server(_sing, host=CANARY))
        here = FarSide(canary)
        for case in cases:
            here.urls[case.name] = await _open(case, here, stack, behind=behind)
        yield here
    assert canary.connects == 0, "a private address that nobody had named was connected to"


async def _sing(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nthe inner secret")


async def _open(case: Case, here: FarSide, stack: contextlib.AsyncExitStack, *, behind: bool) -> str:
    """Start the server of a case, if it needs one; return the address to ask."""
    made = case.make(here.stage)
    if isinstance(made, str):
        if not behind:
            return made
        made = serves(redirect(made))
    server = await stack.enter_async_context(
        raw_server(_timed(case, made, here), tls=server_tls() if case.tls else None)
    )
    return f"{case.scheme}://{case.host}:{server.port}/feed"


def _timed(case: Case, script: Script, here: FarSide) -> Script:
    async def timed(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        began = time.monotonic()
        try:
            await script(reader, writer)
            await writer.drain()
        finally:
            here.longest[case.name] = max(here.longest.get(case.name, 0.0), time.monotonic() - began)

    return timed


def server_tls() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(TLS / "localhost.crt", TLS / "localhost.key")
    return context


def client_tls() -> ssl.SSLContext:
    """Trust the certificate of these servers, which is for `localhost` and 127.0.0.1, and no other."""
    return ssl.create_default_context(cafile=str(TLS / "localhost.crt"))
