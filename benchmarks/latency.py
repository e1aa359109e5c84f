"""From publication to a webhook, without the wait for the poll: from the last byte of the feed's answer to the POST.

The feed's server and the webhook are one process, so one clock sees both. One post at a time, with the daemon at rest.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import re
import statistics
import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path

from benchmarks import daemon as daemons
from benchmarks import feeds
from benchmarks.daemon import Daemon, Failed
from benchmarks.report import Figure

_TITLE = "Two servicemen were wounded near the border, report {}"  # the shipped rules alert on it
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_ARRIVES_WITHIN = 20.0  # seconds
_PASSES = 3
_SOURCE = "ministry"


class Place:
    """A feed and a webhook at one address. `served`, `arrived`: moments, by `time.monotonic`."""

    def __init__(self, posts: int) -> None:
        self.items = [feeds.item(0, number) for number in range(posts, 0, -1)]
        self.number = posts
        self.served = self.arrived = 0.0
        self.alerted = asyncio.Event()

    def publish(self) -> None:
        self.number += 1
        self.alerted.clear()
        item = feeds.item(0, self.number, title=_TITLE.format(self.number))
        self.items = [item, *self.items[:-1]]

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            head = await reader.readuntil(b"\r\n\r\n")
            if head.startswith(b"POST"):
                found = _LENGTH.search(head)
                body = await reader.readexactly(int(found[1]) if found else 0)
                if _TITLE.format(self.number).encode() in body:
                    self.arrived = time.monotonic()
                    self.alerted.set()
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            else:
                body = feeds.document(0, self.items)
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\n")
                writer.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
                await writer.drain()
                self.served = time.monotonic()
        writer.close()


async def measure(posts: int) -> list[Figure]:
    """Measure `posts` posts in a feed of twenty, and half as many in a feed of a single post."""
    found = []
    for size, many in ((feeds.POSTS, posts), (1, posts // 2)):
        case = f"publication to webhook, at rest, feed of {size}"
        passes = await _passes(size, many // _PASSES)
        every = sorted(value for one in passes for value in one)
        found += [
            Figure(case, "p50", "ms", tuple(statistics.median(one) for one in passes)),
            Figure(case, f"p99 of {len(every)} posts", "ms", (every[int(len(every) * 0.99)],)),
        ]
    return found


async def _passes(size: int, posts: int) -> list[list[float]]:
    place = Place(size)
    async with _watched(place) as daemon:
        await daemon.polled([_SOURCE], await daemon.make_due([_SOURCE]))  # the first poll alerts nobody
        await daemon.judged()
        found = [[await _one(place, daemon) for _ in range(posts)] for _ in range(_PASSES)]
        gaps = ("source.gap",) if size == 1 else ()  # whose only post is new may have missed others
        if complaints := daemon.complaints(*gaps):
            raise Failed(f"the daemon complained: {complaints[0]}")
    return found


async def _one(place: Place, daemon: Daemon) -> float:
    """Publish, make the source due, wait for the alert; return the ms in between."""
    await asyncio.sleep(random.uniform(0.02, 0.12))
    place.publish()
    since = await daemon.make_due([_SOURCE])
    async with asyncio.timeout(_ARRIVES_WITHIN):
        await place.alerted.wait()
    await daemon.polled([_SOURCE], since)
    return (place.arrived - place.served) * 1000


@contextlib.asynccontextmanager
async def _watched(place: Place) -> AsyncIterator[Daemon]:
    server = await asyncio.start_server(place.talk, "127.0.0.1", 0)
    address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    with tempfile.TemporaryDirectory(prefix="monitor-bench-") as folder:
        webhook = {"kind": "webhook", "url": f"{address}/hook", "unsigned": True, "allow_private": ["127.0.0.1"]}
        page = daemons.write_config(Path(folder), [{"id": _SOURCE, "url": f"{address}/feed"}], webhook)
        await daemons.plan_ahead(Path(folder), [_SOURCE])
        async with server, daemons.running(Path(folder), page) as daemon:
            yield daemon
