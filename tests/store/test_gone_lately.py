"""Which posts lately went or came back: for those who must be told of it wherever the posts stand."""

from __future__ import annotations

from datetime import timedelta

from monitor.model import Deletion, Suspect, changed
from monitor.store import Store, keys
from monitor.store.connection import Connection
from monitor.store.gone import Change
from tests.make import NOON, post

MINUTE = timedelta(minutes=1)
WHAT = Deletion(at=NOON, suspected=NOON - MINUTE)


async def found(store: Store, key: str, what: Deletion | None, state: str = "") -> None:
    """Write a deletion; `state` makes the suspect's record another one."""
    now = Suspect(key=key, since=NOON, due=NOON, state="deleted" if what else "suspected", evidence=(state,))
    assert await store.gone.change([Change(key, await store.gone.held(key), now, what)]) == [True]


async def test_the_last_one_comes_first_and_a_return_counts_like_a_deletion(store: Store) -> None:
    one, two, other, merely = post(1), post(2), post(3, source="other"), post(4)
    for each in (one, two, other, merely):
        await store.posts.admit(each.source, [each], NOON)
    await found(store, one.key, WHAT)
    await found(store, two.key, changed(WHAT, at=NOON + MINUTE))
    await found(store, other.key, changed(WHAT, at=NOON + 2 * MINUTE))
    await found(store, merely.key, None)
    assert await store.gone.lately(9) == [other.key, two.key, one.key]

    await found(store, one.key, changed(WHAT, restored=NOON + 3 * MINUTE), "back")
    assert await store.gone.lately(9) == [one.key, other.key, two.key]
    assert await store.gone.lately(1, "am-mod") == [one.key]
    assert await store.gone.lately(9, "nobody") == []


async def test_only_the_last_thousand_are_kept_and_none_that_the_store_has_lost(store: Store, server_url: str) -> None:
    raw = Connection(server_url)
    await raw.call("ZADD", keys.DELETIONS, *(part for n in range(1000) for part in (n, f"am-mod:{n:020x}")))
    await store.posts.admit("am-mod", [post(1)], NOON)
    await found(store, post(1).key, WHAT)
    await found(store, post(2).key, WHAT)  # never admitted

    known = await store.gone.lately(2000)
    assert (len(known), known[0], known[-1]) == (1000, post(1).key, f"am-mod:{1:020x}")
    await raw.close()
