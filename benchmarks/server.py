"""A fast web server for many feeds, in a process of its own: `python -m benchmarks.server FEEDS PORTS`.

It listens at several ports of the loopback, for the monitor asks one host and port only twice at a time. It prints its
ports as a line of JSON, then obeys commands on stdin, one line each, and answers each with a line of JSON:

    validators on|off   whether answers carry an ETag and `If-None-Match` is heeded
    publish N           one new post in each of the first N feeds; the oldest one drops out
    asked               how many answers were given since the last time, by status
    answered            how many those are so far

It ends when stdin closes. Feed 7 is at `/7`, at any of the ports.
"""

from __future__ import annotations

import asyncio
import gc
import json
import re
import sys
from collections import Counter

from benchmarks import feeds

_ASKS = re.compile(rb"GET /(\d+) [^\r]*\r\n(.*)", re.DOTALL)
_CONDITION = re.compile(rb"\r\nif-none-match: *([^\r]+)\r\n", re.IGNORECASE)


class Site:
    """All feeds, as they are now."""

    def __init__(self, count: int) -> None:
        self.newest = [feeds.POSTS] * count
        self.items = [[feeds.item(f, n) for n in range(feeds.POSTS, 0, -1)] for f in range(count)]
        self.bodies = [feeds.document(f, items) for f, items in enumerate(self.items)]
        self.validators = True
        self.asked: Counter[int] = Counter()

    def publish(self, count: int) -> None:
        for feed in range(count):
            self.newest[feed] += 1
            self.items[feed] = [feeds.item(feed, self.newest[feed]), *self.items[feed][:-1]]
            self.bodies[feed] = feeds.document(feed, self.items[feed])

    def answer(self, request: bytes) -> bytes:
        asks = _ASKS.match(request)
        if not asks or int(asks[1]) >= len(self.bodies):
            self.asked[404] += 1
            return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
        feed = int(asks[1])
        etag = b'"%d"' % self.newest[feed]
        condition = _CONDITION.search(request)
        if self.validators and condition and condition[1] == etag:
            self.asked[304] += 1
            return b"HTTP/1.1 304 Not Modified\r\nETag: " + etag + b"\r\n\r\n"
        self.asked[200] += 1
        validator = b"ETag: " + etag + b"\r\n" if self.validators else b""
        body = self.bodies[feed]
        head = b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\n%bContent-Length: %d\r\n\r\n"
        return head % (validator, len(body)) + body

    def obey(self, command: str) -> object:
        match command.split():
            case ["validators", switch]:
                self.validators = switch == "on"
            case ["publish", count]:
                self.publish(int(count))
            case ["asked"]:
                asked, self.asked = self.asked, Counter()
                return asked
            case ["answered"]:
                return {"answers": self.asked.total()}
            case _:
                return {"error": f"no such command: {command}"}
        return {}


class _Connection(asyncio.Protocol):
    def __init__(self, site: Site) -> None:
        self.site = site
        self.received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.received += data
        if self.received.endswith(b"\r\n\r\n"):
            assert isinstance(self.transport, asyncio.Transport)
            self.transport.write(self.site.answer(self.received))
            self.received = b""


async def serve(count: int, ports: int) -> None:
    loop = asyncio.get_running_loop()
    site = Site(count)
    gc.freeze()
    servers = [await loop.create_server(lambda: _Connection(site), "127.0.0.1", 0, backlog=1024) for _ in range(ports)]
    print(json.dumps([server.sockets[0].getsockname()[1] for server in servers]), flush=True)
    commands = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(commands), sys.stdin)
    async for line in commands:
        print(json.dumps(site.obey(line.decode())), flush=True)


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), int(sys.argv[2])))
