from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone

from monitor.model import Post, decode, delivery_id, encode, post_key
from tests.make import alert, post

RECORD = [
    "key",
    "source",
    "kind",
    "native_id",
    "revision",
    "author",
    "created",
    "published",
    "updated",
    "seen",
    "title",
    "text",
    "language",
    "permalink",
    "media",
    "repost_of",
    "quote_of",
    "reply_to",
    "flags",
]


def test_the_record_of_a_post_has_exactly_its_fields() -> None:
    assert list(json.loads(encode(post()))) == RECORD


def test_times_are_rfc_3339_in_utc_and_unknown_is_null() -> None:
    record = json.loads(encode(post(published=datetime(2021, 11, 16, 11, 0, tzinfo=UTC))))

    assert record["published"] == "2021-11-16T11:00:00Z"
    assert record["updated"] is None


def test_what_is_encoded_comes_back() -> None:
    one = alert()

    assert decode(encode(one), type(one)) == one
    assert decode(encode(one.post), Post) == one.post


def test_a_key_depends_on_source_and_publishers_id_alone() -> None:
    assert post_key("am-mod", "1") != post_key("az-mod", "1")
    assert post_key("am-mod", "1") != post_key("am-mod", "2")
    assert post_key("a", "b\0c") != post_key("a\0b", "c")  # the source stands in front, readable
    assert post_key("am-mod", "weird }{ \r\n\ud800").isascii()


def test_a_delivery_is_named_by_alert_and_channel() -> None:
    assert delivery_id("a", "desk") == delivery_id("a", "desk")
    assert len({delivery_id("a", "desk"), delivery_id("a", "duty"), delivery_id("b", "desk")}) == 3


def test_zones_are_not_lost() -> None:
    local = datetime(2021, 11, 16, 15, 0, tzinfo=timezone(timedelta(hours=4)))

    assert decode(encode(post(published=local)), Post).published == local
