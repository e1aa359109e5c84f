"""Feeds made here and read back: three formats say the same, and no wish a feed may have is a strange one."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import NamedTuple
from xml.sax.saxutils import escape

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from monitor import markup
from monitor.model import Reading, post_key
from monitor.sources import rss
from monitor.sources.rss import hints
from tests.properties import bounded, holds

URL = "https://ministry.example/feed"
SETTINGS = rss.Config.model_validate({"id": "m", "url": URL})

words = st.text(st.characters(categories=["L", "N"], include_characters="-—.,:«»“”'!? ", codec="utf-8"), max_size=30)
moments = st.datetimes(datetime(1990, 1, 2), datetime(2099, 12, 30), timezones=st.just(UTC))  # noqa: DTZ001  # in UTC
encodings = st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "utf-32"])


class Said(NamedTuple):
    number: int
    title: str
    text: str
    moment: datetime


said = st.lists(st.builds(Said, st.integers(1, 10**6), words, words, moments), max_size=4, unique_by=lambda one: one[0])


def rss20(posts: list[Said]) -> str:
    items = (
        f'<item><guid isPermaLink="false">{n}</guid><link>/{n}</link><title>{escape(title)}</title>'
        f"<description>{escape(text)}</description><pubDate>{format_datetime(moment)}</pubDate></item>"
        for n, title, text, moment in posts
    )
    return f'<rss version="2.0"><channel>{"".join(items)}</channel></rss>'


def atom(posts: list[Said]) -> str:
    entries = (
        f'<entry><id>{n}</id><link href="/{n}"/><title>{escape(title)}</title>'
        f"<content>{escape(text)}</content><published>{moment.isoformat()}</published></entry>"
        for n, title, text, moment in posts
    )
    return f'<feed xmlns="http://www.w3.org/2005/Atom">{"".join(entries)}</feed>'


def json_feed(posts: list[Said]) -> str:
    items = [
        {"id": str(n), "url": f"/{n}", "title": title, "content_text": text, "date_published": moment.isoformat()}
        for n, title, text, moment in posts
    ]
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": items})


def read(document: bytes) -> Reading:
    return rss.read(document, {}, URL, SETTINGS)


@pytest.mark.parametrize("written", [rss20, atom, json_feed])
def test_every_format_says_what_was_said(written: object) -> None:
    assert callable(written)

    @bounded
    @given(said, encodings)
    def same(posts: list[Said], encoding: str) -> None:
        reading = read(written(posts).encode("utf-8" if written is json_feed else encoding))  # JSON is always UTF-8
        holds.reading(reading, URL)
        assert reading.warnings == ()
        assert [post.native_id for post in reading.posts] == [str(one.number) for one in posts]
        for post, one in zip(reading.posts, posts, strict=True):
            assert post.key == post_key("m", post.native_id)
            assert post.permalink == f"https://ministry.example/{one.number}"
            assert post.title == markup.line(one.title)
            assert post.text.split() == markup.clean(one.text).split()
            assert post.published == one.moment.replace(microsecond=0 if written is rss20 else one.moment.microsecond)

    same()


@bounded
@given(said, st.integers(0, 2000))
def test_a_cut_feed_gives_the_first_of_its_posts_unchanged(posts: list[Said], cut: int) -> None:
    document = rss20(posts)
    whole, part = read(document.encode()), document[: 40 + cut]
    found = read(part.encode()).posts
    assert found == whole.posts[: len(found)]
    assert len(found) == part.count("</item>")


wishes = st.text(max_size=12) | st.integers(-5, 10**12).map(str) | st.sampled_from(["hourly", "yearly", "Monday", "24"])


@bounded
@given(wishes, wishes, wishes, st.lists(wishes, max_size=30), st.lists(wishes, max_size=9))
@example("0.0000001", "hourly", "9" * 99, [str(hour) for hour in range(1, 25)], ["friday", "FRIDAY", "Freitag"])
def test_no_wish_is_a_strange_one(ttl: str, period: str, frequency: str, hours: list[str], days: list[str]) -> None:
    feed = {"ttl": ttl, "sy_updateperiod": period, "sy_updatefrequency": frequency}
    found = hints.read(feed, hours, days)
    holds.hints(found)
    assert hints.read(feed, reversed(hours), [day.upper() for day in days]).skip_hours == found.skip_hours
