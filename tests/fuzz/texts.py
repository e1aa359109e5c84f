"""Dates, HTML and links, as publishers write them."""

from __future__ import annotations

from email.utils import format_datetime
from zoneinfo import ZoneInfo

from monitor import dates as dating
from monitor import markup as marking
from tests.fuzz import Target, parts, string
from tests.properties import holds

ZONES = (None, ZoneInfo("Asia/Yerevan"), ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York"), ZoneInfo("UTC"))


def dates(data: bytes) -> None:
    """A date is unknown or sensible, and what is written of it is read back."""
    first, text = parts(data, 2)
    zone = ZONES[sum(first) % len(ZONES)]
    moment = dating.parse(string(text), zone)
    holds.moment(moment)
    if moment:
        assert dating.parse(moment.isoformat(), zone) == moment
        assert dating.parse(format_datetime(moment), zone) == moment.replace(microsecond=0)


def markup(data: bytes) -> None:
    """No HTML and no text leaves a sign that lies, and cleaning what is clean changes nothing."""
    raw = string(data)
    for limit in (marking.TEXT_LIMIT, 1 + len(data) % 50):
        for words in (marking.text(raw, limit), marking.unsaid(raw, limit)):
            holds.paragraphs(words, limit)
            assert marking.clean(words, limit) == words
        plain, line = marking.clean(raw, limit), marking.line(raw, limit)
        holds.clean(plain, limit)
        holds.one_line(line, limit)
        assert marking.clean(plain, limit) == plain
        assert marking.line(line, limit) == line
    pictures = marking.images(raw, "https://ministry.example/news/")
    assert len({picture.url for picture in pictures}) == len(pictures)
    for picture in pictures:
        holds.web_address(picture.url)
        holds.one_line(picture.alt or "")


def links(data: bytes) -> None:
    """A link is absolute, of the web, in one word, without credentials; taken for a link again it stays as it is."""
    first, href = parts(data, 2)
    ours = "https://user:secret@ministry.example/news/?token=s#top"
    base = marking.link(string(first), ours) or ours
    url = marking.link(string(href), base)
    if url is not None:
        holds.web_address(url)
        assert marking.link(url, base) == url


FOUND = {
    "dates": Target(
        dates,
        (
            b"\x1eSun, 22 Nov 2026 10:00:00 +0400",
            b"\x012026-11-22T10:00:00.123456789Z",
            "\x01\x1e2026 թ. նոյեմբերի 22, 10:00".encode(),
            b"\x02\x1e28.03.2026 02:30",
            b"\x03\x1e11/22/2026 10:00 p.m.",
            b"\x1eSun Nov 22 10:00:00 UTC 2026",
            b"\x1e20261122T103000Z",
        ),
        ("GMT", "+0400", "MSK", "Nov", "ноября", "նոյեմբերի", "noyabr", "Kasım", "a.m.", "թ.", "24:00:00", ":60"),
    ),
    "markup": Target(
        markup,
        (
            b"<p>One</p><p>Two <b>bold</b></p><ul><li>x</li></ul><table><tr><td>1</td></tr></table>",
            b'<img src="/a.jpg" alt="A &amp; B" width=3><pre>a\n  b</pre><p hidden>x</p>&#xD800;&#9;&nbsp;',
            "5 < 6 &mdash; \u202eevil\u202c e\u0301".encode(),
        ),
        ("<p>", "<li>", "<pre>", "<br>", "</div>", "<img src=", "&#8238;", "&#0;", "&shy;", "\u2028", "\u200f", "\x85"),
    ),
    "links": Target(
        links,
        (
            b"https://ministry.example/a?b#c\x1e../x y",
            b"\x1e//user:secret@other.example:8080/x",
            b"\x1ehttp://[::1]:80/a",
            b"http://a.example/\x1ejavascript:alert(1)",
            b"\x1ehttps:/\\evil.example@x/",
        ),
        ("http://", "https://", "//", "@", "..", "[::1]", ":80", "%00", "\u202e", "\x85", "javascript:", "#", "?"),
    ),
}
