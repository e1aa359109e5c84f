"""What is read of the JSON of X's API: words, links, reposts, quotes, edits, media, errors; and its settings."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from monitor.errors import Unreadable
from monitor.model import Media, Post, Reading
from monitor.sources import x
from tests.sources.x_server import Said, error, tweet, tweet_id, user

URL = "https://api.x.com/2/users/1001/tweets"
GIVEN = {"id": "mod", "url": "https://x.com/mod", "language": "hy"}
SETTINGS = x.Config.model_validate(GIVEN)
PHOTO = {"media_key": "3_1", "type": "photo", "url": "https://pbs.example/1.jpg", "alt_text": "A map\nof the border"}


def read(value: object) -> Reading:
    return x.read(json.dumps(value).encode(), {}, URL, SETTINGS)


def page(*tweets: Said, token: str | None = None, **included: list[Said]) -> Reading:
    meta: Said = {"result_count": len(tweets)} | ({"next_token": token} if token else {})
    included.setdefault("users", [user()])
    return read({"data": list(tweets), "includes": included, "meta": meta})


def one(fields: Said | None = None, **included: list[Said]) -> Post:
    included.setdefault("users", [user()])
    (post,) = read({"data": [tweet(1) | (fields or {})], "includes": included}).posts
    return post


def link(short: str, to: str, **fields: str) -> Said:
    return {"url": f"https://t.co/{short}", "expanded_url": to, "display_url": "…", **fields}


def test_an_ordinary_post() -> None:
    post = one({"text": "Fire &amp; smoke, 5 &lt; 6, &amp;amp;.\n\nMore follows."})

    assert post.native_id == tweet_id(1)
    assert (post.kind, post.author, post.language) == ("x", "mod", "en")
    assert post.text == "Fire & smoke, 5 < 6, &amp;.\n\nMore follows."
    assert post.published == post.created == datetime(2026, 11, 22, 6, 1, tzinfo=UTC)
    assert post.updated is None
    assert post.permalink == f"https://x.com/mod/status/{tweet_id(1)}"
    assert (post.flags, post.media, post.repost_of, post.quote_of, post.reply_to) == ((), (), None, None, None)


def test_links_are_written_as_their_author_did() -> None:
    urls = [
        link("abc", "https://mod.example/news?a=1&b=2", unwound_url="https://else.example/"),
        link("abcd", "javascript:x"),
    ]
    post = one({"text": "See https://t.co/abc, https://t.co/abcd and https://t.co/x", "entities": {"urls": urls}})

    assert post.text == "See https://mod.example/news?a=1&b=2, https://t.co/abcd and https://t.co/x"


@pytest.mark.parametrize("name", ["note_tweet", "note_post"])
def test_a_long_post_is_whole_with_its_own_links(name: str) -> None:
    note = {
        "text": "Long &gt; short, to https://t.co/abc.",
        "entities": {"urls": [link("abc", "https://mod.example/1")]},
    }

    assert one({"text": "Long > sh…", name: note}).text == "Long > short, to https://mod.example/1."
    assert one({"text": "Short.", name: {}}).text == "Short."


def test_media_with_their_words_and_the_link_to_them_left_out() -> None:
    video = {
        "media_key": "7_2",
        "type": "video",
        "preview_image_url": "https://pbs.example/2.jpg",
        "duration_ms": 12300,
    }
    video["variants"] = [
        {"content_type": "application/x-mpegURL", "url": "https://video.example/2.m3u8"},
        {"content_type": "video/mp4", "bit_rate": 832000, "url": "https://video.example/2.mp4"},
        {"content_type": "video/mp4", "bit_rate": 256000, "url": "https://video.example/2-small.mp4"},
    ]
    gif = {"media_key": "16_3", "type": "animated_gif", "preview_image_url": "https://pbs.example/3.jpg"}
    shown = [link("abc", f"https://x.com/mod/status/{tweet_id(1)}/photo/1")]
    said = {
        "text": "Seen. https://t.co/abc",
        "entities": {"urls": shown},
        "attachments": {"media_keys": ["3_1", "7_2", "16_3"]},
    }
    post = one(said, media=[PHOTO, video, gif])

    assert post.text == "Seen."
    assert post.media == (
        Media(type="image", url="https://pbs.example/1.jpg", alt="A map\nof the border"),
        Media(type="video", url="https://video.example/2.mp4", duration=12.3),
        Media(type="video", url="https://pbs.example/3.jpg"),
    )
    bare = one(said)
    assert bare.text == "Seen. https://t.co/abc"
    assert {medium.url for medium in bare.media} == {f"https://x.com/mod/status/{tweet_id(1)}/photo/1"}


@pytest.mark.parametrize(
    ("refers", "among"),
    [("referenced_tweets", "tweets"), ("referenced_posts", "posts"), ("referenced_posts", "tweets")],
)
def test_a_repost_has_the_whole_words_of_another_and_an_id_of_its_own(refers: str, among: str) -> None:
    said = tweet(0, "Cut…", author_id="2002", lang="ru", note_tweet={"text": "All of it was said."})
    given = {"text": "RT @press: Cut…", refers: [{"type": "retweeted", "id": tweet_id(0)}]}
    post = one(given, **{among: [said]})

    assert (post.native_id, post.author, post.text, post.language) == (tweet_id(1), "mod", "All of it was said.", "ru")
    assert post.repost_of == f"https://x.com/i/web/status/{tweet_id(0)}"
    assert (post.created, post.published) == (
        datetime(2026, 11, 22, 6, 0, tzinfo=UTC), datetime(2026, 11, 22, 6, 1, tzinfo=UTC),
    )  # fmt: skip
    assert one(given, **{among: [said], "users": [user(), user("press", "2002")]}).repost_of == (
        f"https://x.com/press/status/{tweet_id(0)}"
    )
    alone = one(given)
    assert (alone.text, alone.flags) == ("RT @press: Cut…", ("partial",))


def test_a_quote_and_an_answer_name_what_they_refer_to() -> None:
    post = one(
        {"referenced_tweets": [{"type": "quoted", "id": "7"}, {"type": "replied_to", "id": "8"}, {"type": "odd"}]}
    )

    assert (post.text, post.quote_of, post.reply_to, post.repost_of) == (
        "Statement 1.",
        "https://x.com/i/web/status/7",
        "8",
        None,
    )


@pytest.mark.parametrize("name", ["edit_history_tweet_ids", "edit_history_post_ids"])
def test_all_versions_of_a_post_have_the_id_of_the_first(name: str) -> None:
    given = tweet(9)
    del given["edit_history_tweet_ids"]
    reading = page({**given, name: [tweet_id(1), tweet_id(5), tweet_id(9)]})
    (post,) = reading.posts

    assert post.native_id == tweet_id(1)
    assert post.permalink == f"https://x.com/mod/status/{tweet_id(1)}"
    assert post.published == post.created == datetime(2026, 11, 22, 6, 1, tzinfo=UTC)
    assert post.updated == datetime(2026, 11, 22, 6, 9, tzinfo=UTC)
    assert post.flags == ("edited",)
    assert reading.cursor["newest"] == tweet_id(9)


def test_of_several_versions_in_one_answer_the_last_is_read_and_all_are_paid_for() -> None:
    history = {"edit_history_tweet_ids": [tweet_id(1), tweet_id(2)]}
    reading = page(tweet(3), tweet(1, "Four"), tweet(2, "Five", **history), tweet(3))

    assert [(post.native_id, post.text) for post in reading.posts] == [
        (tweet_id(1), "Five"),
        (tweet_id(3), "Statement 3."),
    ]
    assert reading.cursor["posts"].split() == [tweet_id(1), tweet_id(2), tweet_id(3)]


@pytest.mark.parametrize(
    ("fields", "flags", "spoken"),
    [
        ({"possibly_sensitive": True}, ("sensitive",), "en"),
        ({"withheld": {"country_codes": ["DE"]}}, ("withheld",), "en"),
        ({"lang": "und"}, (), "hy"),
        ({"lang": "zxx"}, (), "hy"),
    ],
)
def test_flags_and_the_language(fields: Said, flags: tuple[str, ...], spoken: str) -> None:
    assert (one(fields).flags, one(fields).language) == (flags, spoken)


def test_what_an_answer_says_beside_its_posts() -> None:
    beside = [tweet(0)]
    reading = page(tweet(9), tweet(1), token="abc", tweets=beside)

    assert [post.native_id for post in reading.posts] == [tweet_id(9), tweet_id(1)]
    assert reading.cursor == {
        "newest": tweet_id(9),
        "oldest": tweet_id(1),
        "next": "abc",
        "posts": f"{tweet_id(1)} {tweet_id(9)} {tweet_id(0)}",
        "users": "1001",
    }


def test_an_empty_page_has_no_data_and_says_nothing_of_deletions() -> None:
    reading = read({"meta": {"result_count": 0}})

    assert (reading.posts, reading.deletions, reading.warnings) == ((), (), ())
    assert "refused" not in reading.cursor


def test_a_part_that_failed_is_a_warning_and_an_answer_of_errors_a_refusal() -> None:
    missing = error("Not Found Error", "Could not find tweet with referenced_tweets.id: [7].")
    reading = read({"data": [tweet(1)], "errors": [missing] * 5})

    assert len(reading.posts) == 1
    assert reading.warnings[0] == (
        "X says of a part of its answer: Not Found Error: Could not find tweet with referenced_tweets.id: [7]."
    )
    assert reading.warnings[-1].endswith("and 2 more errors")
    assert "refused" not in reading.cursor
    assert read({"errors": [missing]}).cursor["refused"].startswith("Not Found Error")
    assert read({"data": None, "errors": [{}]}).cursor["refused"] == "an error without words"


def test_one_post_a_stream_that_was_saved_and_an_account_are_read_as_well() -> None:
    assert len(read({"data": tweet(1)}).posts) == 1
    reading = read(
        [
            {"data": tweet(1), "includes": {"users": [{"data": user()}]}},
            {"errors": []},
            {"data": tweet(2, author_id="2")},
        ]
    )
    assert [post.author for post in reading.posts] == ["mod", None]
    assert reading.posts[1].permalink == f"https://x.com/i/web/status/{tweet_id(2)}"
    assert read({"data": user()}).cursor == {"account": "1001", "name": "mod", "users": "1001"}


def test_a_post_that_says_little_is_dated_by_its_id() -> None:
    (post, old, *_) = read({"data": [{"id": tweet_id(3), "text": "Said."}, {"id": "20", "text": "Long ago."}]}).posts

    assert post.published == datetime(2026, 11, 22, 6, 3, tzinfo=UTC)
    assert old.published is None


@pytest.mark.parametrize(
    "body", [b"", b"<!doctype html>", b"{", b"[1]", b'{"title": "x"}', b'"x"', b'{"data": {"id": "7"}', b"null"]
)
def test_what_is_no_answer_of_x_is_said_so(body: bytes) -> None:
    with pytest.raises(Unreadable):
        x.read(body, {}, URL, SETTINGS)


def test_odd_values_cost_no_more_than_themselves() -> None:
    odd: dict[str, Any] = {
        "text": None, "created_at": 7, "lang": [], "entities": [], "attachments": {"media_keys": [{}, "none"]},
        "referenced_tweets": "x", "edit_history_tweet_ids": [None], "note_tweet": "x", "withheld": 1,
    }  # fmt: skip
    reading = page(tweet(1) | odd, tweet(2, id="abc"), tweet(3, id=7), media=[{"media_key": 7, "variants": {}}])

    assert [post.native_id for post in reading.posts] == [tweet_id(1)]
    assert reading.warnings == ("2 posts of the answer have no usable id and were left out",)


# --- settings ---


def test_without_a_token_a_source_is_off_and_says_why() -> None:
    assert (SETTINGS.enabled, SETTINGS.disabled_because is not None) == (False, True)
    assert x.Config.model_validate({**GIVEN, "token": "t"}).enabled
    assert not x.Config.model_validate({**GIVEN, "token": "t", "enabled": False}).enabled
    with pytest.raises(ValidationError, match="only for money, by a token of your own"):
        x.Config.model_validate({**GIVEN, "enabled": True})


@pytest.mark.parametrize("url", ["https://x.com/mod", "https://www.twitter.com/mod/", "https://mobile.x.com/mod?s=20"])
def test_an_account_has_many_addresses(url: str) -> None:
    assert x.Config.model_validate({**GIVEN, "url": url}).account == "mod"


@pytest.mark.parametrize(
    "url",
    [
        "https://x.com/",
        "https://x.com/mod/status/7",
        "https://x.com/home",
        "https://x.com/i",
        "https://other.example/mod",
    ],
)
def test_another_address_is_no_account(url: str) -> None:
    with pytest.raises(ValidationError, match=r"like https://x\.com/ministry"):
        x.Config.model_validate({**GIVEN, "url": url})


def test_a_budget_must_pay_for_the_first_poll() -> None:
    with pytest.raises(ValidationError, match=r"0\.09 a day pays for no poll: the first may cost 0\.095"):
        x.Config.model_validate({**GIVEN, "budget": 0.09})
    assert x.Config.model_validate({**GIVEN, "budget": 0.03, "price": 0.001, "user_price": 0}).budget == 0.03
