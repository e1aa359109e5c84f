"""One channel away for long, thousands of alerts waiting for it; and in the middle the store away as well.

Little happens in a second, so that it can run for hours beside other work.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from statistics import quantiles

import httpx

from tests.chaos.ministry import Ministry
from tests.chaos.monitors import Monitor
from tests.chaos.sinks import CHANNELS
from tests.chaos.storm import Scene, eventually, first_polls, oddities, scene
from tests.chaos.verdict import complaints, tallies

_FEEDS = 20
_AT_ONCE = 5  # posts that a feed publishes together
_PAUSE = 0.05  # seconds between two sends to the desk: the limit at which it is drained
_SLOWEST_RETRY = 300.0  # seconds within which a channel that is back is noticed
_SETTLING = 15.0  # seconds after the store is back in which alerts may be late
_OUT_OF_ORDER = 20  # alerts that tried the channel while it was down and so came before older ones
_LONGEST_DELAY, _MOST_GROWTH = 5.0, 100.0  # seconds; MB
_UNREADY_WITHIN, _READY_WITHIN = 5.0, 10.0  # seconds


@dataclass
class Report:
    """The figures.

    waited      alerts that waited for the desk when it came back
    delay       seconds from publication to arrival on the other channels, the 95th percentile, the store's outage apart
    noticed     seconds from the desk's return to its first alert; `drained`: from then on until the last
    disordered  alerts that arrived behind younger ones, once the desk was back
    growth      MB by which the monitor grew from the first polls on; `peak`: at its largest
    unready, ready  seconds until /readyz said that the store was away, and that it was back
    knocks      sends to the desk while it was down
    broken      how the promise was, a sentence each; `late`: what was too slow or too large
    """

    posts: int = 0
    waited: int = 0
    delay: float = 0.0
    noticed: float = 0.0
    drained: float = 0.0
    disordered: int = 0
    peak: float = 0.0
    growth: float = 0.0
    unready: float = 0.0
    ready: float = 0.0
    knocks: int = 0
    broken: list[str] = field(default_factory=list)
    late: list[str] = field(default_factory=list)

    @property
    def wrong(self) -> list[str]:
        return self.broken + self.late

    def __str__(self) -> str:
        rate = self.waited / self.drained if self.drained else 0.0
        return "\n".join([
            f"Posts             {self.posts} on {len(CHANNELS)} channels",
            f"Waited            {self.waited} for the desk; it was tried {self.knocks} times while it was down",
            f"Other channels    {self.delay:.1f} s from publication to arrival (p95)",
            f"Back again        noticed after {self.noticed:.0f} s, drained in {self.drained:.0f} s",
            f"Drained           {rate:.1f} a second of {1 / _PAUSE:.0f} allowed; {self.disordered} behind younger ones",
            f"Memory            {self.growth:+.0f} MB, {self.peak:.0f} MB at most, of the monitor with its children",
            f"/readyz           503 {self.unready:.1f} s after the store went, 200 {self.ready:.1f} s after its return",
            *([f"WRONG: {one}" for one in self.wrong] or ["Nothing was lost or doubled, and nobody else waited."]),
        ])  # fmt: skip


@dataclass
class Watch:
    """What a run sees. `away`: when the store went, and when it was back; `told`: what /readyz said, each second."""

    published: dict[str, float] = field(default_factory=dict)
    away: list[float] = field(default_factory=list)
    told: list[tuple[float, bool]] = field(default_factory=list)
    first: float = 0.0
    peak: float = 0.0
    silent: list[str] = field(default_factory=list)


async def run(
    folder: Path,
    *,
    minutes: float = 60,
    store_minutes: float | None = None,
    posts: int = 10_000,
    seed: int = 1,
    tell: Callable[[str], None] = lambda _: None,
) -> Report:
    """Play it. `minutes`: how long the desk is down; `store_minutes`: how long the store is, a sixth of that if None.

    `posts`: how many alerts are to wait for the desk.
    """
    seconds, without = minutes * 60, (minutes / 6 if store_minutes is None else store_minutes) * 60
    watch = Watch()
    async with scene(folder, feeds=_FEEDS, patience=10, seed=seed, every="2s", pause=_PAUSE) as here:
        (monitor,) = here.monitors
        await monitor.start()
        await first_polls(here)
        watching = asyncio.create_task(_watch(here, monitor, watch))
        try:
            here.far.rigged["desk"] = "broken"
            async with asyncio.TaskGroup() as group:
                group.create_task(_publish(here.news, posts, seconds, watch))
                group.create_task(_store_away(here, seconds, without, watch, tell))
            report = await _back(here, watch, posts, tell)
        finally:
            watching.cancel()
        await monitor.stop()
        found = tallies(here.news.matching, here.far.arrivals, [])
        report.broken = [*complaints(found, []), *await oddities(here), *_told(monitor)]
        report.late = [*_bounds(report), *watch.silent]
    return report


async def _publish(news: Ministry, posts: int, seconds: float, watch: Watch) -> None:
    """Publish steadily until the desk is back."""
    began = time.monotonic()
    for number in range(0, posts, _AT_ONCE):
        await asyncio.sleep(began + seconds * number / posts - time.monotonic())
        feed = list(news.feeds)[number // _AT_ONCE % len(news.feeds)]
        for _ in range(min(_AT_ONCE, posts - number)):
            watch.published[news.publish(feed=feed)] = time.monotonic()
    await asyncio.sleep(began + seconds - time.monotonic())


async def _store_away(here: Scene, seconds: float, without: float, watch: Watch, tell: Callable[[str], None]) -> None:
    await asyncio.sleep(max(0.0, seconds - without) / 2)
    watch.away.append(time.monotonic())
    await here.store.kill()
    tell(f"the store is away for {without:.0f} s; {here.missing()} alerts to come")
    await asyncio.sleep(without)
    await here.store.start()
    await here.store.answers(120)
    watch.away.append(time.monotonic())
    tell("the store is back")


async def _back(here: Scene, watch: Watch, posts: int, tell: Callable[[str], None]) -> Report:
    """Let the desk take alerts again; wait until all have arrived."""

    async def others_have_all() -> bool:
        wanted = set(here.news.matching)
        return all(wanted <= here.far.posts[channel] for channel in CHANNELS if channel != "desk")

    await eventually(others_have_all, 60, "the other channels did not get everything")
    report = Report(posts=len(here.news.matching), waited=len(here.news.matching) - len(here.far.posts["desk"]))
    report.knocks, began = here.far.asked["desk"], time.monotonic()
    del here.far.rigged["desk"]
    tell(f"the desk is back; {report.waited} alerts wait for it")

    async def noticed() -> bool:
        return bool(here.far.posts["desk"])

    report.noticed = await eventually(noticed, _SLOWEST_RETRY + 60, "that the desk is back was not noticed")

    async def done() -> bool:
        return not here.missing()

    report.drained = await eventually(done, posts * _PAUSE * 3 + 60, "the desk was not drained")
    tell(f"drained {time.monotonic() - began:.0f} s after its return")
    report.delay = _delay(here, watch)
    report.disordered = _disordered(here)
    report.peak, report.growth = watch.peak, watch.peak - watch.first
    report.unready, report.ready = _readiness(watch)
    return report


# --- what is watched --------------------------------------------------------------------------------------------------


async def _watch(here: Scene, monitor: Monitor, watch: Watch) -> None:
    """Ask both probes and weigh the monitor, each second."""
    (started,) = monitor.events("monitor.started")
    async with httpx.AsyncClient(base_url=started["page"], timeout=10) as web:
        while True:
            asked = time.monotonic()
            with suppress(httpx.HTTPError):
                answer = await web.get("/readyz")
                watch.told.append((asked, answer.status_code == 200))
            try:
                alive = (await web.get("/healthz")).status_code == 200
            except httpx.HTTPError:
                alive = False
            if not alive:
                watch.silent.append(f"/healthz was silent when {len(here.far.arrivals)} alerts had arrived")
            monitor.weigh()
            watch.peak = monitor.peak
            watch.first = watch.first or monitor.peak
            await asyncio.sleep(1)


def _delay(here: Scene, watch: Watch) -> float:
    gone, back = watch.away
    delays = [
        one.at - watch.published[one.post]
        for one in here.far.arrivals
        if one.channel != "desk"
        and one.post in watch.published
        and not gone - _LONGEST_DELAY <= watch.published[one.post] <= back + _SETTLING
    ]
    return quantiles(delays, n=20)[-1] if len(delays) > 1 else max(delays, default=0.0)


def _disordered(here: Scene) -> int:
    """Count the alerts that came to the desk behind ones that another channel, never away, had got after them."""
    order = {one.post: place for place, one in enumerate(o for o in here.far.arrivals if o.channel == "archive")}
    youngest = behind = 0
    for one in here.far.arrivals:
        if one.channel == "desk":
            behind += order[one.post] < youngest
            youngest = max(youngest, order[one.post])
    return behind


def _readiness(watch: Watch) -> tuple[float, float]:
    """Return how long /readyz took to say that the store was away, and that it was back."""
    gone, back = watch.away
    unready = next((at - gone for at, ready in watch.told if at >= gone and not ready), float("inf"))
    ready = next((at - back for at, ready in watch.told if at >= back and ready), float("inf"))
    wrong = [at for at, ready in watch.told if ready == (gone + unready <= at < back)]
    # Before it is told, and until it is told that the store is back, the other answer is no mistake.
    mistakes = [at for at in wrong if not (gone <= at <= gone + unready or back <= at <= back + ready)]
    if mistakes:
        watch.silent.append(
            f"/readyz was wrong {len(mistakes)} times, first {mistakes[0] - gone:.1f} s after the store"
        )
    return unready, ready


# --- what is judged ---------------------------------------------------------------------------------------------------


def _told(monitor: Monitor) -> list[str]:
    """Say which of the lines that tell a person what is going on came too seldom or too often."""
    names = ("channel.failing", "channel.recovered", "store.away", "store.back")
    told = [one for one in monitor.events(*names) if one.get("channel", "desk") == "desk"]
    counts = {name: sum(one["event"] == name for one in told) for name in names}
    return [f"{name} was logged {count} times, not once" for name, count in counts.items() if count != 1]


def _bounds(report: Report) -> list[str]:
    rate = report.waited / report.drained
    bounds = {
        f"the other channels waited {report.delay:.1f} s": report.delay > _LONGEST_DELAY,
        f"the monitor grew by {report.growth:.0f} MB": report.growth > _MOST_GROWTH,
        f"the desk got {rate:.1f} alerts a second": rate > 1.05 / _PAUSE,
        f"{report.disordered} alerts came behind younger ones": report.disordered > _OUT_OF_ORDER,
        f"/readyz said nothing for {report.unready:.1f} s": report.unready > _UNREADY_WITHIN,
        f"/readyz said 503 for {report.ready:.1f} s too long": report.ready > _READY_WITHIN,
        "the desk was never down": report.knocks == 0,
    }
    return [sentence for sentence, broken in bounds.items() if broken]
