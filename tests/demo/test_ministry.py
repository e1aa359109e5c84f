"""The far sides: feeds that strangers can read, conditional requests as in RFC 9110, news in its order."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

import feedparser
import httpx
import pytest

from monitor.demo.day import CLOSES, OPENS, Clock, statements
from monitor.demo.ministry import FEEDS, SLACK, Ministry, Newsroom
from monitor.demo.sink import Sink
from monitor.demo.slack import CHANNEL, Slack

DAY = statements()


class Hands(Clock):
    """A clock whose hands the test moves."""

    def __init__(self, moment: datetime) -> None:
        super().__init__(1)
        self.moment = moment

    def now(self) -> datetime:
        return self.moment


class Stage:
    def __init__(self, client: httpx.AsyncClient, clock: Hands, newsroom: Newsroom, slack: Sink) -> None:
        self.client, self.clock, self.newsroom, self.slack = client, clock, newsroom, slack

    async def get(self, path: str, **headers: str) -> httpx.Response:
        return await self.client.get(path, headers={name.replace("_", "-"): value for name, value in headers.items()})

    async def ids(self, source: str, **headers: str) -> list[str]:
        return [entry.id for entry in feedparser.parse((await self.get(FEEDS[source], **headers)).content).entries]


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    clock, slack = Hands(OPENS), Sink()
    newsroom = Newsroom(DAY, clock)
    ministry = Ministry(newsroom, Slack(slack))
    await ministry.start()
    async with httpx.AsyncClient(base_url=ministry.base, trust_env=False) as client:
        yield Stage(client, clock, newsroom, slack)
    await ministry.stop()


@pytest.mark.parametrize("source", ["am", "az"])
async def test_a_ministrys_feed_is_sound_rss_with_every_word(stage: Stage, source: str) -> None:
    stage.clock.moment = CLOSES
    feed = feedparser.parse((await stage.get(FEEDS[source])).content)
    by_id = {one.native_id: one for one in DAY if one.source == source and not one.after}

    assert feed.bozo is False
    assert feed.version == "rss20"
    assert {entry.id for entry in feed.entries} == set(by_id)
    for entry in feed.entries:
        said = by_id[entry.id]
        assert entry.title == said.title
        assert entry.content[0].value == "".join(f"<p>{part}</p>" for part in said.text.split("\n\n"))
        assert parsedate_to_datetime(entry.published) == said.at
        assert entry.published.endswith("+0400")


async def test_the_newest_comes_first(stage: Stage) -> None:
    stage.clock.moment = CLOSES
    feed = feedparser.parse((await stage.get(FEEDS["am"])).content)
    moments = [entry.published_parsed for entry in feed.entries]

    assert moments == sorted(moments, reverse=True)


async def test_the_video_has_its_words(stage: Stage) -> None:
    stage.clock.moment = CLOSES
    feed = feedparser.parse((await stage.get(FEEDS["am"])).content)
    [media] = [entry for entry in feed.entries if "media_content" in entry]

    assert media.media_content[0]["type"] == "video/mp4"
    assert "armoured vehicles" in str(media)


async def test_the_agencys_feed_is_json_feed(stage: Stage) -> None:
    stage.clock.moment = CLOSES
    answer = await stage.get(FEEDS["agency"])
    feed = answer.json()

    assert answer.headers["content-type"] == "application/feed+json"
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert [one["language"] for one in feed["items"] if one["id"] == "ag-511"] == ["tr"]
    assert all(set(one) >= {"id", "url", "title", "content_html", "date_published"} for one in feed["items"])


async def test_an_unchanged_feed_is_not_sent_again(stage: Stage) -> None:
    first = await stage.get(FEEDS["am"])
    by_tag = await stage.get(FEEDS["am"], if_none_match=first.headers["etag"])
    by_date = await stage.get(FEEDS["am"], if_modified_since=first.headers["last-modified"])

    assert (first.status_code, by_tag.status_code, by_date.status_code) == (200, 304, 304)
    assert by_tag.content == b""
    assert by_tag.headers["etag"] == first.headers["etag"]


async def test_news_is_sent_to_those_who_have_the_old_feed(stage: Stage) -> None:
    first = await stage.get(FEEDS["am"])
    stage.clock.moment = OPENS + timedelta(hours=3)
    answers = [
        await stage.get(FEEDS["am"], if_none_match=first.headers["etag"]),
        await stage.get(FEEDS["am"], if_modified_since=first.headers["last-modified"]),
        await stage.get(FEEDS["am"], if_modified_since="yesterday"),
    ]

    assert [answer.status_code for answer in answers] == [200, 200, 200]


async def test_the_tag_decides_where_both_validators_are_given(stage: Stage) -> None:
    first = await stage.get(FEEDS["am"])
    both = await stage.get(FEEDS["am"], if_none_match='"other"', if_modified_since=first.headers["last-modified"])

    assert both.status_code == 200


async def test_one_ministry_gives_no_validators(stage: Stage) -> None:
    answer = await stage.get(FEEDS["az"])

    assert answer.status_code == 200
    assert not {"etag", "last-modified"} & set(answer.headers)


async def test_an_edit_waits_until_the_first_wording_has_been_read(stage: Stage) -> None:
    stage.clock.moment = CLOSES
    first = await stage.get(FEEDS["am"])
    unread = await stage.get(FEEDS["am"])
    read = await stage.get(FEEDS["am"], if_none_match=first.headers["etag"])

    assert "4 wounded" in unread.text
    assert read.status_code == 200
    assert "7 wounded" in read.text
    assert "4 wounded" not in read.text


async def test_a_repeat_and_a_copy_appear_once_their_original_has_been_read(stage: Stage) -> None:
    stage.clock.moment = CLOSES
    first = await stage.get(FEEDS["am"])
    before = await stage.ids("am")
    copied = (await stage.get(FEEDS["agency"])).text

    assert {"am-10111-again"} == set(await stage.ids("am", if_none_match=first.headers["etag"])) - set(before)
    assert "ag-512" not in copied
    assert "ag-512" in (await stage.get(FEEDS["agency"])).text


async def test_the_newsroom_knows_when_there_was_news_and_when_all_was_given(stage: Stage) -> None:
    for source in FEEDS:
        await stage.get(FEEDS[source])
    assert stage.newsroom.news.is_set()
    stage.newsroom.news.clear()
    await stage.get(FEEDS["am"])
    assert not stage.newsroom.news.is_set()

    stage.clock.moment = CLOSES
    first = await stage.get(FEEDS["am"])
    for source in FEEDS:
        await stage.get(FEEDS[source])
    assert stage.newsroom.news.is_set()
    assert not stage.newsroom.all_given.is_set()
    await stage.get(FEEDS["am"], if_none_match=first.headers["etag"])
    await stage.get(FEEDS["agency"])
    assert stage.newsroom.all_given.is_set()


async def test_links_lead_to_pages_once_published(stage: Stage) -> None:
    early = await stage.get("/am/news/am-10105")
    stage.clock.moment = CLOSES
    late = await stage.get("/am/news/am-10105")

    assert (early.status_code, late.status_code) == (404, 200)
    assert "Attack in the eastern direction" in late.text


async def test_slack_is_behind_the_same_door(stage: Stage) -> None:
    answer = await stage.client.post(f"{SLACK}/chat.postMessage", json={"channel": CHANNEL, "text": "delivery 0123"})

    assert (answer.status_code, answer.json()["ok"]) == (200, True)
    assert "delivery 0123" in stage.slack.arrivals[0].marks


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/", 404), ("POST", "/am/rss.xml", 400)])
async def test_anything_else_is_refused(stage: Stage, method: str, path: str, status: int) -> None:
    assert (await stage.client.request(method, path)).status_code == status


async def test_a_body_too_large_is_refused(stage: Stage) -> None:
    answer = await stage.client.post(f"{SLACK}/chat.postMessage", content=b"x" * 1_000_001)

    assert answer.status_code == 413
    assert stage.slack.arrivals == []
