"""A post's own page: by selectors, by what it tells machines, and joined with what the list said."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from monitor.errors import Unreadable
from monitor.model import Media, Post, changed
from monitor.sources.webpage import Config, detail
from tests.sources.newsroom import AM_LIST, AM_PAGE, AZ, AZ_LIST, AZ_PAGE, config, linked, read, read_page

PAGE = "https://mil.example/hy/news/20002"
BARE = config(detail={})
ROOT = Path(__file__).parent.parent.parent


def own(html: str, settings: Config = BARE, url: str = PAGE, **headers: str) -> Post:
    (post,) = read_page(html, settings, url, **headers).posts
    return post


def test_a_page_in_the_armenian_shape() -> None:
    (listed, _), page = read(AM_LIST, config()).posts, own(AM_PAGE, config())
    post = detail.joined(listed, page, titled=True)

    assert post.title == "Հայտարարություն դիրքերի մասին"
    assert post.text == "Առաջին պարբերություն։\n\nԵրկրորդ պարբերություն։"
    assert post.published == datetime(2026, 11, 17, 14, 31, tzinfo=UTC)
    assert post.media == (Media(type="image", url="https://mil.example/img/big.jpg", alt="քարտեզ"),)
    assert (post.key, post.native_id, post.permalink) == (listed.key, "20002", PAGE)


def test_a_page_in_the_azerbaijani_shape() -> None:
    (listed, _) = read(AZ_LIST, config(AZ)).posts
    post = detail.joined(listed, own(AZ_PAGE, config(AZ), listed.permalink or ""), titled=False)

    assert (post.title, post.text) == ("Sınaq bəyanatı", "Bütöv mətn.")
    assert post.published == listed.published
    assert post.flags == ()  # the list's words were cut, these are not


def test_the_shipped_source_of_the_armenian_ministry_fits_that_shape() -> None:
    shipped = yaml.safe_load((ROOT / "config/sources/ministries.yaml").read_text(encoding="utf-8"))["sources"]
    settings = Config.model_validate(next(one for one in shipped if one["id"] == "am-mod"))
    (listed, _) = read(AM_LIST, settings).posts
    post = detail.joined(listed, own(AM_PAGE, settings, listed.permalink or ""), titled=False)

    assert (post.native_id, post.published) == ("20002", datetime(2026, 11, 17, 14, 31, tzinfo=UTC))
    assert post.text == "Առաջին պարբերություն։\n\nԵրկրորդ պարբերություն։"


def test_json_ld_is_read_where_no_selector_is_set() -> None:
    article = {
        "@context": "https://schema.org",
        "@graph": [
            {"@type": "WebSite", "name": "Ministry"},
            {"@type": ["NewsArticle"], "headline": "Another", "url": "https://mil.example/hy/news/1"},
            {
                "@type": "NewsArticle",
                "headline": "A &amp; B",
                "mainEntityOfPage": {"@id": PAGE},
                "articleBody": "<p>One.</p><p>Two.</p>",
                "datePublished": "2026-11-16T10:00:00",
                "dateModified": "2026-11-16T11:00:00Z",
                "author": [{"@type": "Person", "name": "A. Speaker"}],
                "image": [{"url": "/img/a.jpg"}],
                "inLanguage": "hy-AM",
            },
        ],
    }
    broken = "<script type='application/ld+json'>{ broken</script>"
    post = own(broken + linked(**article) + "<p>x</p>", config(detail={}, language=None))

    assert (post.title, post.text, post.author, post.language) == ("A & B", "One.\n\nTwo.", "A. Speaker", "hy-AM")
    assert post.published == datetime(2026, 11, 16, 6, tzinfo=UTC)  # no zone is named: the source's own
    assert post.updated == datetime(2026, 11, 16, 11, tzinfo=UTC)
    assert post.media == (Media(type="image", url="https://mil.example/img/a.jpg"),)


@pytest.mark.parametrize(
    ("type_", "author", "image"),
    [
        ("Article", "A. Speaker", "/a.jpg"),
        (["PressRelease", "Thing"], {"name": "A. Speaker"}, {"url": "/a.jpg"}),
        ("BlogPosting", [{"name": "A. Speaker"}], ["/a.jpg", "/b.jpg"]),
    ],
)
def test_json_ld_says_one_thing_in_many_shapes(type_: object, author: object, image: object) -> None:
    post = own(linked(**{"@type": type_}, headline="T", articleBody="Words.", author=author, image=image) + "<p>x</p>")
    assert (post.title, post.text, post.author) == ("T", "Words.", "A. Speaker")
    assert post.media[0].url == "https://mil.example/a.jpg"


def test_json_ld_may_be_a_list_of_things() -> None:
    things = json.dumps([{"@type": "WebSite"}, {"@type": "NewsArticle", "headline": "T", "articleBody": "Words."}])
    assert own(f"<html><script type='application/ld+json'>{things}</script><p>x</p></html>").text == "Words."


def test_the_first_time_that_says_when_dates_a_page_that_says_it_nowhere_else() -> None:
    times = "<time>two minutes</time><time datetime='2026-11-16T10:00+04:00'>today</time>"
    post = own(f"<html><body>{times}<article>Words.</article></body></html>")
    assert post.published == datetime(2026, 11, 16, 6, tzinfo=UTC)


def test_open_graph_is_all_there_is_and_known_not_to_be_all() -> None:
    post = own(
        "<html><head><meta property='og:title' content='A title'><meta property='og:description' content='A start'>"
        "<meta property='article:published_time' content='2026-11-16T10:00:00+04:00'>"
        "<meta property='og:image' content='/a.jpg'></head><body><div>x</div></body></html>"
    )
    assert (post.title, post.text, post.flags) == ("A title", "A start", ("partial",))
    assert post.published == datetime(2026, 11, 16, 6, tzinfo=UTC)
    assert [medium.url for medium in post.media] == ["https://mil.example/a.jpg"]


@pytest.mark.parametrize(
    "block",
    [
        "{ broken",
        "[" * 5000,
        '"text"',
        "null",
        '{"@type": 5, "@graph": {"@graph": [[[[[[1]]]]]]}}',
        '{"@type":"Article"}',
    ],
)
def test_broken_blocks_are_passed_over(block: str) -> None:
    post = own(f"<script type='application/ld+json'>{block}</script><article><h1>T</h1><p>Words.</p></article>")
    assert (post.title, post.text) == ("T", "T\n\nWords.")


def test_selected_parts_inside_each_other_come_once_and_dropped_ones_never() -> None:
    html = "<div class=t><p class=t>One.</p><aside>Share</aside></div><div class=t>Two.</div>"
    assert own(html, config(detail={"text": ".t", "drop": ["aside"]})).text == "One.\n\nTwo."


@pytest.mark.parametrize("selector", [".d", "html", "body", "*", "p, .d"])
def test_whatever_is_dropped_with_all_in_it_is_gone_once(selector: str) -> None:
    html = "<html><body><div class=d><div class=d><p>Share</p></div></div><article>Words.</article></body></html>"
    settings = config(detail={"text": "article", "drop": [selector, selector]})
    if selector in (".d", "p, .d"):
        assert own(html, settings).text == "Words."
    else:
        with pytest.raises(Unreadable):
            own(html, settings)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"text": ".body"}, r"nothing on it matches `detail\.text: \.body`"),
        ({"text": "p", "title": "h1"}, r"nothing on it matches `detail\.title: h1`"),
        ({}, "set `detail.text`"),
    ],
)
def test_a_page_of_another_layout_is_unreadable(settings: dict[str, object], words: str) -> None:
    with pytest.raises(Unreadable, match=words):
        own("<div><p>Words</p></div>", config(detail=settings))


def test_a_post_of_pictures_alone_is_whole() -> None:
    post = own("<div class=t><img src=/a.jpg></div>", config(detail={"text": ".t"}))
    assert (post.text, post.flags, len(post.media)) == ("", (), 1)


def test_a_page_that_turns_out_a_document_is_that_document() -> None:
    (listed, _) = read(AM_LIST, config()).posts
    page = own("%PDF-1.7", BARE, PAGE, **{"content-type": "application/pdf"})
    post = detail.joined(listed, page, titled=False)

    assert (post.title, post.media) == (listed.title, (Media(type="document", url=PAGE, mime="application/pdf"),))


def test_a_date_that_is_set_and_not_there_is_told() -> None:
    settings = config(detail={"text": "p", "date": ".date"})
    assert read_page("<p>x</p>", settings, PAGE).warnings == ("no date can be read at `detail.date: .date`",)
    assert read_page("<p>x</p><i class=date>16.11.2026</i>", settings, PAGE).warnings == ()


def test_the_canonical_address_counts_on_the_same_site_only() -> None:
    there = "<link rel=canonical href='{}'><article>x</article>"
    assert (
        own(there.format("https://www.mil.example/hy/news/20002-title")).permalink
        == PAGE.replace("//mil", "//www.mil") + "-title"
    )
    assert own(there.format("https://evil.example/hy/news/20002")).permalink == PAGE


def test_a_title_that_was_cut_in_the_list_is_taken_from_the_page() -> None:
    (listed, _), page = read(AM_LIST, config()).posts, own("<h1>The whole title</h1><article>x</article>")

    assert detail.joined(listed, page, titled=False).title == listed.title
    assert detail.joined(changed(listed, title="The whole…"), page, titled=False).title == "The whole title"
