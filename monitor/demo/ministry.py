"""A small HTTP server on 127.0.0.1: it plays the two ministries and the agency, and is the door of Slack."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime

from monitor.demo import feeds
from monitor.demo.day import Clock, Statement
from monitor.demo.slack import Slack
from monitor.model import Value

FEEDS = {"am": "/am/rss.xml", "az": "/az/rss.xml", "agency": "/agency/feed.json"}
WITHOUT_VALIDATORS = {"az"}  # as the real one
SLACK = "/slack/api"
_LARGEST = 1_000_000  # bytes of a request's body
_REASONS = {200: "OK", 304: "Not Modified", 400: "Bad Request", 404: "Not Found", 413: "Content Too Large"}


class Reply(Value, frozen=True, kw_only=True):
    status: int
    body: bytes = b""
    headers: Mapping[str, str] = {}


class Newsroom:
    """What each feed holds at this moment of the day.

    An edit, a repeat or a copy appears only when its original has been read, so that the day can be played at any
    speed. It has been read once a reader comes back with the ETag of a feed that held it.
    """

    def __init__(self, day: Sequence[Statement], clock: Clock) -> None:
        self._day = day
        self._clock = clock
        self._held: dict[str, frozenset[str]] = {}  # by ETag: what that feed held
        self._read: set[str] = set()
        self._given: set[str] = set()
        self.news = asyncio.Event()  # set whenever a feed hands over something for the first time
        self.all_given = asyncio.Event()

    def feed(self, source: str, base: str, headers: Mapping[str, str]) -> Reply:
        known = headers.get("if-none-match", "")
        self._read |= self._held.get(known, frozenset())
        published = self.published(source)
        write = feeds.json_feed if FEEDS[source].endswith(".json") else feeds.rss
        body = write(source, published, base)
        validators = {"ETag": f'"{hashlib.sha256(body).hexdigest()[:16]}"', "Last-Modified": _last_modified(published)}
        self._note(published, validators["ETag"])
        if source in WITHOUT_VALIDATORS:
            validators = {}
        elif _unchanged(headers, validators):
            return Reply(status=304, headers=validators)
        kind = "application/feed+json" if write is feeds.json_feed else "application/rss+xml; charset=utf-8"
        return Reply(status=200, body=body, headers={"Content-Type": kind, **validators})

    def published(self, source: str) -> list[Statement]:
        """Return what the feed holds now, newest first; an edited statement in its last wording."""
        now = self._clock.now()
        out = [
            one
            for one in self._day
            if one.source == source and one.at <= now and (one.after is None or one.after in self._read)
        ]
        edited = {one.edits for one in out}
        return [one for one in reversed(out) if one.id not in edited]

    def statement(self, source: str, native_id: str) -> Statement | None:
        return next((one for one in self.published(source) if one.native_id == native_id), None)

    def _note(self, published: Sequence[Statement], etag: str) -> None:
        ids = frozenset(one.id for one in published)
        self._held[etag] = ids
        if ids - self._given:
            self.news.set()
        self._given |= ids
        if self._given >= {one.id for one in self._day}:
            self.all_given.set()


def _last_modified(published: Sequence[Statement]) -> str:
    newest = max((one.at for one in published), default=datetime.fromtimestamp(0, UTC))
    return format_datetime(newest.astimezone(UTC), usegmt=True)


def _unchanged(headers: Mapping[str, str], validators: Mapping[str, str]) -> bool:
    """Say whether the asker has this already: RFC 9110, section 13.2.2; the ETag decides where both are given."""
    if "if-none-match" in headers:
        return headers["if-none-match"] == validators["ETag"]
    if "if-modified-since" not in headers:
        return False
    try:
        since = parsedate_to_datetime(headers["if-modified-since"])
    except ValueError:
        return False
    return parsedate_to_datetime(validators["Last-Modified"]) <= since


class Ministry:
    """The server. `base` is its address once started; `slack` answers what is posted below `SLACK`."""

    def __init__(self, newsroom: Newsroom, slack: Slack) -> None:
        self._newsroom = newsroom
        self._slack = slack
        self._server: asyncio.Server | None = None
        self.base = ""

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.base = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request and hang up."""
        try:
            async with asyncio.timeout(10):
                reply = await self._answer(reader)
                head = {**reply.headers, "Content-Length": str(len(reply.body)), "Connection": "close"}
                lines = [f"HTTP/1.1 {reply.status} {_REASONS[reply.status]}", *(f"{k}: {v}" for k, v in head.items())]
                writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + reply.body)
                await writer.drain()
        except (TimeoutError, ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass  # the asker went away, or never spoke; a killed daemon does that
        finally:
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader) -> Reply:
        request, *lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").strip().split("\r\n")
        headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        method, _, rest = request.partition(" ")
        path = rest.split(" ", 1)[0].split("?", 1)[0]
        if method == "POST" and path.startswith(f"{SLACK}/"):
            return await self._take(reader, headers, path.rsplit("/", 1)[1])
        if method != "GET":
            return Reply(status=400)
        return self._page(path, headers)

    def _page(self, path: str, headers: Mapping[str, str]) -> Reply:
        for source, address in FEEDS.items():
            if path == address:
                return self._newsroom.feed(source, self.base, headers)
            if path.startswith(f"/{source}/news/"):
                found = self._newsroom.statement(source, path.rsplit("/", 1)[1])
                if found:
                    kind = {"Content-Type": "text/html; charset=utf-8"}
                    return Reply(status=200, body=feeds.page(found), headers=kind)
        return Reply(status=404)

    async def _take(self, reader: asyncio.StreamReader, headers: Mapping[str, str], method: str) -> Reply:
        length = int(headers.get("content-length", "0"))
        if length > _LARGEST:
            return Reply(status=413)
        said = self._slack.call(method, await reader.readexactly(length))
        return Reply(status=200, body=json.dumps(said).encode(), headers={"Content-Type": "application/json"})
