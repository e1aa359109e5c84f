from __future__ import annotations

import asyncio
from collections import Counter
from datetime import datetime, timedelta

from monitor.store import Store, keys
from monitor.store.connection import Connection
from monitor.store.timetable import Place, spread
from tests.make import NOON

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
LEASE = NOON + MINUTE


def at_once(*sources: str, at: datetime = NOON) -> dict[str, Place]:
    return dict.fromkeys(sources, Place(at, at + MINUTE))


# --- claims ---


async def test_only_what_is_due_is_claimed_and_only_once(store: Store) -> None:
    await store.timetable.plan({**at_once("now"), **at_once("later", at=NOON + SECOND)}, NOON)

    assert await store.timetable.claim("me", NOON, LEASE, 10) == ["now"]
    assert await store.timetable.claim("me", NOON, LEASE, 10) == []


async def test_twenty_pollers_share_fifty_sources_without_overlap(store: Store) -> None:
    await store.timetable.plan(at_once(*(f"s{n}" for n in range(50))), NOON)

    claims = await asyncio.gather(*(store.timetable.claim("me", NOON, LEASE, 5) for _ in range(20)))

    claimed = [source for claim in claims for source in claim]
    assert len(claimed) == 50
    assert len(set(claimed)) == 50


async def test_a_dead_pollers_sources_come_back_after_the_lease(store: Store) -> None:
    await store.timetable.plan(at_once("a"), NOON)
    await store.timetable.claim("me", NOON, LEASE, 10)

    assert await store.timetable.claim("they", LEASE - SECOND, LEASE + MINUTE, 10) == []
    assert await store.timetable.claim("they", LEASE, LEASE + MINUTE, 10) == ["a"]


async def test_released_sources_are_due_when_it_was_said(store: Store) -> None:
    await store.timetable.plan(at_once("a", "b"), NOON)
    await store.timetable.claim("me", NOON, LEASE, 10)
    await store.timetable.release("me", {"a": NOON + 2 * SECOND, "b": NOON + MINUTE})

    assert await store.timetable.due() == {"a": NOON + 2 * SECOND, "b": NOON + MINUTE}


async def test_who_comes_too_late_with_a_source_moves_nothing(store: Store) -> None:
    await store.timetable.plan(at_once("a"), NOON)
    await store.timetable.claim("me", NOON, LEASE, 10)
    await store.timetable.claim("they", LEASE, LEASE + MINUTE, 10)

    await store.timetable.release("me", {"a": NOON})
    await store.timetable.renew("me", ["a"], NOON)

    assert await store.timetable.due() == {"a": LEASE + MINUTE}
    await store.timetable.release("they", {"a": NOON})
    assert await store.timetable.due() == {"a": NOON}


async def test_a_renewed_lease_holds_longer(store: Store) -> None:
    await store.timetable.plan(at_once("a"), NOON)
    await store.timetable.claim("me", NOON, LEASE, 10)

    await store.timetable.renew("me", ["a", "not claimed"], LEASE + MINUTE)

    assert await store.timetable.claim("they", LEASE, LEASE + MINUTE, 10) == []
    assert await store.timetable.claim("they", LEASE + MINUTE, LEASE + 2 * MINUTE, 10) == ["a"]


async def test_after_a_crash_a_poller_takes_back_what_it_had_claimed_at_once(store: Store) -> None:
    await store.timetable.plan(at_once("mine"), NOON)
    await store.timetable.claim("me", NOON, LEASE, 10)
    await store.timetable.plan(at_once("mine", "theirs"), NOON)
    await store.timetable.claim("they", NOON, LEASE, 10)

    await store.timetable.recover("me", NOON, dead=False)

    assert await store.timetable.claim("me", NOON, LEASE, 10) == ["mine"]


async def test_what_the_dead_had_claimed_is_given_back_and_what_the_living_have_is_not(store: Store) -> None:
    await store.timetable.plan(at_once("a", "b", "c"), NOON)
    dead, living, mine = [await store.timetable.claim(who, NOON, LEASE, 1) for who in ("dead", "living", "me")]
    await store.health.sign("living")

    await store.timetable.recover("me", NOON, in_hand=mine)

    assert living
    assert await store.timetable.claim("me", NOON, LEASE, 10) == dead


# --- places ---


async def test_a_restart_keeps_every_place(store: Store) -> None:
    in_half_an_hour = NOON + 30 * MINUTE
    await store.timetable.plan({"a": Place(in_half_an_hour, NOON + 60 * MINUTE)}, NOON)

    moved = await store.timetable.plan({"a": Place(NOON, NOON + 60 * MINUTE)}, NOON)

    assert moved == 0
    assert await store.timetable.due() == {"a": in_half_an_hour}


async def test_what_is_overdue_is_placed_anew(store: Store) -> None:
    await store.timetable.plan(at_once("a", "b"), NOON)
    tomorrow = NOON + timedelta(days=1)

    await store.timetable.plan({**at_once("a", at=tomorrow), **at_once("b", at=tomorrow + SECOND)}, tomorrow)

    assert await store.timetable.due() == {"a": tomorrow, "b": tomorrow + SECOND}


async def test_a_place_far_ahead_stands_until_the_pace_is_changed(store: Store) -> None:
    patience, soon = NOON + 60 * MINUTE, NOON + MINUTE
    await store.timetable.plan({"a": Place(NOON, soon, pace="1m")}, NOON)
    await store.timetable.claim("me", NOON, LEASE, 1)
    await store.timetable.release("me", {"a": patience})

    await store.timetable.plan({"a": Place(NOON, soon, pace="1m")}, NOON)
    assert await store.timetable.due() == {"a": patience}

    await store.timetable.plan({"a": Place(NOON, soon, pace="2m")}, NOON)
    assert await store.timetable.due() == {"a": NOON}


async def test_a_place_by_a_clock_that_was_set_back_is_given_up(store: Store) -> None:
    year = timedelta(days=365)
    await store.timetable.plan(at_once("a", at=NOON + year), NOON + year)

    await store.timetable.plan(at_once("a"), NOON)

    assert await store.timetable.due() == {"a": NOON}


async def test_what_is_being_polled_is_not_moved_by_a_plan(store: Store) -> None:
    await store.timetable.plan({"a": Place(NOON, NOON + SECOND, pace="1s")}, NOON)
    await store.timetable.claim("me", NOON, LEASE, 1)

    await store.timetable.plan({"a": Place(NOON, NOON + SECOND, pace="2s")}, NOON)
    assert await store.timetable.claim("they", NOON, LEASE, 1) == []

    await store.timetable.release("me", {"a": NOON + MINUTE})
    await store.timetable.plan({"a": Place(NOON, NOON + SECOND, pace="2s")}, NOON)
    assert await store.timetable.due() == {"a": NOON}


async def test_sources_planned_while_others_claim_are_claimed_once(store: Store) -> None:
    wanted = at_once(*(f"s{n}" for n in range(2_000)))
    await store.timetable.plan(wanted, NOON)
    later = NOON + SECOND

    async def claim() -> list[str]:
        return [source for _ in range(10) for source in await store.timetable.claim("me", later, LEASE, 40)]

    found = await asyncio.gather(claim(), *(store.timetable.plan(wanted, later) for _ in range(3)), claim(), claim())

    claimed = Counter(source for some in found if isinstance(some, list) for source in some)
    assert claimed.total() > 500
    assert set(claimed.values()) == {1}


async def test_a_source_taken_off_stays_off_even_if_it_was_being_polled(store: Store, server_url: str) -> None:
    await store.timetable.plan(at_once("a", "b"), NOON)
    await store.timetable.claim("me", NOON, LEASE, 10)
    await store.timetable.plan(at_once("b"), NOON)

    await store.timetable.release("me", {"a": NOON})

    assert list(await store.timetable.due()) == ["b"]
    connection = Connection(server_url)
    assert await connection.call("HKEYS", keys.PACES) == [b"b"]
    await connection.close()


# --- spreading ---


def test_who_waits_is_spread_by_number_but_waits_no_longer_than_its_interval() -> None:
    slow = {f"slow-{n}": Place(NOON, NOON, timedelta(hours=1)) for n in range(900)}
    quick = {f"quick-{n}": Place(NOON, NOON, timedelta(seconds=5)) for n in range(100)}

    at = spread({**slow, **quick}, [*slow, *quick], timedelta(seconds=0.03))

    assert all(NOON <= at[source] < NOON + timedelta(seconds=30) for source in slow)
    assert all(NOON <= at[source] < NOON + timedelta(seconds=5) for source in quick)
    seconds = Counter(int((at[source] - NOON).total_seconds()) for source in slow)
    assert len(seconds) == 30
    assert max(seconds.values()) < 60


def test_who_waits_alone_waits_not_at_all() -> None:
    place = Place(NOON, NOON, timedelta(hours=1))

    assert spread({"a": place, "b": place}, ["b"], timedelta(0)) == {"b": NOON}
    assert spread({"a": place, "b": place}, ["b"], timedelta(seconds=0.03))["b"] - NOON < timedelta(seconds=0.03)


async def test_after_a_clock_was_set_back_no_far_place_is_believed(store: Store) -> None:
    wanted = {"a": Place(NOON, NOON + timedelta(minutes=5), pace="300")}
    await store.timetable.plan(wanted, NOON)
    await store.timetable.claim("poller", NOON, NOON + timedelta(minutes=3), 1)
    await store.timetable.release("poller", {"a": NOON + timedelta(hours=1)})

    await store.timetable.plan(wanted, NOON)
    kept = await store.timetable.due()
    await store.timetable.plan(wanted, NOON, set_back=True)

    assert kept == {"a": NOON + timedelta(hours=1)}
    assert await store.timetable.due() == {"a": NOON}
