"""The live stream: one follower of the store for all viewers, and one remembered stretch that each reads at its pace.

There is no queue per viewer. The follower writes into one short memory; a viewer has a place in it. One that reads too
slowly loses its place: its stream ends, and it comes back with the last id it has seen. So a slow viewer costs nothing
and delays nobody. A viewer whose last id is older than the memory reads the store by itself until it has caught up.

Server-Sent Events: https://html.spec.whatwg.org/multipage/server-sent-events.html
"""

from __future__ import annotations

import asyncio
import re
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import aclosing, suppress
from functools import cached_property
from typing import Any, TypeVar, cast

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from monitor.errors import StoreUnavailable
from monitor.model import Alert, Entry, Marked, encode
from monitor.web import Reads
from monitor.web.site import Site

log = structlog.get_logger("web")

T = TypeVar("T")
Item = Entry | Alert | Marked

_HEADERS = {"Content-Type": "text/event-stream; charset=utf-8", "X-Accel-Buffering": "no"}
_CURSOR = re.compile(r"[0-9A-Za-z:._,/|=-]{0,200}")
# JSON leaves these as they are, and many a client takes them for the end of a line.
_LINE_ENDS = tuple((mark.encode(), f"\\u{ord(mark):04x}".encode()) for mark in "\u0085\u2028\u2029")
_GAP = "More has come meanwhile than is sent again; read it from /api/posts and /api/alerts."


class Event:
    """One thing to send. Its bytes are made when the first viewer wants them, and once for all."""

    def __init__(self, cursor: str, make: Callable[[], bytes]) -> None:
        self.cursor = cursor
        self._make = make

    @cached_property
    def frame(self) -> bytes:
        return self._make()


class Live:
    """Follow the store while `run` runs; hand every viewer what is new.

    html       one row of the timeline, escaped
    memory     events kept for viewers that read slowly or come back
    most       events of the store a viewer may catch up with; beyond that it is told of the gap
    heartbeat  seconds of silence after which a comment shows that the line stands
    viewers    how many may look at the same time
    """

    def __init__(
        self,
        store: Reads,
        html: Callable[[Item], str],
        stopping: asyncio.Event,
        *,
        memory: int = 512,
        most: int = 500,
        heartbeat: float = 15.0,
        retry: float = 1.0,
        viewers: int = 500,
    ) -> None:
        self.cursor: str | None = None
        self.viewers = 0
        self._store, self._html, self._stopping = store, html, stopping
        self._events: deque[Event] = deque(maxlen=memory)
        self._count = 0  # events ever remembered; the last one's number
        self._news = asyncio.Event()
        self._answers = True
        self._most, self._heartbeat, self._retry, self._most_viewers = most, heartbeat, retry, viewers

    @property
    def crowded(self) -> bool:
        return self.viewers >= self._most_viewers

    async def run(self) -> None:
        """Follow the store until cancelled. While it does not answer, say so and keep asking."""
        ending = asyncio.create_task(self._wake(), name="web: live, at the stop")
        try:
            await self._keep_following()
        finally:
            ending.cancel()
            self._news.set()  # nobody would wake those who wait now

    async def _wake(self) -> None:
        await self._stopping.wait()
        self._news.set()

    async def _keep_following(self) -> None:
        while True:
            try:
                async with _closing(self._store.live(self.cursor)) as events:
                    async for cursor, item in events:
                        self._answering(True, cursor)
                        self._remember(cursor, item)
                        await asyncio.sleep(0)  # many may come at once; viewers read in between
            except StoreUnavailable:
                self._answering(False, self.cursor or "")
            except Exception:
                # One unreadable record must not end the stream for good.
                log.exception("web.live_failed")
            await asyncio.sleep(self._retry)

    async def placed(self, within: float) -> None:
        """Wait until the first page can say where its stream begins; not longer than `within`, nor without a store."""
        with suppress(TimeoutError):
            async with asyncio.timeout(within):
                while self.cursor is None and self._answers:
                    await self._news.wait()

    async def follow(self, cursor: str | None) -> AsyncGenerator[bytes, None]:
        """Yield frames: what came after `cursor` (None: from now on), then everything new, until the daemon stops."""
        self.viewers += 1
        try:
            yield b"retry: 3000\n\n" + _state(self._answers)
            place = self._place(cursor)
            if place is None:
                async with aclosing(self._caught_up(cursor or "")) as missed:
                    async for reached, frame in missed:
                        yield frame
                        place = self._place(reached)
                        if place is not None:
                            break
            if place is not None:
                async with aclosing(self._from(place)) as frames:
                    async for frame in frames:
                        yield frame
        finally:
            self.viewers -= 1

    async def _from(self, place: int) -> AsyncGenerator[bytes, None]:
        """Yield remembered and new events from a place on. Ends when the place is lost, or at the stop."""
        while not self._stopping.is_set() and place >= self._count - len(self._events):
            if place < self._count:
                event = self._events[place - self._count]
                place += 1
                if event.frame:
                    yield event.frame
            elif not await self._news_within(self._heartbeat):
                yield b": nothing new\n\n"

    async def _news_within(self, seconds: float) -> bool:
        """Wait for something new, or for the stop, which wakes everybody: one wait a viewer, for there are many."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                return await self._news.wait()
        return False

    async def _caught_up(self, cursor: str) -> AsyncGenerator[tuple[str, bytes], None]:
        """Read from the store what the memory no longer has. Ends at the stop, at a gap, or when the store is gone."""
        sent = 0
        try:
            async with _closing(self._store.live(cursor)) as events:
                while (found := await self._first(anext(events))) is not None:
                    reached, item = found
                    sent += item is not None
                    if sent > self._most:
                        # From here the viewer goes on with what is new, as one that has just come.
                        yield self.cursor or "", framed("gap", {"reason": _GAP}, self.cursor)
                        return
                    yield reached, self._frame(reached, item) if item else b": nothing new\n\n"
        except StoreUnavailable:
            yield cursor, _state(answers=False)

    def _place(self, cursor: str | None) -> int | None:
        """Return the number of events up to a cursor; None if the memory does not reach back so far.

        An empty cursor is a page that was made before the store had told any: all that is remembered is its.
        """
        if cursor is None or cursor == self.cursor:
            return self._count
        if not cursor:
            return self._count - len(self._events)
        for back, event in enumerate(reversed(self._events)):
            if event.cursor == cursor:
                return self._count - back
        return None

    def _remember(self, cursor: str, item: Item | None) -> None:
        if item is None and cursor == self.cursor:
            return
        self.cursor = cursor
        self._add(Event(cursor, lambda: self._frame(cursor, item) if item else b""))

    def _answering(self, answers: bool, cursor: str) -> None:
        if answers != self._answers:
            self._answers = answers
            self._add(Event(cursor, lambda: _state(answers)))

    def _add(self, event: Event) -> None:
        self._events.append(event)
        self._count += 1
        self._news.set()
        self._news = asyncio.Event()

    def _frame(self, cursor: str, item: Item) -> bytes:
        html = self._html(item)
        match item:
            case Alert():
                return framed("alert", {"alert": item, "html": html}, cursor)
            case Marked():
                return framed("deletion", {"entry": item.entry, "html": html}, cursor)
        return framed("post", {"entry": item, "html": html}, cursor)

    async def _first(self, work: Awaitable[T], within: float | None = None) -> T | None:
        """Return what the work brings; None if the stop or the end of the time comes first."""
        task, stop = asyncio.ensure_future(work), asyncio.ensure_future(self._stopping.wait())
        try:
            await asyncio.wait({task, stop}, timeout=within, return_when=asyncio.FIRST_COMPLETED)
            return task.result() if task.done() else None
        except StopAsyncIteration:
            return None
        finally:
            task.cancel()
            stop.cancel()
            await asyncio.wait({task, stop})  # a generator can only be closed once nobody waits in it


def framed(event: str, value: Any, cursor: str | None = None) -> bytes:
    """Return one event with the value as JSON: one line, so no text can begin an event of its own."""
    data = encode(value)
    for mark, escaped in _LINE_ENDS:
        data = data.replace(mark, escaped)
    mine = b"" if cursor is None else b"id: " + re.sub(rb"[\r\n\0]", b"", cursor.encode()) + b"\n"
    return b"event: " + event.encode() + b"\n" + mine + b"data: " + data + b"\n\n"


async def stream(site: Site, request: Request) -> Response:
    if request.method == "HEAD":
        return Response(headers=_HEADERS)
    cursor = request.headers.get("last-event-id", request.query_params.get("cursor"))
    if cursor is not None and not _CURSOR.fullmatch(cursor):
        raise HTTPException(400, "The cursor is the id of an event, exactly as it was sent.")
    if site.live.crowded:
        raise HTTPException(503, "Too many viewers are connected; try again later.", {"Retry-After": "30"})
    return StreamingResponse(site.live.follow(cursor), headers=_HEADERS)


def _state(answers: bool) -> bytes:
    return framed("state", {"store": answers})


def _closing(events: AsyncIterator[T]) -> Any:
    """Close the store's generator as soon as it is left; the contract calls it an iterator, and it is a generator."""
    return aclosing(cast("AsyncGenerator[T, None]", events))
