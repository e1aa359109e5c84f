"""Which delivery goes next, and when the channel may be used at all."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

import pytest

from monitor.model import Delivery
from monitor.store import Store, keys
from monitor.store.connection import fields
from monitor.store.outbox import LONGEST_WAIT, Leave
from tests.make import NOON
from tests.store.test_outbox import raised

MINUTE = timedelta(minutes=1)


async def taken(store: Store, consumer: str = "a", count: int = 10) -> list[Delivery]:
    return [one for one, _ in await store.outbox.take("desk", consumer, count)]


async def waiting(store: Store, count: int) -> list[str]:
    """Raise alerts a minute apart and return their deliveries' ids, the oldest first."""
    for number in range(count):
        await raised(store, number, now=NOON + MINUTE * number)
    return [one.id for one in await store.outbox.listed("desk", "waiting")]


async def fail(store: Store, delivery: Delivery, *, rest: float = 0.001, due: datetime = NOON) -> None:
    """Let a delivery fail because the channel does, and let the channel's rest pass."""
    assert await store.outbox.later(delivery, NOON, "away", due, rest=rest)
    await rested(store)


async def rested(store: Store) -> None:
    await store.outbox._connection.call("DEL", keys.rest("desk"))


# --- order ------------------------------------------------------------------------------------------------------------


async def test_a_retry_that_is_due_goes_ahead_of_what_was_never_tried(store: Store) -> None:
    first, second, third = await waiting(store, 3)
    (one,) = await taken(store, count=1)
    await fail(store, one)
    await store.outbox.requeue("desk", NOON)

    assert [d.id for d in await store.outbox.listed("desk", "waiting")] == [first, second, third]
    assert [d.id for d in await taken(store)] == [first, second, third]


async def test_after_a_channel_was_down_all_it_had_put_off_is_due_at_once_the_oldest_first(store: Store) -> None:
    ids = await waiting(store, 6)
    for number, one in enumerate((await taken(store))[:4]):
        await fail(store, one, due=NOON + MINUTE * (10 - number))  # the oldest would come last
    assert [d.id for d in await taken(store)] == ids[4:]

    await store.outbox.arrived((await taken(store))[0], NOON, None)

    assert [d.id for d in await taken(store)] == [*ids[:4], ids[5]]


async def test_while_a_channel_is_down_one_retry_at_a_time_tries_it(store: Store) -> None:
    ids = await waiting(store, 5)
    for one in (await taken(store))[:4]:
        await fail(store, one)

    assert [await store.outbox.requeue("desk", NOON) for _ in range(3)] == [1, 0, 0]
    probe, last = await taken(store)
    assert last.id == ids[4]
    await store.outbox.arrived(probe, NOON, None)

    assert [d.id for d in await taken(store)] == [*(i for i in ids[:4] if i != probe.id), ids[4]]


async def test_a_few_failures_are_no_outage_and_wake_nobody(store: Store) -> None:
    ids = await waiting(store, 3)
    first, second, third = await taken(store)
    await fail(store, first)
    await fail(store, second)

    await store.outbox.arrived(third, NOON, None)

    assert await taken(store) == []
    assert {d.id for d in await store.outbox.listed("desk", "waiting")} == set(ids[:2])


async def test_one_alert_that_fails_ever_again_is_no_outage(store: Store) -> None:
    await waiting(store, 2)
    for _ in range(5):
        poison = (await taken(store))[0]
        leave = await store.outbox.begin(poison, "a")
        assert leave.failing == 1
        await fail(store, poison)
        await store.outbox.requeue("desk", NOON)
    poison, fine = await taken(store)
    await fail(store, poison)

    await store.outbox.arrived(fine, NOON, None)

    assert await taken(store) == []


async def test_alerts_that_nobody_takes_do_not_wake_one_another_for_ever(store: Store) -> None:
    await waiting(store, 5)
    *poison, one, other = await taken(store)
    for each in poison:
        await fail(store, each)
    await store.outbox.arrived(one, NOON, None)
    woken = [each for each in await taken(store) if each.id != other.id]
    assert [each.id for each in woken] == [each.id for each in poison]
    for each in woken:
        await fail(store, each)

    await store.outbox.arrived(other, NOON, None)

    assert await taken(store) == []


async def test_what_was_put_off_for_its_own_reasons_is_not_woken(store: Store) -> None:
    ids = await waiting(store, 5)
    partly, *others, last = await taken(store)
    await store.outbox.later(partly, NOON, "450 for one of three", NOON + MINUTE)
    for each in others:
        await fail(store, each)

    await store.outbox.arrived(last, NOON, None)

    assert [d.id for d in await taken(store)] == ids[1:4]


async def test_how_many_have_failed_in_a_row_is_known_to_every_process(store: Store) -> None:
    await waiting(store, 3)
    for number, one in enumerate(await taken(store)):
        assert await store.outbox.begin(one, "a") == Leave(given=True, attempts=0, failing=number + 1)
        await fail(store, one)
    await store.outbox.requeue("desk", NOON)

    (again,) = await taken(store, "another process")

    assert (await store.outbox.begin(again, "another process")).failing == 3


async def test_a_store_from_before_the_second_lane_and_an_emptied_one_get_what_they_lack(store: Store) -> None:
    (only,) = await waiting(store, 1)
    await store.outbox._connection.call("DEL", keys.again("desk"))
    assert [d.id for d in await taken(store)] == [only]

    await store.outbox._connection.call("FLUSHALL")
    assert await taken(store) == []
    assert await store.outbox.inherit("desk", "a", 10) == 0


async def test_what_nobody_can_send_makes_room_and_stays_known(store: Store) -> None:
    await waiting(store, 3)
    lost, unreadable, fine = await taken(store)
    await store.outbox._connection.call("DEL", keys.alert(lost.alert))
    await store.outbox._connection.call("SET", keys.alert(unreadable.alert), b'{"id": 7}')

    assert [d.id for d in await taken(store)] == [fine.id]

    assert [(d.id, d.error) for d in await store.outbox.listed("desk", "dead")] == [
        (lost.id, "its alert is no longer in the store")
    ]
    assert unreadable.id in {d.id for d in await store.outbox.listed("desk", "waiting")}


# --- rest and turn ----------------------------------------------------------------------------------------------------


async def test_while_a_channel_rests_no_process_gets_leave(store: Store) -> None:
    await waiting(store, 2)
    first, second = await taken(store)
    await store.outbox.begin(first, "a")
    await store.outbox.later(first, NOON, "429", NOON, rest=30)

    refused = await store.outbox.begin(second, "a")

    assert not refused.given
    assert refused.wait is not None
    assert 29 < refused.wait <= 30
    assert (await taken(store))[0].attempts == 0  # no attempt was made
    await rested(store)
    assert (await store.outbox.begin(second, "a")).given


async def test_a_shorter_rest_ends_no_longer_one(store: Store) -> None:
    await waiting(store, 3)
    first, second, third = await taken(store)
    await store.outbox.later(first, NOON, "429", NOON, rest=30)
    await store.outbox.later(second, NOON, "away", NOON, rest=1)

    assert ((await store.outbox.begin(third, "a")).wait or 0) > 29


async def test_no_rest_outlasts_the_longest_even_if_the_servers_clock_was_set_back(store: Store) -> None:
    await waiting(store, 2)
    first, second = await taken(store)
    await store.outbox.later(first, NOON, "429", NOON, rest=10**6)
    assert ((await store.outbox.begin(second, "a")).wait or 0) <= LONGEST_WAIT.total_seconds()

    await store.outbox._connection.call("PEXPIRE", keys.rest("desk"), 3_600_000)

    assert (await store.outbox.begin(second, "a")).given


async def test_the_pause_between_two_sends_is_the_channels(store: Store) -> None:
    await waiting(store, 2)
    (first,) = await taken(store, "a", 1)
    (second,) = await taken(store, "b", 1)

    assert (await store.outbox.begin(first, "a", pause=20)).given
    refused = await store.outbox.begin(second, "b", pause=20)
    assert refused.wait is not None
    assert 19 < refused.wait <= 20

    assert (await store.outbox.begin(second, "b", pause=1)).given  # a reload has shortened it


async def test_what_has_arrived_meanwhile_is_not_sent(store: Store) -> None:
    await waiting(store, 1)
    (one,) = await taken(store)
    await store.outbox.arrived(one, NOON, None)

    assert await store.outbox.begin(one, "a") == Leave()


# --- in exactly one place ---------------------------------------------------------------------------------------------


async def places(store: Store) -> dict[str, list[str]]:
    """Return where each delivery is."""
    found: dict[str, list[str]] = {}
    call = store.outbox._connection.call
    for name in ("again", "outbox", "dead", "arrived"):
        for _, row in await call("XRANGE", getattr(keys, name)("desk"), "-", "+"):
            found.setdefault(fields(row)["delivery"].decode(), []).append(name)
    for one in await call("ZRANGE", keys.later("desk"), 0, -1):
        found.setdefault(one.decode(), []).append("later")
    return found


@pytest.mark.parametrize("seed", range(6))
async def test_whatever_couriers_do_a_delivery_is_in_exactly_one_place(store: Store, seed: int) -> None:
    dice = random.Random(seed)
    ids = set(await waiting(store, 12))
    hands: list[list[Delivery]] = [[], []]
    for step in range(150):
        now = NOON + MINUTE * step
        who = dice.randrange(2)
        name, hand = f"courier {who}", hands[who]
        one = hand.pop(dice.randrange(len(hand))) if hand else None
        deed = dice.choice(("take", "take", "requeue", "die", "revive", "arrived", "later", "later", "later", "bury"))
        if deed == "take":
            hands[who] = await taken(store, name, dice.randint(1, 3))
        elif deed == "requeue":
            await store.outbox.requeue("desk", now)
        elif deed == "die":  # and it may wake up later: what it holds in its hand, it still holds
            await store.outbox.inherit("desk", f"courier {1 - who}", 10)
        elif deed == "revive":
            for letter in await store.outbox.listed("desk", "dead", 1):
                await store.outbox.revive(letter, now)
        elif one and (await store.outbox.begin(one, name)).given:
            if deed == "arrived":
                await store.outbox.arrived(one, now, None)
            elif deed == "later":
                rest = dice.choice((None, 0.001))
                await store.outbox.later(one, now, "away", now + MINUTE * dice.randint(0, 20), rest=rest)
            else:
                await store.outbox.bury(one, now, "no")
        await rested(store)
        found = await places(store)
        assert found.keys() == ids
        assert [where for where in found.values() if len(where) != 1] == []
