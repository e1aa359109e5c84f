from __future__ import annotations

from datetime import datetime, timedelta

from monitor.model import Alert
from monitor.store import Store
from tests.make import NOON, alert, post

LATER = NOON + timedelta(minutes=5)


async def raised(store: Store, number: int = 1, *, to: tuple[str, ...] = ("desk",), now: datetime = NOON) -> Alert:
    """Raise an alert the way the judge does."""
    for channel in to:
        await store.outbox.prepare(channel)
    await store.posts.admit("am-mod", [], NOON)
    await store.posts.admit("am-mod", [post(number)], NOON)
    (entry,) = await store.posts.take("judge", 10, block=0.01)
    one = alert(entry.post, to=to)
    assert await store.alerts.conclude(entry, one.verdict, one, now)
    return one


async def test_a_delivery_is_taken_once_and_its_attempt_counted_before_it_is_made(store: Store) -> None:
    one = await raised(store)

    ((first, carried),) = await store.outbox.take("desk", "a", 10, block=0.01)
    nothing = await store.outbox.take("desk", "b", 10, block=0.01)
    ((again, _),) = await store.outbox.take("desk", "a", 10, block=0.01, unfinished=True)

    assert carried == one
    assert nothing == []
    assert (first.attempts, again.attempts) == (0, 1)
    assert again.id == first.id


async def test_an_arrived_delivery_is_recorded_and_gone(store: Store) -> None:
    one = await raised(store)
    ((delivery, _),) = await store.outbox.take("desk", "a", 10, block=0.01)

    assert await store.outbox.arrived(delivery, LATER, "ts-1")
    assert not await store.outbox.arrived(delivery, LATER, "ts-2")

    (kept,) = await store.outbox.deliveries(one.id)
    (state,) = await store.outbox.states(["desk"])
    assert (kept.state, kept.arrived, kept.receipt) == ("arrived", LATER, "ts-1")
    assert (state.waiting, state.arrived, state.last_arrived) == (0, 1, LATER)
    assert await store.outbox.take("desk", "a", 10, block=0.01, unfinished=True) == []


async def test_a_postponed_delivery_comes_back_when_it_is_due(store: Store) -> None:
    one = await raised(store)
    ((delivery, _),) = await store.outbox.take("desk", "a", 10, block=0.01)
    await store.outbox.later(delivery, NOON, "the desk is away", LATER)

    assert await store.outbox.requeue("desk", NOON) == 0
    (state,) = await store.outbox.states(["desk"])
    assert (state.waiting, state.oldest, state.failures, state.error) == (1, NOON, 1, "the desk is away")

    assert await store.outbox.requeue("desk", LATER) == 1
    ((again, carried),) = await store.outbox.take("desk", "a", 10, block=0.01)
    assert (again.id, again.attempts, carried) == (delivery.id, 1, one)


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


async def test_another_courier_takes_over_what_a_dead_one_left(store: Store) -> None:
    one = await raised(store)
    await store.outbox.take("desk", "dead", 10, block=0.01)

    assert await store.outbox.take_over("desk", "alive", 10, idle=3600) == []
    ((delivery, carried),) = await store.outbox.take_over("desk", "alive", 10, idle=0)

    assert (delivery.attempts, carried) == (1, one)


async def test_a_late_answer_of_the_dead_courier_changes_nothing(store: Store) -> None:
    one = await raised(store)
    ((slow, _),) = await store.outbox.take("desk", "dead", 10, block=0.01)
    ((quick, _),) = await store.outbox.take_over("desk", "alive", 10, idle=0)
    await store.outbox.arrived(quick, LATER, None)

    await store.outbox.later(slow, LATER, "timed out", LATER)

    assert await store.outbox.requeue("desk", LATER) == 0
    assert [d.state for d in await store.outbox.deliveries(one.id)] == ["arrived"]


async def test_channels_do_not_share_a_queue(store: Store) -> None:
    await raised(store, to=("desk", "duty"))
    await store.outbox.take("desk", "a", 10, block=0.01)

    assert len(await store.outbox.take("duty", "a", 10, block=0.01)) == 1


async def test_an_unknown_channel_has_an_empty_state(store: Store) -> None:
    (state,) = await store.outbox.states(["nobody"])

    assert (state.waiting, state.dead, state.arrived, state.oldest) == (0, 0, 0, None)
