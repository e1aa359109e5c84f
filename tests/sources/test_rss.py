from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio

from monitor import errors, kinds
from monitor.model import Media, Post, Reading, decode, encode, post_key
from monitor.sources import rss
from monitor.workers import Workers

DATA = Path(__file__).parent.parent / "data" / "rss"
URL = "https://ministry.example/rss.xml"


def settings(**more: str) -> rss.Config:
    return rss.Config.model_validate({"id": "m", "url": URL, **more})


def read(body: bytes | str, headers: dict[str, str] | None = None, **more: str) -> Reading:
    return rss.read(body.encode() if isinstance(body, str) else body, headers or {}, URL, settings(**more))


def fixture(name: str, **more: str) -> tuple[Post, ...]:
    reading = read((DATA / name).read_bytes(), None, **more)
    assert reading.warnings == ()
    return reading.posts


def items(*inner: str) -> str:
    return f'<rss version="2.0"><channel><title>t</title>{"".join(f"<item>{i}</item>" for i in inner)}</channel></rss>'


def only(inner: str) -> Post:
    (post,) = read(items(inner)).posts
    return post


def at(year: int, month: int, day: int, *clock: int) -> datetime:
    hour, minute, second, fraction = (*clock, 0, 0, 0, 0)[:4]
    return datetime(year, month, day, hour, minute, second, fraction, UTC)


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


# JSON Feed


def test_json_feed() -> None:
    first, second, third = fixture("feed.json")
    assert first == Post(
        key=post_key("m", "7"),
        source="m",
        kind="rss",
        native_id="7",
        author="A, B",
        published=at(2026, 11, 22, 10, 30),
        updated=at(2026, 11, 22, 11),
        title="5 < 6 &amp; plain",
        text="Mətn",
        language="en-US",
        permalink="https://m.example/7",
        media=(
            Media(type="image", url="https://m.example/a.jpg"),
            Media(type="image", url="https://m.example/b.jpg"),
            Media(type="video", url="https://m.example/v.mp4", alt="Video", duration=12.0, mime="video/mp4"),
            Media(type="image", url="https://ministry.example/in.png", alt="İçəridə"),
        ),
    )
    assert (second.native_id, second.author, second.permalink) == ("x", "C", "https://other.example/8")
    assert (second.text, second.flags) == ("Plain <b> text & more…", ("partial",))
    assert (third.native_id, third.author, third.text) == ("https://m.example/9", "Feed Author", "Only a summary")
    assert third.published is None


@pytest.mark.parametrize("version", ["http://jsonfeed.org/version/1", "https://jsonfeed.org/version/1.1"])
def test_every_json_feed_version(version: str) -> None:
    reading = read(f'\ufeff\n {{"version": "{version}", "items": [{{"id": 1.5, "title": "x"}}, 7], "expired": true}}')
    assert [p.native_id for p in reading.posts] == ["1.5"]
    assert len(reading.warnings) == 2


@pytest.mark.parametrize(
    "body",
    [
        '{"version": "https://jsonfeed.org/version/1.1"}',
        '{"items": []}',
        '{"version": 1, "items": []}',
        "[]",
        '{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": 1',
        "[" * 200_000,
        '{"a": ' * 100_000,
        '{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": ' + "9" * 5_000 + "}]}",
    ],
)
def test_other_json_is_no_feed(body: bytes | str) -> None:
    with pytest.raises(errors.Unreadable, match="JSON"):
        read(body)


@pytest.mark.parametrize("nonsense", ["7", "null", "[]", "{}", "true", '"\\ud800"', '[{"name": 7}, null]'])
def test_json_of_the_wrong_shape_is_read_around(nonsense: str) -> None:
    names = "id url title content_html content_text summary date_published authors author language image attachments"
    fields = ", ".join(f'"{name}": {nonsense}' for name in names.split())
    reading = read(f'{{"version": "https://jsonfeed.org/version/1.1", "items": [{{{fields}}}]}}')
    assert len(reading.posts) == 1


@pytest.mark.parametrize(
    ("written", "mime"),
    [
        ("video/mp4", "video/mp4"),
        (" Video/MP4; codecs=avc1", "video/mp4"),
        ("video", None),
        ("\\ud800/mp4", None),
        ("", None),
        ("video/\\u202e4pm", None),
    ],
)
def test_a_media_type_is_one_and_can_be_stored(written: str, mime: str | None) -> None:
    attachments = f'[{{"url": "/v.mp4", "mime_type": "{written}"}}]'
    reading = read(
        f'{{"version": "https://jsonfeed.org/version/1.1", "items": [{{"id": "1", "attachments": {attachments}}}]}}'
    )
    assert [medium.mime for medium in reading.posts[0].media] == [mime]
    assert decode(encode(reading), Reading) == reading


# Encodings

SENTENCES = {
    "en": "“Shelling” near the border — 2 wounded",
    "ru": "Обстрел на границе, двое раненых",
    "hy": "Կրակոցներ սահմանին, երկու վիրավոր",
    "az": "Sərhəddə atəş, iki yaralı",
    "tr": "Sınırda ateş, iki yaralı: ğüşiöç",
}


@pytest.mark.parametrize(
    ("language", "encoding", "declared", "header"),
    [
        ("en", "cp1252", "iso-8859-1", ""),
        ("en", "cp1252", "", ""),
        ("ru", "cp1251", "windows-1251", ""),
        ("ru", "koi8-r", "utf-8", "text/xml; charset=koi8-r"),
        ("ru", "cp1251", "", "text/xml"),
        ("ru", "utf-8", "windows-1251", "text/xml; charset=iso-8859-1"),
        ("hy", "utf-16", "utf-16", ""),
        ("hy", "utf-16-le", "", ""),
        ("hy", "utf-8", "us-ascii", ""),
        ("az", "utf-8-sig", "utf-8", ""),
        ("az", "utf-8", "", "application/rss+xml; charset=no-such-thing"),
        ("az", "utf-8", "punycode", "text/xml; charset=unicode_escape"),
        ("tr", "iso-8859-9", "iso-8859-9", ""),
        ("tr", "cp1254", "utf-8", "text/xml; charset=windows-1254"),
    ],
)
def test_five_languages_in_their_encodings(language: str, encoding: str, declared: str, header: str) -> None:
    prolog = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    sentence = SENTENCES[language]
    body = (prolog + items(f"<title>{sentence}</title>")).encode(encoding)
    reading = read(body, {"content-type": header})
    assert [p.title for p in reading.posts] == [sentence]
    assert reading.warnings == ()


def test_gb2312_means_gb18030() -> None:
    body = ('<?xml version="1.0" encoding="gb2312"?>' + items("<title>镕基 €</title>")).encode("gb18030")
    assert read(body).posts[0].title == "镕基 €"


def test_a_cut_document_keeps_its_encoding_whatever_the_header_says() -> None:
    body = items("<title>“a” “b”</title>", f"<title>{SENTENCES['en']}</title>").encode()
    cut = body[: body.index("—".encode()) + 1]
    assert [p.title for p in read(cut, {"content-type": "text/xml; charset=iso-8859-1"}).posts] == ["“a” “b”"]


def test_one_broken_character_does_not_change_the_encoding() -> None:
    body = items(f"<title>{SENTENCES['hy']}</title>").encode().replace(b"</title></item>", b"\xd5</title></item>")
    assert read(body).posts[0].title == SENTENCES["hy"] + "\ufffd"


# Documents that are damaged, or no feeds


def test_a_cut_document_yields_its_whole_posts_and_a_warning() -> None:
    whole = items(*(f"<guid>{n}</guid><title>post {n}</title>" for n in range(5)))
    reading = read(whole[: whole.index("post 3") + 3])
    assert [p.native_id for p in reading.posts] == ["0", "1", "2"]
    assert "malformed or cut" in reading.warnings[0]


@pytest.mark.parametrize(
    "inner",
    [
        "<title>a & b</title>",
        "<title>a</title><link>https://x.example/?a=1&b=2</link>",
        "<title>a</title><other:thing>undeclared</other:thing>",
        "<title>a</title><description><p>never closed<br></description>",
    ],
)
def test_malformed_documents_are_read_around(inner: str) -> None:
    reading = read(items("<guid>1</guid><title>before</title>", inner, "<guid>3</guid><title>after</title>"))
    assert [p.title[0] for p in reading.posts] == ["b", "a", "a"]
    assert reading.warnings


@pytest.mark.parametrize(
    "inner",
    ["<title>a\x07b</title>", "<title>a&#7;b</title>", "<title>a&#xD800;b</title>", "<title>a&#99999999999;b</title>"],
)
def test_characters_that_xml_forbids_cost_no_post_and_no_warning(inner: str) -> None:
    reading = read(items(inner))
    assert reading.posts[0].title in ("ab", "a\ufffdb")
    assert reading.warnings == ()


def test_a_feed_without_posts_is_fine() -> None:
    assert read(items()) == Reading()


def test_no_more_than_five_thousand_posts() -> None:
    reading = read(items(*(f"<guid>{n}</guid>" for n in range(5_500))))
    assert len(reading.posts) == 5_000
    assert "more than 5000 posts" in reading.warnings[0]


@pytest.mark.parametrize("end", ["</item>" * 6_000 + "</channel></rss>", ""])
def test_more_posts_than_are_read_within_each_other_are_no_sound_feed(end: str) -> None:
    nested = "<item>" * 6_000 + end
    with pytest.raises(errors.Unreadable, match="more than 5000 posts stand within each other"):
        read(f'<rss version="2.0"><channel>{nested}')

    reading = read(f'<rss version="2.0"><channel><item><guid>1</guid></item>{nested}')
    assert [post.native_id for post in reading.posts] == ["1"]
    assert "within each other" in reading.warnings[0]


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"", "empty"),
        (b" \n\t\xef\xbb\xbf ", "empty"),
        (b"<!doctype html><title>Just a moment</title>", "HTML page"),
        (b"<!-- x --><HTML><body>", "HTML page"),
        (b'<?xml version="1.0"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0//EN" "x"><html/>', "HTML page"),
        (b"/etc/passwd", "neither XML nor JSON"),
        (b"https://ministry.example/", "neither XML nor JSON"),
        (b"<urlset><url/></urlset>", "neither RSS"),
        (b"<error", "neither RSS"),
        (b'<!DOCTYPE rss [<!ENTITY a "b">]><rss/>', "own entities"),
        (b'<!-- <a --><!DOCTYPE rss [<!ENTITY a "b">]><rss/>', "own entities"),
        (b'<?xml version="1.0"?> <!DOCTYPE rss [<!ATTLIST item a CDATA "x">]><rss/>', "own entities"),
        ('<!DOCTYPE rss [<!ENTITY a "b">]><rss/>'.encode("utf-16"), "own entities"),
        (b'<!ENTITY a "b"><rss/>', "own entities"),
    ],
)
def test_what_is_no_feed_is_said_in_words(body: bytes | str, sentence: str) -> None:
    with pytest.raises(errors.Unreadable, match=sentence):
        read(body)


# Hostile documents, through the real worker

NESTED = "<!-- <a -->" + "<!DOCTYPE rss [" + '<!ENTITY e0 "x">'
NESTED += "".join(f'<!ENTITY e{n} "&e{n - 1};">' for n in range(1, 30_000)) + "]>" + items("<title>&e29999;</title>")

HOSTILE = {
    "nested entities": NESTED,
    "newlines before the root": "\n" * 1_000_000 + items("<title>x</title>"),
    "attributes": items("<title " + " ".join(f'a{n}="{n}"' for n in range(25_000)) + ">x</title>"),
    "an author": items(f"<title>x</title><author>a@{'a.' * 32_000}a!</author>"),
    "a style": items(f'<description>&lt;p style="{"url(" * 20_000}"&gt;x&lt;/p&gt;</description>'),
    "half a character": items("<title>&#xD800;</title>"),
    "a character beyond all": items("<title>&#9999999999;</title>"),
    "a path": "/etc/passwd",
    "deep XML": items("<a>" * 200_000),
    "deep HTML": items(f"<description>{'&lt;div&gt;' * 100_000}</description>"),
    "one huge attribute": items(f'<title a="{"x" * 4_000_000}">x</title>'),
    "many references": items(f"<title>{'&#1234567890123;' * 100_000}</title>"),
    "open brackets": "<" * 500_000,
    "open comments": "<rss>" + "<!--" * 100_000,
    "open declarations": "<rss>" + "<![" * 100_000,
    "a long date": items(f"<pubDate>{'1 ' * 500_000}</pubDate>"),
    "many spaces": items(f"<description>&lt;b&gt;x&lt;/b&gt;{'&#160; ' * 200_000}</description>"),
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def workers() -> AsyncIterator[Workers]:
    pool = Workers(2, wall=3.0, cpu=1)
    await pool.start()
    yield pool
    await pool.close()


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("name", HOSTILE)
async def test_a_hostile_document_ends_in_time_while_others_are_read(workers: Workers, name: str) -> None:
    mine = settings().model_dump_json()
    good = items("<guid>1</guid><title>calm</title>").encode()
    async with asyncio.timeout(6):
        hostile = asyncio.create_task(workers.read("rss", HOSTILE[name].encode(), {}, URL, mine))
        for _ in range(3):
            reading = await workers.read("rss", good, {}, URL, mine)
            assert [p.title for p in reading.posts] == ["calm"]
        (ending,) = await asyncio.gather(hostile, return_exceptions=True)
        assert isinstance(ending, Reading | errors.Unreadable)


def test_a_short_atom_content_is_text_not_markup() -> None:
    entry = (
        "<entry><id>a</id><title>Photo</title><updated>2021-11-16T10:00:00Z</updated><content type='html'>"
        '&lt;a href="http://x.example/border/killed"&gt;Photo&lt;/a&gt;</content></entry>'
    )
    (found,) = read(f"<feed xmlns='http://www.w3.org/2005/Atom'>{entry}</feed>").posts

    assert found.text == "Photo"
