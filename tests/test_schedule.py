from __future__ import annotations

import asyncio
import sys
import time
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from monitor.errors import StoreUnavailable
from monitor.schedule import PollOne, Schedule, places
from monitor.sources import SourceConfig
from monitor.store import Store
from monitor.store.connection import Connection
from monitor.store.timetable import Place
from tests.make import NOON, life, until


def config(id_: str, every: object = 1) -> SourceConfig:
    return SourceConfig(id=id_, kind="rss", url="https://example.org/", every=every)  # type: ignore[arg-type]


def sources(count: int, every: object = 1) -> dict[str, SourceConfig]:
    return {f"s{n}": config(f"s{n}", every) for n in range(count)}


class Polls:
    """Counts polls and how many of one source run at once; stops the schedule after `until` of them."""

    def __init__(self, until: int, takes: float = 0.0) -> None:
        self.until = until
        self.takes = takes
        self.next = timedelta(milliseconds=1)
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
        return datetime.now(UTC) + self.next


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
        ahead = [due - now for due in (await store.timetable.due()).values() if due < now + timedelta(minutes=30)]
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
