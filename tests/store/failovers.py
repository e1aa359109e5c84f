"""Failovers and moving slots under steady admits, counted. the long runs are

    python -m tests.store.failovers sentinel 20
    python -m tests.store.failovers cluster 10

A ministry publishes without pause; its feed shows the newest posts. A poller offers the whole feed again and again, as
polls do, and waits where the store is away. In the end the stream is read from whoever is master then.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from monitor.errors import StoreUnavailable
from monitor.store import Store, keys
from monitor.store.connection import fields
from monitor.store.shard import slot
from tests.make import NOON, post
from tests.process import eventually
from tests.store.fleet import SLOTS, Cluster, Sentinels, Server, running

_WINDOW = 400  # posts in the feed: some twenty seconds of news
_AT_ONCE = 1  # posts published between two polls
_PAUSE = 0.05  # seconds between two polls
_SOURCE = "am-mod"


@dataclass
class Tally:
    """What became of the posts.

    rolled_back  acknowledged, lost by the fleet, and taken in again: at least so many
    gaps         seconds without an acknowledged admit, the longest around each blow
    lags         seconds from another server's being in charge until every post was taken again
    """

    published: int = 0
    acknowledged: set[str] = field(default_factory=set)
    rolled_back: set[str] = field(default_factory=set)
    refusals: Counter[str] = field(default_factory=Counter)
    gaps: list[float] = field(default_factory=list)
    lags: list[float] = field(default_factory=list)
    streamed: Counter[str] = field(default_factory=Counter)

    @property
    def lost(self) -> int:
        return self.published - len(self.streamed)

    @property
    def doubled(self) -> int:
        return sum(count - 1 for count in self.streamed.values())

    def __str__(self) -> str:
        gaps, lags = sorted(self.gaps) or [0.0], sorted(self.lags) or [0.0]
        return (
            f"{len(self.gaps)} blows: published {self.published}, lost {self.lost}, streamed twice {self.doubled}, "
            f"rolled back and healed {len(self.rolled_back)}, recovery median {gaps[len(gaps) // 2]:.1f} s, "
            f"longest {gaps[-1]:.1f} s (of it ours median {lags[len(lags) // 2]:.2f} s, longest {lags[-1]:.2f} s), "
            f"refusals {sum(self.refusals.values())}"
        )


class Poller:
    """Offers the feed again and again."""

    def __init__(self, store: Store) -> None:
        self.tally = Tally(published=_WINDOW - _AT_ONCE)
        self._store = store
        self._last = time.monotonic()
        self._longest = 0.0
        self._refused = False
        self._back = 0.0  # when posts were last taken again after a refusal
        self._stop = False

    async def run(self) -> None:
        while not self._stop:
            self.tally.published += _AT_ONCE
            await self._poll()
            await asyncio.sleep(_PAUSE)
        await eventually(self._poll)

    def stop(self) -> None:
        self._stop = True

    async def blow(self, strike: Callable[[], Awaitable[object]], mend: Callable[[], Awaitable[object]]) -> None:
        """Strike until another server is in charge, mend until all is as before, and see that posts are taken."""
        self._longest = 0.0
        await strike()
        handed_over = time.monotonic()
        await mend()
        mended = time.monotonic()
        await eventually(lambda: self._taken_since(mended))
        self.tally.gaps.append(self._longest)
        self.tally.lags.append(max(0.0, self._back - handed_over))

    async def _taken_since(self, moment: float) -> bool:
        return self._last > moment

    async def _poll(self) -> bool:
        newest = self.tally.published
        feed = [post(number, source=_SOURCE) for number in range(max(0, newest - _WINDOW), newest)]
        try:
            outcomes = await self._store.posts.admit(_SOURCE, feed, NOON)
        except StoreUnavailable as error:
            self.tally.refusals[str(error).partition(": ")[2]] += 1
            self._refused = True
            return False
        self._longest = max(self._longest, time.monotonic() - self._last)
        self._last = time.monotonic()
        if self._refused:
            self._refused, self._back = False, self._last
        given = {one.key for one in feed}
        again = outcomes["new"] - len(given - self.tally.acknowledged)
        if again > 0:  # which of them is not said: the newest were written last
            self.tally.rolled_back |= set(sorted(self.tally.acknowledged & given)[-again:])
        self.tally.acknowledged |= given
        return True


@asynccontextmanager
async def weather(store: Store) -> AsyncIterator[Poller]:
    """Publish and poll all the while; at the end count what is in the stream."""
    poller = Poller(store)
    work = asyncio.create_task(poller.run())
    await eventually(lambda: _some(poller))
    yield poller
    poller.stop()
    await work
    rows = await eventually(lambda: store._connection.call("XRANGE", keys.POSTS, "-", "+"))
    poller.tally.streamed = Counter(fields(row)["key"].decode() for _, row in rows)


async def _some(poller: Poller) -> int:
    return len(poller.tally.acknowledged)


async def failovers(folder: Path, count: int) -> Tally:
    """Have Sentinel change masters: asked to, because the master was killed, and because it hangs, by turns."""
    async with running(Sentinels(folder)) as fleet:
        store = Store(fleet.url)
        try:
            async with weather(store) as poller:
                for turn in range(count):
                    before = await fleet.master()
                    strike, mend = _BLOWS[turn % 3]
                    await poller.blow(
                        partial(_until_another, fleet, before, strike), partial(_mended, fleet, before, mend)
                    )
            return poller.tally
        finally:
            await store.close()


async def _until_another(
    fleet: Sentinels, before: Server, strike: Callable[[Sentinels, Server], Awaitable[None]]
) -> None:
    await strike(fleet, before)

    async def another() -> bool:
        return await fleet.master() is not before

    await eventually(another)


async def _mended(fleet: Sentinels, before: Server, mend: Callable[[Server], Awaitable[None]]) -> None:
    await mend(before)
    await fleet.settled()


async def _ask(fleet: Sentinels, _: Server) -> None:
    await fleet.failover()


async def _kill(_: Sentinels, master: Server) -> None:
    await master.kill()


async def _freeze(_: Sentinels, master: Server) -> None:
    master.freeze()


async def _thaw(master: Server) -> None:
    master.thaw()


async def _leave_alone(_: Server) -> None:
    pass


_BLOWS = ((_ask, _leave_alone), (_kill, Server.start), (_freeze, _thaw))


async def moves(cluster: Cluster, ours: int, rounds: int) -> Tally:
    """Move our slot to and fro: whole; slowly, key by key, so that posts meet it half moved; and among 1,000."""
    store = Store(cluster.url)
    here = await cluster.owner(ours)
    there = next(node for node in cluster.nodes if node is not here)
    thousand = [(number + ours - 500) % SLOTS for number in range(1000)]
    owners = Counter([await cluster.owner(one) for one in (thousand[0], thousand[-1])])
    assert owners[here] == 2, "all of the thousand are to begin on our slot's node"
    try:
        async with weather(store) as poller:
            for _ in range(rounds):
                await poller.blow(
                    lambda: cluster.move_at_once(ours, ours, here, there),
                    lambda: cluster.move([ours], there, here, pause=0.001),
                )
                await poller.blow(
                    lambda: cluster.move(thousand, here, there), lambda: cluster.move(thousand, there, here)
                )
        return poller.tally
    finally:
        await store.close()


async def main(fleet: str, times: int) -> None:
    with tempfile.TemporaryDirectory(prefix="monitor-failovers-") as place:
        if fleet == "sentinel":
            tally = await failovers(Path(place), times)
        else:
            async with running(Cluster(Path(place))) as cluster:
                tally = await moves(cluster, slot(keys.POSTS), times)
    print(tally)
    for why, often in tally.refusals.most_common():
        print(f"  {often} x {why}")


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
