"""The clock: who is polled when, over restarts and new settings."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from monitor.schedule import LEASE, PollOne, Schedule, places
from monitor.sources import SourceConfig
from monitor.store import Store
from monitor.store.timetable import Place
from tests.make import NOON, life, until
from tests.polls import Polls, config, run, sources


async def test_every_source_is_polled_and_comes_round_again(store: Store) -> None:
    polls = Polls(until=9)

    await run(store, polls, sources(3))

    assert set(polls.polled) == {"s0", "s1", "s2"}
    assert min(polls.polled.values()) >= 2


async def test_no_source_is_polled_twice_at_a_time_and_not_too_many_at_once(store: Store) -> None:
    polls = Polls(until=40, takes=0.05)

    await run(store, polls, sources(20), at_once=5)

    assert polls.most_of_one == 1
    assert polls.most <= 5


async def test_three_schedules_on_one_store_poll_every_source_once_in_its_interval(store: Store) -> None:
    polled: list[tuple[str, str]] = []
    stopping = asyncio.Event()

    def poller(name: str) -> PollOne:
        async def poll_one(settings: SourceConfig) -> datetime:
            await asyncio.sleep(0.01)
            polled.append((name, settings.id))
            if len(polled) == 90:
                asyncio.get_running_loop().call_later(0.6, stopping.set)  # two ticks: would anybody poll one again?
            return datetime.now(UTC) + timedelta(hours=1)

        return poll_one

    watched, names = sources(90, every=3600), ("first", "second", "third")
    schedules = [
        Schedule(store, poller(name), lambda: watched, consumer=name, life=life(), at_once=4) for name in names
    ]
    for name in names:
        await store.health.sign(name)
    async with asyncio.timeout(30):
        await asyncio.gather(*(schedule.run(stopping) for schedule in schedules))

    assert sorted(source for _, source in polled) == sorted(watched)
    assert {name for name, _ in polled} == set(names)
    assert min((await store.timetable.due()).values()) > datetime.now(UTC) + timedelta(minutes=50)


async def test_what_became_due_while_nothing_was_claimed_is_spread(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor.schedule._LEFT_ALONE", 0.5)
    polls, held = Polls(until=10**6), True
    polls.next = timedelta(hours=1)
    watched = sources(500, every=3600)
    await store.timetable.plan({one: Place(NOON, NOON) for one in watched}, NOON)
    schedule = Schedule(store, polls, lambda: watched, consumer="me", life=life(), held=lambda: held, at_once=500)
    schedule._replan = False  # it has run for long
    running = asyncio.create_task(schedule.run(polls.stopping))
    await asyncio.sleep(1.0)
    held = False

    async def is_spread() -> bool:
        now = datetime.now(UTC)
        times = (await store.timetable.due()).values()
        ahead = [due - now for due in times if due < now + LEASE / 2]  # without those that are being polled
        return len(ahead) > 250 and timedelta(seconds=10) < max(ahead) < timedelta(seconds=15)

    await until(is_spread)
    polls.stopping.set()
    await running


async def test_a_source_whose_settings_change_during_its_poll_is_placed_by_the_new_ones(store: Store) -> None:
    watched = sources(1, every="10h")
    began, go_on, stopping = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def poll_one(settings: SourceConfig) -> datetime:
        began.set()
        await go_on.wait()
        return datetime.now(UTC) + timedelta(seconds=float(settings.every))

    schedule = Schedule(store, poll_one, lambda: watched, consumer="me", life=life())
    running = asyncio.create_task(schedule.run(stopping))
    await began.wait()
    watched = sources(1, every="1h")
    schedule.replan()
    await asyncio.sleep(0.6)
    go_on.set()

    async def by_the_new() -> bool:
        due = (await store.timetable.due())["s0"] - datetime.now(UTC)
        return timedelta(minutes=50) < due < timedelta(hours=2)

    await until(by_the_new)
    stopping.set()
    await running


async def test_a_source_added_by_a_reload_is_polled_and_a_removed_one_is_not(store: Store) -> None:
    watched = sources(1)
    polls = Polls(until=10**6)
    schedule = Schedule(store, polls, lambda: watched, consumer="me", life=life())
    running = asyncio.create_task(schedule.run(polls.stopping))
    await until(lambda: polls.polled["s0"] > 0)

    watched = {"s9": SourceConfig(id="s9", kind="rss", url="https://example.org/")}
    schedule.replan()
    await until(lambda: polls.polled["s9"] > 0)
    polls.stopping.set()
    await running

    assert list(await store.timetable.due()) == ["s9"]


async def test_a_stop_waits_for_the_poll_in_hand(store: Store) -> None:
    polls = Polls(until=1, takes=0.2)
    ended = []

    async def poll_one(settings: SourceConfig) -> datetime:
        polls.stopping.set()
        await asyncio.sleep(0.2)
        ended.append(settings.id)
        return datetime.now(UTC) + timedelta(hours=1)

    schedule = Schedule(store, poll_one, lambda: sources(1), consumer="me", life=life())
    async with asyncio.timeout(10):
        await schedule.run(polls.stopping)

    assert ended == ["s0"]
    assert (await store.timetable.due())["s0"] > datetime.now(UTC) + timedelta(minutes=50)


def test_nobody_waits_longer_than_its_interval_and_cron_no_longer_than_its_next_time() -> None:
    placed = places(
        sources(1, every="10m") | {"cron": config("cron", "0 13 * * *")} | {"auto": config("auto", "auto")}, NOON
    )

    assert placed["s0"][:3] == (NOON, NOON + timedelta(minutes=11), timedelta(minutes=10))
    assert placed["cron"][:3] == (NOON, NOON + timedelta(hours=1), timedelta(hours=1))
    assert placed["auto"].span == timedelta(seconds=config("auto", "auto").fastest)
    assert len({place.pace for place in placed.values()}) == 3


async def test_a_restart_with_everything_overdue_is_spread_and_one_with_nothing_overdue_moves_nothing(
    store: Store,
) -> None:
    watched, apart = sources(2_000, every="1h"), timedelta(seconds=0.03)
    await store.timetable.plan(places(watched, NOON), NOON, apart=apart)
    first = await store.timetable.due()

    assert await store.timetable.plan(places(watched, NOON), NOON, apart=apart) == 0
    assert await store.timetable.due() == first

    tomorrow = NOON + timedelta(days=1)
    assert await store.timetable.plan(places(watched, tomorrow), tomorrow, apart=apart) == 2_000
    seconds = Counter(int((due - tomorrow).total_seconds()) for due in (await store.timetable.due()).values())
    assert set(seconds) == set(range(60))
    assert max(seconds.values()) < 60


async def test_a_source_with_a_new_address_is_asked_at_once_however_long_the_old_one_had_to_wait(store: Store) -> None:
    """One that was gone is asked once a day: not the address that its operator has put right since."""
    now, old = datetime.now(UTC), config("a", every=60)
    new = old.model_copy(update={"url": "https://example.org/new"})
    await store.timetable.plan(places({"a": old}, now), now)
    await store.timetable.claim("me", now, now + timedelta(minutes=3), 1)
    await store.timetable.release("me", {"a": now + timedelta(days=1)})

    await store.timetable.plan(places({"a": old}, now), now)
    assert (await store.timetable.due())["a"] > now + timedelta(hours=23)
    await store.timetable.plan(places({"a": new}, now), now)
    assert (await store.timetable.due())["a"] <= now + timedelta(minutes=1)
