from __future__ import annotations

from pathlib import Path

import pytest

from monitor.model import Reading
from monitor.sources.rss import decode, feed, parser, plain
from monitor.sources.rss.split import Split, split
from tests.sources.feeds import DATA, URL, settings

SPACES = "xmlns:content='http://purl.org/rss/1.0/modules/content/' xmlns:p='http://purl.org/dc/elements/1.1/'"
RSS = f"<rss version='2.0' {SPACES}><channel><title>T</title><ttl>5</ttl><item>{{}}</item></channel></rss>"
ATOM = "<feed xmlns='http://www.w3.org/2005/Atom' xml:lang='hy_AM'><title>T</title><entry>{}</entry></feed>"

WRITTEN = [
    RSS.format(
        "<title> Удар &amp; ответ </title><link>https://ministry.example/a?b=1&amp;amp;c=2</link><comments>/c</comments>"
        "<guid isPermaLink='false'>7 at ministry</guid><pubDate>Tue, 16 Nov 2021 12:00:00 +0400</pubDate>"
        "<p:creator>Press</p:creator><p:creator>Office</p:creator><category domain='x'><![CDATA[News]]></category>"
        "<description>&lt;p>Short&lt;/p></description><content:encoded><![CDATA[<p>Long <img src='/i.jpg'></p>]]>"
        "</content:encoded><enclosure url='/a.mp3' length='5' type='Audio/MPEG'/><source url='/other'>Other</source>"
    ),
    RSS.format("<guid>/relative</guid><content:encoded>only this</content:encoded><author>a@b.example (A)</author>"),
    RSS.format("<link></link><guid> https://ministry.example/x </guid><p:date>2021-11-16</p:date>between<title/>"),
    ATOM.format(
        "<id>tag:1</id><title type='html'>&lt;b>One&lt;/b></title><link href='/1'/><link rel='Enclosure' href='/1.png' "
        "type='image/PNG'/><published>2021-11-16T12:00:00Z</published><updated>2021-11-16T13:00:00Z</updated>"
        "<author><name>A</name><uri>/a</uri></author><author> <email>b@b.example</email></author>"
        "<category term='x'/><content type='html'>&lt;p>Long&lt;/p></content><summary>short</summary>"
    ),
    ATOM.format("<id>tag:3</id><content type='html'>&lt;x>short&lt;/x></content>"),
    ATOM.format("<id>tag:2</id><link rel='self' href='/self'/><link rel='alternate' type='text/plain' href='/t'/>"),
]
ODD = [
    RSS.format("<title>a</title><title>b</title>"),
    RSS.format("<title type='html'>a</title>"),
    RSS.format("<title>a<b/></title>"),
    RSS.format("<TITLE>a</TITLE>"),
    RSS.format("<creator>a</creator>"),
    RSS.format("<p:language>az</p:language>"),
    RSS.format("<unheard>a</unheard>"),
    RSS.format("<author><name>a</name></author>"),
    RSS.format("<title>caf\u00c3\u00a9</title>"),
    RSS.format("<title>a \u0096 b</title>"),
    RSS.format("<enclosure length='5'/>"),
    RSS.format("<source>a</source>"),
    ATOM.format("<link>/a</link>"),
    ATOM.format("<title type='xhtml'>a</title>"),
    ATOM.format("<content src='/a'/>"),
    ATOM.format("<author>a</author>"),
    ATOM.format("<author><name>a</name><name>b</name></author>"),
    ATOM.format("<author><name><b/></name></author>"),
    ATOM.format("<title xml:lang='ru'>a</title>"),
    RSS.format("<title>a</title>").replace("<item>", "<item about='x'>"),
    RSS.format("<p:creator>a</p:creator>").replace("<channel>", "<channel xmlns:p='http://search.yahoo.com/mrss/'>"),
    ATOM.format("<id>a</id>").replace("2005/Atom", "2005/other"),
    RSS.format("<p:creator>a</p:creator>").replace("<rss ", "<rss xmlns:dc='http://search.yahoo.com/mrss/' "),
]


def taken_apart(document: str) -> tuple[Split, plain.Frame | None]:
    parts = split(document.encode())
    assert parts
    return parts, plain.frame(parts, parser.parse(document.encode(), URL))


def whole(document: bytes) -> Reading:
    return feed.read(document, URL, settings())[0]


@pytest.mark.parametrize("document", WRITTEN)
def test_what_publishers_write_is_plain_and_says_what_feedparser_finds(document: str) -> None:
    parts, frame = taken_apart(document)

    assert frame
    assert plain.entry(parts.entries[0], frame)
    assert feed.read_entries(parts, parts.entries, URL, settings()) == whole(document.encode())


@pytest.mark.parametrize("document", ODD)
def test_anything_odd_is_left_to_feedparser(document: str) -> None:
    parts, frame = taken_apart(document)

    if frame:
        with pytest.raises(plain.Odd):
            plain.entry(parts.entries[0], frame)
    assert feed.read_entries(parts, parts.entries, URL, settings()) == whole(document.encode())


def test_odd_entries_keep_their_place_among_plain_ones() -> None:
    entries = (f"<item><guid>{n}</guid>{'<x>y</x>' if n % 2 else ''}</item>" for n in range(5))
    document = f"<rss version='2.0'><channel>{''.join(entries)}</channel></rss>".encode()
    parts = split(document)

    assert parts
    found = feed.read_entries(parts, parts.entries, URL, settings())
    assert found == whole(document)
    assert [post.native_id for post in found.posts] == [f"{n}" for n in range(5)]


@pytest.mark.parametrize("path", sorted(DATA.glob("*.xml")), ids=lambda path: path.name)
def test_feeds_as_they_are_read_alike(path: Path) -> None:
    document = decode.xml(path.read_text(encoding="utf-8")).encode()
    parts = split(document)

    assert parts
    assert feed.read_entries(parts, parts.entries, URL, settings()) == whole(document)
