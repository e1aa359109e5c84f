"""A monitor that is stopped and started again, over and over, while alerts go on: nothing lost, nothing twice."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.chaos.sinks import CHANNELS
from tests.chaos.storm import Scene, eventually, first_polls, oddities, scene
from tests.chaos.verdict import complaints, tallies

_STOP_WITHIN = 20.0  # seconds
_AT_ONCE, _PACE = 10, 2.0  # posts published together, and seconds until the next: most stops find some in hand
_CATCHES_UP_WITHIN = 10.0  # seconds; what a stopped monitor had in hand must not wait until it counts as dead


@dataclass
class Report:
    """How the restarts went.

    stops        seconds from SIGTERM to the end
    waits        seconds from the next start until all that was published before had arrived
    handed_over  deliveries that were taken and not settled when the monitor ended, over all stops
    broken       how the promise was, a sentence each
    """

    posts: int = 0
    stops: list[float] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    handed_over: int = 0
    broken: list[str] = field(default_factory=list)

    @property
    def late(self) -> list[str]:
        """What took too long, for a machine that has nothing else to do."""
        said = [f"a stop took {seconds:.1f} s" for seconds in self.stops if seconds > _STOP_WITHIN]
        return said + [f"a successor caught up after {s:.1f} s only" for s in self.waits if s > _CATCHES_UP_WITHIN]

    @property
    def wrong(self) -> list[str]:
        return self.broken + self.late

    def __str__(self) -> str:
        lines = [
            f"Posts             {self.posts} on {len(CHANNELS)} channels",
            f"Restarts          {len(self.stops)} by SIGTERM; {self.handed_over} deliveries were in hand and passed on",
            f"To stop           {max(self.stops):.1f} s at most",
            f"To catch up       {max(self.waits):.1f} s at most, from the start until all published before had arrived",
            *([f"WRONG: {each}" for each in self.wrong] or ["Nothing was lost, nothing came twice."]),
        ]
        return "\n".join(lines)


async def run(folder: Path, times: int, *, seed: int = 1, tell: Callable[[str], None] = lambda _: None) -> Report:
    dice, report = random.Random(f"restarts {seed}"), Report()
    async with scene(folder, feeds=5, patience=5, seed=seed, pause=0.15) as here:
        (monitor,) = here.monitors
        await monitor.start()
        await first_polls(here)
        publishing = asyncio.create_task(_publish(here))
        try:
            for number in range(times):
                await asyncio.sleep(dice.uniform(0.5, 2.0))
                await monitor.stop()
                report.handed_over += await here.store.in_hand(CHANNELS)
                await monitor.start()
                report.waits.append(await _caught_up(here))
                tell(f"{number + 1} restarts, {here.news.published} posts, {here.missing()} alerts to come")
        finally:
            publishing.cancel()

        async def done() -> bool:
            return not here.missing()

        await eventually(done, 120, "not everything arrived")
        await monitor.stop()
        report.posts = len(here.news.matching)
        report.stops = [seconds for _, seconds in monitor.stops]
        found = tallies(here.news.matching, here.far.arrivals, [])
        report.broken = [*complaints(found, []), *await oddities(here)]
    return report


async def _publish(here: Scene) -> None:
    while True:
        for _ in range(_AT_ONCE):
            here.news.publish()
        await asyncio.sleep(_PACE)


async def _caught_up(here: Scene) -> float:
    """Wait until all that is published by now has arrived; return the seconds it took."""
    wanted = set(here.news.matching)

    async def arrived() -> bool:
        return all(wanted <= here.far.posts[channel] for channel in CHANNELS)

    return await eventually(arrived, 120, "what was published before a restart did not arrive")
