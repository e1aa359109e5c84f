"""A run: calm, storm, calm again; and what came of it."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from monitor.errors import StoreUnavailable
from monitor.store import Store
from tests.chaos.ministry import Ministry, ministry
from tests.chaos.monitors import Monitor, write_config
from tests.chaos.plan import Act, Plan, Spell
from tests.chaos.sinks import CHANNELS, Channel, Sinks, sinks
from tests.chaos.valkey import Valkey, valkey
from tests.chaos.verdict import Incident, Tally, complaints, tallies

_QUIET = 10  # one post in so many must not alert
_BUGS = (
    *("part.ended", "part.stumbled", "delivery.unforeseen", "poll.unforeseen", "judge.failed"),
    *("delivery.dead", "record.unreadable"),
)


@dataclass
class Report:
    """The figures.

    deeds, troubles  what was done to the monitors, and to the store
    behaved          how often each sink did what
    calm, drained    seconds until everything had arrived: undisturbed, and after the storm
    peak             MB of one monitor with its children
    wrong            every way in which the promise was broken; empty if it was kept
    history          every arrival and every incident, for whoever wants to look closer
    """

    posts: int
    tallies: dict[Channel, Tally]
    deeds: Counter[str]
    troubles: Counter[str]
    behaved: Counter[tuple[Channel, str]]
    calm: float
    calm_repeats: int
    drained: float
    peak: float
    slowest_stop: float
    wrong: list[str]
    history: dict[str, list[Any]]


@dataclass
class Scene:
    """Everything that takes part. `rooms`: what is in the store."""

    store: Valkey
    rooms: Store
    news: Ministry
    far: Sinks
    monitors: list[Monitor]
    incidents: list[Incident] = field(default_factory=list)

    def missing(self) -> int:
        """Return how many (post, channel) have not arrived yet."""
        wanted = set(self.news.matching)
        return sum(len(wanted - self.far.posts[channel]) for channel in CHANNELS)


@contextlib.asynccontextmanager
async def scene(
    folder: Path,
    *,
    feeds: int = 3,
    monitors: int = 1,
    patience: float = 1.0,
    seed: int = 1,
    every: str = "1s",
    pause: float = 0,
) -> AsyncIterator[Scene]:
    """Set the stage; the store is running, no monitor is yet."""
    names = [f"monitor-{number}" for number in range(1, monitors + 1)]
    async with (
        valkey(folder / "data") as store,
        ministry(feeds) as news,
        sinks(names, seed=seed, patience=patience) as far,
    ):
        await store.start()
        await store.answers()
        here = Scene(store, Store(store.url), news, far, [])
        try:
            for name in names:
                config = write_config(folder, name, store.url, news, far, every=every, pause=pause)
                here.monitors.append(Monitor(name, config))
            yield here
        finally:
            for monitor in here.monitors:
                await monitor.close()
            await here.rooms.close()


async def run(plan: Plan, folder: Path, tell: Callable[[str], None] = lambda _: None) -> Report:
    """Play a plan and return what came of it. `tell` is told how it goes."""
    async with scene(folder, feeds=plan.feeds, monitors=plan.monitors, patience=plan.patience, seed=plan.seed) as here:
        weighing = asyncio.create_task(_weigh(here))
        try:
            tell("calm: the monitors start and poll every feed once")
            await _awake(here)
            calm = await _calm(here, plan)
            calm_repeats = len(here.far.arrivals) - len(here.news.matching) * len(CHANNELS)
            tell(f"calm: {plan.calm} posts arrived in {calm:.1f} s; now the storm, {plan.seconds:.0f} s")
            await _storm(here, plan, tell)
            tell(f"storm over: {here.missing()} alerts are still on their way")
            drained = await _drain(here, plan, tell)
            await asyncio.sleep(plan.still)
            for monitor in here.monitors:
                await monitor.stop()
        finally:
            weighing.cancel()
        found = tallies(here.news.matching, here.far.arrivals, here.incidents)
        return Report(
            posts=here.news.published,
            tallies=found,
            deeds=Counter(one.what for one in here.incidents if one.what != "store"),
            troubles=Counter(one.who for one in here.incidents if one.what == "store"),
            behaved=Counter(here.far.behaved),
            calm=calm,
            calm_repeats=calm_repeats,
            drained=drained,
            peak=max(monitor.peak for monitor in here.monitors),
            slowest_stop=max(seconds for monitor in here.monitors for _, seconds in monitor.stops),
            history={"arrivals": here.far.arrivals, "incidents": here.incidents},
            wrong=[*complaints(found, here.incidents), *_repeated(calm_repeats), *await oddities(here)],
        )


async def _awake(here: Scene) -> None:
    for monitor in here.monitors:
        await monitor.start()
    await first_polls(here)


async def first_polls(here: Scene, within: float = 60) -> None:
    """Wait until every feed was polled once: what is published from then on is news."""

    async def done() -> bool:
        return all(state.answered for state in await here.rooms.health.sources(here.news.feeds))

    await eventually(done, within, "the first polls did not end")


async def eventually(true: Callable[[], Awaitable[bool]], within: float, otherwise: str) -> float:
    """Wait until something is true; return the seconds it took. The store may be away meanwhile."""
    began = time.monotonic()
    while time.monotonic() - began < within:
        with contextlib.suppress(StoreUnavailable):
            if await true():
                return time.monotonic() - began
        await asyncio.sleep(0.05)
    raise AssertionError(f"{otherwise} within {within:.0f} s")


async def _calm(here: Scene, plan: Plan) -> float:
    """Publish many posts at once with nothing in the way; return the seconds until the last has arrived."""
    for _ in range(plan.calm):
        here.news.publish()

    async def done() -> bool:
        return not here.missing()

    return await eventually(done, 120, "in the calm, not every alert arrived")


async def _storm(here: Scene, plan: Plan, tell: Callable[[str], None]) -> None:
    here.far.share = plan.faults
    began = time.monotonic()
    async with asyncio.TaskGroup() as group:
        group.create_task(_publish(here, plan, began))
        group.create_task(_trouble_store(here, plan.troubles(), began))
        for number, monitor in enumerate(here.monitors):
            acts = [act for act in plan.acts() if act.monitor == number]
            group.create_task(_trouble_monitor(here, monitor, acts, began, plan.pause))
        telling = asyncio.create_task(_tell(here, began, tell))
        group.create_task(_later(began + plan.seconds, telling.cancel))


async def _publish(here: Scene, plan: Plan, began: float) -> None:
    """Publish steadily: the last post as the storm ends."""
    count = plan.posts - here.news.published
    for number in range(count):
        await asyncio.sleep(began + plan.seconds * number / count - time.monotonic())
        here.news.publish(alerts=number % _QUIET != 0)


async def _trouble_monitor(here: Scene, monitor: Monitor, acts: list[Act], began: float, pause: float) -> None:
    for act in acts:
        await asyncio.sleep(began + act.at - time.monotonic())
        at = time.monotonic()
        if act.deed == "kill":
            await monitor.kill()
            here.incidents.append(Incident("killed", monitor.name, at, time.monotonic()))
            await monitor.start()
        elif act.deed == "stop":
            await monitor.stop()
            here.incidents.append(Incident("stopped", monitor.name, at, time.monotonic()))
            await monitor.start()
        else:
            monitor.freeze()
            await asyncio.sleep(pause)
            monitor.thaw()
            here.incidents.append(Incident("paused", monitor.name, at, time.monotonic()))


async def _trouble_store(here: Scene, spells: list[Spell], began: float) -> None:
    store = here.store
    for spell in spells:
        await asyncio.sleep(began + spell.at - time.monotonic())
        at = time.monotonic()
        if spell.trouble.startswith("kill"):
            await store.kill()
            if spell.trouble == "kill":
                await asyncio.sleep(spell.seconds)
            await store.start(loading=spell.seconds if "loading" in spell.trouble else 0)
            await store.answers(120)
        elif spell.trouble == "freeze":
            store.freeze()
            await asyncio.sleep(spell.seconds)
            store.thaw()
        else:
            spoil = _SPOIL[spell.trouble]
            await spoil(store, True)
            await asyncio.sleep(spell.seconds)
            await spoil(store, False)
        here.incidents.append(Incident("store", spell.trouble, at, time.monotonic()))


_SPOIL = {"read-only": Valkey.read_only, "no memory": Valkey.full, "no disk": Valkey.disk}


async def _drain(here: Scene, plan: Plan, tell: Callable[[str], None]) -> float:
    """Wait until everything has arrived and every queue is empty; towards the end nothing fails. Return the seconds."""
    began = time.monotonic()

    async def empty() -> bool:
        if here.missing() <= (1 - plan.mostly) * len(here.news.matching) * len(CHANNELS):
            here.far.share = 0
        queues = await here.rooms.outbox.states(CHANNELS)
        return not here.missing() and not any(q.waiting for q in queues) and not await here.rooms.posts.unjudged()

    telling = asyncio.create_task(_tell(here, began, tell))
    try:
        return await eventually(empty, plan.drain, "the queues did not empty")
    except AssertionError as error:
        tell(str(error))
        return time.monotonic() - began
    finally:
        telling.cancel()


def _repeated(in_the_calm: int) -> list[str]:
    return [f"{in_the_calm} repeats in the calm"] if in_the_calm else []


async def oddities(here: Scene) -> list[str]:
    """Return what went wrong beside losses and repeats."""
    said = [f"{queue.id}: {queue.waiting} wait, {queue.dead} are dead letters"
             for queue in await here.rooms.outbox.states(CHANNELS) if queue.waiting or queue.dead]  # fmt: skip
    for monitor in here.monitors:
        said += [f"{monitor.name} ended by itself with code {code}" for code in monitor.ended_alone]
        said += [f"{monitor.name} ended with code {code} after SIGTERM" for code, _ in monitor.stops if code]
        said += [f"{monitor.name} logged {event['event']}: {event}" for event in monitor.events(*_BUGS)]
        said += [f"{monitor.name} ended in a traceback: {line}" for line in monitor.tracebacks()]
    return said


async def _weigh(here: Scene) -> None:
    while True:
        for monitor in here.monitors:
            monitor.weigh()
        await asyncio.sleep(1)


async def _tell(here: Scene, began: float, tell: Callable[[str], None]) -> None:
    while True:
        await asyncio.sleep(20)
        published, deeds = here.news.published, Counter(one.what for one in here.incidents)
        tell(f"{time.monotonic() - began:5.0f} s  {published} posts, {here.missing()} alerts to come, {dict(deeds)}")


async def _later(at: float, do: Callable[[], object]) -> None:
    await asyncio.sleep(at - time.monotonic())
    do()
