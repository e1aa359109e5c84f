"""A site made with WordPress: what its API's answers and its feed say."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import ValidationError

from monitor.errors import Unreadable
from monitor.model import Media, Post, Reading, post_key
from monitor.sources import wordpress
from tests.sources.feeds import at
from tests.sources.watcher import DAY, HOUR, START
from tests.sources.wordpress_site import thing

SITE = "https://ministry.example/"


def settings(**more: Any) -> wordpress.Config:
    return wordpress.Config.model_validate({"id": "mod", "url": SITE, **more})


def read(said: object, **more: Any) -> Reading:
    body = said if isinstance(said, bytes) else json.dumps(said).encode()
    return wordpress.read(body, {}, f"{SITE}wp-json/wp/v2/posts", settings(**more))


def only(said: dict[str, Any], **more: Any) -> Post:
    (post,) = read([said], **more).posts
    return post


def image(path: str, alt: str, mime: str | None = None) -> Media:
    return Media(type="image", url=f"https://ministry.example/{path}", alt=alt, mime=mime)


def test_a_post_with_all_it_may_have() -> None:
    picture = {
        "source_url": "/wp-content/uploads/a.jpg", "alt_text": "The  border", "mime_type": "image/jpeg",
        "media_type": "image",
    }  # fmt: skip
    post = only(
        thing(
            12,
            START,
            START + HOUR,
            title={"rendered": "Losses &amp; &#8220;positions&#8221; <em>today</em>"},
            content={
                "rendered": "<p>Two were&nbsp;wounded.</p>\n<p>One <b>died</b>.</p><img src='/b.png' alt='Map'>",
                "protected": False,
            },
            excerpt={"rendered": "<p>Two were [&hellip;]</p>"},
            lang="hy",
            _embedded={"author": [{"name": "Press &amp; Co"}], "wp:featuredmedia": [picture]},
        )
    )

    assert post == Post(
        key=post_key("mod", "12"),
        source="mod",
        kind="wordpress",
        native_id="12",
        author="Press & Co",
        published=at(2026, 11, 22, 12),
        updated=at(2026, 11, 22, 13),
        title="Losses & “positions” today",
        text="Two were wounded.\n\nOne died.",
        language="hy",
        permalink="https://ministry.example/12/",
        media=(image("wp-content/uploads/a.jpg", "The border", "image/jpeg"), image("b.png", "Map")),
    )


def test_a_post_that_is_shown_twice_is_one() -> None:
    assert [post.native_id for post in read([thing(2), thing(1), thing(2)]).posts] == ["2", "1"]


def test_dates_are_those_in_gmt_else_by_the_clock_of_the_source() -> None:
    assert only(thing(1)).published == START
    bare = {**thing(1), "date_gmt": "0000-00-00T00:00:00", "modified_gmt": None}
    assert (only(bare).published, only(bare).updated) == (None, None)
    assert only(bare, timezone="Asia/Yerevan").published == START


def test_a_scheduled_post_was_not_updated_before_it_was_published() -> None:
    assert only(thing(1, START, START - DAY)).updated is None


def test_errors_embedded_in_the_place_of_what_is_hidden() -> None:
    hidden = {"code": "rest_user_invalid_id", "message": "Invalid user ID.", "data": {"status": 404}}
    post = only(thing(1, _embedded={"author": [hidden], "wp:featuredmedia": [hidden]}))
    assert (post.author, post.media) == (None, ())
    assert only(thing(1, _embedded=None)).author is None


def test_an_attachment_whose_file_is_hidden_is_shown_by_its_page() -> None:
    post = only(thing(1, _embedded={"wp:featuredmedia": [{"id": 3, "link": "https://ministry.example/a/"}]}))
    assert post.media == (Media(type="other", url="https://ministry.example/a/"),)


def test_a_text_behind_a_password_and_a_text_that_is_an_excerpt() -> None:
    locked = only(thing(1, content={"rendered": "", "protected": True}, excerpt={"rendered": "", "protected": True}))
    assert (locked.text, locked.flags) == ("", ("protected",))
    cut = only(thing(1, content={"rendered": ""}, excerpt={"rendered": "<p>Two were [&hellip;]</p>"}))
    assert (cut.text, cut.flags) == ("Two were […]", ("partial",))


def test_a_single_post_of_another_type_is_a_post() -> None:
    (post,) = read({**thing(7), "type": "page", "guid": {"rendered": f"{SITE}?page_id=7"}}).posts
    assert (post.native_id, post.kind) == ("7", "wordpress")


def test_what_stands_in_an_answer_and_is_no_post_is_told() -> None:
    reading = read([thing(1), {"id": True}, 5, {"title": {"rendered": "x"}}])
    assert len(reading.posts) == 1
    assert reading.warnings == ("3 posts of the answer have no usable id and were left out",)


def test_a_complaint_of_php_or_a_mark_before_the_json_is_overlooked() -> None:
    body = json.dumps([thing(1)]).encode()
    assert read(b"\xef\xbb\xbf\n" + body).warnings == ()
    reading = read(b"<br />\n<b>Warning</b>: Undefined [index] in /x.php on line 3<br />\n" + body)
    assert [post.native_id for post in reading.posts] == ["1"]
    assert "complaint of PHP" in reading.warnings[0]


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "empty"),
        (b'[{"id": 1, "title"', "cannot be read"),
        (b"[" * 100_000, "cannot be read"),
        (
            b'{"code":"rest_no_route","message":"No <b>route</b> was found","data":{"status":404}}',
            "rest_no_route: No route",
        ),
        (b'{"items": []}', "no list of posts"),
        (b'<!DOCTYPE html><html><script>[{"id": 1}]</script></html>', "HTML page"),
        (b"Service is resting", "neither XML nor JSON"),
    ],
)
def test_what_is_no_answer_of_wordpress(body: bytes, why: str) -> None:
    with pytest.raises(Unreadable, match=why):
        read(body)


def test_the_feed_gives_the_same_keys() -> None:
    guids = ("?p=12", "?post_type=news&amp;p=13", "?page_id=14", "2026/11/an-address/")
    items = "".join(f"<item><title>t</title><guid isPermaLink='false'>{SITE}{guid}</guid></item>" for guid in guids)
    reading = wordpress.read(
        f"<rss version='2.0'><channel>{items}</channel></rss>".encode(), {}, f"{SITE}feed/", settings()
    )

    assert [post.native_id for post in reading.posts] == ["12", "13", "14", f"{SITE}2026/11/an-address/"]
    assert reading.posts[0].key == only(thing(12)).key
    assert {post.kind for post in reading.posts} == {"wordpress"}


def test_json_within_a_feed_makes_no_answer_of_the_api() -> None:
    item = f'<item><guid>{SITE}?p=4</guid><title>[{{"id": 1}}]</title></item>'
    feed = f"<rss version='2.0'><channel>{item}</channel></rss>"
    assert [post.native_id for post in read(feed.encode()).posts] == ["4"]


@pytest.mark.parametrize(
    "guid", ["https://old.example/?p=5", f"{SITE}?p=5&page_id=6", f"{SITE}?p=x", f"{SITE}?p=", "http://[", "urn:5"]
)
def test_an_id_is_not_read_from_a_guid_that_may_lie(guid: str) -> None:
    assert wordpress.ids.own(guid, SITE) is None


def test_a_guid_keeps_its_id_whatever_the_scheme_or_the_signs_are() -> None:
    for guid in ("http://www.ministry.example/?p=5", f"{SITE}hy/?post_type=news&#038;p=5", f"{SITE}?attachment_id=5"):
        assert wordpress.ids.own(guid, SITE) == "5"


def test_settings_cannot_take_what_the_monitor_sets() -> None:
    assert settings(query={"categories": "7"}).fallback is None
    assert settings(query={"categories": "7"}, feed=f"{SITE}category/war/feed/").fallback == f"{SITE}category/war/feed/"
    assert settings(collection="news").fallback is None
    assert settings().fallback == f"{SITE}feed/"
    assert settings(url=f"{SITE}hy/").fallback == f"{SITE}hy/feed/"
    with pytest.raises(ValidationError, match="after, page: the monitor itself sets this"):
        settings(query={"page": "2", "after": "x"})
    with pytest.raises(ValidationError, match="collection"):
        settings(collection="../users")
