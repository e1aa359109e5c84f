"""Whole feeds: XML, JSON, and the step from bytes to text before them."""

from __future__ import annotations

from contextlib import suppress

from monitor.errors import Unreadable
from monitor.sources import rss
from monitor.sources.rss import decode as decoding
from tests.fuzz import Target, parts
from tests.properties import holds

URL = "https://user:secret@ministry.example/feeds/rss.xml?token=secret"
SETTINGS = rss.Config.model_validate({"id": "m", "url": URL, "timezone": "Asia/Yerevan"})


def feed(data: bytes) -> None:
    """A document is a feed, all of whose posts keep the promises, or it is said in words that it is none."""
    header, body = parts(data, 2) if b"\x1e" in data else (b"", data)
    headers = {"content-location": header.decode("latin-1")} if header else {}
    with suppress(Unreadable):
        reading = rss.read(body, headers, URL, SETTINGS)
        holds.reading(reading, URL)
        assert "secret" not in repr(reading) or b"secret" in data
        assert rss.read(body, headers, URL, SETTINGS) == reading


def decode(data: bytes) -> None:
    """Bytes become text that UTF-8 can hold, and an XML document one without a document type or forbidden signs."""
    header, body = parts(data, 2)
    with suppress(Unreadable):
        text = decoding.text(body, {"content-type": header.decode("latin-1")})
        assert text
        assert text[0] not in "\ufeff \t\r\n\v\f\0"
        if text[0] not in "{[":
            document = decoding.xml(text)
            assert document.startswith("<")
            assert document[1] not in "!?"
            assert not any(
                (ord(sign) < 32 and sign not in "\t\r\n") or "\ud800" <= sign <= "\udfff" for sign in document
            )
            document.encode()


_RSS = b"""<?xml version="1.0" encoding="utf-8"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"
xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:media="http://search.yahoo.com/mrss/"
xmlns:sy="http://purl.org/rss/1.0/modules/syndication/" xmlns:atom="http://www.w3.org/2005/Atom"><channel>
<title>t</title><link>https://ministry.example/</link><ttl>60</ttl><skipHours><hour>1</hour><hour>24</hour></skipHours>
<skipDays><day>Monday</day></skipDays><sy:updatePeriod>hourly</sy:updatePeriod>
<sy:updateFrequency>2</sy:updateFrequency>
<atom:link rel="next" href="?page=2"/><item><title>A &amp; b</title><guid isPermaLink="false">1</guid><link>/1</link>
<pubDate>Sun, 22 Nov 2026 10:00:00 +0400</pubDate><dc:creator>C</dc:creator>
<description>&lt;p&gt;x&lt;/p&gt;</description>
<content:encoded><![CDATA[<p>One <img src="/a.jpg" alt="x"></p>]]></content:encoded><source url="https://o.example/">o</source>
<enclosure url="/a.mp3" type="audio/mpeg"/>
<media:content url="/b.jpg"><media:description>d</media:description></media:content>
</item><item><title>b</title></item></channel></rss>"""
_ATOM = b"""<feed xmlns="http://www.w3.org/2005/Atom" xml:base="/x/" xml:lang="ru"><title>t</title><id>urn:1</id>
<link rel="prev-archive" href="/2026/10"/><author><name>N</name></author><entry>
<id>urn:2</id><title type="html">a &amp;lt; b</title>
<link href="1.html"/><updated>2026-11-22T10:00:00Z</updated><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">
<p>x</p></div></content><source><id>s</id><author><name>S</name></author></source></entry></feed>"""
_RDF = b"""<rdf:RDF xmlns="http://purl.org/rss/1.0/" xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="x"><title>t</title></channel>
<item rdf:about="https://a.example/9">
<title>t</title><dc:date>2026-11-22</dc:date><description>d</description></item></rdf:RDF>"""
_JSON = b"""{"version": "https://jsonfeed.org/version/1.1", "title": "t", "next_url": "?page=2", "language": "en",
"expired": true, "authors": [{"name": "A"}], "items": [{"id": "1", "url": "/1", "title": "t",
"content_html": "<p>x<img src='/a.png'>",
"date_published": "2026-11-22T10:00:00Z", "image": "/b.jpg", "author": {"name": "B"}, "attachments": [{"url": "/v.mp4",
"mime_type": "video/mp4", "duration_in_seconds": 12}]}, {"id": 2, "content_text": "5 < 6", "summary": "s"}]}"""

_WORDS = (
    *("<item>", "</item>", "<entry>", "<title>", "</title>", "<guid>", "<link>", "<description>", "<![CDATA[", "]]>"),
    *("<!--", "-->", "<ttl>", "<skipHours>", "<hour>", "<day>", "Monday", "xml:base=", "xml:lang=", "rel=", "href="),
    *("<media:content ", "<dc:date>", "<image>", "<textInput>", "<source>", "<author>", "&#x202e;", "&#0;", "&nbsp;"),
)

_JSON_WORDS = (
    *('"id"', '"url"', '"items"', '"authors"', '"next_url"', '"mime_type"', "null", "true", "[]", "{}", "1e999"),
    *("\\ud800", "\\u0000", "\\u202e"),
)
_PROLOGS = (
    *("charset=", "utf-16", "utf-32", "utf-7", "idna", "rot13", "hz", "<!DOCTYPE", "<!ENTITY", "]>", "<?", "?>"),
    *("<!--", "-->", "&#xD800;", "&eacute;"),
)

FOUND = {
    "feed": Target(feed, (_RSS, _ATOM, _RDF, b"https://b.example/x\x1e" + _RSS), _WORDS),
    "jsonfeed": Target(
        feed,
        (
            _JSON,
            _JSON.replace(b'"t"', b'"\\ud800\\u202e"').replace(b"video/", b"\\ud800/"),
            b'{"version":"jsonfeed.org/version/1","items":[{}]}',
        ),
        _JSON_WORDS,
    ),
    "decode": Target(
        decode,
        (
            b'text/xml; charset=windows-1251\x1e<?xml version="1.0" encoding="koi8-r"?><rss>\xcf\xf0\xe8</rss>',
            b"\x1e\xff\xfe<\0r\0s\0s\0/\0>\0",
            b"\x1e<!-- x --><!DOCTYPE rss SYSTEM 'x'><rss>&eacute;&#xD800;&#9;</rss>",
            b"\x1e\x1b$B<rss/>",
        ),
        _PROLOGS,
    ),
}
