"""A document, the server it comes from, and the hour on the wall."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from monitor.errors import Unreadable
from monitor.model import Batch, Bookmark, Hints, Post, Reading, decode, encode
from monitor.sources import Document
from tests.servers import HttpServer, Reply, Request

START = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TTL = Hints(ttl=600.0)


async def lines(body: bytes, headers: Mapping[str, str], url: str) -> Reading:
    """One post a line; `!` warns, `page X` names the page before this, `ttl` is a hint."""
    words = body.decode().splitlines()
    if words[:1] == ["<html>"]:
        raise Unreadable("an HTML page came instead of a feed")
    return Reading(
        posts=tuple(
            Post(key=f"mod:{w}", source="mod", kind="lines", native_id=w, title=w) for w in words if w[:1] != "!"
        ),
        warnings=tuple(w[1:] for w in words if w[:1] == "!" and not w.startswith("!page")),
        hints=TTL if "ttl" in words else Hints(),
        earlier=next((w.removeprefix("!page ") for w in words if w.startswith("!page")), None),
    )


@dataclass
class Watched:
    """A document, its server, and the hour on the wall."""

    server: HttpServer
    document: Document
    hour: datetime = START
    bookmark: Bookmark | None = None
    asked: list[Request] = field(default_factory=list)

    async def poll(self, after: timedelta = HOUR) -> Batch:
        """Poll `after` the last time; the bookmark goes through its stored form, `asked` are the requests made."""
        self.hour += after
        self.document.now = lambda: self.hour
        self.server.requests.clear()
        batch = await self.document.poll(self.bookmark)
        self.bookmark = decode(encode(batch.bookmark), Bookmark)
        self.asked = list(self.server.requests)
        return batch

    @property
    def paths(self) -> list[str]:
        return [request.path for request in self.asked]

    @property
    def conditions(self) -> list[str | None]:
        return [request.headers.get("if-none-match") for request in self.asked]


Watch = Callable[..., Watched]


def tagged(body: bytes, tag: str = '"1"', **headers: str) -> Callable[[Request], Reply]:
    """An honest server: 304 for its own tag."""

    def answer(request: Request) -> Reply:
        same = request.headers.get("if-none-match") == tag
        return Reply(304 if same else 200, b"" if same else body, {"ETag": tag, **headers})

    return answer


def conditional(request: Request, reply: Reply) -> Reply:
    """Return 304 to whoever has these very bytes."""
    if reply.status != 200 or "ETag" in reply.headers:
        return reply
    tag = f'"{hashlib.sha256(reply.body).hexdigest()[:16]}"'
    same = request.headers.get("if-none-match") == tag
    return Reply(304 if same else 200, b"" if same else reply.body, {**reply.headers, "ETag": tag})
