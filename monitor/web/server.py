"""Uvicorn in the daemon's own loop: no signal handlers, no access log, and a stop that ends live streams at once."""

from __future__ import annotations

import asyncio
import errno
import socket
from collections.abc import Generator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp

from monitor.errors import ConfigError

_DEAD_AFTER = 60_000  # ms in which a viewer's machine takes nothing of what was sent
_GRACE = 2  # seconds for answers begun before the stop
_REASONS = {
    errno.EADDRINUSE: "another program listens there already; stop it, or choose another port",
    errno.EACCES: "this user may not listen there; choose a port of 1024 or above",
    errno.EADDRNOTAVAIL: "this machine has no such address",
}


class Server:
    """The web part, started and stopped by the daemon. `stop` sets `stopping`, the event handed to `app.build`."""

    def __init__(self, app: ASGIApp, *, host: str, port: int, stopping: asyncio.Event) -> None:
        self._host, self._port, self._stopping = host, port, stopping
        self._uvicorn = _Uvicorn(
            uvicorn.Config(
                app,
                access_log=False,
                date_header=True,
                lifespan="on",
                log_config=None,
                proxy_headers=False,
                server_header=False,
                timeout_graceful_shutdown=_GRACE,
                ws="none",
            )
        )
        self._serving: asyncio.Task[None] | None = None

    async def start(self) -> tuple[str, int]:
        """Listen, and return the address: port 0 becomes the one that was free. Raises ConfigError if it cannot."""
        listener = self._listen()
        self._serving = asyncio.create_task(self._uvicorn.serve([listener]), name="web: server")
        up = asyncio.create_task(self._uvicorn.up.wait())
        await asyncio.wait({self._serving, up}, return_when=asyncio.FIRST_COMPLETED)
        up.cancel()
        if self._serving.done():
            listener.close()
            self._serving.result()
        host, port = listener.getsockname()[:2]
        return host, port

    async def stop(self) -> None:
        """Take no more requests, end the live streams, wait shortly for answers under way. May be called twice."""
        self._stopping.set()
        self._uvicorn.should_exit = True
        if self._serving:
            await self._serving

    def _listen(self) -> socket.socket:
        family = socket.AF_INET6 if ":" in self._host else socket.AF_INET
        try:
            listener = socket.create_server((self._host.strip("[]"), self._port), family=family, backlog=512)
        except OSError as error:
            why = _REASONS.get(error.errno or 0, error.strerror or str(error))
            raise ConfigError([f"web: cannot listen on {self._host} port {self._port}: {why}."]) from error
        # Connections inherit both. A socket made by itself names no protocol, so asyncio sets no TCP_NODELAY on what it
        # accepts, and every thirtieth event would wait 40 ms for the viewer's machine to acknowledge the one before.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if hasattr(socket, "TCP_USER_TIMEOUT"):
            # A viewer that sleeps or is gone is let go by the kernel, and comes again.
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _DEAD_AFTER)
        return listener


class _Uvicorn(uvicorn.Server):
    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.up = asyncio.Event()

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Leave the signals to the daemon."""
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.up.set()
