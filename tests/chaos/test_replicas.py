"""Several monitors on one store: they share the work, and one that is paused holds up nobody."""

from __future__ import annotations

import asyncio
import time
from itertools import pairwise
from pathlib import Path

from monitor.life import LIFE
from tests.chaos.sinks import CHANNELS
from tests.chaos.storm import Scene, eventually, first_polls, oddities, scene
from tests.chaos.verdict import complaints, tallies

_EVERY = 3.0  # seconds between two polls of a feed, and up to a tenth more
_LOOKS = 5  # at that many polls of each feed we look


async def all_here(here: Scene, within: float = 60) -> float:
    async def arrived() -> bool:
        return not here.missing()

    return await eventually(arrived, within, "not every alert arrived")


async def test_three_monitors_send_everything_once_and_poll_each_feed_once_an_interval(tmp_path: Path) -> None:
    async with scene(tmp_path, feeds=4, monitors=3, patience=10, every=f"{_EVERY}s") as here:
        for monitor in here.monitors:
            await monitor.start()
        await first_polls(here)
        began = {name: len(feed.asked) for name, feed in here.news.feeds.items()}
        for _ in range(60):
            here.news.publish()
        await all_here(here)

        async def looked() -> bool:
            return all(len(feed.asked) >= began[name] + _LOOKS for name, feed in here.news.feeds.items())

        await eventually(looked, 60, "the feeds were not polled")
        for monitor in here.monitors:
            await monitor.stop()

        gaps = [after - before for feed in here.news.feeds.values() for before, after in pairwise(feed.asked[-_LOOKS:])]
        # Never sooner: three that each polled would come thrice as often. Later only by what the machine is busy.
        assert min(gaps) > _EVERY * 0.9
        found = tallies(here.news.matching, here.far.arrivals, [])
        assert complaints(found, []) == []
        assert [tally.repeats.total() for tally in found.values()] == [0, 0, 0]
        assert await oddities(here) == []
        assert {one.monitor for one in here.far.arrivals} > {"monitor-1"}


async def test_a_paused_monitor_holds_up_nobody_and_repeats_no_more_than_it_had_in_hand(tmp_path: Path) -> None:
    async with scene(tmp_path, feeds=2, monitors=2, patience=4) as here:
        here.far.rigged = dict.fromkeys(CHANNELS, "slow")
        paused, other = here.monitors
        await paused.start()
        await first_polls(here)
        for _ in range(8):
            here.news.publish()

        async def sending() -> bool:
            return all(here.far.posts.values())

        await eventually(sending, 30, "nothing was sent")
        paused.freeze()  # in the middle of a send, with more in hand
        here.far.rigged.clear()
        frozen = time.monotonic()
        await other.start()
        await all_here(here)
        taken_over = time.monotonic() - frozen
        paused.thaw()
        await asyncio.sleep(2)  # now it could send what it had in hand
        for monitor in here.monitors:
            await monitor.stop()

        # Two lives of a sign: the heir has its grace as well. Beyond that: starting, on a busy machine.
        assert LIFE - 2 < taken_over < 3 * LIFE
        for channel in CHANNELS:
            counts = here.far.arrived(channel)
            assert counts.keys() == set(here.news.matching)
            assert counts.total() - len(counts) <= 1
