"""Which versions share bands: an order whoever registers, bounded drawers, and what is noted on the first."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from monitor.model import Like, Post, Repeat
from monitor.store import Store, keys
from monitor.store.connection import Connection
from monitor.store.copies import GENERATION, MOST, RECORD, Alike
from monitor.store.places import Version
from tests.make import NOON, post

BANDS = [n * 0x9E3779B97F4A7C15 % 2**64 for n in range(1, 9)]
WEEK = timedelta(milliseconds=GENERATION)


async def stored(store: Store, *sources: str) -> list[Version]:
    posts = [post(source=source) for source in sources]
    for one in posts:
        await store.posts.admit(one.source, [one], NOON)
    return [Version(one.key, 1) for one in posts]


async def test_each_finds_those_before_it_that_share_most(store: Store) -> None:
    a, b, c = await stored(store, "a", "b", "c")

    assert await store.copies.meet([(a, BANDS[:4]), (b, BANDS[:8])], NOON) == [[], [a]]
    assert await store.copies.meet([(c, BANDS[2:])], NOON) == [[b, a]]
    assert await store.copies.meet([], NOON) == []


async def test_one_band_in_common_is_chance_and_a_version_of_the_same_post_is_none(store: Store) -> None:
    a, b = await stored(store, "a", "b")

    found = await store.copies.meet([(a, BANDS[:4]), (b, BANDS[3:]), (Version(a.key, 2), BANDS[:4])], NOON)

    assert found == [[], [], []]


async def test_judged_again_after_a_crash_each_keeps_its_place(store: Store) -> None:
    a, b = await stored(store, "a", "b")
    for _ in range(2):
        assert await store.copies.meet([(a, BANDS), (b, BANDS)], NOON) == [[], [a]]


async def test_of_two_judges_one_finds_the_other(store: Store, server_url: str) -> None:
    other = Store(server_url)
    for number in range(10):
        a, b = await stored(store, f"a{number}", f"b{number}")
        bands = [band ^ number << 40 for band in BANDS]
        (one,), (two,) = await asyncio.gather(
            store.copies.meet([(a, bands)], NOON), other.copies.meet([(b, bands[::-1])], NOON)
        )
        assert (one, two) in (([], [a]), ([b], []))
    await other.close()


async def test_a_copy_is_found_for_a_week_at_least_and_forgotten_after_two(store: Store, server_url: str) -> None:
    a, b, c = await stored(store, "a", "b", "c")
    raw = Connection(server_url)

    await store.copies.meet([(a, BANDS)], NOON)
    assert await store.copies.meet([(b, BANDS)], NOON + WEEK) == [[a]]
    assert await store.copies.meet([(c, BANDS)], NOON + 3 * WEEK) == [[]]
    drawers = await raw.call("KEYS", keys.drawer("*"))
    assert drawers
    assert all([0 < await raw.call("PTTL", drawer) <= 2 * GENERATION for drawer in drawers])
    await raw.close()


async def test_a_stock_phrase_fills_no_drawer(store: Store, server_url: str) -> None:
    versions = await stored(store, *(f"source-{number}" for number in range(40)))
    raw = Connection(server_url)

    *_, last = await store.copies.meet([(version, BANDS) for version in versions], NOON)

    assert last == versions[27:33]  # the oldest of the twelve that are kept
    assert len(last) == MOST
    drawers = await raw.call("KEYS", keys.drawer("*"))
    assert {await raw.call("STRLEN", drawer) for drawer in drawers} == {12 * RECORD}
    await raw.close()


async def test_two_bands_in_one_drawer_both_stay_in_it(store: Store) -> None:
    a, b = await stored(store, "a", "b")
    bands = [1 << 32 | 5, 2 << 32 | 5]

    assert await store.copies.meet([(a, bands), (b, bands)], NOON) == [[], [a]]


async def test_a_copy_is_noted_on_itself_and_on_the_first(store: Store) -> None:
    a, b = await stored(store, "a", "b")
    like = Like(key=a.key, kind="reworded", share=0.8)
    place = Repeat(permalink=None, native_id="1", seen=NOON, source="b", key=b.key, likeness="reworded")

    for _ in range(2):
        await store.copies.note([Alike(b, like, place)])

    (first,), (later,) = await store.posts.history(a.key), await store.posts.history(b.key)
    assert (first.like, first.repeats) == (None, (place,))
    assert later.like == like
    assert [entry.like for entry in await store.posts.recent() if entry.post.key == b.key] == [like]
    known = await store.posts.versions([b])
    assert known[b].like == like


async def test_a_post_that_was_cleared_away_leaves_nothing(store: Store) -> None:
    gone: Post = post(source="gone")

    assert await store.copies.meet([(Version(gone.key, 1), BANDS)], NOON) == [[]]
    assert await store.posts.history(gone.key) == []
