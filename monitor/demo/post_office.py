"""A mail server on 127.0.0.1 that takes every letter and delivers none: just enough of RFC 5321 for one sender."""

from __future__ import annotations

import asyncio
from email import message_from_bytes
from email.policy import default

from monitor.demo.sink import Sink

_GREETING = "220 demo ESMTP"
_ANSWERS = {
    "EHLO": "250-demo\r\n250-8BITMIME\r\n250 SMTPUTF8",
    "HELO": "250 demo",
    "MAIL": "250 OK",
    "RCPT": "250 OK",
    "RSET": "250 OK",
    "NOOP": "250 OK",
    "DATA": "354 End with a dot on a line of its own",
    "QUIT": "221 Bye",
}


class PostOffice:
    """The server. `port` is known once started.

    The Message-ID of every letter goes into `mail`, its thread being the first letter that it refers to.
    """

    def __init__(self, mail: Sink) -> None:
        self._mail = mail
        self._server: asyncio.Server | None = None
        self.port = 0

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(60):
                await self._talk(reader, writer)
        except (TimeoutError, ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass  # a sender that was killed in the middle; a letter without its final dot was never taken
        finally:
            writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await _say(writer, _GREETING)
        verb = ""
        while verb != "QUIT":
            line = (await reader.readuntil(b"\r\n")).decode("utf-8", "replace")
            verb = line[:4].upper()
            await _say(writer, _ANSWERS.get(verb, "502 Not known here"))
            if verb == "DATA":
                letter = message_from_bytes(await _letter(reader), policy=default)
                own = letter["Message-ID"] or ""
                first = (letter["References"] or own).split()[:1]
                self._mail.take(own, thread="".join(first))
                await _say(writer, "250 Taken")


async def _letter(reader: asyncio.StreamReader) -> bytes:
    """Read up to the lone dot; a dot doubled at the beginning of a line is one (RFC 5321, section 4.5.2)."""
    lines = []
    while (line := await reader.readuntil(b"\r\n")) != b".\r\n":
        lines.append(line[1:] if line.startswith(b".") else line)
    return b"".join(lines)


async def _say(writer: asyncio.StreamWriter, line: str) -> None:
    writer.write(line.encode() + b"\r\n")
    await writer.drain()
