"""One fault at a time, on a real daemon: nothing lost, nothing twice, and it says what is wrong."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from monitor.schedule import LEASE
from tests.chaos.sinks import CHANNELS
from tests.chaos.storm import Scene, eventually, first_polls, scene
from tests.daemon import Daemon, running


async def until(true: Callable[[], bool | Awaitable[bool]], within: float = 20) -> None:
    """Wait until something is true; fail if it does not become so in time, however long each look takes."""

    async def look() -> bool:
        found = true()
        return found if isinstance(found, bool) else await found

    await eventually(look, within, "it did not become true")


@contextlib.asynccontextmanager
async def watching(here: Scene) -> AsyncIterator[Daemon]:
    """Run a daemon that has polled every feed once."""
    async with running(here.monitors[0].config) as daemon:
        await first_polls(here)
        yield daemon
    assert daemon.events("part.ended") == []


async def ready(daemon: Daemon) -> tuple[bool, str]:
    """Ask /healthz, which must answer whatever happens, and /readyz."""
    async with httpx.AsyncClient(base_url=daemon.page, timeout=10) as web:
        assert (await web.get("/healthz")).status_code == 200
        answer = await web.get("/readyz")
        assert answer.status_code == (200 if answer.json()["ready"] else 503)
        return answer.json()["ready"], " ".join(answer.json()["reasons"])


async def is_ready(daemon: Daemon) -> bool:
    return (await ready(daemon))[0]


async def says(daemon: Daemon, words: str) -> bool:
    return words in (await ready(daemon))[1]


def complete(here: Scene, times: int = 1) -> bool:
    """Whether every post has arrived on every channel; fails at once if one came too often."""
    for channel in CHANNELS:
        assert max(here.far.arrived(channel).values(), default=0) <= times
        assert here.far.arrived(channel).keys() <= set(here.news.matching)
    return not here.missing()


async def test_a_store_that_is_down_at_the_start_is_waited_for(tmp_path: Path) -> None:
    async with scene(tmp_path) as here:
        await here.store.kill()
        async with running(here.monitors[0].config) as daemon:
            assert await says(daemon, "does not answer")
            await here.store.start()
            await first_polls(here)
            await until(lambda: is_ready(daemon))
            here.news.publish()
            await until(lambda: complete(here))

            assert len(daemon.events("store.away")) == len(daemon.events("store.back")) == 1
        assert daemon.events("part.ended") == []


@pytest.mark.parametrize("instant", [0.9, 1.3])
async def test_a_store_that_dies_in_full_flow_loses_nothing_and_no_restart_is_needed(
    tmp_path: Path, instant: float
) -> None:
    async with scene(tmp_path, feeds=1) as here, watching(here) as daemon:
        for _ in range(60):
            here.news.publish()
        await asyncio.sleep(instant)  # somewhere in polling, judging, sending
        await here.store.kill()
        await until(lambda: bool(daemon.events("store.away")))
        assert await says(daemon, "does not answer")
        await here.store.start()
        await until(lambda: complete(here))
        await until(lambda: is_ready(daemon))

        assert len(daemon.events("store.away")) == len(daemon.events("store.back")) == 1


async def test_a_store_that_is_still_loading_is_waited_for_and_not_accused(tmp_path: Path) -> None:
    async with scene(tmp_path) as here, watching(here) as daemon:
        await here.store.fill(20_000)
        await here.store.kill()
        starting = asyncio.create_task(here.store.start(loading=3))
        await until(lambda: says(daemon, "loading"))
        here.news.publish()
        await starting
        await until(lambda: complete(here))
        await until(lambda: is_ready(daemon))

        assert len(daemon.events("store.away")) == len(daemon.events("store.back")) == 1
        assert daemon.events("store.unsafe") == []


async def test_a_store_that_is_read_only_is_named_and_waited_for(tmp_path: Path) -> None:
    async with scene(tmp_path) as here, watching(here) as daemon:
        await here.store.read_only(True)
        await until(lambda: says(daemon, "read only replica"))
        for _ in range(5):
            here.news.publish()
        await asyncio.sleep(2)  # two polls, at least
        assert here.far.arrivals == []

        await here.store.read_only(False)
        await until(lambda: complete(here))
        await until(lambda: is_ready(daemon))
        assert len(daemon.events("store.away")) == len(daemon.events("store.back")) == 1


async def test_a_store_without_memory_still_delivers_what_it_has(tmp_path: Path) -> None:
    async with scene(tmp_path) as here, watching(here) as daemon:
        here.far.rigged["archive"] = "broken"
        for _ in range(5):
            here.news.publish()
        await until(lambda: here.missing() == 5)
        await here.store.full(True)
        await until(lambda: says(daemon, "memory"))
        here.news.publish()
        await asyncio.sleep(7)  # longer than our own sign of life is trusted
        del here.far.rigged["archive"]
        await until(lambda: here.missing() == 3)  # all but the post that came when there was no room

        assert not await is_ready(daemon)
        await here.store.full(False)
        await until(lambda: complete(here))
        await until(lambda: is_ready(daemon))


async def test_a_store_that_cannot_write_its_file_is_named_and_waited_for(tmp_path: Path) -> None:
    async with scene(tmp_path) as here, watching(here) as daemon:
        await here.store.disk(True)
        here.news.publish()
        await until(lambda: says(daemon, "AOF file"))
        for _ in range(5):
            here.news.publish()
        await asyncio.sleep(2)
        await here.store.disk(False)
        await until(lambda: complete(here))
        await until(lambda: is_ready(daemon))
        assert "append-only file" in str(daemon.events("store.unsafe"))


async def test_sigterm_lets_sends_in_hand_end_and_records_them(tmp_path: Path) -> None:
    async with scene(tmp_path, feeds=1) as here:
        here.far.rigged = dict.fromkeys(CHANNELS, "slow")
        async with watching(here) as daemon:
            for _ in range(6):
                here.news.publish()
            await until(lambda: all(here.far.arrived(channel) for channel in CHANNELS))
            began = time.monotonic()
            assert await daemon.end(signal.SIGTERM) == 0
            assert time.monotonic() - began < 10

        states = await here.rooms.outbox.states(CHANNELS)
        for channel, state in zip(CHANNELS, states, strict=True):
            assert state.arrived == here.far.arrived(channel).total() >= 1  # so nothing is sent again
            assert state.arrived + state.waiting == 6  # and the rest is kept


async def test_a_hanging_channel_delays_no_other_and_gets_everything_later(tmp_path: Path) -> None:
    async with scene(tmp_path) as here, watching(here) as daemon:
        here.far.rigged["desk"] = "hung"
        published: dict[str, float] = {}
        for _ in range(20):
            published[here.news.publish()] = time.monotonic()
            await asyncio.sleep(0.2)
        await until(lambda: here.missing() == 20)
        assert await is_ready(daemon)
        assert max(one.at - published[one.post] for one in here.far.arrivals) < 5

        del here.far.rigged["desk"]
        await until(lambda: complete(here), 40)
        assert len(daemon.events("channel.failing")) == len(daemon.events("channel.recovered")) == 1


async def test_one_alert_nobody_takes_does_not_hold_up_the_others_and_can_be_sent_again(tmp_path: Path) -> None:
    async with scene(tmp_path) as here, watching(here) as daemon:
        marks = [here.news.publish() for _ in range(50)]
        here.far.poison = marks[20]
        await until(lambda: here.missing() == 3)
        await until(lambda: len(daemon.events("delivery.dead")) == 3)
        assert {event["channel"] for event in daemon.events("delivery.dead")} == set(CHANNELS)

        here.far.poison = None
        for channel in CHANNELS:
            (letter,) = await here.rooms.outbox.listed(channel, "dead")
            assert await here.rooms.outbox.revive(letter, datetime.now(UTC))
        await until(lambda: complete(here))


async def test_an_answer_that_was_lost_repeats_the_alert_under_the_same_id(tmp_path: Path) -> None:
    async with scene(tmp_path) as here, watching(here):
        here.far.rigged = {"desk": "dropped", "duty": "dropped", "archive": "late"}
        here.news.publish()
        await until(lambda: len(here.far.arrivals) >= 3)
        here.far.rigged.clear()
        await until(lambda: len(here.far.arrivals) == 6)
        for channel in CHANNELS:
            assert len({one.delivery for one in here.far.arrivals if one.channel == channel}) == 1


@pytest.fixture
def own_clock(tmp_path: Path) -> Path:
    """Build the library that gives a process a wall clock of its own."""
    built = tmp_path / "clock.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-o", built, Path(__file__).with_name("clock.c"), "-ldl"], check=True)
    return built


@pytest.mark.skipif(sys.platform != "linux" or not shutil.which("cc"), reason="the clock of a process is set in C")
async def test_a_clock_set_forth_and_back_by_an_hour_holds_nothing_up(
    tmp_path: Path, own_clock: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shift = tmp_path / "shift"
    monkeypatch.setenv("CLOCK_SHIFT", str(shift))
    async with scene(tmp_path) as here:
        monkeypatch.setenv("LD_PRELOAD", str(own_clock))  # for the daemon alone: the store runs by now
        async with watching(here) as daemon:
            await _put_off(here)
            shift.write_text("3600", encoding="utf-8")
            here.news.publish()
            await until(lambda: complete(here))

            await _put_off(here)
            shift.write_text("0", encoding="utf-8")
            await until(lambda: complete(here))
            await until(lambda: [event["seconds"] for event in daemon.events("clock.jumped")] == [3600, -3600])
            await until(lambda: _all_due_soon(here))  # it tells first, and draws the timetable up again then
            assert await is_ready(daemon)


async def _all_due_soon(here: Scene) -> bool:
    return max((await here.rooms.timetable.due()).values()) <= datetime.now(UTC) + LEASE


async def _put_off(here: Scene) -> None:
    """Have an alert that waits for its next try, on a channel that is well again."""
    before = here.far.behaved["archive", "broken"]
    here.far.rigged["archive"] = "broken"
    here.news.publish()
    await until(lambda: here.missing() == 1 and here.far.behaved["archive", "broken"] > before)
    del here.far.rigged["archive"]
