"""Posts of RSS and Atom: every field, and the ids that make their keys."""

from __future__ import annotations

import pytest

from monitor import kinds
from monitor.model import Media, Post, post_key
from monitor.sources import rss
from tests.sources.feeds import at, fixture, items, only, read, settings


def test_the_kind_is_found_by_its_file() -> None:
    assert "rss" in kinds.names("sources")
    assert settings().kind == "rss"
    assert "application/rss+xml" in rss.Source.accept


# RSS


def test_an_rss_item_with_everything() -> None:
    post = fixture("rss20.xml")[0]
    assert post == Post(
        key=post_key("m", "statement-0001"),
        source="m",
        kind="rss",
        native_id="statement-0001",
        author="Press Service, A. Speaker",
        created=at(2026, 11, 22, 5),
        published=at(2026, 11, 22, 6, 15),
        updated=at(2026, 11, 22, 7),
        title="Fire & smoke near the border",
        text="First paragraph.\n\n• one\n• two\n\nIt was 5 < 6.\nEnd.",
        language="hy",
        permalink="https://ministry.example/statements/1?a=1&b=2",
        media=(
            Media(type="audio", url="https://ministry.example/audio/1.mp3", duration=3723.0, mime="audio/mpeg"),
            Media(type="image", url="https://ministry.example/photos/1.jpg", alt="The bridge at dawn"),
            Media(type="video", url="https://ministry.example/video/1.mp4", duration=75.0, mime="video/mp4"),
        ),
    )


def test_an_rss_item_with_little() -> None:
    post = fixture("rss20.xml")[1]
    assert post.title == "Only a description, 5 < 6 & no markup"
    assert post.text == "Line one.\nLine two goes on elsewhere […]"
    assert post.flags == ("partial",)
    assert post.published == at(2026, 11, 22, 3)
    assert post.language == "en-GB"
    assert post.author is None
    assert post.native_id == "2"
    assert post.permalink == "https://ministry.example/statements/2"
    assert post.repost_of == "https://agency.example/rss"
    assert post.media == (Media(type="image", url="https://ministry.example/photos/2.png"),)


def test_a_trivial_content_loses_and_a_guid_may_be_the_link() -> None:
    post = fixture("rss20.xml")[2]
    assert post.text == "Everyone wants one thing."
    assert post.permalink == post.native_id == "https://ministry.example/statements/3"
    assert post.published is None
    assert post.repost_of is None  # the feed names itself as the source


def test_without_any_id_the_content_is_the_id() -> None:
    post = fixture("rss20.xml")[3]
    assert post.native_id.startswith("hash:")
    assert post.flags == ("no-id",)
    assert post.permalink is None


def test_rdf_knows_dc_and_rdf_about() -> None:
    (post,) = fixture("rdf.xml")
    assert post.native_id == post.permalink == "https://army.example/news/9"
    assert post.author == "Genelkurmay, Basın Bürosu"
    assert (post.published, post.updated) == (at(2026, 11, 22), None)
    assert (post.title, post.text, post.language) == ("Sınır hattında durum", "Mevziler sakin.", "tr")


def test_old_rss_with_its_document_type_and_html_entities() -> None:
    first, second = fixture("rss091.xml")
    assert (first.title, first.native_id) == ("Café", "https://old.example/1")
    assert (second.text, second.native_id[:5]) == ("Yalnız mətn", "hash:")


@pytest.mark.parametrize("version", ["0.91", "0.92", "2.0"])
def test_every_rss_version(version: str) -> None:
    (post,) = read(items("<title>x</title>").replace("2.0", version)).posts
    assert post.title == "x"


@pytest.mark.parametrize(
    ("element", "author"),
    [
        ("<author>a@b.example (The Ministry)</author>", "The Ministry"),
        ("<author>The Ministry &lt;a@b.example&gt;</author>", "The Ministry"),
        ("<author>a@b.example</author>", "a@b.example"),
        ("<author>Ministry (press office)</author>", "Ministry (press office)"),
        ("<author></author>", None),
    ],
)
def test_authors_without_their_mail_where_they_have_a_name(element: str, author: str | None) -> None:
    assert only(f"<title>x</title>{element}").author == author


def test_an_opaque_guid_is_no_link_and_stays_as_given() -> None:
    body = items("<guid>abc/../1</guid><title>x</title>").replace(
        "<channel>", '<channel xml:base="https://b.example/">'
    )
    (post,) = read(body).posts
    assert (post.native_id, post.permalink) == ("abc/../1", None)


def test_a_caption_of_a_picture_is_not_the_text() -> None:
    post = only(
        '<title>x</title><description>The statement.</description><media:content xmlns:media="http://search.yahoo.com/mrss/"'
        ' url="/a.jpg"><media:description>Photo: somebody</media:description></media:content>'
    )
    assert post.text == "The statement."
    assert post.media == (Media(type="image", url="https://ministry.example/a.jpg", alt="Photo: somebody"),)


def test_the_captions_of_a_group_are_the_text_where_there_is_no_other() -> None:
    post = only(
        '<title>x</title><media:group xmlns:media="http://search.yahoo.com/mrss/"><media:content url="/a.mp4"/>'
        "<media:description>A briefing</media:description></media:group>"
    )
    assert post.text == "A briefing"
    assert post.media == (Media(type="video", url="https://ministry.example/a.mp4", alt="A briefing"),)


def test_only_an_image_of_the_item_has_this_title() -> None:
    assert (
        only("<image><title>Logo</title><link>https://l.example/</link></image><description>d</description>").title
        == ""
    )


def test_relative_links_follow_content_location_then_the_address() -> None:
    body = items("<link>1.html</link>")
    assert read(body).posts[0].permalink == "https://ministry.example/1.html"
    assert read(body, {"content-location": "/deep/feed"}).posts[0].permalink == "https://ministry.example/deep/1.html"


@pytest.mark.parametrize("link", ["javascript:alert(1)", "ftp://x.example/", "mailto:a@b.example"])
def test_only_web_links_are_permalinks(link: str) -> None:
    assert only(f"<link>{link}</link><title>x</title>").permalink is None


def test_times_without_a_zone_need_the_sources_own() -> None:
    body = items("<title>x</title><pubDate>22.11.2026 14:30</pubDate>")
    assert read(body).posts[0].published is None
    assert read(body, timezone="Asia/Yerevan").posts[0].published == at(2026, 11, 22, 10, 30)


def test_the_language_of_the_source_is_the_last_resort() -> None:
    assert read(items("<title>x</title>"), language="az").posts[0].language == "az"
    body = items("<title>x</title>").replace("<channel>", "<channel><language>tr_TR</language>")
    assert read(body, language="az").posts[0].language == "tr-TR"


# Ids


def test_identical_repeats_are_dropped() -> None:
    reading = read(items(*["<guid>1</guid><link>/a</link><title>same</title>"] * 3))
    assert [p.native_id for p in reading.posts] == ["1"]
    assert reading.warnings == ()


def test_one_id_for_several_posts_is_never_trusted_and_loses_none() -> None:
    reading = read(
        items(
            "<guid>x</guid><link>/1</link><title>one</title>",
            "<guid>own</guid><title>between</title>",
            "<guid>x</guid><link>/2</link><title>two</title>",
            "<guid>x</guid><link>/2</link><title>two, again</title>",
        )
    )
    assert [p.title for p in reading.posts] == ["one", "between", "two", "two, again"]
    assert len({p.key for p in reading.posts}) == 4
    assert reading.posts[0].native_id == "x https://ministry.example/1"
    assert [p.flags for p in reading.posts] == [("repeated-id",), (), ("repeated-id",), ("repeated-id",)]
    assert "1 ids stand for several" in reading.warnings[0]


def test_the_same_words_at_several_links_with_one_id_are_several_posts() -> None:
    reading = read(
        items(
            *("<guid>x</guid><link>/1</link><title>one</title>", "<guid>x</guid><link>/1</link><title>two</title>"),
            *("<guid>x</guid><link>/2</link><title>one</title>", "<guid>x</guid><link>/2</link><title>two</title>"),
            "<guid>x</guid><title>one</title>",
        )
    )
    assert len({p.key for p in reading.posts}) == 5


def test_a_key_does_not_hang_on_dates_or_content() -> None:
    first = only("<guid>1</guid><title>a</title><pubDate>Sun, 22 Nov 2026 10:00:00 GMT</pubDate>")
    later = only("<guid>1</guid><title>b</title>")
    assert first.key == later.key == post_key("m", "1")


# Atom


def test_atom_with_xhtml_bases_and_inherited_authors() -> None:
    post = fixture("atom.xml")[0]
    assert post.native_id == "tag:mod.example,2026:/1"
    assert post.title == "AT&T <b> остаётся"
    assert post.text == "Первый абзац.\n\nВторой."
    assert (post.author, post.language) == ("Пресс-служба", "ru")
    assert post.published == at(2026, 11, 21, 18, 0, 0, 500_000)
    assert post.updated == at(2026, 11, 22, 10)
    assert post.permalink == "https://ministry.example/news/1.html"
    assert post.media == (
        Media(type="document", url="https://ministry.example/news/report.pdf", mime="application/pdf"),
    )


def test_atom_ids_are_names_and_updated_is_not_published() -> None:
    _, second, third = fixture("atom.xml")
    assert (second.native_id, second.permalink) == ("/relative/2", None)
    assert (second.title, second.text) == ("Only updated", "5 < 6\nand more")
    assert (second.author, second.language) == ("One, Two", "en")
    assert (second.published, second.updated) == (None, at(2026, 11, 20))
    assert (third.native_id, third.permalink) == ("https://mod.example/looks-like-a-link", None)


def test_a_short_atom_content_is_text_not_markup() -> None:
    entry = (
        "<entry><id>a</id><title>Photo</title><updated>2021-11-16T10:00:00Z</updated><content type='html'>"
        '&lt;a href="http://x.example/border/killed"&gt;Photo&lt;/a&gt;</content></entry>'
    )
    (found,) = read(f"<feed xmlns='http://www.w3.org/2005/Atom'>{entry}</feed>").posts

    assert found.text == "Photo"
