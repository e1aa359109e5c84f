from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from monitor.errors import StoreUnavailable
from monitor.model import Alert, Bookmark, Hints, PollRecord, SourceState, decode
from monitor.notices import notice
from monitor.store import Store, keys
from monitor.store.connection import Connection
from monitor.store.timetable import Place
from tests.make import NOON, origin

SILENT = SourceState(id="am-mod", health="late", since=NOON)


def told(*to: str, what: str = "silent") -> Alert:
    return notice(what, origin(), "Nothing for nine hours", "Look at its page.", NOON, to=to)


def polled(minute: int) -> PollRecord:
    at = NOON + timedelta(minutes=minute)
    return PollRecord(at=at, outcome="new", seconds=0.25, next=at + timedelta(minutes=1), status=200, size=512, new=1)


async def test_a_source_never_polled_has_no_bookmark_and_is_new(store: Store) -> None:
    assert await store.health.left("a") == (None, SourceState(id="a"), None)
    assert await store.health.polls("a") == []


async def test_bookmark_state_and_habit_are_kept_exactly(store: Store) -> None:
    bookmark = Bookmark(
        etag='W/"a-1"', last_modified="Tue, 16 Nov 2021 10:00:00 GMT", cursor={"since": "7"}, hints=Hints(ttl=60.0)
    )
    state = SourceState(id="a", health="healthy", asked=NOON, answered=NOON, posts=7)
    await store.health.keep(state, bookmark, habit="a habit, in its own words: ՀՀ")

    assert await store.health.left("a") == (bookmark, state, "a habit, in its own words: ՀՀ")


async def test_a_failure_leaves_bookmark_and_habit_alone(store: Store) -> None:
    bookmark = Bookmark(etag='"a"')
    await store.health.keep(SourceState(id="a"), bookmark, habit="mornings")
    await store.health.keep(SourceState(id="a", health="failing", failures=1, error="away"), None)

    kept, state, habit = await store.health.left("a")

    assert (kept, habit) == (bookmark, "mornings")
    assert state.health == "failing"


async def test_what_an_older_version_kept_is_read(store: Store, server_url: str) -> None:
    connection = Connection(server_url)
    state = b'{"id":"a","health":"failing","asked":"2021-11-16T12:00:00Z","failures":2,"error":"away","posts":7}'
    await connection.call("HSET", keys.source("a"), "state", state, "bookmark", b'{"etag":"1","cursor":{}}')
    await connection.close()

    bookmark, found, habit = await store.health.left("a")

    assert bookmark == Bookmark(etag="1")
    assert found == SourceState(id="a", health="failing", asked=NOON, failures=2, error="away", posts=7)
    assert habit is None


async def test_the_last_ten_polls_are_kept_the_newest_first(store: Store) -> None:
    for minute in range(12):
        await store.health.keep(SourceState(id="a"), None, record=polled(minute))
    await store.health.keep(SourceState(id="b"), None, record=polled(0))

    assert await store.health.polls("a") == [polled(minute) for minute in range(11, 1, -1)]


async def test_the_same_step_again_changes_nothing(store: Store) -> None:
    one, other = told("desk", "duty"), told("desk", what="gap")
    for _ in range(2):  # the answer to the first was lost
        await store.health.keep(SILENT, None, record=polled(1), notices=[one, other])
    await asyncio.gather(*(store.health.keep(SILENT, None, notices=[one]) for _ in range(20)))

    assert await store.health.polls("am-mod") == [polled(1)]
    desk, duty = await store.outbox.states(["desk", "duty"])
    assert (desk.waiting, duty.waiting) == (2, 1)


async def test_a_notice_is_carried_like_any_alert(store: Store) -> None:
    one = told("desk", "duty")
    await store.health.keep(SILENT, None, notices=[one])

    ((delivery, carried),) = await store.outbox.take("desk", "a", 10, block=0.01)
    assert carried == one
    assert (delivery.alert, delivery.queued, delivery.attempts) == (one.id, NOON, 0)
    assert await store.outbox.arrived(delivery, NOON, "ts-1")

    assert await store.alerts.get(one.id) == one
    assert {d.channel: d.state for d in await store.outbox.deliveries(one.id)} == {"desk": "arrived", "duty": "waiting"}
    assert await store.outbox.channels() == ["desk", "duty"]
    await store.health.keep(SILENT, None, notices=[one])  # once it has arrived it is not raised again either
    assert [state.waiting for state in await store.outbox.states(["desk", "duty"])] == [0, 1]


async def test_a_notice_stands_among_no_statements(store: Store) -> None:
    await store.health.keep(SILENT, None, notices=[told("desk")])

    assert await store.alerts.recent() == []
    assert await store.posts.recent() == []


async def test_a_notice_for_nobody_leaves_nothing(store: Store) -> None:
    await store.health.keep(SILENT, None, notices=[told(), told("desk", what="gap")])

    assert await store.alerts.get(told().id) is None
    (desk,) = await store.outbox.states(["desk"])
    assert desk.waiting == 1


async def test_notices_that_belong_to_no_poll_are_raised_once_too(store: Store) -> None:
    for _ in range(2):
        await store.health.tell([told("desk")])
    await store.health.tell([])

    (desk,) = await store.outbox.states(["desk"])
    assert desk.waiting == 1


async def test_when_memory_is_short_state_and_notice_are_refused_together(store: Store, server_url: str) -> None:
    connection = Connection(server_url)
    await connection.call("CONFIG", "SET", "maxmemory", "1mb")
    try:
        with pytest.raises(StoreUnavailable, match="maxmemory"):
            await store.health.keep(SILENT, Bookmark(etag="1"), record=polled(1), notices=[told("desk")])
    finally:
        await connection.call("CONFIG", "SET", "maxmemory", "0")
        await connection.close()

    assert await store.health.left("am-mod") == (None, SourceState(id="am-mod"), None)
    assert await store.health.polls("am-mod") == []
    assert await store.alerts.get(told("desk").id) is None
    await store.health.keep(SILENT, None, notices=[told("desk")])  # the next poll finds the same, and tells it
    (desk,) = await store.outbox.states(["desk"])
    assert desk.waiting == 1


async def test_a_record_of_a_poll_nobody_can_read_hides_no_other(store: Store, server_url: str) -> None:
    connection = Connection(server_url)
    await store.health.keep(SourceState(id="a"), None, record=polled(1))
    await connection.call("LPUSH", keys.polls("a"), b"not JSON")
    await connection.close()

    assert await store.health.polls("a") == [polled(1)]


async def test_sources_are_told_with_the_time_of_their_next_poll(store: Store) -> None:
    await store.timetable.plan({"a": Place(NOON, NOON)}, NOON)
    await store.health.keep(SourceState(id="a", health="healthy"), None)

    a, b = await store.health.sources(["a", "b"])

    assert (a.health, a.due) == ("healthy", NOON)
    assert (b.health, b.due) == ("new", None)


async def test_a_source_that_is_polled_now_is_so_until_it_is_given_back_or_its_lease_is_over(store: Store) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    soon, over = now + timedelta(minutes=3), now - timedelta(minutes=3)
    await store.timetable.plan({one: Place(NOON, NOON) for one in ("a", "b", "dead")}, NOON)
    await store.health.keep(SourceState(id="a", health="healthy"), None)
    assert await store.timetable.claim("me", NOON, soon, 2) == ["a", "b"]
    assert await store.timetable.claim("they", NOON, over, 1) == ["dead"]

    a, b, dead = await store.health.sources(["a", "b", "dead"])
    assert (a.health, a.asking, a.due) == ("healthy", True, None)
    assert (b.health, b.asking, b.due) == ("new", True, None)
    assert (dead.asking, dead.due) == (False, over)

    await store.timetable.release("me", {"a": soon})
    (a,) = await store.health.sources(["a"])
    assert (a.asking, a.due) == (False, soon)
    assert not (await store.health.left("a")).state.asking


async def test_signs_of_life(store: Store) -> None:
    await store.health.beat("judge", NOON)

    assert await store.health.heartbeats() == {"judge": NOON}


def test_an_alert_of_an_older_version_is_no_notice() -> None:
    old = (
        '{"id":"1","post":{"key":"k","source":"a","kind":"rss","native_id":"1"},"origin":{"id":"a","kind":"rss",'
        '"name":"A"},"verdict":{"alert":true},"raised":"2021-11-16T12:00:00Z","update":false}'
    )
    assert decode(old, Alert).notice is None
