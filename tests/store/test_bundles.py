"""What is held back, and goes in one message: each step by itself."""

from __future__ import annotations

from datetime import timedelta

from monitor.model import Delivery
from monitor.store import Store
from monitor.store.outbox import LONGEST_WAIT
from monitor.store.parcel import message
from tests.make import NOON
from tests.store.test_outbox import raised

MORNING = NOON + timedelta(hours=19)


async def held(store: Store, *numbers: int, bundle: str = "quiet") -> list[Delivery]:
    """Have alerts raised and held; return their deliveries as a courier has them when they are due."""
    for number in numbers:
        await raised(store, number, now=NOON + timedelta(seconds=number))
    for delivery, _ in await store.outbox.take("desk", "a", 10):
        await store.outbox.hold(delivery, NOON, MORNING, "quiet hours", bundle)
    return await due(store)


async def due(store: Store) -> list[Delivery]:
    await store.outbox.requeue("desk", NOON + LONGEST_WAIT)
    return [delivery for delivery, _ in await store.outbox.take("desk", "a", 10)]


async def state(store: Store, delivery: Delivery) -> Delivery:
    found = await store.outbox.get(delivery.id)
    assert found
    return found


async def test_what_is_held_for_long_is_looked_at_every_quarter_of_an_hour(store: Store) -> None:
    one = await raised(store)
    ((delivery, _),) = await store.outbox.take("desk", "a", 10)

    assert await store.outbox.hold(delivery, NOON, MORNING, "quiet hours", "quiet")

    (kept,) = await store.outbox.deliveries(one.id)
    assert (kept.due, kept.until, kept.held, kept.bundle) == (NOON + LONGEST_WAIT, MORNING, "quiet hours", "quiet")
    (queue,) = await store.outbox.states(["desk"])
    assert (queue.waiting, queue.failures) == (1, 0)
    assert [i for i, _ in await store.bundles.held("desk", "quiet")] == [delivery.id]


async def test_those_of_one_bundle_go_with_the_first_the_oldest_first(store: Store) -> None:
    found = await held(store, 1, 2, 3)
    lead = found[0]
    oldest_first = sorted(found[1:], key=lambda one: one.queued or NOON)

    gathered = await store.bundles.gather(lead, "quiet", MORNING, "from quiet hours")
    again = await store.bundles.gather(lead, "quiet", MORNING, "from quiet hours")

    assert gathered == again
    assert gathered
    assert gathered.members == tuple(one.id for one in oldest_first)
    kept = await state(store, lead)
    assert (kept.members, kept.why, kept.gathered, kept.held) == (gathered.members, "from quiet hours", MORNING, None)
    assert {(await state(store, one)).state for one in oldest_first} == {"gathered"}
    assert message(gathered) != lead.id == message(lead)


async def test_what_leads_others_or_is_being_sent_is_taken_along_by_nobody(store: Store) -> None:
    first, second, third = await held(store, 1, 2, 3)
    assert (await store.outbox.begin(second, "a")).given
    third_ = await store.bundles.gather(third, "limit", MORNING)  # it goes now, with what waits in another bundle
    assert third_
    assert third_.members == ()

    gathered = await store.bundles.gather(first, "quiet", MORNING)

    assert gathered
    assert gathered.members == ()


async def test_what_was_cut_off_while_it_was_sent_is_taken_along_by_nobody_even_if_it_is_held_again(
    store: Store,
) -> None:
    first, second = await held(store, 1, 2)
    await store.outbox.begin(second, "a")
    await store.outbox.hold(second, NOON, MORNING, "quiet hours", "quiet")
    assert (await state(store, second)).begun

    gathered = await store.bundles.gather(first, "quiet", MORNING)

    assert gathered
    assert gathered.members == ()
    assert [i for i, _ in await store.bundles.held("desk", "quiet")] == [second.id]


async def test_one_that_is_wanted_elsewhere_stays_behind_and_another_must_come(store: Store) -> None:
    lead, silenced = await held(store, 1, 2)
    (limited,) = [one for one in await held(store, 3, bundle="limit") if one.id not in {lead.id, silenced.id}]

    gathered = await store.bundles.gather(
        lead, "quiet", MORNING, besides=[limited.id], without=[silenced.id]
    )  # fmt: skip

    assert gathered
    assert gathered.members == (limited.id,)
    assert (await state(store, silenced)).state == "waiting"
    assert [i for i, _ in await store.bundles.held("desk", "quiet")] == [silenced.id]


async def test_nobody_goes_before_one_that_must_come_and_is_on_its_way(store: Store) -> None:
    lead, ahead = await held(store, 1, 2)
    await store.outbox.begin(ahead, "a")

    assert await store.bundles.gather(lead, "quiet", MORNING, besides=[ahead.id]) is None
    assert (await state(store, lead)).members == ()


async def test_what_is_silenced_is_kept_and_listed_and_releases_its_members(store: Store) -> None:
    lead, member = await held(store, 1, 2)
    gathered = await store.bundles.gather(lead, "quiet", MORNING)
    assert gathered
    assert [one.id for one in await due(store)] == [lead.id]

    assert await store.outbox.silenced(gathered, MORNING, "silenced by Anna")
    assert not await store.outbox.silenced(gathered, MORNING, "silenced by Anna")

    (listed,) = await store.outbox.listed("desk", "silenced")
    assert (listed.id, listed.state, listed.held, listed.members) == (lead.id, "silenced", "silenced by Anna", ())
    released = await state(store, member)
    assert (released.state, released.lead) == ("waiting", None)
    await store.outbox.requeue("desk", MORNING)
    assert [one.id for one, _ in await store.outbox.take("desk", "a", 10)] == [member.id]
    (queue,) = await store.outbox.states(["desk"])
    assert (queue.waiting, queue.arrived, queue.dead) == (1, 0, 0)


async def test_an_arrival_is_counted_once_for_each_and_begins_the_thread(store: Store) -> None:
    lead, member = await held(store, 1, 2)
    gathered = await store.bundles.gather(lead, "quiet", MORNING)
    assert gathered

    assert await store.outbox.arrived(gathered, MORNING, "ts-1", incident="fight")
    assert not await store.outbox.arrived(member, MORNING, "ts-1", incident="fight")

    (queue,) = await store.outbox.states(["desk"])
    assert (queue.arrived, queue.waiting) == (2, 0)
    assert {one.id for one in await store.outbox.listed("desk", "arrived")} == {lead.id, member.id}


async def test_what_is_taken_along_waits_no_more_by_itself(store: Store) -> None:
    (lead,) = await held(store, 1)
    member = await raised(store, 2)
    ((second, _),) = [one for one in await store.outbox.take("desk", "a", 10) if one[0].id != lead.id]
    await store.outbox.hold(second, NOON, MORNING, "quiet hours", "quiet")

    assert await store.bundles.gather(lead, "quiet", MORNING)

    (queue,) = await store.outbox.states(["desk"])
    assert queue.waiting == 1
    assert await store.outbox.requeue("desk", MORNING) == 0
    ((kept),) = await store.outbox.deliveries(member.id)
    assert (kept.state, kept.lead, kept.due, kept.held) == ("gathered", lead.id, None, None)
