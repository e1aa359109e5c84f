"""Posts that a source shows as they were are not read again, and are there all the same."""

from __future__ import annotations

from datetime import timedelta

from monitor import poll
from monitor.model import Batch, Bookmark, Post, Reading, post_key
from monitor.poll import Polled
from monitor.sources import _entries
from monitor.sources._entries import Remembered
from monitor.store import Store
from tests.make import NOON, post
from tests.poll.ministry import Ministry, settings

MINUTE = timedelta(minutes=1)
SOURCE = "am-mod"


def shows(*posts: Post, known: tuple[Post, ...] = ()) -> Batch:
    """An answer in which some posts are new and others known, with what there is to remember of all."""
    entries = tuple(_entries.entry(one, f"{n:8}".encode()) for n, one in enumerate((*posts, *known)))
    reading = Reading(posts=posts, entries=_entries.written(Remembered("mark", entries)))
    before = Bookmark(body_hash="x", etag='"1"', cursor={"whole": NOON.isoformat()})
    return Batch(
        posts=posts,
        bookmark=_entries.remembering(before, reading, NOON),
        known=_entries.known(reading, SOURCE),
        window=_entries.window(reading, SOURCE),
    )


async def polled(store: Store, batch: Batch, minutes: int = 0, **given: object) -> Polled:
    return await poll.poll(settings(**given), Ministry(batch), store, NOON + minutes * MINUTE)


async def test_what_is_known_is_counted_and_seen_again(store: Store) -> None:
    one, two, three = post(1), post(2), post(3)
    await polled(store, shows(one, two))
    after = await polled(store, shows(three, known=(one, two)), minutes=5)
    quiet = await polled(store, shows(known=(three, two)), minutes=9)
    last = await store.gone.last_shown(SOURCE, [one.key, two.key, three.key])

    assert (after.counts["new"], after.counts["known"], after.after.gap) == (1, 2, None)
    assert (quiet.counts["known"], quiet.outcome) == (2, "unchanged")
    assert last == [NOON + 5 * MINUTE, NOON + 9 * MINUTE, NOON + 9 * MINUTE]
    assert [entry.post.key for entry in await store.posts.recent()] == [three.key, one.key, two.key]


async def test_many_new_ones_beside_a_known_one_are_neither_a_gap_nor_renewed_ids(store: Store) -> None:
    old = [post(n, published=NOON - timedelta(days=2)) for n in range(13)]
    await polled(store, shows(old[0]))
    beside = await polled(store, shows(*old[1:], known=(old[0],)), minutes=5)

    assert (beside.counts.gather, beside.after.gap, beside.counts["new"]) == ("", None, 12)


async def test_one_that_is_missing_from_among_known_ones_is_noticed(store: Store) -> None:
    one, two, three = post(1), post(2), post(3)
    await polled(store, shows(three, two, one))
    await polled(store, shows(known=(three, one)), minutes=5)

    assert set(await store.gone.of(SOURCE)) == {two.key}


async def test_a_suspect_among_known_ones_is_there(store: Store) -> None:
    one, two, three = post(1), post(2), post(3)
    await polled(store, shows(three, two, one))
    await polled(store, shows(known=(three, one)), minutes=5)
    await polled(store, shows(known=(three, two, one)), minutes=9)

    assert (await store.gone.of(SOURCE))[two.key].suspect.state == "present"


async def test_what_a_source_still_shows_is_not_deleted_because_it_says_so(store: Store) -> None:
    one = post(1)
    await polled(store, shows(one))
    told = shows(known=(one,))
    await polled(store, Batch(known=told.known, bookmark=told.bookmark, deletions=(one.native_id,)), minutes=5)

    assert one.key == post_key(SOURCE, one.native_id)
    assert await store.gone.of(SOURCE) == {}


async def test_what_the_store_does_not_know_is_read_again_whatever_the_answer(store: Store) -> None:
    one, stranger = post(1), post(2)
    await polled(store, shows(one))
    await polled(store, shows(known=(one, stranger)), minutes=5)
    bookmark = (await store.health.left(SOURCE)).bookmark

    assert bookmark
    assert (bookmark.body_hash, bookmark.etag) == (None, None)
    assert "entries" not in bookmark.cursor


async def test_a_text_that_goes_to_and_fro_is_read_each_time(store: Store) -> None:
    said = [post(1, text=f"Words {'of' if n % 2 else 'about'} the day.") for n in range(8)]
    held = []
    for minute, one in enumerate(said):
        now = await polled(store, shows(one), minutes=minute)
        bookmark = (await store.health.left(SOURCE)).bookmark
        assert bookmark
        held.append((bool(now.counts["held"]), "entries" in bookmark.cursor))

    assert held[0] == (False, True)
    assert held[-1] == (True, False)


async def test_a_text_that_rests_is_read_until_it_has_settled(store: Store) -> None:
    for minute in range(9):
        await polled(store, shows(post(1, text=f"Words {'of' if minute % 2 else 'about'} the day.")), minutes=minute)
    found = []
    for minute in (10, 60, 80, 90):
        now = await polled(store, shows(post(1, text="Words about the day.")), minutes=minute)
        bookmark = (await store.health.left(SOURCE)).bookmark
        assert bookmark
        found.append((now.outcome, "entries" in bookmark.cursor))

    assert found == [("unchanged", False), ("unchanged", False), ("new", True), ("unchanged", True)]
