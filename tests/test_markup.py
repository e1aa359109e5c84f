from __future__ import annotations

import pytest

from monitor import markup
from monitor.model import Media

BASE = "https://ministry.example/news/"


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("<p>One</p><p>Two</p>", "One\n\nTwo"),
        ("One<br>two<br/>three", "One\ntwo\nthree"),
        ("a<b>b</b> <i> c </i>\n d", "ab c d"),
        ("before<div>inside</div>after", "before\n\ninside\n\nafter"),
        ("<ul><li>one</li><li>two <b>bold</b></li><li></li></ul>end", "• one\n• two bold\n\nend"),
        ("<li><p>one</p></li>", "• one"),
        ("<table><tr><td>1</td><td>2</td></tr><tr><td>3</td></tr></table>", "1 2\n3"),
        ("<pre>a\n  b</pre>c", "a\nb\n\nc"),
        ("5 &lt; 6 &amp;amp; 7&nbsp;8", "5 < 6 &amp; 7 8"),
        ("x<script>var a = '<p>';</script><style>p{}</style><!-- <p>no</p> -->y", "xy"),
        ("x<p hidden>no</p><span style='DISPLAY : none'>no</span><noscript>no</noscript>y", "x\n\ny"),
        ("<title>no</title><body>yes", "yes"),
        ("<p>unclosed <b>bold", "unclosed bold"),
        ("", ""),
        ("&#xD800;&#9999999999;a", "\ufffd\ufffda"),
        ("<p>One</p><p>\u200e</p><p>Two \u200f</p>", "One\n\nTwo"),  # a line of nothing but signs is no line
    ],
)
def test_html_becomes_what_a_reader_sees(html: str, words: str) -> None:
    assert markup.text(html) == words


def test_depth_is_no_danger() -> None:
    assert markup.text("<i>" * 3_000 + "deep") == "deep"
    assert markup.text("<div>" * 3_000 + "deep") == "deep"


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ("5 < 6", "5 < 6"),
        ("if a<b then c", "if a<b then c"),
        ("AT&amp;T\nand R&amp;D", "AT&T\nand R&D"),
        ("one &mdash; two &#8211; three", "one — two – three"),
        ("<b>Fire</b> &amp; smoke", "Fire & smoke"),
        ("Fire<br>smoke<hr/>", "Fire\nsmoke"),
        ('See <a href="/1">this</a>', "See this"),
        ("R&D & more", "R&D & more"),
    ],
)
def test_a_field_of_unknown_kind_is_html_only_if_it_shows(raw: str, words: str) -> None:
    assert markup.unsaid(raw) == words


@pytest.mark.parametrize(
    ("raw", "plain"),
    [
        ("a\0b\x07c\x9fd", "abcd"),
        ("a\ud800b", "ab"),
        ("evil \u202egpj.exe\u202c \u2066x\u2069\u200e\u200f\u061c", "evil gpj.exe x"),
        ("e\u0301", "é"),
        ("a\r\nb\rc\x0bd\u2028e\x85f\tg", "a\nb\nc\nd\ne\nf\tg"),
        ("  5 < 6  ", "5 < 6"),
    ],
)
def test_plain_strings_are_cleaned_not_interpreted(raw: str, plain: str) -> None:
    assert markup.clean(raw) == plain


def test_a_long_text_is_cut_with_an_ellipsis() -> None:
    assert markup.clean("word " * 10, 8) == "word wo…"
    assert markup.clean("x" * 8, 8) == "x" * 8
    assert len(markup.text("<p>" + "y" * 200_000)) == markup.TEXT_LIMIT


def test_a_line_is_one_line() -> None:
    assert markup.line(" a\n b\u2028c ") == "a b c"


def test_what_is_ours_in_the_base_is_not_in_the_link() -> None:
    assert markup.link("2", "https://user:secret@ministry.example/news/") == "https://ministry.example/news/2"


def test_images_come_once_absolute_with_their_description() -> None:
    html = """<img src="/a.jpg" alt=" A
        bridge "><img src="a.jpg"><img src="/a.jpg" alt="again"><img src="data:image/gif;base64,R0" data-src="lazy.png">
        <img src="javascript:alert(1)"><img width="1" height="1" src="pixel.gif"><img>"""
    assert markup.images(html, BASE) == (
        Media(type="image", url="https://ministry.example/a.jpg", alt="A bridge"),
        Media(type="image", url="https://ministry.example/news/a.jpg"),
        Media(type="image", url="https://ministry.example/news/lazy.png"),
    )


@pytest.mark.parametrize(
    ("href", "url"),
    [
        ("2", "https://ministry.example/news/2"),
        ("//other.example/x", "https://other.example/x"),
        (" https://x.example/a b ", "https://x.example/a%20b"),
        ("https://x.example/a\u00a0b\t\u2028c", "https://x.example/a%C2%A0bc"),
        ("https://bank.example:pay@evil.example:8443/x", "https://evil.example:8443/x"),
        ("https://bank.example\\.evil.example/", None),  # a browser would go to bank.example
        ("http://x.example:port/", None),
        ("javascript:alert(1)", None),
        ("java\nscript:alert(1)", None),
        ("mailto:a@b.example", None),
        ("http://[::1", None),
        ("", None),
        ("https://x.example/" + "a" * 5_000, None),
    ],
)
def test_only_web_addresses_are_links(href: str, url: str | None) -> None:
    assert markup.link(href, BASE) == url
