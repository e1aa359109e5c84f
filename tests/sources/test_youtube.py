"""The feeds of YouTube: what becomes of a video, and what the feeds' bad days mean."""

from __future__ import annotations

from datetime import UTC, datetime
from html import escape

import pytest
from pydantic import ValidationError

from monitor.dedup import content_hash
from monitor.errors import Unreachable, Unreadable
from monitor.fetch import Fetcher
from monitor.model import Bookmark, Media, Post, Reading, post_key
from monitor.poll import poll
from monitor.sources import youtube
from monitor.store import Store
from tests.properties import holds
from tests.servers import ALLOW_LOOPBACK, HttpServer, Reply

CHANNEL = "UC" + "m" * 22
FEED = f"https://www.youtube.com/feeds/videos.xml?channel_id={CHANNEL}"
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def settings(url: str = FEED, **more: object) -> youtube.Config:
    return youtube.Config.model_validate({"id": "m", "kind": "youtube", "url": url, "language": "hy", **more})


def video(
    name: str, title: str = "Briefing", words: str = "", *, link: str = "", views: int = 5, at: str = "10"
) -> str:
    link = link or f"https://www.youtube.com/watch?v={name}"
    return f"""<entry><id>yt:video:{name}</id><yt:videoId>{name}</yt:videoId><yt:channelId>{CHANNEL}</yt:channelId>
    <title>{escape(title)}</title><link rel="alternate" href="{link}"/>
    <author><name>Ministry</name><uri>https://www.youtube.com/channel/{CHANNEL}</uri></author>
    <published>2026-11-22T{at}:00:00+00:00</published><updated>2026-11-22T11:{views % 60:02}:00+00:00</updated>
    <media:group><media:title>{escape(title)}</media:title>
    <media:content url="https://www.youtube.com/v/{name}?version=3" type="application/x-shockwave-flash"/>
    <media:thumbnail url="https://i1.ytimg.com/vi/{name}/hqdefault.jpg" width="480" height="360"/>
    <media:description>{escape(words)}</media:description>
    <media:community><media:statistics views="{views}"/></media:community></media:group></entry>"""


def feed(*videos: str) -> bytes:
    return f"""<?xml version="1.0" encoding="UTF-8"?>
    <feed xmlns:yt="http://www.youtube.com/xml/schemas/2015" xmlns:media="http://search.yahoo.com/mrss/"
    xmlns:at="http://purl.org/atompub/tombstones/1.0" xmlns="http://www.w3.org/2005/Atom">
    <id>yt:channel:{CHANNEL[2:]}</id><yt:channelId>{CHANNEL[2:]}</yt:channelId><title>Ministry</title>
    <author><name>Ministry</name></author><published>2011-01-01T00:00:00+00:00</published>
    {"".join(videos)}</feed>""".encode()


def read(body: bytes, url: str = FEED) -> Reading:
    found = youtube.read(body, {}, url, settings())
    holds.reading(found, url)
    return found


# --- what becomes of a video ------------------------------------------------------------------------------------------


def test_a_video_with_everything() -> None:
    words = "Statement of the ministry & its spokesman.\n\nTwo were wounded; losses < 5."

    reading = read(feed(video("abc_DEF-123", "Losses & the border", words)))

    assert reading.warnings == ()
    assert reading.posts == (
        Post(
            key=post_key("m", "yt:video:abc_DEF-123"),
            source="m",
            kind="youtube",
            native_id="yt:video:abc_DEF-123",
            author=CHANNEL,
            published=datetime(2026, 11, 22, 10, tzinfo=UTC),
            updated=datetime(2026, 11, 22, 11, 5, tzinfo=UTC),
            title="Losses & the border",
            text=words,
            language="hy",
            permalink="https://www.youtube.com/watch?v=abc_DEF-123",
            media=(Media(type="video", url="https://www.youtube.com/watch?v=abc_DEF-123"),),
        ),
    )


def test_views_and_their_hour_make_no_version_but_words_do() -> None:
    (once,) = read(feed(video("a", words="One", views=1))).posts
    (later,) = read(feed(video("a", words="One", views=50))).posts
    (edited,) = read(feed(video("a", words="Two", views=50))).posts

    assert once.updated != later.updated
    assert content_hash(once) == content_hash(later) != content_hash(edited)
    assert once.key == edited.key


def test_all_are_read_in_whatever_order_they_stand() -> None:
    reading = read(feed(video("b", at="08"), video("c", at="10"), video("a", at="07"), video("c", at="10")))

    assert [post.native_id for post in reading.posts] == ["yt:video:b", "yt:video:c", "yt:video:a"]
    assert reading.warnings == ()


def test_shorts_and_broadcasts_are_marked_where_it_is_plain() -> None:
    body = feed(video("a", link="https://www.youtube.com/shorts/a"), video("b"))
    lists = "https://www.youtube.com/feeds/videos.xml?playlist_id="

    assert [post.flags for post in read(body).posts] == [("short",), ()]
    assert read(body).posts[0].permalink == "https://www.youtube.com/shorts/a"
    assert [post.flags for post in read(body, f"{lists}UULV{CHANNEL[2:]}").posts] == [("live", "short"), ("live",)]
    assert [post.flags for post in read(body, f"{lists}UUSH{CHANNEL[2:]}").posts] == [("short",), ("short",)]
    assert [post.flags for post in read(body, f"{lists}UULF{CHANNEL[2:]}").posts] == [("short",), ()]


def test_an_entry_needs_no_more_than_an_id() -> None:
    reading = read(feed("<entry><id>yt:video:a</id></entry>", "<entry><title>Nobody</title></entry>"))

    assert [(post.native_id, post.permalink) for post in reading.posts] == [
        ("yt:video:a", "https://www.youtube.com/watch?v=a")
    ]
    assert reading.posts[0].author is None
    assert reading.warnings == ("1 of 2 entries name no video and were left out",)


def test_a_time_may_be_told_to_the_nanosecond_and_a_video_have_no_views_yet() -> None:
    entry = video("a", views=0).replace("T10:00:00+00:00", "T10:00:00.123456789+00:00")
    (post,) = read(feed(entry)).posts

    assert post.published == datetime(2026, 11, 22, 10, 0, 0, 123457, tzinfo=UTC)
    assert post.flags == ()


def test_a_notice_of_deletion_names_the_post() -> None:
    gone = '<at:deleted-entry ref="yt:video:a" when="2026-11-22T10:00:00Z"/><at:deleted-entry ref="tag:other"/>'

    reading = read(feed(gone))

    assert (reading.posts, reading.deletions) == ((), ("yt:video:a",))


def test_a_channel_without_videos_is_an_empty_feed() -> None:
    assert read(feed()) == Reading()


# --- what is damaged, or none of it -----------------------------------------------------------------------------------


def test_of_a_cut_feed_the_whole_entries_are_read() -> None:
    body = feed(video("a"), video("b"), video("c"))

    reading = read(body[: body.index(b"yt:video:c") + 20])

    assert [post.native_id for post in reading.posts] == ["yt:video:a", "yt:video:b"]
    assert "malformed or cut" in reading.warnings[0]


def test_signs_that_xml_forbids_are_left_out() -> None:
    (post,) = read(b"\xef\xbb\xbf" + feed(video("a", "One\x0btwo", "\u202ethree\x00"))).posts

    assert (post.title, post.text) == ("Onetwo", "three")


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "the answer was empty"),
        (b" \n", "the answer was empty"),
        (b"<!DOCTYPE html><html></html>", "an HTML page came"),
        (b"<html><body>Before you continue</body></html>", "an HTML page came"),
        (b"<rss version='2.0'><channel/></rss>", "no Atom feed"),
        (b'{"error": {"code": 404}}', "no feed: it is no XML"),
        (b'<?xml version="1.0"?><!DOCTYPE f [<!ENTITY a "b">]><feed/>', "document type"),
    ],
)
def test_what_is_no_feed_is_said_to_be_none(body: bytes, why: str) -> None:
    with pytest.raises(Unreadable, match=why):
        youtube.read(body, {}, FEED, settings())


def test_only_so_many_are_read() -> None:
    reading = read(feed(*(f"<entry><id>yt:video:{n}</id></entry>" for n in range(1_001))))

    assert len(reading.posts) == 1_000
    assert reading.warnings == ("the feed holds more than 1,000 videos; only the first were read",)


# --- the address ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        FEED,
        "https://www.youtube.com/feeds/videos.xml?playlist_id=PL1",
        "https://www.youtube.com/feeds/videos.xml?user=ministry",  # of old times
        "https://www.youtube.com/xml/feeds/videos.xml?channel_id=UC1",
        "https://cache.example/youtube/ministry.xml",
    ],
)
def test_a_feeds_address_is_taken(url: str) -> None:
    assert settings(url).url == url


def test_the_channels_page_is_answered_with_its_feed() -> None:
    with pytest.raises(ValidationError, match=rf"its feed is .*/feeds/videos\.xml\?channel_id={CHANNEL}"):
        settings(f"https://www.youtube.com/channel/{CHANNEL}/videos")


@pytest.mark.parametrize(
    "path", ["@ministry", "feeds/videos.xml", "feeds/videos.xml?channel_id=", "watch?v=a", "c/Ministry"]
)
def test_other_pages_are_none(path: str) -> None:
    with pytest.raises(ValidationError, match="a feed's address is wanted"):
        settings(f"https://www.youtube.com/{path}")


# --- asked as the monitor asks ----------------------------------------------------------------------------------------


async def _read(body: bytes, headers: object, url: str) -> Reading:
    return youtube.read(body, {}, url, settings())


def watched(server: HttpServer) -> tuple[youtube.Config, youtube.Source]:
    config = settings(f"{server.url}/feeds/videos.xml?channel_id={CHANNEL}", allow_private=ALLOW_LOOPBACK)
    return config, youtube.Source(config, Fetcher(user_agent="test-monitor/1.0"), _read)


async def test_a_channel_is_asked_by_its_id_and_for_atom(server: HttpServer) -> None:
    server.routes["/feeds/videos.xml"] = Reply(200, feed(video("a")), {"Cache-Control": "max-age=900"})
    _, source = watched(server)

    batch = await source.poll(None)

    assert [post.native_id for post in batch.posts] == ["yt:video:a"]
    assert batch.fresh == 900.0
    assert server.requests[0].path == f"/feeds/videos.xml?channel_id={CHANNEL}"
    assert server.requests[0].headers["accept"].startswith("application/atom+xml")


async def test_a_bad_day_of_the_feeds_is_no_end_of_the_channel(server: HttpServer, store: Store) -> None:
    config, source = watched(server)
    server.routes["/feeds/videos.xml"] = Reply(200, feed(video("a")))
    assert (await poll(config, source, store, NOON)).counts["new"] == 1

    server.routes["/feeds/videos.xml"] = Reply(404, b"<html>Error 404</html>", {"Content-Type": "text/html"})
    missing = await poll(config, source, store, NOON.replace(hour=13))
    assert isinstance(missing.error, Unreachable)
    assert "answered 404, as YouTube's feeds do for hours or days" in str(missing.error)
    assert missing.after.health == "failing"

    server.routes["/feeds/videos.xml"] = Reply(500)
    assert (await poll(config, source, store, NOON.replace(hour=14))).after.health == "failing"

    server.routes["/feeds/videos.xml"] = Reply(200, feed(video("b"), video("a", views=9)))
    back = await poll(config, source, store, NOON.replace(hour=15))
    assert (back.counts["new"], back.counts["known"], back.after.health) == (1, 1, "healthy")


async def test_patience_that_was_asked_for_is_told(server: HttpServer) -> None:
    _, source = watched(server)
    server.routes["/feeds/videos.xml"] = Reply(404, headers={"Retry-After": "120"})
    with pytest.raises(Unreachable) as missing:
        await source.poll(Bookmark())
    assert (missing.value.status, missing.value.retry_after) == (404, 120.0)

    server.routes["/feeds/videos.xml"] = Reply(429, headers={"Retry-After": "120"})
    with pytest.raises(Unreachable) as busy:
        await source.poll(Bookmark())
    assert (busy.value.status, busy.value.retry_after) == (429, 120.0)
