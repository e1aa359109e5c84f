from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from monitor.errors import StoreUnavailable
from monitor.model import Alert, changed
from monitor.store import Store, keys
from monitor.store.connection import Connection
from monitor.store.outbox import Leave, Parcel
from tests.make import NOON, alert, post

LATER = NOON + timedelta(minutes=5)


async def raised(store: Store, number: int = 1, *, to: tuple[str, ...] = ("desk",), now: datetime = NOON) -> Alert:
    """Raise an alert the way the judge does."""
    await store.posts.admit("am-mod", [], NOON)
    await store.posts.admit("am-mod", [post(number)], NOON)
    (entry,) = await store.posts.take("judge", 10, block=0.01)
    one = alert(entry.post, to=to)
    assert await store.alerts.conclude([(entry, one.verdict, one)], now) == [True]
    return one


async def test_a_delivery_is_taken_once_and_handed_out_until_it_is_settled(store: Store) -> None:
    one = await raised(store)

    ((first, carried),) = await store.outbox.take("desk", "a", 10, block=0.01)
    nothing = await store.outbox.take("desk", "b", 10, block=0.01)
    ((same, _),) = await store.outbox.take("desk", "a", 10)

    assert carried == one
    assert nothing == []
    assert same == first


async def test_an_attempt_is_counted_when_the_send_begins_not_when_it_is_taken(store: Store) -> None:
    await raised(store)
    ((first, _),) = await store.outbox.take("desk", "a", 10)
    ((taken_again, _),) = await store.outbox.take("desk", "a", 10)

    leave = await store.outbox.begin(first, "a")
    ((cut_off, _),) = await store.outbox.take("desk", "a", 10)  # the process died in the middle of the send

    assert (first.attempts, taken_again.attempts, cut_off.attempts) == (0, 0, 1)
    assert leave == Leave(given=True, attempts=0, failing=1)
    assert (await store.outbox.begin(cut_off, "a")).attempts == 1


async def test_an_arrived_delivery_is_recorded_and_gone(store: Store) -> None:
    one = await raised(store)
    ((delivery, _),) = await store.outbox.take("desk", "a", 10, block=0.01)

    assert await store.outbox.arrived(delivery, LATER, "ts-1")
    assert not await store.outbox.arrived(delivery, LATER, "ts-2")

    (kept,) = await store.outbox.deliveries(one.id)
    (state,) = await store.outbox.states(["desk"])
    assert (kept.state, kept.arrived, kept.receipt) == ("arrived", LATER, "ts-1")
    assert (state.waiting, state.arrived, state.last_arrived) == (0, 1, LATER)
    assert await store.outbox.take("desk", "a", 10, block=0.01) == []


async def test_a_postponed_delivery_comes_back_when_it_is_due(store: Store) -> None:
    one = await raised(store)
    ((delivery, _),) = await store.outbox.take("desk", "a", 10, block=0.01)
    await store.outbox.later(delivery, NOON, "the desk is away", LATER)

    assert await store.outbox.requeue("desk", NOON) == 0
    (state,) = await store.outbox.states(["desk"])
    assert (state.waiting, state.oldest, state.failures, state.error) == (1, NOON, 1, "the desk is away")

    assert await store.outbox.requeue("desk", LATER) == 1
    ((again, carried),) = await store.outbox.take("desk", "a", 10, block=0.01)
    assert (again.id, carried) == (delivery.id, one)


async def test_a_success_clears_the_channels_failures(store: Store) -> None:
    await raised(store)
    ((delivery, _),) = await store.outbox.take("desk", "a", 10, block=0.01)
    await store.outbox.later(delivery, NOON, "away", NOON)
    await store.outbox.requeue("desk", NOON)
    ((again, _),) = await store.outbox.take("desk", "a", 10, block=0.01)
    await store.outbox.arrived(again, LATER, None)

    (state,) = await store.outbox.states(["desk"])

    assert (state.failures, state.error) == (0, None)


async def test_a_buried_delivery_is_kept_and_shown(store: Store) -> None:
    one = await raised(store)
    ((delivery, _),) = await store.outbox.take("desk", "a", 10, block=0.01)
    await store.outbox.bury(delivery, NOON, "no such channel")

    (kept,) = await store.outbox.deliveries(one.id)
    (state,) = await store.outbox.states(["desk"])

    assert (kept.state, kept.error) == ("dead", "no such channel")
    assert (state.waiting, state.dead) == (0, 1)


async def inherited(store: Store, heir: str, *, dead: bool = True) -> list[Parcel]:
    """Let a courier take over what others left, and hand it out."""
    await store.outbox.inherit("desk", heir, 10, dead=dead)
    return await store.outbox.take("desk", heir, 10)


async def test_another_courier_inherits_what_a_dead_one_left_but_not_what_a_living_one_has(store: Store) -> None:
    one = await raised(store)
    ((taken, _),) = await store.outbox.take("desk", "other", 10, block=0.01)
    await store.outbox.begin(taken, "other")
    await store.health.sign("other")

    assert await inherited(store, "heir") == []
    await signs_end(store, "other")
    await store.health.sign("heir")
    ((delivery, carried),) = await inherited(store, "heir")

    assert (delivery.attempts, carried) == (1, one)
    assert await inherited(store, "second heir") == []
    assert not (await store.outbox.begin(taken, "other")).given  # should it wake up, it is told so
    assert (await store.outbox.begin(delivery, "heir")).given


async def signs_end(store: Store, consumer: str) -> None:
    """Let a process have died some time ago."""
    await store.outbox._connection.call("DEL", keys.alive(consumer))


async def test_who_said_goodbye_has_an_heir_at_once_and_who_died_only_in_time(store: Store) -> None:
    await raised(store)
    await store.outbox.take("desk", "other", 10)

    await signs_end(store, "other")
    assert await inherited(store, "newcomer", dead=False) == []
    await store.health.sign("other")
    await store.health.leave("other")
    assert len(await inherited(store, "newcomer", dead=False)) == 1

    await store.health.leave("newcomer")
    await store.health.sign("newcomer")  # the same name again: it lives
    assert await inherited(store, "third") == []


async def test_retries_left_by_another_are_inherited_as_well(store: Store) -> None:
    await raised(store)
    ((delivery, _),) = await store.outbox.take("desk", "other", 10)
    await store.outbox.later(delivery, NOON, "away", NOON)
    await store.outbox.requeue("desk", NOON)
    await store.outbox.take("desk", "other", 10)

    ((same, _),) = await inherited(store, "heir")

    assert same.id == delivery.id


async def test_a_late_answer_of_the_dead_courier_changes_nothing(store: Store) -> None:
    one = await raised(store)
    ((slow, _),) = await store.outbox.take("desk", "dead", 10, block=0.01)
    ((quick, _),) = await inherited(store, "alive")
    await store.outbox.arrived(quick, LATER, None)

    await store.outbox.later(slow, LATER, "timed out", LATER)

    assert await store.outbox.requeue("desk", LATER) == 0
    assert [d.state for d in await store.outbox.deliveries(one.id)] == ["arrived"]


async def test_what_arrived_has_arrived_even_if_another_courier_had_put_it_off(store: Store) -> None:
    one = await raised(store)
    ((first, _),) = await store.outbox.take("desk", "first", 10, block=0.01)
    ((second, _),) = await inherited(store, "second")
    await store.outbox.later(first, NOON, "timed out", NOON)
    await store.outbox.requeue("desk", NOON)

    assert await store.outbox.arrived(second, LATER, None)

    assert await store.outbox.take("desk", "first", 10, block=0.01) == []
    (state,) = await store.outbox.states(["desk"])
    assert (state.waiting, state.arrived) == (0, 1)
    assert [d.state for d in await store.outbox.deliveries(one.id)] == ["arrived"]


async def test_a_record_nobody_can_read_stops_no_other(store: Store, server_url: str) -> None:
    unreadable, fine = await raised(store, 1), await raised(store, 2)
    connection = Connection(server_url)
    await connection.call("SET", keys.alert(unreadable.id), b'{"id": 7}')
    await connection.call("HSET", keys.post(unreadable.post.key), "record:1", b"not JSON")
    await connection.close()

    ((_, carried),) = await store.outbox.take("desk", "a", 10, block=0.01)

    assert carried.id == fine.id
    assert [a.id for a in await store.alerts.recent()] == [fine.id]
    assert [e.post.title for e in await store.posts.recent()] == [fine.post.title]


async def test_channels_do_not_share_a_queue(store: Store) -> None:
    await raised(store, to=("desk", "duty"))
    await store.outbox.take("desk", "a", 10, block=0.01)

    assert len(await store.outbox.take("duty", "a", 10, block=0.01)) == 1


async def test_an_unknown_channel_has_an_empty_state(store: Store) -> None:
    (state,) = await store.outbox.states(["nobody"])

    assert (state.waiting, state.dead, state.arrived, state.oldest) == (0, 0, 0, None)


async def test_a_dead_letter_is_sent_again_once_when_asked(store: Store) -> None:
    one = await raised(store)
    ((delivery, _),) = await store.outbox.take("desk", "a", 10, block=0.01)
    await store.outbox.bury(delivery, NOON, "no such channel")
    (dead,) = await store.outbox.listed("desk", "dead")

    assert dead.error == "no such channel"
    assert await store.outbox.revive(dead, LATER)
    assert not await store.outbox.revive(dead, LATER)

    assert await store.outbox.listed("desk", "dead") == []
    ((again, carried),) = await store.outbox.take("desk", "a", 10, block=0.01)
    assert (again.id, again.state, again.queued, carried) == (delivery.id, "waiting", LATER, one)
    await store.outbox.arrived(again, LATER, None)
    assert [d.id for d in await store.outbox.listed("desk", "arrived")] == [delivery.id]


async def test_recipients_left_and_lost_are_remembered(store: Store) -> None:
    await raised(store)
    ((delivery, _),) = await store.outbox.take("desk", "a", 10, block=0.01)
    partly = changed(delivery, left=("b@example.org",), lost=("c@example.org",))
    await store.outbox.later(partly, NOON, "450 for b", NOON)

    (waiting,) = await store.outbox.listed("desk", "waiting")

    assert (waiting.left, waiting.lost) == (("b@example.org",), ("c@example.org",))


async def test_what_a_clock_set_back_has_put_off_too_far_comes_back(store: Store) -> None:
    await raised(store)
    ((delivery, _),) = await store.outbox.take("desk", "a", 10, block=0.01)
    await store.outbox.later(delivery, NOON, "away", NOON + timedelta(minutes=5))

    assert await store.outbox.requeue("desk", NOON) == 0
    assert await store.outbox.requeue("desk", NOON - timedelta(hours=1)) == 1


async def test_nothing_is_put_off_for_longer_than_a_quarter_of_an_hour(store: Store) -> None:
    await raised(store)
    ((delivery, _),) = await store.outbox.take("desk", "a", 10, block=0.01)
    await store.outbox.later(delivery, NOON, "away", NOON + timedelta(days=30))

    assert await store.outbox.requeue("desk", NOON + timedelta(minutes=15)) == 1


async def test_when_memory_is_short_what_arrived_is_still_recorded(store: Store, server_url: str) -> None:
    one = await raised(store)
    ((delivery, _),) = await store.outbox.take("desk", "a", 10, block=0.01)
    connection = Connection(server_url)
    await connection.call("CONFIG", "SET", "maxmemory", "1mb")
    try:
        with pytest.raises(StoreUnavailable, match="maxmemory"):
            await store.posts.admit("am-mod", [post("more")], NOON)
        assert await store.outbox.arrived(delivery, NOON, None)
    finally:
        await connection.call("CONFIG", "SET", "maxmemory", "0")
        await connection.close()

    assert [d.state for d in await store.outbox.deliveries(one.id)] == ["arrived"]
