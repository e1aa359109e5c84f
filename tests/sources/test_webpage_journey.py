"""A page without a feed through the real poll: into the store once, in silence at first, and told when it changes."""

from __future__ import annotations

import json
import signal
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml

from monitor import poll
from monitor.fetch import Fetcher
from monitor.model import Reading
from monitor.poll import Polled
from monitor.sources import webpage
from monitor.store import Store
from monitor.workers import Workers
from tests.daemon import running, world
from tests.make import post, until
from tests.servers import HttpServer
from tests.sources.newsroom import Newsroom, numbers

_TOLD = {
    *("url", "timezone", "robots", "allow_private"),
    *("item", "title", "date", "post_id", "next", "detail"),
}
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


class Desk:
    """Polls a newsroom into a store, a quarter of an hour apart, with the reader in a process of its own."""

    def __init__(self, newsroom: Newsroom, store: Store, workers: Workers) -> None:
        self.newsroom = newsroom
        self.store = store
        self.workers = workers
        self.settings = newsroom.source(backfill="silent").settings
        self.now = NOW

    async def poll(self) -> Polled:
        async def read(body: bytes, headers: Mapping[str, str], url: str) -> Reading:
            return await self.workers.read("webpage", body, headers, url, self.settings.model_dump_json())

        self.now += timedelta(minutes=15)
        self.newsroom.server.requests.clear()
        source = webpage.Source(self.settings, Fetcher(user_agent="test-monitor/1.0"), read)
        source.now = lambda: self.now
        return await poll.poll(self.settings, source, self.store, self.now, ops=["desk"])

    async def told(self) -> dict[str, bool]:
        """Return what is in the store: ids, and whether they came in silence."""
        return {entry.post.native_id: entry.silent for entry in await self.store.posts.recent()}


@pytest.fixture
async def desk(server: HttpServer, store: Store) -> AsyncIterator[Desk]:
    room = Newsroom(server)
    room.publish(3, 2, 1)
    workers = Workers(count=1)
    yield Desk(room, store, workers)
    await workers.close()


async def test_old_posts_come_in_silence_new_ones_once_and_nothing_is_missed(desk: Desk) -> None:
    first = await desk.poll()
    assert first.counts == {"new": 3}
    assert set((await desk.told()).values()) == {True}

    desk.newsroom.publish(4)
    second = await desk.poll()
    assert second.counts == {"new": 1, "known": 1}
    assert second.after.gap is None
    assert (await desk.told())["4"] is False

    third = await desk.poll()
    assert (third.outcome, third.counts.total()) == ("unchanged", 0)
    assert [entry.post.revision for entry in await desk.store.posts.recent()] == [1] * 4


async def test_an_edit_of_a_known_post_is_a_version_of_it_and_nothing_else_is(desk: Desk) -> None:
    await desk.poll()
    desk.newsroom.publish(4)
    await desk.poll()
    desk.newsroom.words[4] = "Words of post 4, corrected."
    polls = [await desk.poll() for _ in range(6)]

    assert [one.outcome for one in polls].count("new") == 1
    assert sum(one.counts["version"] for one in polls) == 1
    told = {entry.post.native_id: entry.post for entry in reversed(await desk.store.posts.recent())}
    assert {number: post.revision for number, post in told.items()} == {"1": 1, "2": 1, "3": 1, "4": 2}
    assert told["4"].text == "Words of post 4, corrected."


async def test_more_than_a_list_holds_is_found_on_the_pages_before(desk: Desk) -> None:
    await desk.poll()
    desk.newsroom.publish(8, 7, 6, 5, 4)
    polled = await desk.poll()

    assert polled.filled
    assert (polled.filled.posts, polled.filled.reached, polled.after.gap) == (2, True, None)
    told = await desk.told()
    assert [told[number] for number in "45678"] == [False] * 5
    assert (await desk.poll()).outcome == "unchanged"


async def test_a_changed_layout_becomes_a_notice_and_no_silence(desk: Desk) -> None:
    await desk.poll()
    desk.newsroom.layout = "card"
    polls = [await desk.poll() for _ in range(4)]

    assert [one.outcome for one in polls] == ["unreadable"] * 4
    assert [one.after.health for one in polls] == ["failing", "failing", "changed", "changed"]
    assert [[news.what for news in one.news] for one in polls] == [[], [], ["changed"], []]
    assert "nothing on the page matches `item: .news-list .item`" in polls[2].news[0].text.replace("Nothing", "nothing")

    desk.newsroom.layout = "item"
    desk.newsroom.publish(4)
    assert (await desk.poll()).counts == {"new": 1, "known": 1}


async def test_words_that_only_a_posts_own_page_has_reach_slack_and_mail_once(
    server: HttpServer, tmp_path: Path
) -> None:
    room = Newsroom(server, words={1: "Two were wounded a year ago.", 3: "Four are known for sure to be wounded."})
    room.publish(1)
    async with world(tmp_path) as here:
        here.posts = [post(title="Post 3")]  # whose title is looked for in what arrives
        settings = room.source().settings.model_dump_json(exclude_defaults=True, include=_TOLD)
        source = {"id": "am-mod", "kind": "webpage", "name": "Ministry", "every": "1s", **json.loads(settings)}
        known = yaml.safe_load(here.config.read_text()) | {"sources": [source]}
        here.config.write_text(yaml.safe_dump(known), encoding="utf-8")
        async with running(here.config) as daemon:
            await until(lambda: bool(daemon.events("source.posts")))
            room.publish(3, 2)
            await until(lambda: here.arrived().total() == 2)
            server.requests.clear()
            await until(lambda: len(room.asked) >= 2)

            assert here.arrived() == {"slack: Post 3": 1, "mail: Post 3": 1}
            assert len(here.taken) == 1
            assert "/hy/news/3" in here.taken[0].body.decode()
            assert await daemon.end(signal.SIGTERM) == 0


async def test_the_newest_of_the_store_has_the_whole_text(desk: Desk) -> None:
    await desk.poll()
    desk.newsroom.publish(4)
    await desk.poll()

    (newest, *_) = await desk.store.posts.recent()
    assert numbers([newest.post]) == ["4"]
    assert newest.post.text == "Words of post 4."
