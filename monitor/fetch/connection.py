"""One HTTP/1.1 connection to an address the guard has checked, for one request after the other.

What is said over it is h11's affair. No two tasks ever share one, and to close it is one step that waits for nothing:
so no cancellation, in whatever phase, leaves a connection half open or half answered.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import ssl
from collections.abc import AsyncIterator, Iterator, Sequence

import h11
import httpx

from monitor.errors import Refused, Unreachable
from monitor.fetch.answer import KIB
from monitor.guard import Address

ADDRESSES = 4  # of one name, tried one after the other
ATTEMPT = 5.0  # seconds for each of them but the last, TLS included
HEAD = 100 * KIB  # bytes of an answer's head, and of a line within its body
PIECE = 64 * KIB  # bytes read at once
AHEAD = 4 * PIECE  # bytes taken from the network before somebody reads them


async def connect(host: str, port: int, to: Sequence[Address], tls: ssl.SSLContext | None) -> Connection:
    """Connect to one of these addresses, as numbers. TLS and the `Host` header keep the name.

    Knows no time limit for the whole: that is the caller's. Raises Unreachable.
    """
    with translated(host):
        *first, last = to[:ADDRESSES]
        for candidate in first:
            with contextlib.suppress(OSError):
                async with asyncio.timeout(ATTEMPT):
                    return await _connect(host, port, candidate, tls)
        return await _connect(host, port, last, tls)


async def _connect(host: str, port: int, to: Address, tls: ssl.SSLContext | None) -> Connection:
    if tls:
        tls.set_alpn_protocols(["http/1.1"])
    _, connection = await asyncio.get_running_loop().create_connection(
        lambda: Connection(host, to), str(to), port, ssl=tls, server_hostname=host if tls else None
    )
    return connection


class Connection(asyncio.Protocol):
    """See above. Beyond what `connect` gives, `ask` it, read the body, and then let it `rest` or `close` it.

    address  where it leads
    heard    a byte of an answer has come since the last `ask`
    closed   by us or by the far side; it takes no further request
    gone     its socket is closed as well
    """

    def __init__(self, host: str, to: Address) -> None:
        self.address = to
        self.heard = False
        self.closed = False
        self.gone = asyncio.Event()
        self._host = host
        self._http = h11.Connection(h11.CLIENT, max_incomplete_event_size=HEAD)
        self._resting = False
        self._unread = bytearray()
        self._news = asyncio.Event()  # there is something to read, or never will be
        self._error: Exception | None = None

    async def ask(self, request: httpx.Request) -> httpx.Response:
        """Send, and give the answer with its body still to be read. After any failure the connection is closed.

        Raises Unreachable or Refused; so does reading the body.
        """
        self._resting = self.heard = False
        try:
            with translated(self._host):
                self._send(request)
                answer = await self._head()
        except BaseException:
            self.close()
            raise
        return httpx.Response(answer.status_code, headers=answer.headers.raw_items(), stream=_Body(self._body()))

    def rest(self) -> bool:
        """Make ready for another request. False if it cannot be: closed, half-read, or more came than one answer."""
        done = self._http.our_state is self._http.their_state is h11.DONE
        if done and not self.closed and not self._unread and not self._http.trailing_data[0]:
            self._http.start_next_cycle()
            self._resting = True
        return self._resting

    def close(self) -> None:
        self._end()
        self._transport.abort()

    def _send(self, request: httpx.Request) -> None:
        target, headers, content = request.url.raw_path, request.headers.raw, request.read()
        head = self._http.send(h11.Request(method=request.method, target=target, headers=headers))
        body = self._http.send(h11.Data(data=content)) if content else b""
        end = self._http.send(h11.EndOfMessage())
        self._transport.write(b"".join(part for part in (head, body, end) if part))

    async def _head(self) -> h11.Response:
        while True:
            event = await self._event()
            if isinstance(event, h11.Response):
                return event
            await asyncio.sleep(0)  # endless 1xx may all be here already, and shall meet the deadline all the same

    async def _body(self) -> AsyncIterator[bytes]:
        with translated(self._host):
            while isinstance(event := await self._event(), h11.Data):
                yield bytes(event.data)

    async def _event(self) -> h11.Event | type[h11.NEED_DATA | h11.PAUSED]:
        while True:
            event = self._http.next_event()
            if event is not h11.NEED_DATA:
                return event
            self._http.receive_data(await self._read())

    async def _read(self) -> bytes:
        """Return what has come, b"" at the end. Raises the OSError that ended it."""
        while not self._unread and not self.closed:
            self._news.clear()
            await self._news.wait()
        if not self._unread and self._error:
            raise self._error
        piece = bytes(self._unread[:PIECE])
        del self._unread[:PIECE]
        if len(self._unread) < AHEAD and not self.closed:
            self._transport.resume_reading()
        return piece

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as asyncio gives it
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        if self._resting:  # nobody asked: read later, it would pass for the answer to the next request
            self.close()
            return
        self.heard = True
        self._unread += data
        self._news.set()
        if len(self._unread) >= AHEAD:
            self._transport.pause_reading()

    def eof_received(self) -> None:
        self._end()

    def connection_lost(self, error: Exception | None) -> None:
        self._end(error)
        self.gone.set()

    def _end(self, error: Exception | None = None) -> None:
        self.closed = True
        self._error = self._error or error
        self._news.set()


class _Body(httpx.AsyncByteStream):
    def __init__(self, pieces: AsyncIterator[bytes]) -> None:
        self._pieces = pieces

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self._pieces


@contextlib.contextmanager
def translated(host: str) -> Iterator[None]:
    """Turn what h11 and the system raise into our errors. A deadline that ran out passes as it is."""
    try:
        yield
    except TimeoutError:
        raise
    except h11.LocalProtocolError:
        raise Refused(f"what was to be sent to {host} is no valid HTTP: check the headers in its settings") from None
    except h11.RemoteProtocolError as error:
        raise Unreachable(f"{host} broke off, or answered in something that is not HTTP") from error
    except OSError as error:
        raise Unreachable(f"{host} cannot be reached: {_reason(error)}") from error


def _reason(error: OSError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not to be trusted ({error.verify_message})"
    if isinstance(error, ssl.SSLError):
        return "no TLS connection could be made"
    return os.strerror(error.errno) if error.errno else "the connection failed"
