from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

import pytest

from monitor.errors import StoreUnavailable
from monitor.model import Alert, Deletion, Entry, Marked, Suspect, changed
from monitor.store import Store
from monitor.store.connection import Connection
from monitor.store.gone import Change
from tests.make import NOON, alert, post


async def test_live_yields_posts_and_alerts_as_they_come_and_resumes_by_its_cursor(store: Store) -> None:
    await store.posts.admit("am-mod", [], NOON)
    seen: list[tuple[str, Entry | Alert | Marked | None]] = []

    async def follow(cursor: str | None, until: int) -> None:
        live = store.live(cursor)
        try:
            async for item in live:
                if item[1] is not None:
                    seen.append(item)
                if len(seen) >= until:
                    return
        finally:
            assert isinstance(live, AsyncGenerator)
            await live.aclose()

    watching = asyncio.create_task(follow("0-0/0-0", 2))
    await store.posts.admit("am-mod", [post(1)], NOON)
    (entry,) = await store.posts.take("judge", 10, block=0.01)
    one = alert(entry.post, to=())
    await store.alerts.conclude([(entry, one.verdict, one)], NOON)
    async with asyncio.timeout(10):
        await watching

    assert [type(what).__name__ for _, what in seen] == ["Entry", "Alert"]
    assert seen[1][1] == one

    await store.posts.admit("am-mod", [post(2)], NOON)
    async with asyncio.timeout(10):
        await follow(seen[1][0], 3)

    last = seen[2][1]
    assert isinstance(last, Entry)
    assert last.post.title == "Statement 2"


async def test_live_tells_what_is_found_deleted_and_there_again(store: Store) -> None:
    key = post(1).key
    await store.posts.admit("am-mod", [post(1)], NOON)
    gone = Deletion(at=NOON, suspected=NOON)
    back = changed(gone, restored=NOON)
    suspect = Suspect(key=key, since=NOON, due=NOON, state="deleted")
    live = store.live()
    assert isinstance(live, AsyncGenerator)
    await anext(live)  # its place

    assert await store.gone.change([Change(key, None, suspect, gone)]) == [True]
    assert await _deletion(live) == gone
    again = Change(key, (await store.gone.of("am-mod"))[key], changed(suspect, state="present"), back)
    assert await store.gone.change([again]) == [True]
    assert await store.gone.change([again]) == [False], "what was done is not told again"
    assert await _deletion(live) == back
    await live.aclose()


async def _deletion(live: AsyncGenerator[tuple[str, Entry | Alert | Marked | None]]) -> Deletion | None:
    async with asyncio.timeout(10):
        _, item = await anext(live)
    assert isinstance(item, Marked)
    return item.entry.deletion


async def test_a_store_that_is_not_there_is_one_calm_error() -> None:
    store = Store("redis://:hunter2@127.0.0.1:1/0?client_name=hunter2")

    with pytest.raises(StoreUnavailable) as caught:
        await store.ping()
    await store.close()

    assert "127.0.0.1:1" in str(caught.value)
    assert "hunter2" not in str(caught.value)


async def test_unsafe_settings_are_told_in_a_sentence(store: Store, server_url: str) -> None:
    assert await store.caution() is None
    connection = Connection(server_url)
    await connection.call("CONFIG", "SET", "maxmemory-policy", "allkeys-lru")
    await connection.call("CONFIG", "SET", "appendonly", "no")
    try:
        fault = await store.caution()
    finally:
        await connection.call("CONFIG", "SET", "maxmemory-policy", "noeviction")
        await connection.call("CONFIG", "SET", "appendonly", "yes")
        await connection.close()

    assert fault is not None
    assert "append-only file is off" in fault
    assert "allkeys-lru" in fault
