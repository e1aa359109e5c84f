"""Whatever of a feed is known, the posts of the rest are those that the whole would give."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from monitor.errors import Unreadable
from monitor.model import Reading, changed
from monitor.sources import _entries, rss
from monitor.sources._entries import KNOWN, Remembered
from monitor.sources.rss import decode, feed
from monitor.sources.rss.split import split
from tests.properties import bounded

URL = "https://ministry.example/feed"
SETTINGS = rss.Config.model_validate({"id": "m", "url": URL})

DEFAULTS = ("", "xmlns='http://www.w3.org/2005/Atom'", "xmlns='http://purl.org/rss/1.0/'")
SPACES = (
    "xmlns:dc='http://purl.org/dc/elements/1.1/'",
    "xmlns:p='http://search.yahoo.com/mrss/'",
)
ALWAYS = (
    " xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns:content='http://purl.org/rss/1.0/modules/content/'"
    " xmlns:media='http://search.yahoo.com/mrss/' xmlns:u='urn:unknown' xmlns:d='http://purl.org/dc/elements/1.1/'"
)
WITHIN = (
    ("<rss version='2.0' {}><channel>{}{}</channel></rss>", "item"),
    ("<feed {}>{}{}</feed>", "entry"),
    ("<rdf:RDF {}><channel>{}</channel>{}</rdf:RDF>", "item"),
    ("<rss {}><channel>{}{}</channel></rss>", "entry"),
)
HEADS = (
    "<title>T</title>",
    "<language>ru</language>",
    "<author><name>A</name></author>",
    "<image><url>/i</url></image>",
    "<lastBuildDate>x</lastBuildDate>",
    "<!-- <item> -->",
    "<textInput/>",
    "<updated>y</updated>",
)
# Of these an entry is made: what publishers write, and what looks like an entry's end.
PIECES = (
    "<title>One &amp; two</title>",
    "<title>Ծանոթագիր №</title>",
    "<description>&lt;p&gt;a&lt;/p&gt;</description>",
    "<description>short...</description>",
    "<link>/a?b=1&amp;c=2</link>",
    "<link href='/b' rel='alternate'/>",
    "<guid isPermaLink='false'> urn:1 </guid>",
    "<guid>/g</guid>",
    "<id>tag:2</id>",
    "<pubDate>Tue, 16 Nov 2021 12:00:00 GMT</pubDate>",
    "<updated>2021-11-16T12:00:00Z</updated>",
    "<d:creator>Press</d:creator>",
    "<author><name>B</name></author>",
    "<content:encoded><![CDATA[<p>b</p></item><item>]]></content:encoded>",
    "<content type='html'>&lt;b>c&lt;/b></content>",
    "<content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'><p>d</p></div></content>",
    "<source url='/s'>S</source>",
    "<summary xml:lang='hy'>f</summary>",
    "<category>g</category>",
    "<source><author><name>C</name></author></source>",
    "<!-- </entry> </item> -->",
    "<image><title>h</title></image>",
    "<media:group><media:content url='/m.jpg'/><media:title>i</media:title></media:group>",
    "<enclosure url='/e.mp3' type='audio/mpeg'/>",
    "<p:content url='/n.mp4'/>",
    "<u:v w='1'/>",
    "<body><p>m</p></body>",
    "<d:date>2021-11-16</d:date>",
    "<language>az</language>",
)
# Words that feedparser does something to, or seems to.
WORDS = (
    "", " a ", "Ծանոթագիր", "caf\xe9", "\xc3\xa9", "\x85\x96", "&lt;b>x&lt;/b>", "AT&amp;amp;T", "&amp;lt;",
    "a<!-- b -->c", "<![CDATA[<p>&nbsp;x</p>]]>", "http://h.example/a?b=1&amp;c=2#", "https:////h.example/",
    "//h/x y", "urn:x", "?q", "http://[", "\u2028 x \xa0", "<b>within</b>", "2021-11-16T12:00:00Z",
    "a@b.example (A B)",
)  # fmt: skip
# Elements, each with what it may have, that are read without feedparser where nothing about them is odd.
PLAIN = (
    "<title{0}>{1}</title>", "<link>{1}</link>", "<link href='{2}'{0}/>", "<link rel='SELF' href='/self'/>",
    "<guid{0}>{1}</guid>", "<guid isPermaLink='{2}'>{1}</guid>", "<id>{1}</id>", "<pubDate>{1}</pubDate>",
    "<d:date>{1}</d:date>", "<published>{1}</published>", "<updated>{1}</updated>", "<author>{1}</author>",
    "<author><name>{1}</name><uri>{1}</uri></author>", "<author><email>{1}</email></author>",
    "<author>a<name>{1}</name></author>", "<d:creator>{1}</d:creator>", "<description>{1}</description>",
    "<summary{0}>{1}</summary>", "<content:encoded>{1}</content:encoded>", "<content{0}>{1}</content>",
    "<enclosure url='{2}'{0}/>", "<source url='{2}'>{1}</source>", "<category domain='x'>{1}</category>",
    "<comments>{1}</comments>", "words",
)  # fmt: skip
GIVEN = (
    "", "", "", " type='html'", " type='text'", " type='HTML'", " type='xhtml'", " type='image/png'",
    " xml:lang='hy'", " rel='enclosure'",
)  # fmt: skip

VALUES = ("/a", "http://h.example/b?c=d", "true", "false", "", "x y")

# What is left of one of these could change how the next entry is read.
ODD = (
    "<content type='html'><div>e</div></content>",
    "<svg xmlns='http://www.w3.org/2000/svg'><title>j</title></svg>",
    "<x:y xmlns:x='urn:new'>k</x:y>",
    "<item><title>within</title></item>",
    "<entry/>",
    "<channel/>",
    "<rss version='0.91'/>",
    "<feed xml:lang='ru'/>",
    "&nbsp;",
    "<textinput/>",
)
ATTRIBUTES = ("", "", "", " xml:lang='hy'", " xml:base='https://b.example/'", " rdf:about='/r'", " lang='tr'", " a='>'")

plain = st.builds(
    str.format, st.sampled_from(PLAIN), st.sampled_from(GIVEN), st.sampled_from(WORDS), st.sampled_from(VALUES)
)
entries = st.lists(
    st.tuples(
        st.sampled_from(ATTRIBUTES), st.lists(st.sampled_from(PIECES * 4 + ODD) | plain, max_size=4), st.integers(0, 99)
    ),
    max_size=5,
)


plain_entries = st.lists(
    st.tuples(st.just(""), st.lists(plain, min_size=1, max_size=7), st.just(None)), min_size=1, max_size=3
)


@st.composite
def documents(draw: st.DrawFn, inner: st.SearchStrategy[Any] = entries) -> bytes:
    within, name = draw(st.sampled_from(WITHIN))
    bodies = [
        f"<{name}{more}>{''.join(parts)}{f'<guid>https://n.example/{n}</guid>' if n else ''}</{name}>"
        for more, parts, n in draw(inner)
    ]
    spaces = " ".join((draw(st.sampled_from(DEFAULTS)), *draw(st.sets(st.sampled_from(SPACES))))) + ALWAYS
    head = "".join(draw(st.lists(st.sampled_from(HEADS), max_size=3)))
    text = within.format(spaces, head, draw(st.sampled_from(("", "\n "))).join(bodies))
    cut = draw(st.sampled_from((0, 0, 0, 0, 1, 30))) * draw(st.integers(0, 20))
    encoding = draw(st.sampled_from(("utf-8", "utf-8-sig", "utf-16", "cp1251")))
    said = f"<?xml version='1.0' encoding='{encoding.removesuffix('-sig')}'?>"
    return f"{said}{text[: len(text) - cut]}".encode(encoding, "xmlcharrefreplace")


def read(body: bytes, known: str | None) -> Reading:
    return rss.read(body, {} if known is None else {KNOWN: known}, URL, SETTINGS)


@bounded
@given(documents(), st.integers(0, 31))
def test_a_part_is_read_as_the_whole(body: bytes, some: int) -> None:
    try:
        whole = read(body, None)
    except Unreadable:
        return
    first = read(body, "")
    mark, remembered = _entries.read(first.entries)
    known = tuple(one for n, one in enumerate(remembered) if some >> n & 1)
    part = read(body, _entries.written(Remembered(mark, known)))
    halves = {one.key for one in known}
    others = tuple(post for post in whole.posts if post.key.rpartition(":")[2] not in halves)

    assert changed(first, entries="") == whole
    assert part in (first, changed(first, posts=others))  # all of them, where anything is doubtful


@bounded
@given(documents(), documents())
def test_what_was_read_before_changes_no_post(before: bytes, body: bytes) -> None:
    try:
        told = read(before, "").entries
        whole, now = read(body, ""), read(body, told)
    except Unreadable:
        return
    shown = {post.key for post in whole.posts}

    assert {post.key: post for post in now.posts}.items() <= {post.key: post for post in whole.posts}.items()
    assert {post.key for post in now.posts} | set(_entries.known(now, "m")) == shown
    assert (now.entries, now.hints, now.warnings, now.deletions) == (
        whole.entries, whole.hints, whole.warnings, whole.deletions,
    )  # fmt: skip


@bounded
@given(documents() | documents(plain_entries))
def test_plain_entries_are_read_as_feedparser_reads_them(body: bytes) -> None:
    try:
        document = decode.xml(decode.text(body, {})).encode()
    except Unreadable:
        return
    parts = split(document)
    found = parts and feed.read_entries(parts, parts.entries, URL, SETTINGS)

    assert found is None or found == feed.read(document, URL, SETTINGS)[0]
