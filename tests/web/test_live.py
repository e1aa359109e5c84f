"""The live stream, over a real server on the loopback."""

from __future__ import annotations

import asyncio
import json
import re
import socket
import time
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from typing import Any, NamedTuple

import httpx
import pytest

from monitor.model import Deletion, Marked, changed
from monitor.web.live import framed
from tests.web.memory import NOON, MemoryStore, a_post, alerted, an_entry, record, serving


class Event(NamedTuple):
    name: str
    data: Any
    id: str | None


async def parsed(lines: AsyncIterator[str]) -> AsyncIterator[Event]:
    """Read a stream as the HTML standard says, comments left out."""
    name, data, last = "message", list[str](), None
    async for line in lines:
        field, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if not line:
            if data:
                yield Event(name, json.loads("\n".join(data)), last)
            name, data, last = "message", [], None
        elif field == "event":
            name = value
        elif field == "data":
            data.append(value)
        elif field == "id":
            last = value


class Viewer:
    def __init__(self, events: AsyncIterator[Event]) -> None:
        self.events = events

    async def next(self) -> Event:
        async with asyncio.timeout(5):
            return await anext(self.events)

    async def rest(self) -> list[Event]:
        async with asyncio.timeout(10):
            return [event async for event in self.events]


@asynccontextmanager
async def viewer(address: str, *, cursor: str | None = None, last: str | None = None) -> AsyncIterator[Viewer]:
    headers = {"Last-Event-ID": last} if last else {}
    params = {"cursor": cursor} if cursor is not None else {}
    async with (
        httpx.AsyncClient(base_url=address) as client,
        client.stream("GET", "/api/live", headers=headers, params=params, timeout=10) as answer,
    ):
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"
        assert answer.headers["cache-control"] == "no-store"
        async with aclosing(parsed(answer.aiter_lines())) as events:  # type: ignore[type-var]
            seen = Viewer(events)
            assert await seen.next() == Event("state", {"store": True}, None)
            yield seen


async def test_a_post_and_its_alert_arrive_with_record_and_row(memory: MemoryStore) -> None:
    entry, alert, _ = alerted(a_post())
    async with serving(memory) as (_, address), viewer(address) as seen:
        await memory.add(entry, alert)
        post, raised = await seen.next(), await seen.next()

    assert (post.name, post.data["entry"], post.id) == ("post", record(entry), "1-0/0-0")
    assert post.data["html"].startswith("<li ")
    assert f'data-row="{entry.post.key}@1"' in post.data["html"]
    assert (raised.name, raised.data["alert"]) == ("alert", record(alert))
    assert 'data-alert="high"' in raised.data["html"]


async def test_a_deletion_and_its_end_arrive_with_the_row_as_it_is_now(memory: MemoryStore) -> None:
    entry = an_entry(a_post())
    gone = Deletion(at=NOON, suspected=NOON)
    async with serving(memory) as (_, address), viewer(address) as seen:
        for deletion in (gone, changed(gone, restored=NOON)):
            await memory.add(Marked(entry=changed(entry, deletion=deletion)))
        events = [await seen.next(), await seen.next()]

    assert [one.name for one in events] == ["deletion", "deletion"]
    assert [one.id for one in events] == ["1-0/0-0", "2-0/0-0"]
    assert events[0].data["entry"]["deletion"]["at"] == "2021-11-16T12:00:00Z"
    for one, word in zip(events, ("deleted", "restored"), strict=True):
        assert f'data-row="{entry.post.key}@1"' in one.data["html"]
        assert re.search(rf'<a class="tag gone" href="[^"]*#deletion">{word}</a>\s*</p>', one.data["html"])


async def test_what_came_between_the_page_and_its_stream_is_not_lost(memory: MemoryStore) -> None:
    async with serving(memory) as (_, address), httpx.AsyncClient(base_url=address) as visitor:
        await memory.add(an_entry(a_post("1", "First.")))
        async with viewer(address, cursor="") as seen:  # now the follower has told the first one
            await seen.next()
        page = (await visitor.get("/")).text
        assert 'data-cursor="1-0/0-0"' in page
        await memory.add(an_entry(a_post("2", "Second.")))
        async with viewer(address, cursor="1-0/0-0") as seen:
            assert (await seen.next()).data["entry"]["post"]["text"] == "Second."


async def test_a_viewer_that_comes_back_goes_on_where_it_was(memory: MemoryStore) -> None:
    async with serving(memory) as (_, address):
        async with viewer(address) as seen:
            await memory.add(an_entry(a_post("1", "One.")))
            last = (await seen.next()).id
        await memory.add(*(an_entry(a_post(str(n), f"Number {n}.")) for n in range(2, 5)))
        async with viewer(address, last=last) as seen:
            texts = [(await seen.next()).data["entry"]["post"]["text"] for _ in range(3)]
        assert memory.followers == 1

    assert texts == ["Number 2.", "Number 3.", "Number 4."]


async def test_a_viewer_from_before_a_restart_reads_the_store_until_it_has_caught_up(memory: MemoryStore) -> None:
    await memory.add(*(an_entry(a_post(str(n), f"Number {n}.")) for n in range(6)))
    async with serving(memory) as (_, address), viewer(address, last="2-0/0-0") as seen:
        old = [(await seen.next()).data["entry"]["post"]["text"] for _ in range(4)]
        await memory.add(an_entry(a_post("9", "New.")))
        new = await seen.next()
        assert memory.followers == 2

    assert old == [f"Number {n}." for n in range(2, 6)]
    assert new.data["entry"]["post"]["text"] == "New."


async def test_a_viewer_that_was_away_for_too_long_is_told_of_the_gap(memory: MemoryStore) -> None:
    await memory.add(*(an_entry(a_post(str(n))) for n in range(30)))
    async with serving(memory, most=10) as (_, address), viewer(address, last="3-0/0-0") as seen:
        events = [await seen.next() for _ in range(11)]
        await memory.add(an_entry(a_post("99", "New.")))
        after = await seen.next()

    assert [event.name for event in events] == ["post"] * 10 + ["gap"]
    assert events[-1].id == "30-0/0-0"
    assert after.data["entry"]["post"]["text"] == "New."


async def test_a_slow_viewer_loses_its_place_and_delays_nobody(memory: MemoryStore) -> None:
    count, big = 300, "word " * 8_000
    async with serving(memory, memory=32) as (_, address), viewer(address) as quick:
        host, port = address.removeprefix("http://").split(":")
        with socket.socket() as slow:
            slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            slow.connect((host, int(port)))
            slow.sendall(b"GET /api/live HTTP/1.1\r\nHost: localhost\r\n\r\n")
            slow.setblocking(False)
            loop = asyncio.get_running_loop()
            received = await loop.sock_recv(slow, 4096)
            for n in range(count):
                await memory.add(an_entry(a_post(str(n), big)))
                assert (await quick.next()).id == f"{n + 1}-0/0-0"
            async with asyncio.timeout(10):
                while not received.endswith(b"0\r\n\r\n"):  # the end of a chunked answer
                    received = received[-2_000_000:] + await loop.sock_recv(slow, 65536)
        last = received.rpartition(b"id: ")[2].split(b"\n")[0].decode()
        assert int(last.split("-")[0]) < count
        async with viewer(address, last=last) as again:
            assert (await again.next()).id == f"{int(last.split('-')[0]) + 1}-0/0-0"


async def test_a_store_that_goes_and_comes_back_is_told_and_nothing_is_lost(memory: MemoryStore) -> None:
    async with serving(memory, retry=0.02) as (_, address), viewer(address) as seen:
        await memory.add(an_entry(a_post("1")))
        assert (await seen.next()).name == "post"
        memory.away = True
        await memory.wake()
        assert await seen.next() == Event("state", {"store": False}, None)
        memory.stream.append(an_entry(a_post("2", "Stored meanwhile.")))
        memory.away = False
        events = [await seen.next(), await seen.next()]
        while events[-1].name == "state":  # the store may be tried once more while it goes
            events.append(await seen.next())

    assert {"store": True} in [event.data for event in events]
    assert events[-1].data["entry"]["post"]["text"] == "Stored meanwhile."


async def test_silence_is_filled_with_comments(memory: MemoryStore) -> None:
    async with (
        serving(memory, heartbeat=0.05) as (_, address),
        httpx.AsyncClient(base_url=address) as client,
        client.stream("GET", "/api/live") as answer,
    ):
        async with asyncio.timeout(5):
            async for line in answer.aiter_lines():
                if line == ": nothing new":
                    return
    pytest.fail("the stream ended")


async def test_open_streams_end_at_the_stop(memory: MemoryStore) -> None:
    await memory.add(*(an_entry(a_post(str(n))) for n in range(3)))
    async with (
        serving(memory) as (server, address),
        viewer(address) as live,
        viewer(address, last="1-0/0-0") as catching_up,
    ):
        assert (await catching_up.next()).name == "post"
        began = time.perf_counter()
        stop = asyncio.create_task(server.stop())
        await asyncio.gather(live.rest(), catching_up.rest())
        ended = time.perf_counter() - began
        await stop

    assert ended < 0.5


async def test_a_viewer_that_leaves_is_forgotten_and_too_many_are_refused(memory: MemoryStore) -> None:
    async with (
        serving(memory, viewers=1, heartbeat=0.02) as (_, address),
        httpx.AsyncClient(base_url=address) as client,
    ):
        async with viewer(address):
            refused = await client.get("/api/live")
            assert (refused.status_code, refused.headers["retry-after"]) == (503, "30")
        async with asyncio.timeout(5):
            while (await client.head("/api/live")).status_code != 200:  # noqa: ASYNC110  # each turn asks the server
                await asyncio.sleep(0.01)


async def test_head_and_strange_cursors(memory: MemoryStore) -> None:
    async with serving(memory) as (_, address), httpx.AsyncClient(base_url=address) as client:
        head = await client.head("/api/live")
        strange = await client.get("/api/live", params={"cursor": "1\r\nevent: x"})

    assert (head.status_code, head.content) == (200, b"")
    assert strange.status_code == 400


async def test_words_of_a_post_begin_no_event_of_their_own(memory: MemoryStore) -> None:
    evil = "x\r\n\r\nevent: alert\rdata: {}\n\nid: 9-9/9-9\n\u2028\u0085"
    async with serving(memory) as (_, address), viewer(address) as seen:
        await memory.add(an_entry(a_post("1", evil, title=evil)), an_entry(a_post("2", "Next.")))
        first, second = await seen.next(), await seen.next()

    assert (first.name, first.id) == ("post", "1-0/0-0")
    assert first.data["entry"]["post"]["text"] == evil
    assert second.data["entry"]["post"]["text"] == "Next."


def test_an_event_is_three_lines_whatever_it_says() -> None:
    frame = framed("post", {"text": "a\nb\r\nc\rd\u2028e\x85"}, "1\n2\r3\0")

    assert frame == b'event: post\nid: 123\ndata: {"text":"a\\nb\\r\\nc\\rd\\u2028e\\u0085"}\n\n'


async def test_an_unreadable_record_does_not_end_the_stream(memory: MemoryStore) -> None:
    class Stumbling(MemoryStore):
        async def live(self, cursor: str | None = None) -> AsyncIterator[Any]:
            if not self.followers:
                self.followers += 1
                raise ValueError("unreadable")
            async for event in super().live(cursor or "0-0/0-0"):
                yield event

    store = Stumbling()
    async with serving(store, retry=0.01) as (_, address), viewer(address) as seen:
        await store.add(an_entry(a_post()))
        assert (await seen.next()).name == "post"
