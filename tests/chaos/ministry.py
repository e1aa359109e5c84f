"""Many feeds over HTTP that grow. Every post bears a mark of its own, by which it is known wherever it arrives."""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime

from tests.servers import HttpServer, Reply, Request, http_server

MARKER = re.compile(r"no\.(\d{6})x")

_WINDOW = 250  # posts a feed shows: more than it publishes in the longest time in which nobody asks


@dataclass
class Feed:
    """`asked`: when it was polled, monotonic."""

    items: list[str] = field(default_factory=list)
    body: bytes = b""
    asked: list[float] = field(default_factory=list)

    def add(self, item: str) -> None:
        self.items.insert(0, item)
        shown = "".join(self.items[:_WINDOW])
        head = "<rss version='2.0'><channel><title>Ministry</title>"
        self.body = f"{head}{shown}</channel></rss>".encode()

    def answer(self, request: Request) -> Reply:
        self.asked.append(time.monotonic())
        validator = f'"{len(self.items)}"'
        if request.headers.get("if-none-match") == validator:
            return Reply(304, b"", {"ETag": validator})
        return Reply(200, self.body, {"Content-Type": "application/rss+xml", "ETag": validator})


@dataclass
class Ministry:
    """`matching`: the marks of the posts that must alert; `quiet`: of those that must not."""

    http: HttpServer
    feeds: dict[str, Feed]
    matching: list[str] = field(default_factory=list)
    quiet: list[str] = field(default_factory=list)

    @property
    def published(self) -> int:
        return len(self.matching) + len(self.quiet)

    def url(self, feed: str) -> str:
        return f"{self.http.url}/{feed}"

    def publish(self, *, alerts: bool = True, feed: str | None = None) -> str:
        """Publish one post, in the next feed if none is named; return its mark."""
        number = self.published
        mark = f"{number:06d}"
        (self.matching if alerts else self.quiet).append(mark)
        name = feed or list(self.feeds)[number % len(self.feeds)]
        self.feeds[name].add(_item(mark, alerts=alerts))
        return mark


def _item(mark: str, *, alerts: bool) -> str:
    title = f"Two servicemen wounded, no.{mark}x" if alerts else f"A delegation was received, no.{mark}x"
    text = f"The press service of the ministry publishes its statement of this hour under no.{mark}x of its register."
    return (
        f"<item><guid isPermaLink='false'>{mark}</guid><title>{title}</title><description>{text}</description>"
        f"<link>https://ministry.example/{mark}</link><pubDate>{format_datetime(datetime.now(UTC))}</pubDate></item>\n"
    )


@contextlib.asynccontextmanager
async def ministry(feeds: int) -> AsyncIterator[Ministry]:
    """Serve feeds, each with one old post that nobody is alerted to: it is there at the first poll."""
    names = {f"feed-{number}": Feed() for number in range(feeds)}
    async with http_server({f"/{name}": feed.answer for name, feed in names.items()}) as http:
        here = Ministry(http, names)
        for name in names:
            here.publish(alerts=False, feed=name)
        yield here
