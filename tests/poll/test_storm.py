"""Very many posts at once: all are stored, their alerts are marked to be told together, and operators hear it once."""

from __future__ import annotations

from datetime import datetime, timedelta

from monitor import poll
from monitor.model import Batch, Post
from monitor.poll import Polled
from monitor.store import Store
from tests.make import NOON, post
from tests.poll.ministry import Ministry, settings, waiting

OPS = ["duty"]
MINUTE = timedelta(minutes=1)


def batch(first: int, count: int, published: datetime | None = None) -> Batch:
    return Batch(posts=tuple(post(n, published=published) for n in range(first, first + count)))


async def polled(store: Store, *batches: Batch, apart: timedelta = MINUTE, **fields: object) -> list[Polled]:
    ministry = Ministry(*batches)
    asked = settings(every=60, **fields)
    return [await poll.poll(asked, ministry, store, NOON + apart * n, ops=OPS) for n, _ in enumerate(batches)]


async def gathered(store: Store) -> dict[str, str | None]:
    return {entry.post.native_id: entry.gather for entry in await store.posts.recent(1000)}


async def test_five_hundred_posts_in_a_minute_are_all_stored_and_one_notice_tells_of_them(store: Store) -> None:
    _, flood = await polled(store, batch(0, 3), batch(1000, 500))

    assert flood.counts["new"] == 500
    found = await gathered(store)
    assert len(found) == 503
    assert {found[one.native_id] for one in batch(1000, 500).posts} == {"storm"}
    assert [(one.notice, one.verdict.severity) for one in await waiting(store)] == [("storm", "high")]


async def test_a_flood_is_told_when_it_begins_and_goes_on_while_it_lasts(store: Store) -> None:
    known = batch(0, 3)
    beside = [
        Batch(posts=(*known.posts, *batch(start, count).posts)) for start, count in ((100, 60), (200, 12), (300, 2))
    ]
    *_, third, fourth = await polled(store, known, *beside)

    found = await gathered(store)
    assert found["https://example.org/205"] == "storm"  # fewer than begin a flood, and more than end it
    assert found["https://example.org/301"] is None
    assert [bool(one.after.storm) for one in (third, fourth)] == [True, False]
    assert [one.notice for one in await waiting(store)] == ["storm"]


async def test_old_posts_under_new_ids_are_a_flood_though_they_are_few(store: Store) -> None:
    old = NOON - timedelta(days=2)
    await polled(store, batch(0, 12, published=old), batch(100, 12, published=old))

    assert set((await gathered(store)).values()) == {None, "storm"}
    assert [one.notice for one in await waiting(store)] == ["storm"]


async def test_many_new_posts_beside_known_ones_are_no_flood(store: Store) -> None:
    await polled(store, batch(0, 12), batch(6, 40))

    assert set((await gathered(store)).values()) == {None}
    assert await waiting(store) == []


async def test_the_limit_is_the_sources_own(store: Store) -> None:
    await polled(store, batch(0, 3), batch(2, 10), storm=8)

    assert "storm" in (await gathered(store)).values()


async def test_after_an_hour_without_looking_many_are_told_together(store: Store) -> None:
    await polled(store, batch(0, 3), batch(2, 6), apart=timedelta(hours=1))

    found = await gathered(store)
    assert found["https://example.org/7"] == "catch-up"
    assert await waiting(store) == []


async def test_after_an_hour_without_looking_a_few_are_told_as_ever(store: Store) -> None:
    await polled(store, batch(0, 3), batch(2, 4), apart=timedelta(hours=1))

    assert set((await gathered(store)).values()) == {None}


async def test_a_first_poll_that_may_alert_is_told_together(store: Store) -> None:
    await polled(store, batch(0, 8), backfill="alert")

    assert set((await gathered(store)).values()) == {"catch-up"}


async def test_a_later_version_is_told_as_ever(store: Store) -> None:
    known = batch(0, 3)
    edited: tuple[Post, ...] = (post(1, text="Other words."), *batch(100, 60).posts)
    await polled(store, known, Batch(posts=edited))

    by_revision = {(entry.post.native_id, entry.post.revision): entry.gather for entry in await store.posts.recent(200)}
    assert by_revision["https://example.org/1", 2] is None
    assert by_revision["https://example.org/100", 1] == "storm"
