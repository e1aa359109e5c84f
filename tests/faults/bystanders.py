"""Ten good ministries that publish all the while, and note when they are asked."""

from __future__ import annotations

import contextlib
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from tests.faults.speech import document, item, rss
from tests.servers import Reply, Request, http_server

WINDOW = 30  # posts a feed shows


@dataclass
class Bystander:
    """`asked`: monotonic seconds of each request."""

    name: str
    url: str = ""
    items: list[str] = field(default_factory=list)
    asked: list[float] = field(default_factory=list)

    def answer(self, request: Request) -> Reply:
        self.asked.append(time.monotonic())
        validator = f'"{len(self.items)}"'
        if request.headers.get("if-none-match") == validator:
            return Reply(304, b"", {"ETag": validator})
        return document(rss(self.items[:WINDOW]), ETag=validator)

    def publish(self, words: str) -> None:
        self.items.insert(0, item(f"{self.name}-{len(self.items)}", words))

    @property
    def gaps(self) -> list[float]:
        return [later - earlier for earlier, later in pairwise(self.asked)]


@contextlib.asynccontextmanager
async def bystanders(names: Sequence[str]) -> AsyncIterator[list[Bystander]]:
    """Serve one feed for each name, each from a port of its own, with one post to begin with."""
    async with contextlib.AsyncExitStack() as stack:
        here = []
        for name in names:
            one = Bystander(name)
            one.publish(f"A calm day, says {name}")
            server = await stack.enter_async_context(http_server({"/feed": one.answer}))
            one.url = f"{server.url}/feed"
            here.append(one)
        yield here
