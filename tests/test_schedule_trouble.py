"""The clock in trouble: polls that hang, processes that die, a store that is away."""

from __future__ import annotations

import asyncio
import sys
import time
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from monitor.errors import StoreUnavailable
from monitor.schedule import LEASE, Schedule
from monitor.sources import SourceConfig
from monitor.store import Store
from monitor.store.connection import Connection
from monitor.store.timetable import Place
from tests.make import NOON, life, until
from tests.polls import Polls, config, run, sources

_POLLER = """
import asyncio, sys
from datetime import UTC, datetime, timedelta
from monitor.life import Life
from monitor.schedule import Schedule
from monitor.sources import SourceConfig
from monitor.store import Store, keys
from monitor.store.connection import Connection

async def main(url, name, count):
    common = {"kind": "rss", "url": "https://example.org/", "every": 3600}
    watched = {f"s{n}": SourceConfig(id=f"s{n}", **common) for n in range(count)}
    connection = Connection(url)

    async def sign():  # as the daemon does, but it lasts a second only
        while True:
            await connection.call("SET", keys.alive(name), 1, "PX", 1000)
            await asyncio.sleep(0.2)

    async def hangs(settings):
        print(settings.id, flush=True)
        await asyncio.sleep(3600)

    signing = asyncio.create_task(sign())
    await Schedule(Store(url), hangs, lambda: watched, consumer=name, life=Life(), at_once=4).run(asyncio.Event())

asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
"""


async def test_the_others_poll_what_a_killed_process_had_in_hand_long_before_its_lease_is_over(
    store: Store, server_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor.schedule._RECOVER", 0.2)
    watched = sources(12, every=3600)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _POLLER, server_url, "doomed", str(len(watched)), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout
    async with asyncio.timeout(30):
        in_hand = {(await process.stdout.readline()).decode().strip() for _ in range(4)}
    polls = Polls(until=10**6)
    polls.next = timedelta(hours=1)
    running = asyncio.create_task(run(store, polls, watched))
    await store.health.sign("me")
    await until(lambda: len(polls.polled) == 8)
    assert not in_hand & set(polls.polled)

    process.kill()
    await process.wait()
    await until(lambda: len(polls.polled) == 12)
    polls.stopping.set()
    await running

    assert set(polls.polled) == set(watched)
    assert set(polls.polled.values()) == {1}


async def test_the_lease_of_a_poll_that_goes_on_is_renewed(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.schedule.LEASE", timedelta(seconds=0.6))
    monkeypatch.setattr("monitor.schedule._RENEW", 0.2)
    polls = Polls(until=1, takes=2.0)
    asyncio.get_running_loop().call_later(2.5, polls.stopping.set)
    running = asyncio.create_task(run(store, polls, sources(1)))
    await until(lambda: polls.running.total() == 1)

    stolen = []
    while not polls.stopping.is_set():
        now = datetime.now(UTC)
        if polls.running.total():
            stolen += await store.timetable.claim("they", now, now + timedelta(hours=1), 1)
        await asyncio.sleep(0.05)
    await running

    assert stolen == []
    assert polls.most_of_one == 1


async def test_a_poll_that_never_ends_is_cut_off_and_costs_its_source_one_poll(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor.schedule._LONGEST_POLL", 0.1)
    polls = Polls(until=1, takes=3600)
    running = asyncio.create_task(run(store, polls, sources(1)))

    async def given_back() -> bool:
        due = (await store.timetable.due()).get("s0")
        return due is not None and timedelta(seconds=30) < due - datetime.now(UTC) < timedelta(seconds=61)

    await until(given_back)
    polls.stopping.set()
    await running


@pytest.mark.parametrize(("hanging", "due"), [(24, 200), (31, 40)])
async def test_sources_that_hang_in_most_places_delay_nobody_beside_them(
    store: Store, monkeypatch: pytest.MonkeyPatch, hanging: int, due: int
) -> None:
    monkeypatch.setattr("monitor.schedule._TICK", 3600)  # no clock: without early steps there is one a second
    hang = {f"hang{n}": config(f"hang{n}", 3600) for n in range(hanging)}
    watched, now = hang | sources(due, every=3600), datetime.now(UTC)
    overdue = {i: now - timedelta(seconds=2 if i in hang else 1) for i in watched}
    await store.timetable.plan({i: Place(at, at) for i, at in overdue.items()}, NOON)
    hung, served, claims = set(), Counter[str](), 0
    go_on, stopping = asyncio.Event(), asyncio.Event()
    claim = store.timetable.claim

    async def counted(consumer: str, now: datetime, lease: datetime, count: int) -> list[str]:
        nonlocal claims
        claims += 1
        return await claim(consumer, now, lease, count)

    async def poll_one(settings: SourceConfig) -> datetime:
        if settings.id in hang:
            hung.add(settings.id)
            await go_on.wait()
        else:
            await asyncio.sleep(0.001 * (len(served) % 8))  # no two end together
            served[settings.id] += 1
        return datetime.now(UTC) + timedelta(hours=1)

    monkeypatch.setattr(store.timetable, "claim", counted)
    schedule = Schedule(store, poll_one, lambda: watched, consumer="me", life=life(), at_once=32)
    schedule._replan = False  # it has run for long
    began = time.monotonic()
    running = asyncio.create_task(schedule.run(stopping))
    await until(lambda: len(served) == due, seconds=15)

    assert hung == set(hang)
    assert set(served.values()) == {1}
    assert claims < 10 + (time.monotonic() - began) / 0.018  # no step for each poll that ends
    go_on.set()
    stopping.set()
    await running


async def test_while_the_store_is_away_the_schedule_waits(dead_store: Store) -> None:
    polls = Polls(until=1)
    asyncio.get_running_loop().call_later(0.3, polls.stopping.set)

    await run(dead_store, polls, sources(1))

    assert polls.polled == Counter()


async def test_a_store_that_was_emptied_is_filled_again(store: Store, server_url: str) -> None:
    polls = Polls(until=10**6)
    running = asyncio.create_task(run(store, polls, sources(2)))
    await until(lambda: polls.polled.total() > 0)
    connection = Connection(server_url)
    await connection.call("FLUSHALL")
    await connection.close()
    before = polls.polled.copy()

    await until(lambda: all(polls.polled[source] > before[source] + 1 for source in ("s0", "s1")))
    polls.stopping.set()
    await running


async def test_a_source_that_a_failover_left_claimed_is_polled_long_before_its_lease_is_over(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor.schedule._RECOVER", 0.2)
    polls, hour = Polls(until=4), timedelta(hours=1)
    polls.next = hour
    running = asyncio.create_task(run(store, polls, sources(2, every=3600)))

    async def given_back() -> bool:
        due = await store.timetable.due()
        return len(due) == 2 and min(due.values()) > datetime.now(UTC) + hour / 2

    await until(given_back)
    now = datetime.now(UTC)
    assert len(await store.timetable.claim("me", now + 2 * hour, now + LEASE, 2)) == 2  # as the new master knows it
    await running

    assert polls.polled == {"s0": 2, "s1": 2}


async def test_a_mistake_of_ours_costs_a_source_one_poll_not_its_place(store: Store) -> None:
    stopping = asyncio.Event()

    async def poll_one(settings: SourceConfig) -> datetime:
        asyncio.get_running_loop().call_later(1.5, stopping.set)
        raise KeyError("a mistake of ours")

    schedule = Schedule(store, poll_one, lambda: sources(1), consumer="me", life=life())
    async with asyncio.timeout(20):
        await schedule.run(stopping)

    due = (await store.timetable.due())["s0"]
    assert timedelta(seconds=30) < due - datetime.now(UTC) < timedelta(seconds=61)


async def test_a_poll_that_the_store_refuses_is_not_repeated_without_a_pause(store: Store) -> None:
    asked, stopping = [], asyncio.Event()

    async def refused(settings: SourceConfig) -> datetime:
        asked.append(settings.id)
        raise StoreUnavailable("the store refused")

    schedule = Schedule(store, refused, lambda: sources(1), consumer="me", life=life())
    running = asyncio.create_task(schedule.run(stopping))

    async def given_back() -> bool:
        return bool(asked) and (await store.timetable.due())["s0"] < datetime.now(UTC) + timedelta(minutes=1)

    await until(given_back)
    due = (await store.timetable.due())["s0"]
    stopping.set()
    await running

    assert due > datetime.now(UTC) + timedelta(seconds=2)
    assert len(asked) == 1
