"""Posts that alerted are looked at some times after it, whether anybody misses them or not."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime, timedelta

import pytest

from monitor.model import Post, Verdict
from monitor.poll.gone import course
from monitor.sources import rss
from monitor.store import Store
from tests.make import NOON, alert
from tests.poll.site import GONE, HOUR, MINUTE, Monitor, Site, watched
from tests.servers import Reply

DAY = timedelta(days=1)


def today(store: Store) -> AbstractAsyncContextManager[tuple[Site, Monitor]]:
    """Watch a site by a clock that goes with the store's own: by that it is known what was stored before what."""
    return watched(store, now=datetime.now(UTC))


async def rang(monitor: Monitor, n: int = GONE) -> None:
    """Let a post alert the desk, and its feed move on."""
    entries = await monitor.store.posts.take("me", 50, block=0)
    (entry,) = [one for one in entries if one.post.key == monitor.key(n)]
    verdict = Verdict(alert=True, to=("desk",))
    told = alert(entry.post, raised=monitor.now)
    await monitor.store.alerts.conclude([(entry, verdict, told)], monitor.now)
    monitor.site.posts += range(12, 24)
    monitor.site.show()
    await monitor.poll()
    monitor.site.server.requests.clear()


def looks(site: Site, n: int = GONE) -> int:
    return [one.path for one in site.server.requests].count(f"/news/{n}")


async def test_one_that_nobody_could_miss_is_found_deleted_and_told(store: Store) -> None:
    async with today(store) as (site, monitor):
        await rang(monitor)
        site.posts.remove(GONE)
        site.show()
        await monitor.poll()
        assert await monitor.suspects() == {}
        await monitor.look(57 * MINUTE)
        assert looks(site) == 0
        await monitor.look(5 * MINUTE)
        assert await monitor.suspects() == {GONE: "suspected"}
        assert await monitor.deletion(GONE) is None
        await monitor.look(15 * MINUTE)

        what = await monitor.deletion(GONE)
        assert what is not None
        assert what.at - what.suspected >= course.APART
        assert [one.verdict.to for one in await monitor.heard() if one.notice == "deleted"] == [("desk", "ops")]


async def test_one_that_stays_is_looked_at_five_times_in_a_week_and_then_left(store: Store) -> None:
    async with today(store) as (site, monitor):
        await rang(monitor)
        seen = []
        for _ in range(9 * 24):
            await monitor.looks.round(monitor.now)
            monitor.now += HOUR
            seen.append(looks(site))

        hours = [n for n in range(1, len(seen)) if seen[n] > seen[n - 1]]
        assert hours == [1, 6, 24, 72, 168]
        assert seen[-1] == 5
        assert await monitor.suspects() == {}


async def test_a_restart_looks_no_more_often(store: Store) -> None:
    async with today(store) as (site, monitor):
        await rang(monitor)
        await monitor.look(2 * HOUR)
        assert looks(site) == 1
        monitor.restart()
        await monitor.look(2 * HOUR)
        assert looks(site) == 1
        await monitor.look(3 * HOUR)
        assert looks(site) == 2


def every_page_is_away(site: Site) -> None:
    for path in [path for path in site.server.routes if path != "/feed"]:
        del site.server.routes[path]


def another_page_stands_there(site: Site) -> None:
    site.server.routes[f"/news/{GONE}"] = Reply(body=b"<h1>Nothing is here</h1><p>Other news of the day.</p>")


def a_wall_stands_before_it(site: Site) -> None:
    site.server.routes[f"/news/{GONE}"] = Reply(403)


def its_site_moved(site: Site) -> None:
    """Of what is no newer than it nothing is where it was; what came later is."""
    for n in range(GONE + 1):
        site.server.routes.pop(f"/news/{n}", None)


@pytest.mark.parametrize(
    "happens", [every_page_is_away, its_site_moved, another_page_stands_there, a_wall_stands_before_it]
)
async def test_what_proves_nothing_makes_no_suspect(happens: Callable[[Site], None], store: Store) -> None:
    async with today(store) as (site, monitor):
        await rang(monitor)
        happens(site)
        await monitor.look(7 * HOUR)

        assert looks(site) == 2
        assert await monitor.suspects() == {}


async def test_of_a_source_without_a_window_an_older_post_must_be_there(store: Store) -> None:
    async with today(store) as (site, monitor):
        monitor.source.windowed = False
        await store.health.keep((await store.health.left("am-mod")).state, None, window="")
        await rang(monitor)
        pages = dict(site.server.routes)
        every_page_is_away(site)
        await monitor.look(2 * HOUR)
        assert await monitor.suspects() == {}
        del pages[f"/news/{GONE}"]
        site.server.routes |= pages
        await monitor.look(5 * HOUR)

        assert await monitor.deletion(GONE) is not None


class Lies(rss.Config):
    """Of a kind whose pages answer 200 to whoever asks."""

    def whereabouts(self, post: Post) -> None:
        """Of no post."""


async def test_where_addresses_lie_nobody_looks(store: Store) -> None:
    async with today(store) as (site, monitor):
        monitor.settings = Lies.model_validate(monitor.settings.model_dump())
        await rang(monitor)
        await monitor.look(7 * HOUR)

        assert looks(site) == 0


async def test_while_the_source_itself_fails_it_is_looked_at_later(store: Store) -> None:
    async with today(store) as (site, monitor):
        await rang(monitor)
        site.broken = Reply(500)
        site.show()
        await monitor.poll()
        await monitor.look(HOUR + 5 * MINUTE)
        assert looks(site) == 0
        site.broken = None
        site.show()
        await monitor.poll()
        await monitor.poll()
        await monitor.look(HOUR)

        assert looks(site) == 1


@pytest.mark.parametrize(("after", "following"), [(0, 1), (1, 6), (5.9, 6), (24, 72), (100, 168), (168, None)])
def test_when_it_is_looked_at_next(after: float, following: int | None) -> None:
    due = course.watched(NOON, NOON + after * HOUR)
    assert due == (NOON + following * HOUR if following else None)
