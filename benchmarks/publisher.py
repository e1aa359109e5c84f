"""Feeds and a webhook in this process, so that one clock sees a post leave and its alert arrive."""

from __future__ import annotations

import asyncio
import contextlib
import re
import time
from collections.abc import AsyncIterator, Iterable, Sequence

from benchmarks import feeds
from benchmarks.programs import Failed

_TITLE = "Two servicemen were wounded near the border, report {}"  # the shipped rules alert on it
_REPORT = re.compile(rb"near the border, report (\d+)")
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_FEED = re.compile(rb"GET /(\d+) ")
_FIRST = 100_000  # the first report: below are years, of which the shipped rules know those of other wars
_PORTS = 100  # "hosts" that share the feeds among them


class Publisher:
    """`served`, `arrived`: when a report was handed to the kernel, and when its alert came, by `time.monotonic`.

    Reports are numbered through all feeds. Feed 7 is at `/7`, at any of the ports; the webhook takes any POST.
    """

    def __init__(self, count: int, posts: int) -> None:
        self._items = [[feeds.item(feed, number) for number in range(posts, 0, -1)] for feed in range(count)]
        self._bodies = [feeds.document(feed, items) for feed, items in enumerate(self._items)]
        self._unserved: list[list[int]] = [[] for _ in range(count)]
        self._news = asyncio.Event()
        self._reports = _FIRST
        self._ports: list[int] = []
        self._talks: dict[asyncio.Task[None], asyncio.StreamWriter] = {}
        self.served: dict[int, float] = {}
        self.arrived: dict[int, float] = {}

    def url(self, feed: int) -> str:
        return f"http://127.0.0.1:{self._ports[feed % len(self._ports)]}/{feed}"

    @property
    def hook(self) -> str:
        return f"http://127.0.0.1:{self._ports[0]}/hook"

    def publish(self, feed: int) -> int:
        """Put a report into a feed and drop its oldest post; return the report's number."""
        self._reports += 1
        item = feeds.item(feed, feeds.POSTS + self._reports, title=_TITLE.format(self._reports))
        self._items[feed] = [item, *self._items[feed][:-1]]
        self._bodies[feed] = feeds.document(feed, self._items[feed])
        self._unserved[feed].append(self._reports)
        return self._reports

    async def alerted(self, reports: Iterable[int], *, within: float) -> None:
        """Wait until the alerts of all these reports have come. Raises Failed after so many seconds."""
        wanted = set(reports)
        try:
            async with asyncio.timeout(within):
                while wanted - self.arrived.keys():
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            lost = sorted(wanted - self.arrived.keys())
            unasked = sum(1 for report in lost if report not in self.served)
            raise Failed(
                f"{len(lost)} of {len(wanted)} alerts did not come within {within:.0f} s; "
                f"{unasked} of those reports were never asked for; the first is {lost[0]}"
            ) from None

    def unserved(self) -> list[int]:
        """Return the feeds with a report that nobody has fetched yet."""
        return [feed for feed, reports in enumerate(self._unserved) if reports]

    def delay(self, report: int) -> float:
        """Return the ms from the last byte of the feed to the arrival of the alert."""
        return (self.arrived[report] - self.served[report]) * 1000

    def rate(self, reports: Sequence[int]) -> float:
        """Return how many of these reports were fetched a second."""
        at = [self.served[report] for report in reports]
        return (len(at) - 1) / (max(at) - min(at))

    @contextlib.asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        async with contextlib.AsyncExitStack() as stack:
            for _ in range(min(_PORTS, len(self._items))):
                server = await asyncio.start_server(self._talk, "127.0.0.1", 0, backlog=1024)
                await stack.enter_async_context(server)
                self._ports.append(server.sockets[0].getsockname()[1])
            try:
                yield
            finally:
                for writer in self._talks.values():
                    writer.close()
                await asyncio.gather(*self._talks)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer request after request on one connection."""
        task = asyncio.current_task()
        assert task
        self._talks[task] = writer
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                if asks := _FEED.match(head):
                    await self._feed(int(asks[1]), writer)
                else:
                    length = _LENGTH.search(head)
                    self._alert(await reader.readexactly(int(length[1]) if length else 0))
                    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        writer.close()
        del self._talks[task]

    async def _feed(self, feed: int, writer: asyncio.StreamWriter) -> None:
        body, fresh = self._bodies[feed], self._unserved[feed]
        self._unserved[feed] = []
        head = b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\nContent-Length: %d\r\n\r\n" % len(body)
        # Before, not after: whoever reads it may be done before this process runs again.
        self.served.update(dict.fromkeys(fresh, time.monotonic()))
        writer.write(head + body)
        await writer.drain()

    def _alert(self, body: bytes) -> None:
        now = time.monotonic()
        for found in _REPORT.findall(body):
            self.arrived.setdefault(int(found), now)
        self._news.set()
