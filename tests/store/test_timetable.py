from __future__ import annotations

import asyncio
from datetime import timedelta

from monitor.store import Store
from tests.make import NOON

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
LEASE = NOON + MINUTE


async def test_only_what_is_due_is_claimed_and_only_once(store: Store) -> None:
    await store.timetable.plan({"now": (NOON, NOON), "later": (NOON + SECOND, NOON + MINUTE)}, NOON)

    assert await store.timetable.claim("me", NOON, LEASE, 10) == ["now"]
    assert await store.timetable.claim("me", NOON, LEASE, 10) == []


async def test_twenty_pollers_share_fifty_sources_without_overlap(store: Store) -> None:
    await store.timetable.plan({f"s{n}": (NOON, NOON) for n in range(50)}, NOON)

    claims = await asyncio.gather(*(store.timetable.claim("me", NOON, LEASE, 5) for _ in range(20)))

    claimed = [source for claim in claims for source in claim]
    assert len(claimed) == 50
    assert len(set(claimed)) == 50


async def test_a_dead_pollers_sources_come_back_after_the_lease(store: Store) -> None:
    await store.timetable.plan({"a": (NOON, NOON)}, NOON)
    await store.timetable.claim("me", NOON, LEASE, 10)

    assert await store.timetable.claim("me", LEASE, LEASE + MINUTE, 10) == ["a"]


async def test_a_released_source_is_due_when_it_was_said(store: Store) -> None:
    await store.timetable.plan({"a": (NOON, NOON)}, NOON)
    await store.timetable.claim("me", NOON, LEASE, 10)
    await store.timetable.release("a", NOON + 2 * SECOND)

    assert await store.timetable.due() == {"a": NOON + 2 * SECOND}


async def test_a_restart_resumes_where_it_was(store: Store) -> None:
    in_half_an_hour = NOON + 30 * MINUTE
    await store.timetable.plan({"a": (in_half_an_hour, in_half_an_hour)}, NOON)

    await store.timetable.plan({"a": (NOON, NOON + 60 * MINUTE)}, NOON)

    assert await store.timetable.due() == {"a": in_half_an_hour}


async def test_overdue_sources_are_spread_after_an_outage(store: Store) -> None:
    await store.timetable.plan({"a": (NOON, NOON), "b": (NOON, NOON)}, NOON)

    tomorrow = NOON + timedelta(days=1)
    await store.timetable.plan({"a": (tomorrow, tomorrow), "b": (tomorrow + SECOND, tomorrow + MINUTE)}, tomorrow)

    assert await store.timetable.due() == {"a": tomorrow, "b": tomorrow + SECOND}


async def test_a_source_due_too_late_is_drawn_nearer(store: Store) -> None:
    await store.timetable.plan({"a": (NOON + 60 * MINUTE, NOON + 60 * MINUTE)}, NOON)

    await store.timetable.plan({"a": (NOON, NOON + MINUTE)}, NOON)

    assert await store.timetable.due() == {"a": NOON + MINUTE}


async def test_a_source_taken_off_stays_off_even_if_it_was_being_polled(store: Store) -> None:
    await store.timetable.plan({"a": (NOON, NOON), "b": (NOON, NOON)}, NOON)
    await store.timetable.claim("me", NOON, LEASE, 10)
    await store.timetable.plan({"b": (NOON, LEASE)}, NOON)

    await store.timetable.release("a", NOON)

    assert list(await store.timetable.due()) == ["b"]


async def test_after_a_crash_a_poller_takes_back_what_it_had_claimed_at_once(store: Store) -> None:
    await store.timetable.plan({"mine": (NOON, NOON)}, NOON)
    await store.timetable.claim("me", NOON, LEASE, 10)
    await store.timetable.plan({"mine": (NOON, LEASE), "theirs": (NOON, NOON)}, NOON)
    await store.timetable.claim("they", NOON, LEASE, 10)

    await store.timetable.recover(NOON, own="me", others=False)

    assert await store.timetable.claim("me", NOON, LEASE, 10) == ["mine"]
