"""Asking for a list and the pages of its new posts: each once, a few at a time, none lost, none half."""

from __future__ import annotations

import pytest

from monitor.errors import Refused, Unreachable, Unreadable
from monitor.model import Bookmark
from monitor.sources.webpage import memory
from tests.make import post
from tests.servers import HttpServer, Reply
from tests.sources.newsroom import Newsroom, numbers

PAGES = {"text": ".news-text", "date": ".news-date"}
AWAY = Reply(503, b"", {"content-type": "text/plain"})


@pytest.fixture
def newsroom(server: HttpServer) -> Newsroom:
    room = Newsroom(server)
    room.publish(3, 2, 1)
    return room


async def test_a_first_poll_reads_every_page_and_the_next_none(newsroom: Newsroom) -> None:
    batch = await newsroom.poll()
    assert numbers(batch.posts) == ["3", "2", "1"]
    assert batch.posts[0].text == "Words of post 3."
    assert newsroom.asked == ["/hy/news", "/hy/news/3", "/hy/news/2", "/hy/news/1"]
    assert all("partial" not in post.flags for post in batch.posts)

    batch = await newsroom.poll()
    assert (batch.posts, batch.unchanged, batch.status) == ((), True, 304)
    assert newsroom.asked == ["/hy/news"]


async def test_only_a_new_page_is_asked_for_and_a_known_post_comes_with_it(newsroom: Newsroom) -> None:
    first = await newsroom.poll()
    newsroom.publish(4)
    batch = await newsroom.poll()

    assert newsroom.asked == ["/hy/news", "/hy/news/4"]
    assert numbers(batch.posts)[0] == "4"
    assert batch.posts[1] in first.posts  # or the poll would count as one that has missed posts
    assert not batch.unchanged


async def test_without_details_posts_are_what_the_list_says(newsroom: Newsroom) -> None:
    batch = await newsroom.poll(detail=None)
    assert [(post.native_id, post.text) for post in batch.posts] == [("3", ""), ("2", ""), ("1", "")]
    assert newsroom.asked == ["/hy/news"]


async def test_a_first_poll_takes_the_rest_as_the_list_shows_it(newsroom: Newsroom) -> None:
    newsroom.broken[3] = AWAY
    batch = await newsroom.poll(detail={**PAGES, "most": 2})

    assert {post.native_id: (post.text, post.flags) for post in batch.posts} == {
        "2": ("Words of post 2.", ()),
        "1": ("", ("partial",)),
        "3": ("", ("partial",)),
    }
    assert any("of 2 older posts only what the list says was taken" in warning for warning in batch.warnings)
    assert (await newsroom.poll(detail={**PAGES, "most": 2})).posts == ()  # later they would be news, and are not


async def test_a_first_poll_of_which_no_page_can_be_read_fails(newsroom: Newsroom) -> None:
    newsroom.text = "other"
    with pytest.raises(Unreadable, match=r"detail\.text: \.news-text"):
        await newsroom.poll()


async def test_more_than_may_be_asked_for_waits_for_the_next_poll_even_if_the_list_moves_on(newsroom: Newsroom) -> None:
    pages = {**PAGES, "most": 2}
    newsroom.publish()
    await newsroom.poll(detail={**PAGES, "most": 3})
    newsroom.publish(6, 5, 4)
    newsroom.per_list = 4
    assert numbers((await newsroom.poll(detail=pages)).posts)[:2] == ["6", "5"]

    newsroom.publish(11, 10, 9, 8)
    batch = await newsroom.poll(detail=pages)
    assert numbers(batch.posts)[:2] == ["11", "10"]
    batch = await newsroom.poll(detail=pages)
    assert (batch.status, numbers(batch.posts)[:2]) == (304, ["9", "8"])
    batch = await newsroom.poll(detail=pages)
    assert numbers(batch.posts)[0] == "4"
    assert newsroom.asked == ["/hy/news", "/hy/news/4"]
    assert (await newsroom.poll(detail=pages)).unchanged


async def test_a_page_that_fails_is_asked_for_again_and_its_post_is_not_stored_half(newsroom: Newsroom) -> None:
    await newsroom.poll()
    newsroom.publish(5, 4)
    newsroom.broken[5] = AWAY
    batch = await newsroom.poll()
    assert "5" not in numbers(batch.posts)
    assert "4" in numbers(batch.posts)
    assert "the page of 'Post 5' failed: 127.0.0.1 answered 503" in batch.warnings[0]

    del newsroom.broken[5]
    batch = await newsroom.poll()
    assert newsroom.asked == ["/hy/news", "/hy/news/5"]
    assert (batch.status, batch.posts[0].native_id, batch.posts[0].text) == (304, "5", "Words of post 5.")
    assert not batch.unchanged


async def test_a_page_that_never_comes_leaves_what_the_list_says_and_is_completed_once_it_does(
    newsroom: Newsroom,
) -> None:
    await newsroom.poll()
    newsroom.publish(4)
    newsroom.broken[4] = AWAY
    for _ in range(memory.HELD - 1):
        assert (await newsroom.poll()).posts == ()
    half = (await newsroom.poll()).posts[0]
    assert (half.native_id, half.title, half.flags) == ("4", "Post 4", ("partial",))
    assert (await newsroom.poll()).posts == ()

    del newsroom.broken[4]
    whole = (await newsroom.poll()).posts[0]
    assert (whole.key, whole.text, whole.flags) == (half.key, "Words of post 4.", ())


async def test_a_page_that_is_gone_is_given_up_in_the_end(newsroom: Newsroom) -> None:
    await newsroom.poll()
    newsroom.publish(4)
    newsroom.broken[4] = Reply(404)
    for _ in range(memory.GIVEN_UP):
        await newsroom.poll()
    assert newsroom.asked == ["/hy/news", "/hy/news/4"]
    await newsroom.poll()
    assert newsroom.asked == ["/hy/news"]


async def test_a_host_that_wants_peace_is_asked_no_further_and_no_try_is_counted(newsroom: Newsroom) -> None:
    await newsroom.poll()
    newsroom.publish(6, 5, 4)
    newsroom.broken[6] = Reply(429, b"", {"Retry-After": "900"})
    assert (await newsroom.poll()).posts == ()
    assert newsroom.asked == ["/hy/news", "/hy/news/6"]  # of 5 it was known without asking

    waiting = memory.recalled(newsroom.bookmark).waiting
    assert sorted((one.post.native_id, one.tries) for one in waiting) == [("4", 0), ("5", 0), ("6", 1)]


async def test_a_document_and_an_address_elsewhere_are_not_asked_for(newsroom: Newsroom) -> None:
    html = (
        "<div class='news-list'><div class='item'><a href='/a.pdf'>A</a><i class='date'>16.11.2026</i></div>"
        "<div class='item'><a href='https://elsewhere.example/b'>B</a></div></div>"
    )
    newsroom.server.routes["/hy/news"] = Reply(200, html.encode(), {"content-type": "text/html"})
    batch = await newsroom.poll(post_id=None, title=None)

    assert [(post.title, post.flags) for post in batch.posts] == [("A", ()), ("B", ("partial",))]
    assert newsroom.asked == ["/hy/news"]


# --- older pages ------------------------------------------------------------------------------------------------------


async def test_posts_that_came_and_went_are_on_the_older_page(newsroom: Newsroom) -> None:
    await newsroom.poll()
    newsroom.publish(8, 7, 6, 5, 4)
    source = newsroom.source()
    batch = await source.poll(newsroom.bookmark)
    assert numbers(batch.posts) == ["8", "7", "6"]  # nothing known beside them: the poll looks further back
    assert batch.earlier == f"{newsroom.server.url}/hy/news?page=2"

    newsroom.server.requests.clear()
    older = await source.earlier(batch.earlier or "")
    assert [(post.native_id, post.text) for post in older.posts] == [
        ("5", "Words of post 5."),
        ("4", "Words of post 4."),
        ("3", ""),
    ]
    assert newsroom.asked == ["/hy/news?page=2", "/hy/news/5", "/hy/news/4"]  # 3 is known: only its key is looked at
    assert older.earlier == f"{newsroom.server.url}/hy/news?page=3"


# --- what has changed -------------------------------------------------------------------------------------------------


async def test_a_list_that_lost_its_items_is_told(newsroom: Newsroom) -> None:
    await newsroom.poll()
    newsroom.layout = "card"
    for _ in range(3):
        with pytest.raises(Unreadable, match="its layout may have changed"):
            await newsroom.poll()


async def test_pages_that_lost_their_layout_are_told_once_there_is_nothing_else_to_hand_on(newsroom: Newsroom) -> None:
    await newsroom.poll()
    newsroom.text = "other"
    newsroom.publish(6, 5, 4)
    for _ in range(memory.HELD):
        await newsroom.poll()
    with pytest.raises(Unreadable, match=r"the last 3 posts' own pages are not as `detail` says: .*\.news-text"):
        await newsroom.poll()

    newsroom.publish(7)  # which is news, and does not wait for the repair
    handed_on = [await newsroom.poll() for _ in range(memory.HELD)]
    assert [post.native_id for batch in handed_on for post in batch.posts if "partial" in post.flags] == ["7"]

    repaired = {**PAGES, "text": ".other"}
    batch = await newsroom.poll(detail=repaired)
    assert {"4", "5", "6", "7"} <= set(numbers(batch.posts))
    assert not any("partial" in post.flags for post in batch.posts)
    assert (await newsroom.poll(detail=repaired)).unchanged


async def test_pages_that_lost_their_dates_are_told_and_their_posts_are_handed_on_all_the_same(
    newsroom: Newsroom,
) -> None:
    await newsroom.poll()
    pages = {"text": ".news-text", "date": ".when"}
    newsroom.publish(6, 5, 4)
    batch = await newsroom.poll(detail=pages, date=None)
    assert numbers(batch.posts)[:3] == ["6", "5", "4"]
    assert batch.warnings[0] == "no date can be read at `detail.date: .when`"
    with pytest.raises(Unreadable, match=r"the last 3 posts' own pages are not as `detail` says: no date"):
        await newsroom.poll(detail=pages, date=None)

    assert (await newsroom.poll()).unchanged  # other settings, another layout


async def test_one_odd_page_among_sound_ones_is_no_change_of_layout(newsroom: Newsroom) -> None:
    await newsroom.poll()
    newsroom.broken[4] = Reply(200, b"<h1>A gallery</h1>", {"content-type": "text/html"})
    newsroom.publish(5, 4)
    for _ in range(memory.HELD + 2):
        batch = await newsroom.poll()
    assert "detail.text" in batch.warnings[0]


async def test_robots_txt_is_asked_first_and_obeyed(newsroom: Newsroom) -> None:
    newsroom.server.routes["/robots.txt"] = Reply(200, b"User-agent: *\nDisallow: /hy/news/3\nDisallow: /en/")
    batch = await newsroom.poll(robots="obey")
    assert newsroom.asked == ["/robots.txt", "/hy/news", "/hy/news/2", "/hy/news/1"]
    assert {post.native_id: post.flags for post in batch.posts} == {"2": (), "1": (), "3": ("partial",)}

    newsroom.server.routes["/robots.txt"] = Reply(200, b"User-agent: *\nDisallow: /")
    with pytest.raises(Refused, match="robots"):
        await newsroom.poll(robots="obey")


@pytest.mark.parametrize("status", [500, 503, 404])
async def test_a_list_that_fails_leaves_everything_as_it_was(newsroom: Newsroom, status: int) -> None:
    await newsroom.poll()
    bookmark = newsroom.bookmark
    newsroom.server.routes["/hy/news"] = Reply(status)
    with pytest.raises(Unreachable):
        await newsroom.poll()
    newsroom.open()
    assert newsroom.bookmark == bookmark
    assert (await newsroom.poll()).unchanged


async def test_another_address_with_the_same_posts_brings_no_news(newsroom: Newsroom) -> None:
    await newsroom.poll()
    newsroom.server.routes["/hy/list"] = newsroom.server.routes["/hy/news"]
    batch = await newsroom.poll(url=f"{newsroom.server.url}/hy/list")
    assert (batch.posts, newsroom.asked) == ((), ["/hy/list"])


def test_a_bookmark_that_cannot_be_read_is_no_reason_to_fail() -> None:

    assert memory.recalled(Bookmark(cursor={memory.CURSOR: '{"known": 5}'})) == memory.Memory()


def test_what_is_kept_is_bounded() -> None:

    waiting = tuple(memory.Waiting(post=post(n)) for n in range(600))
    full = memory.Memory(known=tuple(map(str, range(3000))), waiting=waiting)
    kept = memory.kept(full, Bookmark(etag='"1"', body_hash="x"))

    again = memory.recalled(kept)
    assert (len(again.known), again.known[-1], len(again.waiting)) == (2000, "2999", 500)
    assert (kept.etag, kept.body_hash) == (None, None)  # so that the list is read again, and gives the rest
