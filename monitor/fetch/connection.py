"""One request over a connection of its own, to an address the guard has checked, with httpx's errors in our words.

A connection pool of httpx that tasks share loses its slots when they are cancelled; one that lives for one request
has nothing to lose. It is used below httpx's client, which would add cookies, redirects and a log of whole addresses.
"""

from __future__ import annotations

import contextlib
import os
import ssl
from collections.abc import AsyncIterator, Iterator

import httpcore
import httpx

from monitor.errors import Refused, Unreachable
from monitor.fetch import address
from monitor.guard import Address, AllowPrivate, Resolver

ADDRESSES = 4  # of one name, tried one after the other
ATTEMPT = 5.0  # seconds for each of them but the last


@contextlib.asynccontextmanager
async def exchange(
    request: httpx.Request, *, ssl_context: ssl.SSLContext | None, resolver: Resolver, allow_private: AllowPrivate
) -> AsyncIterator[httpx.Response]:
    """Send, and give the answer with its body still to be read. Knows no time limit: that is the caller's.

    Raises Unreachable or Refused, also from within the body of the `async with`.
    """
    with translated(address.host(request.url)):
        network = _Network(resolver, allow_private)
        async with contextlib.aclosing(network), _Transport(ssl_context, network) as transport:
            response = await transport.handle_async_request(request)
            try:
                yield response
            finally:
                await response.aclose()


class _Transport(httpx.AsyncHTTPTransport):
    """httpx's own transport over another network, for which its constructor has no argument."""

    def __init__(self, ssl_context: ssl.SSLContext | None, network: httpcore.AsyncNetworkBackend) -> None:
        self._pool = httpcore.AsyncConnectionPool(ssl_context=ssl_context, network_backend=network)


class _Network(httpcore.AsyncNetworkBackend):
    """Connects only to checked addresses, as numbers. TLS and the `Host` header keep the name.

    It closes what it opened, for httpcore forgets a connection that is cancelled in the middle of its TLS handshake.
    """

    def __init__(self, resolver: Resolver, allow_private: AllowPrivate) -> None:
        self._resolver = resolver
        self._allow_private = allow_private
        self._plain = httpcore.AnyIOBackend()
        self._opened: list[httpcore.AsyncNetworkStream] = []

    async def connect_tcp(self, host: str, port: int, *_: object, **__: object) -> httpcore.AsyncNetworkStream:
        addresses = await self._resolver.reach(host, port, allow_private=self._allow_private)
        *first, last = addresses[:ADDRESSES]
        for candidate in first:
            with contextlib.suppress(httpcore.ConnectError, httpcore.ConnectTimeout):
                return await self._open(candidate, port, timeout=ATTEMPT)
        return await self._open(last, port)

    async def _open(self, to: Address, port: int, timeout: float | None = None) -> httpcore.AsyncNetworkStream:
        stream = await self._plain.connect_tcp(str(to), port, timeout=timeout)
        self._opened.append(stream)
        return stream

    async def aclose(self) -> None:
        for stream in self._opened:
            await stream.aclose()


@contextlib.contextmanager
def translated(host: str) -> Iterator[None]:
    """Turn what httpx and the system raise into our errors. A deadline that ran out passes as it is."""
    try:
        yield
    except TimeoutError:
        raise
    except httpx.LocalProtocolError:
        raise Refused(f"what was to be sent to {host} is no valid HTTP: check the headers in its settings") from None
    except httpx.RemoteProtocolError as error:
        raise Unreachable(f"{host} broke off, or answered in something that is not HTTP") from error
    except (httpx.HTTPError, OSError) as error:
        raise Unreachable(f"{host} cannot be reached: {_reason(error)}") from error


def _reason(error: BaseException) -> str:
    """Return the innermost cause in words; httpx's own are only that all attempts failed."""
    cause: BaseException | None = error
    reason = "the connection failed"
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"its certificate is not to be trusted ({cause.verify_message})"
        if isinstance(cause, ssl.SSLError):
            return "no TLS connection could be made"
        if isinstance(cause, OSError) and cause.errno:
            reason = os.strerror(cause.errno)
        cause = cause.__cause__ or cause.__context__
    return reason
