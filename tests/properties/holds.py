"""The promises about texts, addresses, times and posts, each once: the properties and the fuzz targets assert them."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime
from urllib.parse import urlsplit

from monitor import dates
from monitor.markup import TEXT_LIMIT, TITLE_LIMIT, URL_LIMIT
from monitor.model import Hints, Post, Reading, decode, encode

_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
MONTH = 31 * 86400.0


def clean(text: str, limit: int = TEXT_LIMIT) -> None:
    """It can be stored, shown and sent: no control or direction signs, no half characters, NFC, not too long."""
    assert len(text) <= limit
    assert text == text.strip()
    assert unicodedata.is_normalized("NFC", text)
    harmless(text)


def harmless(text: str) -> None:
    for character in set(text) - {"\n", "\t"}:
        assert unicodedata.category(character) not in ("Cc", "Cs", "Zl", "Zp"), ascii(character)
        assert character not in _TURNING, ascii(character)


def paragraphs(text: str, limit: int = TEXT_LIMIT) -> None:
    """It is clean, no line has blanks around it, and no two blank lines follow each other."""
    clean(text, limit)
    assert "\n\n\n" not in text
    assert all(line == line.strip() for line in text.split("\n"))


def one_line(text: str, limit: int = TITLE_LIMIT) -> None:
    clean(text, limit)
    assert text == " ".join(text.split())


def web_address(url: str) -> None:
    """It is an absolute http or https address without credentials, in one word."""
    parts = urlsplit(url)
    assert parts.scheme in ("http", "https")
    assert parts.hostname
    assert "@" not in parts.netloc
    assert "\\" not in parts.netloc
    assert len(url) <= URL_LIMIT
    assert url.split() == [url]
    harmless(url)


def moment(value: datetime | None) -> None:
    """It is unknown, or in UTC and in a sensible year."""
    if value is not None:
        assert value.tzinfo is UTC
        assert dates.FIRST_YEAR <= value.year < dates.LAST_YEAR


def hints(value: Hints) -> None:
    for seconds in (value.ttl, value.period):
        assert seconds is None or 0 < seconds <= MONTH
    assert list(value.skip_hours) == sorted({hour for hour in value.skip_hours if 0 <= hour < 24})
    assert list(value.skip_days) == sorted({day for day in value.skip_days if 0 <= day < 7})
    assert len(value.skip_hours) < 24
    assert len(value.skip_days) < 7


def post(value: Post) -> None:
    assert value.key.startswith(f"{value.source}:")
    assert value.native_id
    value.native_id.encode()
    one_line(value.title)
    clean(value.text)
    for words in filter(None, (value.author, *(media.alt for media in value.media))):
        one_line(words)
    for url in filter(None, (value.permalink, value.repost_of, *(media.url for media in value.media))):
        web_address(url)
    for when in (value.created, value.published, value.updated):
        moment(when)


def reading(value: Reading, url: str) -> None:
    """Every post keeps the promises, every key is there once, and the store gives back what it is given."""
    for found in value.posts:
        post(found)
    assert len({found.key for found in value.posts}) == len(value.posts)
    hints(value.hints)
    if value.earlier is not None:
        web_address(value.earlier)
        assert value.earlier != url
    assert decode(encode(value), Reading) == value
