from __future__ import annotations

import pytest

from monitor.sources import _entries
from monitor.sources.rss.split import Split, split

HEAD = "<title>T</title>"
RSS = "<rss version='2.0'><channel>{head}{items}</channel></rss>"
ATOM = "<feed xmlns='http://www.w3.org/2005/Atom'>{head}{items}</feed>"
RDF = (
    "<rdf:RDF xmlns='http://purl.org/rss/1.0/' xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>"
    "<channel>{head}</channel>{items}</rdf:RDF>"
)


def parts(*items: str, head: str = HEAD, within: str = RSS) -> Split:
    found = split(within.format(head=head, items="\n".join(items)).encode())
    assert found
    return found


def refused(items: str, head: str = HEAD, within: str = RSS) -> bool:
    return split(within.format(head=head, items=items).encode()) is None


@pytest.mark.parametrize(
    "entry",
    [
        "<item>a</item>",
        "<item a='&gt;/item>'>a</item >",
        "<item><![CDATA[</item><item>]]></item>",
        "<item><!-- </item> --><b>&lt;item></b></item>",
        "<item><x><y/></x><items><i/></items></item>",
        "<item>Ереван</item\n>",
    ],
)
def test_an_entry_ends_where_xml_says(entry: str) -> None:
    found = parts(entry, "<item>b</item>", entry)
    again = split(found.only(list(found.entries)))

    assert found.entries == (entry.encode(), b"<item>b</item>", entry.encode())
    assert again
    assert (again.entries, again.frame) == (found.entries, found.frame)


def test_entries_stand_where_their_format_wants_them() -> None:
    assert parts("<entry>a</entry>", within=ATOM).entries == (b"<entry>a</entry>",)
    assert parts("<item>a</item>", within=RDF).entries == (b"<item>a</item>",)


@pytest.mark.parametrize(
    "items",
    [
        "",
        "<item/>",
        "<item>a</item><item>",
        "<item>a & b</item>",
        "<item><a></b></item>",
        "<item>a</item><title>between</title><item>b</item>",
        "<item>a</item>between<item>b</item>",
        "<item>a</item><entry>b</entry>",
        "<item>a</item><group><item>b</item></group>",
        "<item>a</item></channel><channel><item>b</item>",
        "<item>a</item><x:Item xmlns:x='urn:x'>b</x:Item>",
        "<item xmlns='urn:x'>a</item>",
        "<item>a</item>" * (_entries.MOST + 1),
        f"<item>{'<b>' * 300}a{'</b>' * 300}</item>",
    ],
)
def test_what_is_unusual_is_not_split(items: str) -> None:
    assert refused(items)


def test_other_roots_and_document_types_are_not_split() -> None:
    assert refused("<item>a</item>", within="<channel>{head}{items}</channel>")
    assert refused("<item>a</item>", within="<!DOCTYPE rss>" + RSS)
    assert refused("<item>a</item>", within="<x:rss xmlns:x='urn:x'><channel>{items}</channel></x:rss>")


@pytest.mark.parametrize(
    "head",
    [
        f"{HEAD}<lastBuildDate>{{}}</lastBuildDate>",
        f"{HEAD}<pubDate>{{}}</pubDate><generator uri='{{}}'>x</generator>",
        f"{HEAD}<!-- served in {{}} s -->",
        f"{HEAD}\n\n<updated>{{}}</updated> ",
        f"{HEAD}<items><rdf:Seq><rdf:li rdf:resource='{{}}'/></rdf:Seq></items>",
    ],
)
@pytest.mark.parametrize("within", [RSS, ATOM, RDF])
def test_what_a_feed_says_anew_at_every_look_is_nothing_that_entries_inherit(head: str, within: str) -> None:
    entry = "<entry>a</entry>" if within == ATOM else "<item>a</item>"
    now, then = (parts(entry, head=head.replace("{}", when), within=within) for when in ("now", "then"))

    assert now.frame == then.frame
    assert now.before != then.before


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("<language>ru</language>", "<language>hy</language>"),
        ("<author><name>A</name></author>", "<author><name>B</name></author>"),
        ("<generator xml:lang='ru'>x</generator>", "<generator xml:lang='hy'>x</generator>"),
        ("<updated><language>ru</language></updated>", "<updated><language>hy</language></updated>"),
        ("<x><pubDate>1</pubDate></x>", "<x><pubDate>2</pubDate></x>"),
    ],
)
def test_everything_else_around_entries_counts(one: str, other: str) -> None:
    assert parts("<item>a</item>", head=one).frame != parts("<item>a</item>", head=other).frame


def test_blanks_and_comments_between_entries_are_nothing_and_what_is_behind_them_counts() -> None:
    wide = parts("<item>a</item>  <!-- b -->\n", "<item>b</item>\n")

    assert wide.frame == parts("<item>a</item>").frame
    assert wide.frame != parts("<item>a</item><ttl>5</ttl>").frame
    assert wide.fingerprints()[0] == parts("<item>a</item>").fingerprints()[0] != wide.fingerprints()[1]
