"""An alert lies in the store beside what it is about, and stays what it was when it was raised."""

from __future__ import annotations

from monitor.model import Alert, Entry, Post, Verdict, changed
from monitor.store import Store, keys, told
from tests.make import NOON, alert, post

IDLE = Verdict(alert=False, idle=True)


async def said(store: Store, *posts: Post) -> Entry:
    """Let one source say something; return what the judge takes of it."""
    if posts[0].native_id not in {entry.post.native_id for entry in await store.posts.recent()}:
        await store.posts.admit("am-mod", [], NOON)
    await store.posts.admit("am-mod", posts, NOON)
    (entry,) = await store.posts.take("judge", 5, block=0.01)
    return entry


async def raised(store: Store, entry: Entry) -> Alert:
    one = alert(entry.post)
    await store.alerts.conclude([(entry, one.verdict, one)], NOON)
    return one


async def record_of(store: Store, one: Alert) -> bytes:
    raw: bytes = await store.alerts._connection.call("GET", keys.alert(one.id))
    return raw


async def test_an_alert_names_the_version_that_it_is_about_and_is_read_whole(store: Store) -> None:
    entry = await said(store, post(1, text="Two servicemen were wounded. " * 40))

    one = await raised(store, entry)

    assert (await record_of(store, one)).startswith(f"@{entry.post.key} 1\n".encode())
    assert len(await record_of(store, one)) < 150
    assert await store.alerts.get(one.id) == one
    assert await store.alerts.of([one.id, "unknown", one.id]) == [one, one]
    assert await store.alerts.recent() == [one]
    assert [parcel for _, parcel in await store.outbox.take("desk", "courier", 5)] == [one]


async def test_a_later_version_alerts_by_itself(store: Store) -> None:
    first = await raised(store, await said(store, post(1)))
    second = await raised(store, await said(store, post(1, text="Other words.")))

    assert await store.alerts.of([first.id, second.id]) == [first, second]
    assert [one.post.revision for one in (first, second)] == [1, 2]


async def test_a_notice_is_kept_whole(store: Store) -> None:
    one = alert(notice="silent")

    await store.health.tell([one])

    assert not (await record_of(store, one)).startswith(b"@")
    assert await store.alerts.get(one.id) == one


def test_an_alert_with_other_words_than_its_version_is_kept_whole() -> None:
    one = alert()

    assert told.naming(one, one.post, one.verdict).startswith(b"@")
    for record in (
        told.naming(one, changed(one.post, text="Other words."), one.verdict),
        told.naming(one, one.post, IDLE),
    ):
        assert told.read([record], "an alert") == one


async def test_what_has_alerted_is_never_replaced(store: Store) -> None:
    """A version that was replaced in place and then mattered is left alone by all changes after it."""
    await raised(store, await said(store, post(1)))
    for n in (2, 3):  # two versions that change nothing: the next changes replace the second of them
        entry = await said(store, post(1, text=f"Words, counted {n}."))
        await store.alerts.conclude([(entry, IDLE, None)], NOON)
    held = await said(store, post(1, text="Two servicemen were wounded."))
    assert (held.held, held.post.revision) == (True, 3)
    one = await raised(store, held)

    for n in range(4, 10):
        entry = await said(store, post(1, text=f"Words, counted {n}."))
        await store.alerts.conclude([(entry, IDLE, None)], NOON)

    assert await store.alerts.get(one.id) == one
    assert one.post.text == "Two servicemen were wounded."


async def test_an_alert_whose_post_is_lost_is_buried_not_sent(store: Store) -> None:
    one = await raised(store, await said(store, post(1)))
    await store.alerts._connection.call("DEL", keys.post(one.post.key))

    assert await store.outbox.take("desk", "courier", 5) == []

    assert [delivery.alert for delivery in await store.outbox.listed("desk", "dead")] == [one.id]
    assert await store.alerts.get(one.id) is None
