from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from monitor import markup
from monitor.errors import Unreadable
from monitor.sources.rss import decode
from tests.properties import bounded, holds

BASE = "https://ministry.example/news/"
PIECES = (
    *(
        "<p>",
        "</p>",
        "<br>",
        "<li>",
        "<pre>",
        "<div hidden>",
        "<td>",
        "<table>",
        "<!--",
        "-->",
        "<![CDATA[",
        "<script>",
    ),
    *("<b", ">", "&amp;", "&lt;b&gt;", "&#x202e;", "&#0;", "&nbsp;", "&shy;", "\n", "\r", "\t", " ", "\x85", "\u2028"),
    *(
        "\u200f",
        "\u202e",
        "\u2066",
        "\x00",
        "\x1b",
        "\ud800",
        "\udc00",
        "\ufeff",
        "e\u0301",
        "\ufb1d",
        "word",
        '"',
        "'",
    ),
)
anything = st.characters(categories=["L", "M", "N", "P", "S", "Z", "C"])
texts = st.lists(st.sampled_from(PIECES) | st.text(anything, max_size=5), max_size=20).map("".join)
limits = st.integers(1, 40) | st.just(markup.TEXT_LIMIT)


@bounded
@given(texts, limits)
@example("one\n\u200f\n\u200f\ntwo", 100)
@example("<p>one</p><p>\u200e</p><p>two</p>", 100)
@example("<li>\x82</li>", 100)
def test_any_field_becomes_paragraphs_that_hide_nothing(raw: str, limit: int) -> None:
    for words in (markup.text(raw, limit), markup.unsaid(raw, limit)):
        holds.paragraphs(words, limit)
        assert markup.clean(words, limit) == words


@bounded
@given(texts, limits)
def test_what_is_clean_stays_as_it_is(raw: str, limit: int) -> None:
    plain, line = markup.clean(raw, limit), markup.line(raw, limit)
    holds.clean(plain, limit)
    holds.one_line(line, limit)
    assert markup.clean(plain, limit) == plain
    assert markup.line(line, limit) == line


@bounded
@given(st.text(st.characters(categories=["L", "N", "P"], codec="utf-8"), max_size=60))
def test_ordinary_words_are_not_touched(words: str) -> None:
    assert markup.clean(words).replace(" ", "") == markup.clean(words.replace(" ", ""))
    assert markup.text(words.replace("<", "").replace("&", "")) == markup.clean(words.replace("<", "").replace("&", ""))


@bounded
@given(st.binary(max_size=60) | texts.map(lambda text: text.encode("utf-8", "surrogatepass")), st.text(max_size=20))
def test_any_bytes_become_text_that_can_be_stored(body: bytes, charset: str) -> None:
    document = decode.xml("<r>" + decode.text(b"." + body, {"content-type": f"text/xml; charset={charset}"}))
    document.encode()
    assert not any(ord(sign) < 32 and sign not in "\t\r\n" for sign in document)


HREFS = (
    *("https://", "http:", "//", "/", "\\", "@", "user:secret@", "good.example", "evil.example", ":80", ":x", "[::1]"),
    *(
        "[",
        "]",
        "?",
        "#",
        "..",
        " ",
        "\u00a0",
        "\t",
        "\n",
        "\u202e",
        "%0a",
        "javascript:",
        "data:",
        "mailto:",
        "é",
        "x",
    ),
)


@bounded
@given(st.lists(st.sampled_from(HREFS) | st.text(anything, max_size=3), max_size=10).map("".join))
@example("https://good.example\\@evil.example/")
@example("https://good.example\\.evil.example/")
@example("https://good.example@evil.example:80/")
@example("http://good.example:x/")
def test_any_link_is_one_word_of_the_web_without_credentials(href: str) -> None:
    url = markup.link(href, BASE.replace("//", "//ours:secret@"))
    if url is not None:
        holds.web_address(url)
        assert "ours" not in url
        assert markup.link(url, BASE) == url


def _seconds(run: Callable[[str], object], text: str) -> float:
    began = time.process_time()
    run(text)
    return time.process_time() - began


def _pictures(html: str) -> None:
    markup.images(html, BASE)


def _document(text: str) -> None:
    decode.xml(decode.text(f"<r>{text}".encode("utf-8", "replace"), {}))


def _prolog(text: str) -> None:
    with suppress(Unreadable):
        decode.xml(f"<!--{text}--><?{text}?>{text}<r/>")


@pytest.mark.parametrize("run", [markup.text, markup.unsaid, markup.clean, _pictures, _document, _prolog])
def test_ten_times_the_text_costs_ten_times_the_time(run: Callable[[str], object]) -> None:
    for piece in PIECES:
        short, long = (piece * (size // len(piece)) for size in (5_000, 50_000))
        assert _seconds(run, long) < 30 * _seconds(run, short) + 1.0, ascii(piece)  # a hundred times, were it quadratic
