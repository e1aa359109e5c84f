"""What a source has shown: few posts are remembered as seen, and yet none is ever new twice."""

from __future__ import annotations

from datetime import timedelta

from monitor.store import Store, keys
from monitor.store.posts import _SEEN
from tests.make import NOON, post

OLD = [post(n) for n in range(_SEEN + 200)]


async def shown(store: Store) -> None:
    """Let a source show many posts in the course of time, twenty at once."""
    for n in range(0, len(OLD), 20):
        await store.posts.admit("am-mod", OLD[n : n + 20], NOON + timedelta(minutes=n))


async def seen(store: Store, what: str, *args: int) -> object:
    return await store.posts._connection.call(what, keys.seen("am-mod"), *args)


async def test_of_many_posts_the_last_shown_are_remembered_in_one_piece(store: Store) -> None:
    await shown(store)

    assert await seen(store, "ZCARD") == _SEEN
    encoding = await store.posts._connection.call("OBJECT", "ENCODING", keys.seen("am-mod"))
    assert encoding == b"listpack"


async def test_what_is_not_remembered_is_known_all_the_same(store: Store) -> None:
    await shown(store)

    assert await store.posts.known("am-mod", [*(one.key for one in OLD), "am-mod:never"]) == {one.key for one in OLD}
    again = await store.posts.admit("am-mod", OLD[:30], NOON + timedelta(days=1), storm=5)

    assert (dict(again), again.gather) == ({"known": 30}, "")
    assert len(await store.posts.recent(2 * len(OLD))) == len(OLD)


async def test_old_posts_that_come_back_are_no_flood(store: Store) -> None:
    await shown(store)
    fresh = post("fresh")

    again = await store.posts.admit("am-mod", [fresh, *OLD[:30]], NOON + timedelta(days=1), storm=5)

    assert (again["new"], again["known"], again.gather) == (1, 30, "")


async def test_a_source_that_shows_more_is_remembered_whole(store: Store) -> None:
    many = [
        post(n, text="The same words.") for n in range(_SEEN + 100)
    ]  # all but the first are repeats, soon forgotten
    await store.posts.admit("am-mod", [], NOON)
    await store.posts.admit("am-mod", many, NOON)
    connection = store.posts._connection
    await connection.together(("DEL", keys.post(one.key)) for one in many[1:])

    again = await store.posts.admit("am-mod", many, NOON + timedelta(days=2))

    assert dict(again) == {"known": len(many)}
