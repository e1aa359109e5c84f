"""Records that nobody can read: they stay as they are, it is said once, and everything beside them goes on."""

from __future__ import annotations

import pytest
from structlog.testing import capture_logs

from monitor.model import Alert, Post, Verdict, alert_id
from monitor.store import Store, keys, record
from tests.make import NOON, alert, post

LATER = bytes((record.NUMBER + 1,)) + record.pack(post())[1:]  # of a release with one more dictionary
DAMAGED = [LATER, record.pack(post())[:-3], b"\0", b"no record at all", b'{"key": 1}', b"{"]


@pytest.fixture(autouse=True)
def nothing_said() -> None:
    record._complain.cache_clear()


async def judged(store: Store) -> list[Alert]:
    """Let the second of three posts and all after it alert; return the alerts."""
    await store.posts.admit("am-mod", [post(n) for n in (3, 2, 1)], NOON, backfill=True)
    alerts = []
    for entry in await store.posts.take("judge", 5, block=0.01):
        one = alert(entry.post) if entry.post != post(1) else None
        await store.alerts.conclude([(entry, one.verdict if one else Verdict(alert=False), one)], NOON)
        alerts += [one] if one else []
    return alerts


async def spoil(store: Store, what: str, spoiled: Post, raw: bytes) -> None:
    """Overwrite the `record`, the `verdict` or the `alert` of a post."""
    if what == "alert":
        await store.posts._connection.call("SET", keys.alert(alert_id(spoiled)), raw)
    else:
        await store.posts._connection.call("HSET", keys.post(spoiled.key), f"{what}:1", raw)


@pytest.mark.parametrize("raw", DAMAGED, ids=range(len(DAMAGED)))
async def test_posts_beside_one_that_nobody_can_read_are_shown_and_judged(store: Store, raw: bytes) -> None:
    await store.posts.admit("am-mod", [post(n) for n in (3, 2, 1)], NOON, backfill=True)
    await spoil(store, "record", post(2), raw)

    with capture_logs() as said:
        for _ in range(3):
            assert [one.post.native_id for one in await store.posts.recent()] == [post(3).native_id, post(1).native_id]
        taken = await store.posts.take("judge", 5, block=0.01)
        await store.alerts.conclude([(entry, Verdict(alert=False), None) for entry in taken], NOON)
        assert await store.posts.take("judge", 5, block=0, unfinished=True) == []

    assert [entry.post for entry in taken] == [post(1), post(3)]
    assert [line["event"] for line in said] == ["record.unreadable"]
    assert post(2).key in said[0]["what"]
    assert await store.posts._connection.call("HGET", keys.post(post(2).key), "record:1") == raw
    assert await store.posts.unjudged() == 1, "it waits for somebody who can read it"


@pytest.mark.parametrize("raw", DAMAGED, ids=range(len(DAMAGED)))
async def test_a_post_whose_verdict_nobody_can_read_is_shown(store: Store, raw: bytes) -> None:
    await judged(store)
    await spoil(store, "verdict", post(1), raw)

    (one,) = await store.posts.history(post(1).key)

    assert (one.post, one.verdict) == (post(1), None)


@pytest.mark.parametrize("what", ["record", "verdict", "alert"])
async def test_alerts_beside_one_that_nobody_can_read_are_sent(store: Store, what: str) -> None:
    bad, good = await judged(store)
    await spoil(store, what, bad.post, LATER)

    assert await store.alerts.recent() == [good]
    assert [one for _, one in await store.outbox.take("desk", "courier", 5)] == [good]
    waiting = {one.alert: one.state for one in await store.outbox.listed("desk", "waiting")}
    assert waiting == {bad.id: "waiting", good.id: "waiting"}, "it is sent after the next upgrade"
