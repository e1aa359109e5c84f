"""A WordPress site that is polled: what is new, what was edited, and how far back it is read."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from monitor.errors import Unreachable, Unreadable
from monitor.sources import _walk
from tests.servers import HttpServer, Reply
from tests.sources.watcher import DAY, HOUR, MINUTE, START, ids, said
from tests.sources.wordpress_site import API, Site, edited, thing


@pytest.fixture
def site(server: HttpServer) -> Site:
    return Site(server, posts=[thing(1, START - HOUR), thing(2, START - MINUTE)])


async def test_the_first_poll_reads_the_newest_page(site: Site) -> None:
    site.posts = [thing(number, START - timedelta(hours=number)) for number in range(1, 121)]

    batch = await site.poll()

    assert ids(batch) == [str(number) for number in range(1, 51)]
    (asked,) = site.asked
    assert (asked["orderby"], asked["order"], asked["_embed"]) == ("date", "desc", "author,wp:featuredmedia")
    assert "_links" in asked["_fields"].split(",")
    assert "after" not in asked
    assert (batch.status, batch.unchanged, batch.earlier, batch.warnings) == (200, False, None, ())
    assert batch.size > 1000


async def test_the_next_asks_for_new_and_edited_ones_in_utc_and_with_an_overlap(site: Site) -> None:
    await site.poll()
    site.posts.append(thing(3, START + MINUTE))

    batch = await site.poll()

    assert sorted(ids(batch)) == ["1", "2", "3"]
    new, changed = site.asked
    assert new["after"] == "2026-11-22T05:59:00Z"
    assert (changed["modified_after"], changed["orderby"]) == ("2026-11-22T11:49:00Z", "modified")


async def test_the_same_answers_are_no_news(site: Site) -> None:
    await site.poll()
    assert not (await site.poll()).unchanged  # the first that were filtered
    batch = await site.poll()
    assert (batch.unchanged, batch.posts, batch.warnings) == (True, (), ())
    assert batch.size > 0


async def test_an_edit_is_a_new_version_under_the_same_key(site: Site) -> None:
    first = await site.poll()
    await site.poll()
    edited(site.posts[0], "Other words.", START + 9 * HOUR)

    batch = await site.poll(10 * HOUR)

    (post,) = [post for post in batch.posts if post.native_id == "1"]
    assert (post.text, post.updated) == ("Other words.", START + 9 * HOUR)
    assert post.key in {one.key for one in first.posts}


async def test_a_scheduled_post_that_came_out_late_and_one_of_an_old_date_are_found(site: Site) -> None:
    await site.poll()
    site.posts.append(thing(3, START + HOUR))
    await site.poll(HOUR)
    site.posts.append(thing(4, START - 3 * HOUR, START - 10 * DAY))  # the site's clock went late
    site.posts.append(thing(5, START - 30 * DAY, START + HOUR))  # written under an old date

    batch = await site.poll()

    assert {"4", "5"} <= set(ids(batch))
    assert batch.warnings == ()


async def test_an_old_post_that_was_edited_and_never_seen_is_no_news(site: Site) -> None:
    site.posts += [thing(number, START - DAY) for number in range(10, 60)]
    archived = thing(5, START - 900 * DAY)
    site.posts.append(archived)
    await site.poll()
    edited(archived, "Old words about the war, better spelled.", START)

    batch = await site.poll()

    assert "5" not in ids(batch)
    assert batch.warnings == ("1 posts older than the first reading were edited; they are no news and left out",)


async def test_what_the_first_page_left_out_does_not_come_as_news_later(site: Site) -> None:
    site.posts = [thing(number, START + timedelta(minutes=number - 300)) for number in range(1, 301)]
    assert len((await site.poll()).posts) == 50
    batch = await site.poll()
    assert len(batch.posts) == 50
    assert batch.warnings == ()


async def test_an_outage_is_read_to_its_end_over_several_pages(site: Site) -> None:
    await site.poll()
    site.posts += [thing(number, START + timedelta(minutes=number)) for number in range(3, 203)]

    batch = await site.poll(DAY)

    assert len(batch.posts) == 202
    assert [asked["page"] for asked in site.asked if "after" in asked] == ["1", "2", "3", "4", "5"]
    await site.poll()
    assert len(site.asked) == 2


async def test_what_is_too_much_for_one_poll_is_read_in_the_next(site: Site) -> None:
    await site.poll()
    site.posts += [thing(number, START + timedelta(seconds=number)) for number in range(3, 503)]
    seen = set(ids(await site.poll(DAY)))
    assert len(seen) == 250
    site.posts.append(thing(600, START + DAY))  # shows at once, and moves the others down

    seen |= set(ids(await site.poll()))
    assert [asked["page"] for asked in site.asked if "after" in asked] == ["1", "6", "7", "8", "9"]
    assert "600" in seen
    while not (batch := await site.poll()).unchanged:
        seen |= set(ids(batch))

    assert seen == {str(number) for number in (*range(1, 503), 600)}


async def test_a_slow_site_is_read_page_by_page(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    await site.poll()
    site.posts += [thing(number, START + timedelta(seconds=number)) for number in range(3, 203)]
    monkeypatch.setattr(_walk, "LONGEST", -1.0)
    seen = set(ids(await site.poll(HOUR)))
    assert len(seen) == 100
    while not (batch := await site.poll()).unchanged:
        seen |= set(ids(batch))

    assert len(seen) == 202


async def test_a_walk_begins_again_where_too_much_has_come_since(site: Site) -> None:
    await site.poll()
    site.posts += [thing(number, START + timedelta(seconds=number)) for number in range(3, 303)]
    seen = set(ids(await site.poll(HOUR)))
    site.posts += [thing(number, START + HOUR + timedelta(seconds=number)) for number in range(303, 403)]
    while not (batch := await site.poll(HOUR)).unchanged:
        seen |= set(ids(batch))

    assert seen == {str(number) for number in range(1, 403)}


async def test_a_page_that_fails_is_asked_for_again_and_the_mark_waits(site: Site) -> None:
    await site.poll()
    site.posts += [thing(number, START + timedelta(minutes=number)) for number in range(3, 103)]
    site.broken = {2: Reply(500)}

    batch = await site.poll(DAY)

    assert len(batch.posts) == 50
    assert any("page 2 could not be read" in warning for warning in batch.warnings)
    site.broken = {}
    assert len({*ids(batch), *ids(await site.poll())}) == 102


async def test_pages_without_a_total_are_read_until_one_is_missing(site: Site) -> None:
    site.totals = False
    await site.poll()
    site.posts += [thing(number, START + timedelta(minutes=number)) for number in range(3, 101)]  # two full pages

    batch = await site.poll(DAY)

    assert len(batch.posts) == 100
    assert batch.warnings == ()
    assert site.bookmark
    assert "date_page" not in site.bookmark.cursor


async def test_a_site_that_knows_no_filter_is_not_read_to_its_beginning(site: Site) -> None:
    site.deaf = True
    site.posts = [thing(number, START - timedelta(days=200 - number)) for number in range(1, 201)]
    await site.poll()
    site.posts.append(thing(201, START + MINUTE))

    batch = await site.poll()

    assert ids(batch) == ["201", "200", "199"]
    assert len(site.asked) <= 4
    assert batch.warnings == ()


async def test_edits_that_cannot_be_asked_for_do_not_hold_up_what_is_new(site: Site) -> None:
    await site.poll()
    site.posts.append(thing(3, START + MINUTE))
    healthy = site.api

    def api(request: Any) -> Reply:
        return Reply(400) if "modified_after" in request.path else healthy(request)

    site.server.routes[API] = api
    batch = await site.poll()

    assert "3" in ids(batch)
    assert "what was edited could not be asked for" in batch.warnings[0]


async def test_a_date_in_the_future_does_not_move_the_mark_there(site: Site) -> None:
    site.posts.append(thing(3, START + 300 * DAY))
    await site.poll()
    site.posts.append(thing(4, START + MINUTE))
    assert "4" in ids(await site.poll(HOUR))


async def test_older_pages_begin_at_the_mark_and_go_down(site: Site) -> None:
    site.posts = [thing(number, START - timedelta(hours=number)) for number in range(1, 121)]
    await site.poll()
    source, batch = site.source, await site.poll()
    assert batch.earlier

    first = await source.earlier(batch.earlier)
    assert ids(first)[0] == "1"
    assert len(first.posts) == 50
    assert first.earlier
    second = await source.earlier(first.earlier)
    assert ids(second)[0] == "50"
    assert second.earlier
    third = await source.earlier(second.earlier)
    assert ids(third)[-1] == "120"
    assert third.earlier
    assert (await source.earlier(third.earlier)).earlier == third.earlier  # the end: a page that was visited


async def test_an_empty_answer_deletes_nothing_and_fails_nothing(site: Site) -> None:
    kept, site.posts = site.posts, []
    assert (await site.poll()).posts == ()
    site.posts = kept
    assert sorted(ids(await site.poll())) == ["1", "2"]
    site.posts = []
    batch = await site.poll()
    assert (batch.posts, batch.warnings) == ((), ())


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (Reply(500), Unreachable),
        (Reply(503, b"", {"Retry-After": "1"}), Unreachable),
        (Reply(429), Unreachable),
        (Reply(200, b'[{"id": 1, "tit'), Unreadable),
    ],
)
async def test_a_server_that_is_ill_is_not_asked_for_its_feed(
    site: Site, answer: Reply, error: type[Exception]
) -> None:
    site.closed = answer
    with pytest.raises(error):
        await site.poll()
    assert {asked["path"] for asked in site.asked} == {API}


async def test_another_collection_and_more_parameters_are_asked_for(site: Site) -> None:
    site.server.routes["/hy/wp-json/wp/v2/news"] = said([thing(9)])
    site.config = {"url": f"{site.server.url}/hy/", "collection": "news", "query": {"categories": "7"}}
    assert ids(await site.poll()) == ["9"]
    assert site.asked[0]["categories"] == "7"


async def test_the_bookmark_of_another_address_is_worth_nothing(site: Site) -> None:
    await site.poll()
    site.config = {"query": {"categories": "7"}}
    await site.poll()
    assert "after" not in site.asked[0]
