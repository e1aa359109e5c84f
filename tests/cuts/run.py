"""The run itself: publish, poll and cut in spells, poll undisturbed at the end, count."""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from monitor.fetch import Fetcher
from monitor.model import Post
from monitor.store import Store, embedded
from tests.cuts.places import KINDS, Place, places
from tests.cuts.plan import Plan, moments
from tests.cuts.polls import Cut, Done, once
from tests.cuts.verdict import Found, found, wrong
from tests.cuts.weather import Weather

_AGENT = "test-monitor/1.0"
_STEPS = 80  # of its own, after which a poll is cut, at most; most have fewer, and most that matter are the first
_POLL = 0.05  # seconds that a poll takes, about, when a process is killed in one
_QUIET = 6  # undisturbed polls of a source at the end, at most: of a page's detail only ten are asked in each


@dataclass
class Report:
    seconds: float
    found: list[Found]
    weather: Counter[str]
    outcomes: Counter[str]
    cancelled: int
    killed: int
    kills: int
    wrong: list[str]


@dataclass
class Run:
    """`done`: the polls that came to their end, by source. `cancelled`, `killed`: those that did not."""

    plan: Plan
    here: list[Place]
    store: Store
    url: str
    dice: random.Random
    done: dict[str, list[Done]] = field(default_factory=lambda: defaultdict(list))
    cancelled: Counter[str] = field(default_factory=Counter)
    killed: Counter[str] = field(default_factory=Counter)
    kills: int = 0
    begun: asyncio.Event = field(default_factory=asyncio.Event)  # by the process: a poll is under way

    async def publish(self, began: float) -> None:
        for moment in moments(self.plan, [place.burst for place in self.here]):
            await asyncio.sleep(max(0.0, began + moment.at - time.monotonic()))
            self.here[moment.place].publish(moment.posts)

    async def spells(self, until: float) -> None:
        """Let a process poll some of the sources until it is killed, and poll the others here; then others."""
        fetch = Fetcher(user_agent=_AGENT)
        while time.monotonic() < until:
            theirs = self.dice.sample(self.here, len(self.here) // 2)
            ours = [asyncio.create_task(self._poll(place, fetch)) for place in self.here if place not in theirs]
            await self._process(theirs)
            for task in ours:
                task.cancel()
            for ended in await asyncio.gather(*ours, return_exceptions=True):
                if isinstance(ended, Exception):
                    raise ended
        await fetch.aclose()

    async def _poll(self, place: Place, fetch: Fetcher) -> None:
        while True:
            await asyncio.sleep(self.dice.uniform(0, 2 * self.plan.apart))
            steps = int(_STEPS ** self.dice.random()) if self.dice.random() < self.plan.cut else 0
            try:
                self.done[place.id].append(await asyncio.create_task(self._once(place, fetch, steps)))
            except asyncio.CancelledError:
                self.cancelled[place.id] += 1
                if (task := asyncio.current_task()) and task.cancelling():
                    raise  # it is this loop that was cancelled, with the poll

    async def _once(self, place: Place, fetch: Fetcher, steps: int) -> Done:
        return await Cut(once(place.settings, fetch, self.store), steps)

    async def _process(self, theirs: Sequence[Place]) -> None:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.cuts.child", self.url, str(self.dice.random()),
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        assert process.stdin
        assert process.stdout
        process.stdin.write("".join(f"{place.settings.model_dump_json()}\n" for place in theirs).encode())
        process.stdin.close()
        heard = asyncio.create_task(self._hear(process.stdout))
        await asyncio.wait([heard], timeout=1.5 + self.dice.expovariate(1 / self.plan.spell))
        self.begun.clear()
        await asyncio.wait([heard, asyncio.ensure_future(self.begun.wait())], return_when=asyncio.FIRST_COMPLETED)
        await asyncio.sleep(self.dice.uniform(0, _POLL))
        assert process.returncode is None, "the process of polls ended by itself; its stderr says why"
        process.kill()
        self.kills += 1
        await process.wait()
        self.killed.update(await heard)

    async def _hear(self, out: asyncio.StreamReader) -> Counter[str]:
        """Note the polls that a process ends; return those that it only began."""
        begun = Counter[str]()
        async for line in out:
            if not line.endswith(b"\n"):
                break  # the last word of the dying
            word = json.loads(line)
            if isinstance(word, list):
                self.done[word[0]].append(Done(*word))
                begun[word[0]] -= 1
            elif word != "ready":
                begun[word] += 1
                self.begun.set()
        return +begun

    async def quiet(self) -> None:
        """Poll undisturbed until nothing is found twice in a row."""
        fetch = Fetcher(user_agent=_AGENT)
        for place in self.here:
            calm = 0
            for _ in range(_QUIET):
                done = await once(place.settings, fetch, self.store)
                self.done[place.id].append(done)
                calm = calm + 1 if done.quiet else 0
                if calm == 2:
                    break
        await fetch.aclose()

    async def stored(self) -> list[Post]:
        posts, before = list[Post](), None
        while page := await self.store.posts.recent(500, before):
            posts += [entry.post for entry in page]
            before = page[-1].id
        return posts


async def run(plan: Plan, folder: Path, kinds: Sequence[str] = tuple(KINDS)) -> Report:
    server = embedded.EmbeddedServer(folder)
    await server.start()
    store = Store(embedded.url(folder))
    weather = Weather(random.Random(f"weather {plan.seed}"), plan.bad)
    try:
        async with places(weather, plan.each, kinds) as here:
            one = Run(plan, here, store, embedded.url(folder), random.Random(f"cuts {plan.seed}"))
            return await _run(one, here, weather)
    finally:
        with contextlib.suppress(Exception):
            await store.close()
        await server.stop()


async def _run(one: Run, here: list[Place], weather: Weather) -> Report:
    began, bad = time.monotonic(), weather.bad
    weather.bad = 0.0
    await one.quiet()  # the first poll, of what was there before
    weather.bad = bad
    publishing = asyncio.create_task(one.publish(time.monotonic()))
    await one.spells(time.monotonic() + one.plan.seconds)
    await publishing
    weather.bad = 0.0
    await one.quiet()
    stored, cut = await one.stored(), one.cancelled + one.killed
    results = [found(place, stored, one.done[place.id], cut[place.id]) for place in here]
    return Report(
        seconds=time.monotonic() - began,
        found=results,
        weather=weather.told,
        outcomes=Counter(done.outcome for polls in one.done.values() for done in polls),
        cancelled=one.cancelled.total(),
        killed=one.killed.total(),
        kills=one.kills,
        wrong=wrong(results),
    )
