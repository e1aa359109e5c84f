from __future__ import annotations

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta

from monitor.schedule import PollOne, Schedule, places
from monitor.sources import SourceConfig
from monitor.store import Store
from monitor.store.connection import Connection
from tests.make import NOON, life, until


def sources(count: int, every: object = 1) -> dict[str, SourceConfig]:
    return {
        f"s{n}": SourceConfig(id=f"s{n}", kind="rss", url="https://example.org/", every=every)  # type: ignore[arg-type]
        for n in range(count)
    }


class Polls:
    """Counts polls and how many of one source run at once; stops the schedule after `until` of them."""

    def __init__(self, until: int, takes: float = 0.0) -> None:
        self.until = until
        self.takes = takes
        self.polled: Counter[str] = Counter()
        self.running: Counter[str] = Counter()
        self.most_of_one = 0
        self.most = 0
        self.stopping = asyncio.Event()

    async def __call__(self, settings: SourceConfig) -> datetime:
        self.running[settings.id] += 1
        self.most_of_one = max(self.most_of_one, self.running[settings.id])
        self.most = max(self.most, self.running.total())
        self.polled[settings.id] += 1
        await asyncio.sleep(self.takes)
        self.running[settings.id] -= 1
        if self.polled.total() >= self.until:
            self.stopping.set()
        return datetime.now(UTC) + timedelta(milliseconds=1)


async def run(store: Store, polls: Polls, watched: dict[str, SourceConfig], at_once: int = 32) -> Schedule:
    schedule = Schedule(store, polls, lambda: watched, consumer="me", life=life(), at_once=at_once)
    async with asyncio.timeout(30):
        await schedule.run(polls.stopping)
    return schedule


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


async def test_two_schedules_on_one_store_share_the_work(store: Store) -> None:
    polled: list[tuple[str, str]] = []
    stopping = asyncio.Event()

    def poller(name: str) -> PollOne:
        async def poll_one(settings: SourceConfig) -> datetime:
            await asyncio.sleep(0.01)
            polled.append((name, settings.id))
            if len(polled) == 40:
                stopping.set()
            return datetime.now(UTC) + timedelta(hours=1)

        return poll_one

    watched = sources(40, every=3600)
    schedules = [
        Schedule(store, poller(name), lambda: watched, consumer=name, life=life(), at_once=4)
        for name in ("first", "second")
    ]
    for name in ("first", "second"):
        await store.health.sign(name)
    async with asyncio.timeout(30):
        await asyncio.gather(*(schedule.run(stopping) for schedule in schedules))

    assert sorted(source for _, source in polled) == sorted(watched)
    assert {name for name, _ in polled} == {"first", "second"}


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


async def test_while_the_store_is_away_the_schedule_waits(dead_store: Store) -> None:
    polls = Polls(until=1)
    asyncio.get_running_loop().call_later(0.3, polls.stopping.set)

    await run(dead_store, polls, sources(1))

    assert polls.polled == Counter()


def test_first_polls_are_spread_and_none_is_later_than_its_interval() -> None:
    placed = places(sources(100, every="10m"), NOON)

    firsts = [first for first, _ in placed.values()]
    assert len(set(firsts)) == 100
    assert max(firsts) <= NOON + timedelta(minutes=10)
    assert all(latest == NOON + timedelta(minutes=11) for _, latest in placed.values())
    assert all(first - NOON < timedelta(seconds=1) for first, _ in places(sources(100, every=1), NOON).values())


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
