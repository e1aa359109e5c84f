from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest

from monitor import poll
from monitor.errors import MonitorError, Rejected, StoreUnavailable, Unreachable, Unreadable
from monitor.model import Batch, Bookmark, Post
from monitor.store import Store, keys
from monitor.store.connection import Connection
from tests.make import NOON, post
from tests.poll.ministry import Ministry, settings

SETTINGS = settings()


async def test_new_posts_are_stored_with_the_time_they_were_seen_and_the_bookmark_is_kept(store: Store) -> None:
    ministry = Ministry(Batch(posts=(post(1),), bookmark=Bookmark(etag='"1"')), Batch(bookmark=Bookmark(etag='"2"')))

    polled = await poll.poll(SETTINGS, ministry, store, NOON)
    await poll.poll(SETTINGS, ministry, store, NOON)

    assert polled.counts == Counter(new=1)
    assert [e.post.seen for e in await store.posts.recent()] == [NOON]
    assert ministry.asked == [None, Bookmark(etag='"1"')]
    assert (polled.after.health, polled.after.posts, polled.after.changed) == ("healthy", 1, NOON)


async def test_backfill_alert_asks_for_alerts_from_the_first_poll(store: Store) -> None:
    await poll.poll(settings(backfill="alert"), Ministry(Batch(posts=(post(1),))), store, NOON)

    assert [e.silent for e in await store.posts.recent()] == [False]


@pytest.mark.parametrize("error", [Unreachable("away"), Unreadable("an HTML page came"), Rejected("gone", status=410)])
async def test_a_failure_is_told_counted_and_leaves_the_bookmark(store: Store, error: MonitorError) -> None:
    ministry = Ministry(Batch(bookmark=Bookmark(etag='"1"')), error, error, Batch())
    for _ in range(2):
        await poll.poll(SETTINGS, ministry, store, NOON)

    polled = await poll.poll(SETTINGS, ministry, store, NOON)

    assert polled.error is error
    assert (polled.after.failures, polled.after.error, polled.after.error_kind) == (2, str(error), error.kind)
    assert ministry.asked[-1] == Bookmark(etag='"1"')
    assert (await poll.poll(SETTINGS, ministry, store, NOON)).after.failures == 0


async def test_a_mistake_of_ours_is_a_failure_of_that_source_alone(store: Store) -> None:
    polled = await poll.poll(SETTINGS, Ministry(KeyError("oops")), store, NOON)

    assert isinstance(polled.error, Unreadable)
    assert "KeyError" in str(polled.error)


async def test_a_post_that_cannot_be_stored_is_a_failure_of_that_source_alone(store: Store) -> None:
    polled = await poll.poll(SETTINGS, Ministry(Batch(posts=(post(1, text="\ud800"),))), store, NOON)

    assert isinstance(polled.error, Unreadable)
    assert "cannot be stored" in str(polled.error)


async def test_a_crash_between_posts_and_bookmark_asks_again_and_repeats_nothing(store: Store) -> None:
    batch = Batch(posts=(post(1), post(2)), bookmark=Bookmark(etag='"1"'))
    await store.posts.admit("am-mod", [], NOON)
    await store.posts.admit("am-mod", batch.posts, NOON)  # stored, and then the process dies

    polled = await poll.poll(SETTINGS, Ministry(batch), store, NOON)

    assert polled.counts == Counter(known=2)
    assert len(await store.posts.recent()) == 2


async def test_a_store_that_is_away_is_not_the_sources_fault(dead_store: Store) -> None:
    with pytest.raises(StoreUnavailable):
        await poll.poll(SETTINGS, Ministry(Batch()), dead_store, NOON)


async def test_a_bookmark_never_outlives_the_posts_it_stands_for(store: Store, server_url: str) -> None:
    """A failover loses what the old master acknowledged last: here the posts, while an older page is asked for."""
    first = Batch(posts=(post(1),), bookmark=Bookmark(etag='"1"'))
    second = Batch(posts=(post(2),), bookmark=Bookmark(etag='"2"'), earlier="page 2")
    await poll.poll(SETTINGS, Ministry(first), store, NOON)
    raw = Connection(server_url)
    before = await raw.call("HGET", keys.source("am-mod"), "poll")

    class Meanwhile(Ministry):
        async def earlier(self, page: str) -> Batch:
            await raw.call("HSET", keys.source("am-mod"), "poll", before)
            return await super().earlier(page)

    ministry = Meanwhile(second, pages={"page 2": first})
    with pytest.raises(StoreUnavailable, match="lost what it took of am-mod"):
        await poll.poll(SETTINGS, ministry, store, NOON)
    assert ministry.turned == ["page 2"]

    left = await store.health.left("am-mod")
    await raw.close()
    assert left.bookmark == Bookmark(etag='"1"')


async def test_a_source_with_another_address_alerts_only_what_is_new_there(store: Store) -> None:
    def at(home: str, *posts: Post) -> Batch:
        return Batch(posts=posts, bookmark=Bookmark(cursor={"home": home}))

    years_old = post("old", published=NOON - timedelta(days=900))
    ministry = Ministry(
        at("one", post(1)), at("two", years_old, post("undated"), post("news", published=NOON)), at("two", post("more"))
    )
    polls = [await poll.poll(SETTINGS, ministry, store, NOON + timedelta(minutes=n)) for n in range(3)]

    silent = {entry.post.title: entry.silent for entry in await store.posts.recent()}
    assert silent == {
        "Statement 1": True, "Statement old": True, "Statement undated": True, "Statement news": False,
        "Statement more": False,
    }  # fmt: skip
    assert [one.after.gap for one in polls] == [None, None, NOON + timedelta(minutes=2)]


async def test_what_joins_on_to_what_is_known_is_no_gap_though_all_of_it_is_new(store: Store) -> None:
    ministry = Ministry(Batch(posts=(post(1),)), Batch(posts=(post(2),), joined=True), Batch(posts=(post(3),)))
    found = [await poll.poll(SETTINGS, ministry, store, NOON) for _ in range(3)]

    assert [polled.after.gap for polled in found] == [None, None, NOON]
