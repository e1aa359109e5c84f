"""What a source shows now, of the kinds that hand on only what is new: asked for now and then, and only its ids."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from monitor.model import post_key
from monitor.sources import sitemap
from tests.servers import HttpServer, Reply
from tests.sources.drupal_site import Drupal, node, uuid
from tests.sources.test_sitemap import index, news, urls
from tests.sources.watcher import HOUR, MINUTE, START, Watcher, ids, query
from tests.sources.wordpress_site import API, Site, thing

QUARTER = 16 * MINUTE


@pytest.fixture
def site(server: HttpServer) -> Site:
    return Site(server, posts=[thing(n, START - n * HOUR) for n in range(1, 5)])


def asked_for_ids(site: Watcher) -> list[dict[str, str]]:
    return [asked for asked in site.asked if asked.get("_fields") == "id,guid,date,date_gmt"]


def keys(watcher: Watcher, *native_ids: str) -> tuple[str, ...]:
    return tuple(post_key(watcher.settings.id, one) for one in native_ids)


async def test_wordpress_is_asked_every_quarter_of_an_hour_which_posts_are_there(site: Site) -> None:
    assert (await site.poll()).window == keys(site, "1", "2", "3", "4")
    await site.poll()
    assert asked_for_ids(site) == []
    batch = await site.poll(QUARTER)
    (asked,) = asked_for_ids(site)
    assert (asked["orderby"], asked["order"], asked["per_page"], asked["page"]) == ("date", "desc", "50", "1")
    assert not {"_embed", "after"} & asked.keys()
    assert (batch.window, batch.unchanged, batch.posts) == (None, True, ())  # they are as they were

    del site.posts[1]
    batch = await site.poll(QUARTER)
    assert (batch.window, batch.unchanged) == (keys(site, "1", "3", "4"), False)


async def test_a_name_that_the_feed_gave_is_the_name_in_the_window_too(site: Site) -> None:
    site.posts.append(thing(9, guid={"rendered": "https://old.example/imported"}))
    site.closed = Reply(403)
    told = await site.poll()
    site.closed = None
    batch = await site.poll(7 * HOUR)

    assert batch.window == keys(site, *ids(told))
    assert ids(told)[0] == "https://old.example/imported"


async def test_a_question_that_fails_is_told_and_asked_again_a_quarter_of_an_hour_later(site: Site) -> None:
    await site.poll()

    def only_whole(request: Any) -> Reply:
        return site.api(request) if "content" in query(request)["_fields"] else Reply(500)

    site.server.routes[API] = only_whole
    batch = await site.poll(QUARTER)
    assert batch.window is None
    assert "not which of the newest are still there" in batch.warnings[0]
    await site.poll(MINUTE)
    assert asked_for_ids(site) == []
    site.server.routes[API] = site.api
    del site.posts[1]
    assert (await site.poll(QUARTER)).window == keys(site, "1", "3", "4")


async def test_what_was_shown_beside_a_warning_is_told_again(site: Site) -> None:
    await site.poll()
    del site.posts[1]

    def no_edits(request: Any) -> Reply:
        return Reply(500) if query(request)["orderby"] == "modified" else site.api(request)

    site.server.routes[API] = no_edits
    beside = await site.poll(QUARTER)
    site.server.routes[API] = site.api
    after = await site.poll(QUARTER)

    assert "what was edited could not be asked for" in beside.warnings[0]
    assert after.warnings == ()
    assert beside.window == after.window == keys(site, "1", "3", "4")


async def test_drupal_is_asked_for_the_ids_alone(server: HttpServer) -> None:
    there = Drupal(server, [node(n, START - timedelta(hours=n)) for n in range(1, 5)])
    watcher = Watcher(server, "drupal", {"type": "news", "include": ["uid"], "query": {"filter[kind]": "army"}})
    assert (await watcher.poll()).window == keys(watcher, *(uuid(n) for n in range(1, 5)))
    there.nodes[1]["attributes"]["status"] = False
    batch = await watcher.poll(QUARTER)

    assert batch.window == keys(watcher, uuid(1), uuid(3), uuid(4))
    *_, asked = watcher.asked
    assert asked["fields[node--news]"] == "created,drupal_internal__nid"
    assert asked["filter[kind]"] == "army"
    assert "include" not in asked


async def test_of_an_index_of_sitemaps_nothing_is_known_whole(server: HttpServer) -> None:
    server.routes |= {"/": Reply(body=index("/1.xml")), "/1.xml": Reply(body=urls(news("a"), news("b")))}
    watcher = Watcher(server, "sitemap")
    batch = await watcher.poll()

    assert len(batch.posts) == 2
    assert not batch.window
    assert isinstance(watcher.settings, sitemap.Config)
    server.routes["/"] = Reply(body=urls(news("a"), news("b")))
    assert len((await watcher.poll()).window or ()) == 2
