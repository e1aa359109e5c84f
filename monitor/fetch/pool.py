"""Connections that have answered are kept for a few seconds, for the next request to the same place.

A pool for sources that share a host. It has no slots that could be lost: a connection in use belongs to its request
alone, and only one whose answer was read to the last byte, with nothing after it, comes back. All others are closed.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Sequence

import httpx

from monitor.errors import Unreachable
from monitor.fetch import address
from monitor.fetch.connection import Connection, connect
from monitor.guard import Address, AllowPrivate, Resolver

REST = 10.0  # seconds; many servers close after 5 to 75
PER_ORIGIN = 2  # as many as are used at once
# In all, by scheme: each holds 0.3 MB with TLS, 5 KB without. Most sources are alone at their host, and
# would gain nothing by more.
MOST = {"http": 128, "https": 16}

Origin = tuple[str, str, int]


class Pool:
    """For GET. Everything else goes over a connection of its own, for a message must not be sent twice.

    rest  seconds an unused connection is kept
    """

    def __init__(self, resolver: Resolver, *, rest: float = REST) -> None:
        self._resolver = resolver
        self._rest = rest
        self._resting: dict[Connection, tuple[Origin, asyncio.TimerHandle]] = {}  # longest resting first
        self._at: defaultdict[Origin, list[Connection]] = defaultdict(list)  # the same, by where they lead
        self._count = Counter[str]()  # the same, by scheme
        self._closed = False

    @contextlib.asynccontextmanager
    async def exchange(
        self, request: httpx.Request, *, tls: ssl.SSLContext | None, allow_private: AllowPrivate
    ) -> AsyncIterator[httpx.Response]:
        """Send, and give the answer with its body still to be read. Knows no time limit: that is the caller's.

        The guard is asked for each request; a connection that leads to none of the addresses it allows is not used.

        Raises Unreachable or Refused; so does reading the body.
        """
        scheme, host, port = origin = address.origin(request.url)
        to = await self._resolver.reach(host, port, allow_private=allow_private)
        connection, response = await self._ask(request, origin, to, tls if scheme == "https" else None)
        try:
            yield response
            if request.method == "GET" and not self._closed and connection.rest():
                self._keep(connection, origin)
        finally:
            if connection not in self._resting:
                connection.close()

    async def aclose(self) -> None:
        """Close what rests and wait until it is gone. What is in use is closed as its request ends."""
        self._closed = True
        resting = list(self._resting)
        for connection in resting:
            self._drop(connection)
        for connection in resting:
            await connection.gone.wait()

    async def _ask(
        self, request: httpx.Request, origin: Origin, to: Sequence[Address], tls: ssl.SSLContext | None
    ) -> tuple[Connection, httpx.Response]:
        if request.method == "GET" and (rested := self._take(origin, to)):
            try:
                return rested, await rested.ask(request)
            except Unreachable:
                if rested.heard:
                    raise
                # It was closed by the far side while our request was on its way: nothing is wrong with the host.
        _, host, port = origin
        fresh = await connect(host, port, to, tls)
        return fresh, await fresh.ask(request)

    def _take(self, origin: Origin, to: Sequence[Address]) -> Connection | None:
        """Return the one that was used last, and close those that may not be used any more."""
        while at := self._at.get(origin):
            connection = self._forget(at[-1])
            if not connection.closed and connection.address in to:
                return connection
            connection.close()
        return None

    def _keep(self, connection: Connection, origin: Origin) -> None:
        scheme = origin[0]
        if len(at := self._at.get(origin, [])) >= PER_ORIGIN:
            self._drop(at[0])
        elif self._count[scheme] >= MOST[scheme]:
            self._drop(next(one for one, (place, _) in self._resting.items() if place[0] == scheme))
        timer = asyncio.get_running_loop().call_later(self._rest, self._drop, connection)
        self._resting[connection] = origin, timer
        self._at[origin].append(connection)
        self._count[scheme] += 1

    def _drop(self, connection: Connection) -> None:
        self._forget(connection).close()

    def _forget(self, connection: Connection) -> Connection:
        origin, timer = self._resting.pop(connection)
        timer.cancel()
        self._count[origin[0]] -= 1
        self._at[origin].remove(connection)
        if not self._at[origin]:
            del self._at[origin]
        return connection
