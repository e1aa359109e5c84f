from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from monitor.model import Deletion, Suspect, changed
from monitor.store import Store, gone, keys
from monitor.store.connection import Connection
from monitor.store.gone import MOST, Change
from tests.make import NOON, post

MINUTE = timedelta(minutes=1)


def suspect(key: str, minutes: float = 0) -> Suspect:
    return Suspect(key=key, since=NOON, due=NOON + minutes * MINUTE)


async def test_a_suspect_is_noted_once_and_changes_only_from_what_it_was(store: Store) -> None:
    one = suspect(post(1).key)
    assert await store.gone.change([Change(one.key, None, one)]) == [True]
    assert await store.gone.change([Change(one.key, None, changed(one, said=1))]) == [False]
    held = await store.gone.held(one.key)
    assert held is not None
    assert held.suspect == one

    later = changed(one, state="present")
    assert await store.gone.change([Change(one.key, held, later), Change(one.key, held, None)]) == [True, False]
    assert [one.suspect for one in (await store.gone.of("am-mod")).values()] == [later]


async def test_what_is_due_is_taken_by_one_and_comes_back_after_the_lease(store: Store) -> None:
    for n in range(3):
        await store.gone.change([Change(post(n).key, None, suspect(post(n).key, minutes=n))])

    assert await store.gone.take(NOON + MINUTE, NOON + 5 * MINUTE, 9) == [post(0).key, post(1).key]
    assert await store.gone.take(NOON + MINUTE, NOON + 5 * MINUTE, 9) == []
    assert len(await store.gone.take(NOON + 5 * MINUTE, NOON + 9 * MINUTE, 9)) == 3


async def test_what_is_forgotten_is_no_longer_looked_at(store: Store) -> None:
    key = post(1).key
    await store.gone.change([Change(key, None, suspect(key))])
    await store.gone.change([Change(key, await store.gone.held(key), None)])

    assert (await store.gone.held(key), await store.gone.take(NOON, NOON, 9)) == (None, [])


async def test_what_nobody_suspects_is_taken_off_the_list_unless_it_became_a_suspect_meanwhile(
    store: Store, server_url: str
) -> None:
    raw, key = Connection(server_url), post(1).key
    await raw.call("ZADD", keys.LOOKS, 0, key)
    await raw.close()
    assert await store.gone.change([Change(key, None, None)]) == [True]
    assert await store.gone.take(NOON, NOON, 9) == []

    await store.gone.change([Change(key, None, suspect(key))])
    assert await store.gone.change([Change(key, None, None)]) == [False]
    assert await store.gone.take(NOON, NOON, 9) == [key]


async def test_a_source_has_no_more_suspects_than_it_may_and_they_expire(store: Store, server_url: str) -> None:
    many = [suspect(f"am-mod:{n:020x}") for n in range(MOST + 2)]
    assert sum(await store.gone.change([Change(one.key, None, one) for one in many])) == MOST
    assert await store.gone.change([Change("other:1", None, suspect("other:1"))]) == [True]

    raw = Connection(server_url)
    assert await raw.call("PTTL", keys.gone("am-mod")) > 0
    await raw.close()


async def test_a_post_says_that_it_was_deleted_wherever_it_is_read_and_stays(store: Store) -> None:
    await store.posts.admit("am-mod", [post(1), post(2)], NOON)
    what = Deletion(at=NOON, suspected=NOON - MINUTE, seen=NOON - 2 * MINUTE, evidence=("404",))
    one = suspect(post(1).key)
    await store.gone.change([Change(one.key, None, changed(one, state="deleted"), what)])

    assert [entry.deletion for entry in await store.posts.history(one.key)] == [what]
    shown = {entry.post.title: entry.deletion for entry in await store.posts.recent()}
    assert shown == {"Statement 1": what, "Statement 2": None}


async def test_a_post_that_the_store_has_lost_is_not_made_anew_by_its_deletion(store: Store) -> None:
    one = suspect(post(1).key)
    await store.gone.change([Change(one.key, None, one, Deletion(at=NOON, suspected=NOON))])

    assert await store.posts.history(one.key) == []
    assert (await store.posts.admit("am-mod", [post(1)], NOON))["new"] == 1


async def test_what_a_source_showed_is_kept_with_its_bookmark_and_read_back(store: Store) -> None:
    state = (await store.health.left("am-mod")).state
    assert await store.gone.left("am-mod") == (None, {})
    await store.health.keep(state, None, window="a b")
    await store.health.keep(state, None)

    assert (await store.gone.left("am-mod"))[0] == "a b"


async def test_posts_of_one_source_that_were_stored_before_one_or_with_it_are_named_the_last_first(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gone, "_PAGE", 2)
    now = datetime.now(UTC)
    for n in range(6):
        await store.posts.admit("am-mod", [post(n)], now)
        await store.posts.admit("other", [post(n, source="other")], now)
    await store.posts.admit("am-mod", [post(2, text="Edited.")], now)

    assert await store.gone.stored_before(post(4).key, 3) == [post(n).key for n in (2, 5, 3)]
    assert await store.gone.stored_before(post(4).key, 9) == [post(n).key for n in (2, 5, 3, 1, 0)]
    assert await store.gone.stored_before("am-mod:unknown", 9) == []
    late = now + timedelta(hours=2)
    monkeypatch.setattr(gone, "_WITH_IT", -3_600_000)
    assert await store.gone.stored_before(post(4).key, 9) == []
    await store.posts.admit("am-mod", [post(7)], late)
    assert (await store.gone.stored_before(post(7).key, 1)) != []


async def test_when_a_post_was_last_read_is_known(store: Store) -> None:
    await store.posts.admit("am-mod", [post(1)], NOON)

    assert await store.gone.last_shown("am-mod", [post(1).key, post(2).key]) == [NOON, None]
