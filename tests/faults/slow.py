"""Far sides that take all the time in the world. One deadline ends them, whatever they still say."""

from __future__ import annotations

import asyncio

from tests.faults.case import Family, Stage, fails, healthy
from tests.faults.speech import HEAD, document, posts, redirect, serves
from tests.servers import Script, endlessly, hang, read_request, says, wire

FAMILY = Family("slow")


@FAMILY(fails("unreachable"), ends="deadline")
def hang_before_the_answer(_: Stage) -> Script:
    """Takes the request, and never answers."""
    return hang


@FAMILY(fails("unreachable"), ends="deadline")
def hang_in_the_head(_: Stage) -> Script:
    """Stops in the middle of its headers."""
    return says(HEAD, then=hang)


@FAMILY(fails("unreachable"), ends="deadline")
def hang_in_the_body(_: Stage) -> Script:
    """Stops in the middle of its body."""
    return says(HEAD + b"Content-Length: 5000\r\n\r\n<rss>", then=hang)


@FAMILY(fails("unreachable"), ends="deadline")
def dripping_head(_: Stage) -> Script:
    """A byte of a header now and then."""
    return says(HEAD, then=endlessly(b"X", 0.05))


@FAMILY(fails("unreachable"), ends="deadline")
def dripping_body(_: Stage) -> Script:
    """A byte of a body now and then."""
    return says(HEAD + b"\r\n", then=endlessly(b"x", 0.05))


@FAMILY(fails("unreachable"), ends="deadline", scheme="https")
def hang_in_the_handshake(_: Stage) -> Script:
    """Takes the connection, and never shakes hands over TLS."""
    return hang


@FAMILY(fails("unreachable"), ends="deadline", scheme="https")
def dripping_handshake(_: Stage) -> Script:
    """A handshake of TLS that comes byte by byte."""
    return _handshake


async def _handshake(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"\x16\x03\x03\x40\x00\x02")  # a record of 16 KiB begins, with a ServerHello
    await endlessly(b"\0", 0.05)(_, writer)


@FAMILY(fails("unreachable"), ends="deadline")
def slow_redirects(_: Stage) -> Script:
    """Each hop of a chain takes its time; no single one is too slow."""

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        await asyncio.sleep(5)
        writer.write(wire(redirect("/next")))

    return script


@FAMILY(healthy(2), fails("unreachable", kept=2), ends="deadline")
def slow_on_the_second_day(_: Stage) -> Script:
    """A good source begins to hang."""
    days = iter((serves(document(posts(1, 2))),))

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await next(days, hang)(reader, writer)

    return script


@FAMILY(healthy(2))
def slow_but_in_time(_: Stage) -> Script:
    """Takes a while for every part of its answer, and comes to an end."""

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        whole = wire(document(posts(1, 2)))
        for start in range(0, len(whole), 200):
            writer.write(whole[start : start + 200])
            await writer.drain()
            await asyncio.sleep(0.02)

    return script


@FAMILY(fails("unreachable"))
def a_reset_connection(_: Stage) -> Script:
    """Breaks the connection off."""

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.transport.abort()

    return script


@FAMILY(healthy(2))
def a_half_closed_connection(_: Stage) -> Script:
    """Says everything, closes its side, and waits."""

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(HEAD + b"\r\n" + posts(1, 2).encode())
        writer.write_eof()
        await reader.read()

    return script
