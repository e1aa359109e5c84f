"""Edits of what is known: the pages of the newest posts are asked for again, in turn, politely, for two days."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from monitor.model import Batch
from monitor.sources.webpage import memory
from tests.servers import HttpServer, Reply
from tests.sources.newsroom import HTML, Newsroom, numbers

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
LATER = timedelta(minutes=20)


class Edited(Newsroom):
    """A newsroom that is asked every twenty minutes; `pages`: which pages, and whether with a validator."""

    async def later(self, after: timedelta = LATER, **changes: object) -> Batch:
        self.now = (self.now or NOW) + after
        return await self.poll(**changes)

    @property
    def pages(self) -> list[tuple[str, bool]]:
        asked = [request for request in self.server.requests if request.path != "/hy/news"]
        return [(request.path.rpartition("/")[2], "if-none-match" in request.headers) for request in asked]


@pytest.fixture
async def newsroom(server: HttpServer) -> Edited:
    room = Edited(server)
    room.publish(3, 2, 1)
    await room.later()
    return room


async def test_one_page_at_a_time_is_asked_for_again_and_with_its_validator_once_it_has_one(newsroom: Edited) -> None:
    asked = []
    for _ in range(6):
        assert (await newsroom.later()).unchanged
        asked += newsroom.pages

    assert asked == [("3", False), ("2", False), ("1", False), ("3", True), ("2", True), ("1", True)]
    await newsroom.later(timedelta(minutes=5))
    assert newsroom.pages == [("3", True)]
    await newsroom.later(timedelta(minutes=5))
    assert newsroom.pages == [("2", True)]
    await newsroom.later(timedelta(minutes=4))  # a quarter of an hour is not over for any
    assert newsroom.pages == []
    await newsroom.later(timedelta(minutes=1))
    assert newsroom.pages == [("1", True)]


async def test_an_edit_is_handed_on_once(newsroom: Edited) -> None:
    newsroom.words[2] = "Words of post 2, corrected."
    batches = [await newsroom.later() for _ in range(8)]

    edits = [(post.native_id, post.text) for batch in batches for post in batch.posts]
    assert edits == [("2", "Words of post 2, corrected.")]
    assert [batch.unchanged for batch in batches].count(False) == 1


async def test_what_stands_for_all_that_is_known_does_not_undo_an_edit(newsroom: Edited) -> None:
    last = memory.recalled(newsroom.bookmark).last
    assert last
    newsroom.words[int(last.native_id)] = "Words that were edited at length."
    for _ in range(3):
        await newsroom.later()
    newsroom.publish(4)
    batch = await newsroom.later()

    known = {post.native_id: post.text for post in batch.posts}
    assert known.get(last.native_id, newsroom.words[int(last.native_id)]) == newsroom.words[int(last.native_id)]
    assert len(known) >= 2


async def test_a_new_title_in_the_list_is_an_edit_though_the_page_stays_as_it_is(newsroom: Edited) -> None:
    for _ in range(3):
        await newsroom.later()
    newsroom.titles[3] = "Post 3, retitled"
    batches = [await newsroom.later() for _ in range(3)]

    assert ("3", "Post 3, retitled") in [(post.native_id, post.title) for batch in batches for post in batch.posts]


async def test_after_two_days_nobody_asks_and_of_many_only_the_newest_are_kept(newsroom: Edited) -> None:
    newsroom.per_list = 30
    newsroom.publish(*range(13, 3, -1))
    await newsroom.later()
    kept = memory.recalled(newsroom.bookmark).recent
    assert [one.post.native_id for one in kept] == [str(number) for number in range(13, 3, -1)]

    await newsroom.later(timedelta(days=2))
    assert newsroom.pages == []
    assert memory.recalled(newsroom.bookmark).recent == ()


@pytest.mark.parametrize(
    "answer",
    [
        Reply(404),
        Reply(503),
        Reply(200, b"<h1>Post 3</h1><p>In another layout.</p>", HTML),
        Reply(429, b"", {"Retry-After": "1"}),
    ],
)
async def test_a_page_that_fails_is_told_and_is_no_edit(newsroom: Edited, answer: Reply) -> None:
    newsroom.broken[3] = answer
    failed = await newsroom.later()
    assert (failed.posts, failed.unchanged) == ((), True)
    assert "the page of 'Post 3', asked for again, failed: " in failed.warnings[0]

    del newsroom.broken[3]
    newsroom.words[3] = "Words of post 3, corrected."
    batches = [await newsroom.later() for _ in range(3)]
    assert [numbers(batch.posts) for batch in batches] == [[], [], ["3"]]


async def test_a_page_that_tells_only_its_beginning_is_no_edit(server: HttpServer) -> None:
    newsroom, bare = Edited(server), {"text": None}
    newsroom.publish(1)
    newsroom.broken[1] = Reply(200, b"<article>All the words of it.</article>", HTML)
    assert [post.text for post in (await newsroom.later(detail=bare)).posts] == ["All the words of it."]
    newsroom.broken[1] = Reply(200, b"<article>All the\xe2\x80\xa6</article>", HTML)
    assert (await newsroom.later(detail=bare)).posts == ()
    newsroom.broken[1] = Reply(200, b"<article>All the words of it, and more.</article>", HTML)
    assert len((await newsroom.later(detail=bare)).posts) == 1


async def test_a_page_that_never_says_the_same_twice_is_told_and_left_alone(newsroom: Edited) -> None:
    batches = []
    for visits in range(30):
        newsroom.words[3] = f"Words of post 3. {visits} visits."
        batches.append(await newsroom.later())

    assert sum(bool(batch.posts) for batch in batches) == memory.EDITS
    (warning,) = (warning for batch in batches for warning in batch.warnings)
    assert warning == "the page of 'Post 3' is never the same: name in `detail.drop` what changes"
    assert [page for page, _ in newsroom.pages] in (["1"], ["2"])


async def test_a_link_that_leads_elsewhere_now_is_not_followed(newsroom: Edited) -> None:
    item = "<div class='item'><a href='https://elsewhere.example/news/3'><h3>Post 3</h3></a></div>"
    newsroom.server.routes["/hy/news"] = Reply(200, f"<div class='news-list'>{item}</div>".encode(), HTML)
    assert not (await newsroom.later(date=None)).warnings
    assert newsroom.pages == [("3", False)]


@pytest.mark.parametrize("other", [{"detail": {"text": "h1"}}, {"title": ".date"}])
async def test_other_settings_are_no_edit(newsroom: Edited, other: dict[str, object]) -> None:
    assert [(await newsroom.later(LATER, **other)).posts for _ in range(4)] == [()] * 4
    assert newsroom.pages == []


async def test_new_posts_come_first(newsroom: Edited) -> None:
    newsroom.publish(5, 4)
    await newsroom.later(detail={"text": ".news-text", "date": ".news-date", "most": 1})
    assert newsroom.pages == [("5", False)]
