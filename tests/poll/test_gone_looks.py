"""How it is looked at posts that may be gone: beside all polls, one by one, and not where nobody watches any more."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from monitor.model import Post
from monitor.poll import Looks
from monitor.sources import rss
from monitor.store import Store
from tests.make import until
from tests.poll.site import GONE, HOUR, MINUTE, taken_down, watched
from tests.servers import Reply, Request

DAY = timedelta(days=1)


async def test_a_source_that_is_watched_no_more_is_looked_at_no_more_and_its_suspects_are_forgotten(
    store: Store,
) -> None:
    async with watched(store) as (site, monitor):
        taken_down(site)
        await monitor.poll()
        await monitor.look(2 * MINUTE)
        monitor.looks = Looks(store, monitor.fetch, dict, list)
        site.server.requests.clear()
        await monitor.look(HOUR)
        assert await monitor.suspects() == {GONE: "suspected"}
        monitor.now += 15 * DAY
        await monitor.look(MINUTE)

        assert (await monitor.suspects(), await monitor.deletion(GONE)) == ({}, None)
        assert site.server.requests == []


async def test_posts_of_one_source_are_looked_at_one_by_one_so_that_its_polls_get_their_turns(store: Store) -> None:
    async with watched(store) as (site, monitor):
        here, most = 0, 0

        async def counted(_: Request) -> Reply:
            nonlocal here, most
            here, most = here + 1, max(most, here + 1)
            await asyncio.sleep(0.01)
            here -= 1
            return Reply(404)

        site.posts.remove(8)
        taken_down(site)
        await monitor.poll()
        site.server.routes |= {"/news/8": counted, f"/news/{GONE}": counted}
        await monitor.look(HOUR)

        assert most == 1
        assert await monitor.suspects() == {8: "deleted", GONE: "deleted"}


async def test_nobody_is_looked_at_while_the_source_itself_fails(store: Store) -> None:
    async with watched(store) as (site, monitor):
        taken_down(site)
        await monitor.poll()
        site.server.routes["/feed"] = Reply(503)
        await monitor.poll()
        site.server.requests.clear()
        await monitor.look(20 * MINUTE)

        assert site.server.requests == []
        assert await monitor.suspects() == {GONE: "suspected"}


async def test_looks_go_on_by_themselves_until_the_stop_and_not_while_polls_pause(store: Store) -> None:
    async with watched(store) as (site, monitor):
        taken_down(site)
        await monitor.poll()  # by a clock of 2021: all of it is due by now
        stopping, paused, questions = asyncio.Event(), True, 0

        def held() -> bool:
            nonlocal questions
            questions += 1
            return paused

        looks = Looks(store, monitor.source.fetch, lambda: {"am-mod": monitor.settings}, lambda: ["ops"], held=held)
        running = asyncio.create_task(looks.run(stopping))
        await until(lambda: questions > 0)
        asked = len(site.server.requests)
        stopping.set()
        await running
        assert len(site.server.requests) == asked

        stopping, paused = asyncio.Event(), False
        running = asyncio.create_task(looks.run(stopping))
        await until(lambda: any(one.path == f"/news/{GONE}" for one in site.server.requests))
        stopping.set()
        await running
        assert (await store.gone.of("am-mod"))[monitor.key(GONE)].suspect.absent is not None


async def test_a_post_on_which_a_look_breaks_holds_up_no_other(store: Store) -> None:
    async with watched(store) as (site, monitor):
        site.posts.remove(8)
        taken_down(site)
        await monitor.poll()

        class Config(rss.Config):
            def whereabouts(self, post: Post) -> str | None:
                if post.key == monitor.key(8):
                    raise KeyError(post.key)
                return super().whereabouts(post)

        monitor.settings = Config(**dict(monitor.settings))
        await monitor.look(HOUR)

        assert await monitor.deletion(GONE) is not None
        assert await monitor.suspects() == {8: "suspected", GONE: "deleted"}
