"""From a WordPress site into the store and to an alert."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from monitor.store import Store
from tests.daemon import running
from tests.make import until
from tests.servers import HttpServer, Reply
from tests.sources.journey import configured
from tests.sources.watcher import DAY, HOUR, MINUTE, START
from tests.sources.wordpress_site import Site, edited, thing


async def test_every_post_is_stored_once_and_no_gap_is_seen_where_there_is_none(
    server: HttpServer, store: Store
) -> None:
    guids = [{"rendered": f"{server.url}/?p={number}"} for number in range(100)]
    site = Site(server, posts=[thing(n, START + (n - 80) * MINUTE, guid=guids[n]) for n in range(1, 80)])
    assert (await site.stored(store)).counts["new"] == 50
    assert (await site.stored(store)).counts == {"known": 50}

    site.posts = [thing(80, START + 6 * DAY, guid=guids[80])]  # the others are gone: nothing known comes
    late = await site.stored(store, 7 * DAY)
    assert (late.counts["new"], late.after.gap) == (1, None)
    edited(site.posts[0], "Other words.", START + 8 * DAY)
    assert (await site.stored(store, 2 * DAY)).counts == {"version": 1}

    site.closed = Reply(403)
    closed = await site.stored(store)
    assert (closed.counts.total(), closed.after.health) == (0, "healthy")
    assert "its API is closed" in closed.after.warnings[0]
    site.posts.append(thing(81, START + 9 * DAY + HOUR, guid=guids[81]))
    fed = await site.stored(store, HOUR)
    assert (fed.counts["new"], fed.after.gap) == (1, None)
    assert len(await store.posts.recent(200)) == 53


async def test_a_post_and_its_edit_travel_from_the_site_to_an_alert(server: HttpServer, tmp_path: Path) -> None:
    now = datetime.now(UTC)
    site = Site(server, posts=[thing(1, now - DAY, title={"rendered": "Killed long ago"})])
    source = {"id": "am-mod", "kind": "wordpress", "url": server.url}
    config = configured(tmp_path, source, en=["wounded", "killed"])
    async with running(config) as daemon:

        def raised(number: int, words: str) -> bool:
            return len(daemon.events("alert.raised")) == number and any(words in line for line in daemon.out)

        await until(lambda: bool(daemon.events("source.posts")))
        site.posts.append(thing(2, now, title={"rendered": "Four &#8220;wounded&#8221; servicemen"}))
        await until(lambda: raised(1, "Four “wounded” servicemen"))
        edited(site.posts[1], "Two of them were killed.", datetime.now(UTC))
        await until(lambda: raised(2, "new words: “killed”"))
        site.closed = Reply(401)
        site.posts.append(thing(3, now, title={"rendered": "One more wounded"}))
        await until(lambda: raised(3, "One more wounded"))

        assert not raised(3, "Killed long ago")
