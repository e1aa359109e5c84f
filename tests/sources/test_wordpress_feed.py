"""A WordPress site whose API is closed: the way round by its feed, and back."""

from __future__ import annotations

from typing import Any

import pytest

from monitor.errors import Unauthorized, Unreachable
from tests.servers import HttpServer, Reply, Request
from tests.sources.watcher import DAY, HOUR, MINUTE, START, ids, said
from tests.sources.wordpress_site import API, FEED, Site, edited, thing

PAGE = b"<!DOCTYPE html><html><head><title>Ministry</title></head><body><p>Welcome</p></body></html>"
ERROR = {"code": "rest_disabled", "message": "The API is off.", "data": {"status": 401}}
CLOSED = [
    Reply(401, b'{"code":"rest_not_logged_in"}', {"Content-Type": "application/json"}),
    Reply(403),
    Reply(404),
    Reply(410),
    Reply(200, PAGE, {"Content-Type": "text/html"}),
    Reply(403, PAGE, {"Content-Type": "text/html"}),
    said(ERROR),
]


@pytest.fixture
def site(server: HttpServer) -> Site:
    """Its guids name the server, as those of a site do that never moved."""
    site = Site(server)
    site.posts = [mine(site, number) for number in range(1, 4)]
    return site


def mine(site: Site, number: int, **more: Any) -> dict[str, Any]:
    guid = {"rendered": f"{site.server.url}/?p={number}"}
    return thing(number, START - HOUR + number * MINUTE, **{"guid": guid, **more})


@pytest.mark.parametrize("closed", CLOSED)
async def test_a_closed_api_leaves_the_feed_with_the_same_keys(site: Site, closed: Reply) -> None:
    told = {post.native_id: post.key for post in (await site.poll()).posts}
    site.bookmark, site.closed = None, closed

    batch = await site.poll()

    assert {post.native_id: post.key for post in batch.posts} == told
    assert batch.warnings[-1].startswith("its API is closed, so its feed is read")
    assert site.asked[-1]["path"] == FEED


async def test_the_feed_is_asked_politely_and_the_api_again_after_some_hours(site: Site) -> None:
    site.closed = Reply(403)
    await site.poll()
    assert (await site.poll()).unchanged
    assert [asked["path"] for asked in site.asked] == [FEED]
    assert (await site.poll(7 * HOUR)).unchanged
    assert [asked["path"] for asked in site.asked] == [API, FEED]
    site.closed = Reply(500)  # and as long as it is not open again, an ill API is a closed one
    assert (await site.poll(7 * HOUR)).unchanged
    assert [asked["path"] for asked in site.asked] == [API, FEED]

    site.closed = None
    site.posts.append(mine(site, 4))
    batch = await site.poll(7 * HOUR)
    assert "4" in ids(batch)
    assert {asked["path"] for asked in site.asked} == {API}
    assert batch.warnings == ()
    assert site.bookmark
    assert not {"closed", "why"} & site.bookmark.cursor.keys()


async def test_what_the_api_told_is_not_told_again_in_the_words_of_the_feed(site: Site) -> None:
    await site.poll()
    site.closed = Reply(403)
    batch = await site.poll()
    assert batch.posts == ()

    site.posts.append(mine(site, 4))
    batch = await site.poll()
    assert ids(batch) == ["4"]
    assert batch.earlier
    assert ids(await site.source.earlier(batch.earlier)) == ["4", "3", "2", "1"]


async def test_an_api_that_opens_again_tells_what_the_feed_could_not(site: Site) -> None:
    await site.poll()
    site.closed = Reply(403)
    await site.poll(HOUR)
    edited(site.posts[0], "Other words.", START + 2 * HOUR)
    site.posts += [mine(site, number) for number in range(4, 24)]  # the feed shows ten
    await site.poll(HOUR)
    site.closed = None

    batch = await site.poll(DAY)

    assert {str(number) for number in range(4, 24)} <= set(ids(batch))
    assert "Other words." in [post.text for post in batch.posts]


async def test_an_api_that_opens_after_the_feed_began_tells_no_archive(site: Site) -> None:
    site.posts += [mine(site, number) for number in range(4, 14)]
    site.posts += [thing(number + 100, START - number * DAY) for number in range(1, 40)]
    for old in site.posts[13:]:
        old["id"] -= 100
    site.closed = Reply(403)
    assert len((await site.poll()).posts) == 10
    site.closed = None
    assert len((await site.poll(DAY)).posts) == 10


@pytest.mark.parametrize("api_first", [True, False])
async def test_a_guid_that_hides_the_id_means_one_name_whoever_shows_it_first(site: Site, api_first: bool) -> None:
    site.posts = [
        mine(site, 83, guid={"rendered": "http://old.example/?p=7"}),
        mine(site, 84, guid={"rendered": f"{site.server.url}/an-address/?a=1&#038;b=2"}),
        mine(site, 85, guid={"rendered": f"{site.server.url}/?p=9"}),
    ]
    site.closed = None if api_first else Reply(403)
    first = await site.poll()
    site.closed = Reply(403) if api_first else None
    site.posts = [{**one, "title": {"rendered": "Edited"}} for one in site.posts]
    if site.bookmark:  # as if it had told other posts
        site.bookmark.cursor["told"] = "[]"

    second = await site.poll(7 * HOUR)

    assert {post.title for post in second.posts} == {"Edited"}
    assert {post.key for post in second.posts} == {post.key for post in first.posts}


async def test_a_site_without_pretty_links_is_asked_the_plain_way(site: Site) -> None:
    site.server.routes.pop(API)
    site.server.routes["/"] = site.api
    assert len((await site.poll()).posts) == 3
    assert [asked["path"] for asked in site.asked] == [API, "/"]
    assert site.asked[-1]["rest_route"] == "/wp/v2/posts"

    site.posts.append(mine(site, 4))
    batch = await site.poll()
    assert {asked["path"] for asked in site.asked} == {"/"}
    assert "4" in ids(batch)
    older = await site.source.earlier(batch.earlier or "")
    assert older.posts
    assert "rest_route=" in (older.earlier or "")


async def test_the_feed_has_older_pages(site: Site) -> None:
    site.posts = [mine(site, number) for number in range(1, 26)]
    site.closed = Reply(403)
    batch = await site.poll()
    source, seen = site.source, set(ids(batch))
    for _ in range(2):
        assert batch.earlier
        batch = await source.earlier(batch.earlier)
        seen |= set(ids(batch))
    assert seen == {str(number) for number in range(1, 26)}
    with pytest.raises(Unreachable, match="404"):
        await source.earlier(batch.earlier or "")


async def test_no_feed_takes_the_place_of_a_narrower_question(site: Site) -> None:
    site.config, site.closed = {"query": {"categories": "7"}}, Reply(403)
    with pytest.raises(Unauthorized):
        await site.poll()

    place = f"{site.server.url}/category/war/feed/"
    site.config["feed"] = place
    site.server.routes["/category/war/feed/"] = site.feed
    assert len((await site.poll()).posts) == 3


async def test_an_api_that_robots_may_not_read_is_closed(site: Site) -> None:
    site.server.routes["/robots.txt"] = Reply(200, b"User-agent: *\nDisallow: /wp-json/\nDisallow: /?rest_route=")
    site.config = {"robots": "obey"}
    assert len((await site.poll()).posts) == 3
    assert API not in [asked["path"] for asked in site.asked]


async def test_a_bookmark_whose_names_are_damaged_is_read_without_them(site: Site) -> None:
    await site.poll()
    assert site.bookmark
    for damaged in ("{", "[]"):
        site.bookmark.cursor["guids"] = damaged
        await site.poll()


async def test_the_error_of_the_feed_is_told_where_both_are_closed(site: Site) -> None:
    site.closed = Reply(403)

    def ill(_: Request) -> Reply:
        return Reply(502)

    site.server.routes[FEED] = ill
    with pytest.raises(Unreachable, match="502"):
        await site.poll()
