"""From a list to posts: what `read` makes of it, and what it refuses."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from monitor.errors import Unreadable
from monitor.model import Media, post_key
from monitor.sources import webpage
from monitor.sources.webpage import clock
from tests.properties import bounded, holds
from tests.sources.newsroom import AM_LIST, AZ, AZ_LIST, HTML, config, numbers, read

LIST = "<div class='news-list'>{}</div>"
ITEM = "<div class='item'><a href='{}'><h3>{}</h3></a><span class='date'>{}</span></div>"


def listed(*items: tuple[str, str, str]) -> str:
    return LIST.format("".join(ITEM.format(*item) for item in items))


def test_a_list_in_the_armenian_shape() -> None:
    reading = read(AM_LIST, config())

    second, first = reading.posts
    assert (second.native_id, first.native_id) == ("20002", "20001")
    assert second.key == post_key("am-mod", "20002")
    assert (second.title, first.title) == ("Հայտարարություն", "Հայտարարություն")
    assert second.published == datetime(2026, 11, 17, 14, 30, tzinfo=UTC)
    assert first.permalink == "https://mil.example/hy/news/20001"
    assert second.media == (Media(type="image", url="https://mil.example/img/2.jpg", alt="նկար"),)
    assert (second.language, second.kind, second.source) == ("hy", "webpage", "am-mod")
    assert reading.earlier == "https://mil.example/hy/news/page/2"
    assert reading.warnings == ()


def test_a_list_in_the_azerbaijani_shape_with_a_base() -> None:
    reading = read(AZ_LIST, config(AZ))

    assert numbers(reading.posts) == ["70002", "70001"]
    assert reading.posts[0].permalink == "https://mod.example/az/news/sinaq-bayanati-70002.html"
    assert [post.published for post in reading.posts] == [
        datetime(2026, 11, 15, 7, 58, tzinfo=UTC),
        datetime(2026, 11, 14, 5, 5, tzinfo=UTC),
    ]
    assert [(post.text, post.flags) for post in reading.posts] == [("Birinci sətir…", ("partial",)), ("İkinci.", ())]
    assert reading.earlier is None


def test_three_languages_of_one_page_share_their_ids() -> None:
    ids = {
        read(listed((f"/{language}/news/77", "A title", "16.11.2026")), config()).posts[0].native_id
        for language in ("hy", "ru", "en")
    }
    assert ids == {"77"}


def test_without_an_expression_the_address_is_the_id_whatever_its_scheme_or_counters() -> None:
    plain = config(post_id=None, url="http://mil.example/hy/news/page/1")
    before = read(listed(("/n/1?id=5&utm_source=x#top", "A", "16.11.2026")), plain)
    after = read(listed(("/n/1?id=5", "A", "16.11.2026")), config(post_id=None))

    assert numbers(before.posts) == numbers(after.posts) == ["https://mil.example/n/1?id=5"]
    assert before.posts[0].permalink == "http://mil.example/n/1?id=5"


def test_links_start_at_the_address_that_answered() -> None:
    reading = read(listed(("news/5", "A", "16.11.2026")), config(), "https://www.mil.example/am/?token=secret")
    assert reading.posts[0].permalink == "https://www.mil.example/am/news/5"


def test_a_pinned_post_and_its_second_mention_are_one() -> None:
    again = listed(("/news/9", "", ""), ("/news/8", "B", "15.11.2026"), ("/news/9", "A", "16.11.2026"))
    reading = read(again, config())

    assert [(post.native_id, post.title) for post in reading.posts] == [("9", "A"), ("8", "B")]
    assert reading.posts[0].published


def test_items_may_be_the_links_themselves() -> None:
    html = "<ul><li><a href='/n/1'>First <b>words</b></a></li><li><a href='/n/2' title='Second'></a></li></ul>"
    reading = read(html, config(item="li a", title=None, date=None, post_id=None))

    assert [post.title for post in reading.posts] == ["First words", "Second"]


def test_with_no_selector_at_all_articles_with_a_time_are_read() -> None:
    html = (
        "<main><article><h2><a href='/n/1'>A title</a></h2><time datetime='2026-11-16T10:00:00+04:00'>noon</time>"
        "</article></main>"
    )
    bare = webpage.Config.model_validate({"id": "parse", "kind": "webpage", "url": "https://mil.example/"})
    (post,) = read(html, bare).posts

    assert (post.title, post.permalink) == ("A title", "https://mil.example/n/1")
    assert post.published == datetime(2026, 11, 16, 6, tzinfo=UTC)


def test_a_link_to_a_document_is_a_post_with_that_document() -> None:
    (post,) = read(listed(("/files/statement.PDF?v=1", "Statement", "16.11.2026")), config(post_id=None)).posts
    assert post.media == (Media(type="document", url="https://mil.example/files/statement.PDF?v=1"),)


def test_what_is_left_out_is_said() -> None:
    reading = read(listed(("/news/1", "A", "16.11.2026"), ("/about", "Us", ""), ("mailto:a@b", "", "")), config())

    assert numbers(reading.posts) == ["1"]
    assert reading.warnings[0].startswith("2 of 3 items have no link that fits `post_id`")


def test_a_button_is_no_link_to_a_post() -> None:
    item = "<div class=item><a href='#'>Share</a><a href='/n/1'>A</a></div>"
    (post,) = read(LIST.format(item), config(post_id=None, date=None, title=None)).posts
    assert post.permalink == "https://mil.example/n/1"


def test_a_list_without_end_is_cut() -> None:
    reading = read(listed(*((f"/news/{n}", "A", "16.11.2026") for n in range(501))), config())
    assert len(reading.posts) == 500
    assert reading.warnings == ("the list has more than 500 items; only the first were read",)


@pytest.mark.parametrize(
    ("charset", "declared", "header"),
    [
        ("windows-1251", "windows-1251", ""),
        ("koi8-r", "utf-8", "text/html; charset=koi8-r"),
        ("windows-1251", "no-such-thing", "text/html"),
        ("utf-8", "windows-1251", "text/html; charset=iso-8859-1"),
        ("utf-16", "utf-16", ""),
    ],
)
def test_encodings(charset: str, declared: str, header: str) -> None:
    html = f"<meta charset={declared}>" + listed(("/news/1", "Заявление министерства", "16 ноября 2026"))
    (post,) = read(html.encode(charset), config(), **{"content-type": header}).posts
    assert post.title == "Заявление министерства"


# --- a layout that has changed ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("<html><body><p>We are moving</p></body></html>", r"nothing on the page matches `item: \.news-list \.item`"),
        (LIST.format("<div class='item'>no link</div>"), r"none of 1 items has a link at `link: a\[href\]`"),
        (listed(("/articles/1", "A", "16.11.2026")), r"no link of the list fits `post_id: .*/articles/1"),
        (listed(("/news/1", "A", "")), r"no item has a date at `date: \.date`"),
        (listed(("/news/1", "A", "recently")), r"no date of the list can be read: 'recently' .* set `date_format`"),
        ("", "the answer was empty"),
        ("   ", "the answer was empty"),
        ('{"news": []}', "no HTML in it"),
    ],
)
def test_no_list_passes_for_one_without_news(html: str, words: str) -> None:
    with pytest.raises(Unreadable, match=words):
        read(html, config())


def test_one_post_without_a_date_is_no_change_of_layout() -> None:
    reading = read(listed(("/news/1", "A", ""), ("/news/2", "B", "16.11.2026")), config())
    assert [post.published is None for post in reading.posts] == [True, False]


# --- settings ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("item", "div..x", "is no CSS selector"),
        ("detail", {"drop": ["["]}, "is no CSS selector"),
        ("post_id", "(", "is no regular expression"),
        ("post_id", "(a)(b)", "has 2 groups"),
        ("date_format", "%d.%m", "names no whole date"),
        ("date_format", "%A %d.%m.%Y", "'%A' in .* is not known"),
        ("date_format", "%d.%d.%Y", "names the same part twice"),
        ("detail", {"most": 0}, "greater than or equal to 1"),
    ],
)
def test_a_wrong_setting_is_told_at_once(name: str, value: Any, words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        config(**{name: value})


def test_pages_are_crawled_only_where_robots_txt_allows_it() -> None:
    assert config().robots == "obey"


@pytest.mark.parametrize(
    ("written", "form", "expected"),
    [
        ("03/04/2026 18:05", "%d/%m/%Y %H:%M", "2026-04-03T14:05"),
        ("04/03/2026 06:05 pm", "%m/%d/%Y %I:%M %p", "2026-04-03T14:05"),
        ("Հրապարակվել է՝ 3 ապրիլի 2026, ժամը 18:05", "%d %B %Y, ժամը %H:%M", "2026-04-03T14:05"),
        ("3 апреля 2026 18:05", "%d %B %Y %H:%M", "2026-04-03T14:05"),
        ("3 Nisan 2026 18:05", "%d %b %Y %H:%M", "2026-04-03T14:05"),
        ("3 aprel 26", "%d %B %y", "2026-04-02T20:00"),
        ("2026-04-03 18:05:09 +02:00", "%Y-%m-%d %H:%M:%S %z", "2026-04-03T16:05:09"),
        ("31.02.2026", "%d.%m.%Y", None),
        ("yesterday", "%d.%m.%Y", None),
        ("113.04.20265", "%d.%m.%Y", None),
        ("3 brumaire 2026", "%d %B %Y", None),
        ("13 September, 2022 02:30", None, "2022-09-12T22:30"),  # as mil.am writes them
        ("13 сентября, 2022 02:30", None, "2022-09-12T22:30"),
        ("13 սեպտեմբերի, 2022 02:30", None, "2022-09-12T22:30"),
        ("15 November 2021 11:58", AZ["date_format"], "2021-11-15T07:58"),  # as mod.gov.az does
        ("15 ноября 2021 11:58", AZ["date_format"], "2021-11-15T07:58"),
        ("15 noyabr 2021 11:58", AZ["date_format"], "2021-11-15T07:58"),
    ],
)
def test_dates_of_a_named_form(written: str, form: str | None, expected: str | None) -> None:
    moment = datetime.fromisoformat(f"{expected}Z") if expected else None
    assert clock.parse(written, form, config().zone) == moment


# --- whatever comes ---------------------------------------------------------------------------------------------------

_PIECES = (
    "<div class='news-list'>", "<div class=item>", "<a href='/news/1'>", "<a href='//x:y/news/2'>", "<h3>", "</h3>",
    "</a>",
    "</div>", "<span class=date>", "16.11.2026 10:00", "</span>", "<base href='javascript:1'>", "<base href=/b/>",
    "\u202e",
    "<div class=news-text>", "<script type='application/ld+json'>", '{"@type":"Article","image":[{}],"headline":[1]}',
    "</script>", "<meta property='og:image' content='http://['>", "<a class=next href='?page=2'>", "<html lang='x y'>",
    "<table><tr>", "<template>", "<svg>", "&#0;", "\ud7ff", "words ",
)  # fmt: skip


@bounded
@given(st.lists(st.sampled_from(_PIECES) | st.text(max_size=8), max_size=25).map("".join), st.binary(max_size=8))
def test_whatever_comes_is_posts_that_keep_the_promises_or_a_sentence(html: str, more: bytes) -> None:
    url = "https://user:secret@mil.example/hy/news?token=secret"
    settings = config(url=url, title=None, detail={"drop": ["h3", "table"]})
    body = html.encode("utf-8", "surrogatepass") + more
    for headers in (HTML, {**HTML, webpage.DETAIL: ""}):
        with suppress(Unreadable):
            reading = webpage.read(body, headers, url, settings)
            assert "user:" not in repr(reading)
            assert webpage.read(body, headers, url, settings) == reading
            if webpage.DETAIL not in headers:
                holds.reading(reading, url)
