from __future__ import annotations

from monitor.model import Bookmark, SourceState
from monitor.store import Store
from tests.make import NOON


async def test_a_source_never_polled_has_no_bookmark_and_is_new(store: Store) -> None:
    assert await store.health.source("a") == (None, SourceState(id="a"))


async def test_bookmark_and_state_are_kept_exactly(store: Store) -> None:
    bookmark = Bookmark(etag='W/"a-1"', last_modified="Tue, 16 Nov 2021 10:00:00 GMT", cursor={"since": "7"})
    state = SourceState(id="a", health="healthy", asked=NOON, answered=NOON, posts=7)
    await store.health.keep(state, bookmark)

    assert await store.health.source("a") == (bookmark, state)


async def test_a_failure_leaves_the_bookmark_alone(store: Store) -> None:
    bookmark = Bookmark(etag='"a"')
    await store.health.keep(SourceState(id="a"), bookmark)
    await store.health.keep(SourceState(id="a", health="failing", failures=1, error="away"), None)

    kept, state = await store.health.source("a")

    assert kept == bookmark
    assert state.health == "failing"


async def test_sources_are_told_with_the_time_of_their_next_poll(store: Store) -> None:
    await store.timetable.plan({"a": (NOON, NOON)}, NOON)
    await store.health.keep(SourceState(id="a", health="healthy"), None)

    a, b = await store.health.sources(["a", "b"])

    assert (a.health, a.due) == ("healthy", NOON)
    assert (b.health, b.due) == ("new", None)


async def test_signs_of_life(store: Store) -> None:
    await store.health.beat("judge", NOON)

    assert await store.health.heartbeats() == {"judge": NOON}
