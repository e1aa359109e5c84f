"""A ministry at random: it publishes, takes away, puts back, breaks, shrinks and pins; what is said of it is true."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest

from monitor.store import Store
from tests.poll.site import HOUR, MINUTE, Monitor, Site, watched
from tests.servers import Reply

_ACTS = ("publish", "publish", "take away", "take away", "put back", "outage", "broken", "shrink", "pin", "blink")


class Play:
    """`gone`: what was taken away while older posts were shown, so that it can be missed."""

    def __init__(self, site: Site, monitor: Monitor, seed: int) -> None:
        self.site, self.monitor, self.dice = site, monitor, random.Random(seed)
        self.gone: set[int] = set()

    @property
    def listed(self) -> list[int]:
        return sorted(self.site.posts, reverse=True)[: self.site.size]

    async def step(self) -> None:
        self.site.size = 8
        only = None
        match self.dice.choice(_ACTS):
            case "publish":
                self.site.posts.append(max(*self.site.posts, *self.gone, 0) + 1)
            case "take away":
                one = self.dice.choice(self.listed[:4])
                self.site.posts.remove(one)
                self.gone.add(one)
            case "put back" if self.gone:
                one = self.gone.pop()
                self.site.posts.append(one)
            case "outage":
                self.site.broken = Reply(self.dice.choice((404, 403, 500, 503)))
            case "shrink":
                self.site.size = 3
            case "pin":
                only = [*self.listed[:8], min(self.site.posts)]
            case "blink":  # one is not shown, and still there
                only = [n for n in self.listed if n != self.listed[1]]
            case "broken":
                only = []
        self.site.show(only=only)
        await self.monitor.poll()
        await self.monitor.look(7 * MINUTE)
        self.site.broken, self.site.size = None, 8
        self.site.show()
        await self.monitor.poll()
        await self.monitor.look(7 * MINUTE)

    async def called_deleted(self) -> set[int]:
        found = {n: await self.monitor.deletion(n) for n in {*self.site.posts, *self.gone}}
        return {n for n, what in found.items() if what and not what.restored}


@pytest.mark.parametrize("seed", range(3))
async def test_whatever_a_ministry_does_only_what_it_took_away_is_called_deleted(seed: int, store: Store) -> None:
    async with watched(store) as (site, monitor):
        play = Play(site, monitor, seed)
        for _ in range(20):
            gone_before = set(play.gone)
            await play.step()
            assert await play.called_deleted() <= gone_before | play.gone
        await monitor.poll()
        await monitor.look(3 * HOUR)
        for _ in range(8):  # some are looked at again hours later, and what was put back by days
            monitor.now += timedelta(days=1)
            while await monitor.looks.round(monitor.now):
                pass

        assert play.gone
        assert await play.called_deleted() == play.gone
        told = [one.notice for one in await monitor.heard()]
        assert told.count("deleted") - told.count("restored") == len(play.gone)
