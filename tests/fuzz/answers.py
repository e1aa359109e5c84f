"""What an HTTP answer says of itself: its headers, its packed body, how long it is fresh, whether a wall gave it."""

from __future__ import annotations

import gzip as packing
import math
from contextlib import suppress
from datetime import UTC, datetime
from urllib.parse import quote

from monitor.errors import MonitorError, Unreadable
from monitor.fetch import answer
from monitor.fetch.freshness import lifetime
from monitor.fetch.robots import LONGEST_DELAY, token
from monitor.fetch.robots import parse as parse_robots
from monitor.fetch.walls import wall
from tests.fuzz import Target, parts

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
LIMIT = 10_000  # bytes of a body


def _headers(data: bytes) -> dict[str, str]:
    pairs = (line.partition(b":") for line in data.split(b"\n") if line)
    return answer.received((name.strip(), value.strip()) for name, _, value in pairs)


def headers(data: bytes) -> None:
    """Whatever stands in the headers: bounded, read back byte for byte, and a wait of a day at most."""
    first, raw = parts(data, 2)
    found = _headers(raw)
    for name, value in found.items():
        assert name == name.lower()
        assert value.encode("latin-1") is not None
    assert len(found.get("etag", "")) <= answer.LONGEST_VALIDATOR
    wait = answer.retry_after(found, NOW)
    assert wait is None or 0 <= wait <= answer.LONGEST_WAIT
    status = 100 + sum(first) % 900
    problem = answer.complaint(status, found, "ministry.example")
    assert problem is None or isinstance(problem, MonitorError)
    assert (problem is None) == (200 <= status < 300 or status == 304)


def gzip(data: bytes) -> None:
    """However a body is cut into chunks it says the same, and never grows over the limit."""
    sizes, body = parts(data, 2)
    whole = _unpacked([body])
    step = 1 + sum(sizes) % 64
    assert _unpacked([body[at : at + step] for at in range(0, len(body), step)]) == whole
    assert _unpacked([packing.compress(body, 1)]) == body
    assert whole is None or len(whole) <= LIMIT


def _unpacked(chunks: list[bytes]) -> bytes | None:
    body = answer.unpacker("gzip", LIMIT, "ministry.example")
    with suppress(Unreadable):
        for chunk in chunks:
            body.feed(chunk)
            assert len(body.body) <= LIMIT + 1
        return body.finish()
    return None


def freshness(data: bytes) -> None:
    """Headers say nothing, or a number of seconds from none to a day."""
    found = lifetime(_headers(data), NOW)
    assert found is None or (math.isfinite(found) and 0 <= found <= 86400)


def walls(data: bytes) -> None:
    """Any page is a wall of some name or none, and the name is short and of one line."""
    first, raw, body = parts(data, 3)
    found = wall(200 + sum(first) % 400, _headers(raw), body)
    assert found is None or (0 < len(found) < 200 and found.isprintable())


def robots(data: bytes) -> None:
    """Any file asks for a delay we can keep, and allows or forbids every address."""
    path, name, body = parts(data, 3)
    rules = parse_robots(body, token(name.decode("latin-1")))
    assert 0 <= rules.delay <= LONGEST_DELAY
    url = "https://ministry.example/" + quote(path)
    assert rules.allow(url) in (True, False)
    assert parse_robots(b"", rules.token).allow(url)
    assert rules.token.isascii()


_HEADERS = (
    b'Content-Type: text/html; charset=utf-8\nETag: W/"x"\nServer: cloudflare\nCF-Ray: 1\nRetry-After: 120',
    b'Retry-After: Sun, 22 Nov 2026 10:00:00 GMT\nCache-Control: max-age=60, s-maxage=5, no-cache="x"\nAge: 5',
    b"Expires: Sun, 22 Nov 2026 13:00:00 GMT\nDate: Sun, 22 Nov 2026 12:00:00 GMT\nCache-Control: public",
)
_WORDS = (
    *("Retry-After:", "Cache-Control:", "max-age=", "no-store", "must-revalidate", "Expires:", "Date:", "Age:"),
    *("Sun, 22 Nov 2026 10:00:00 GMT", "99999999999999999999", "-1", "+0000", "-9999", "inf", "nan", '"', "0"),
)

FOUND = {
    "headers": Target(headers, tuple(b"\x01\x1e" + raw for raw in _HEADERS), _WORDS),
    "gzip": Target(
        gzip,
        (
            b"\x05\x1e" + packing.compress(b"<rss/>" * 20, mtime=0),
            b"\x01\x1e" + packing.compress(b"a", mtime=0) + packing.compress(b"b", mtime=0) + b"\0\0",
            b"\x1e" + packing.compress(b"0" * 100_000, mtime=0),
        ),
        (b"\x1f\x8b\x08",),
    ),
    "freshness": Target(freshness, _HEADERS, _WORDS),
    "robots": Target(
        robots,
        (
            b"a/b?c\x1emonitor/1.0\x1eUser-agent: *\nDisallow: /a/*.xml$\nAllow: /a/b\nCrawl-delay: 5\n",
            b"\x1emonitor\x1e\xef\xbb\xbfUser-Agent: Monitor # x\r\nuser agent: other\nRequest-rate: 1/5s\n",
        ),
        (
            *("User-agent: ", "Disallow: ", "Allow: ", "Crawl-delay: ", "Request-rate: ", "Visit-time: ", "*", "$"),
            *("%2f", "nan"),
        ),
    ),
    "walls": Target(
        walls,
        (
            b"\xcb\x1e" + _HEADERS[0] + b"\x1e<!doctype html><title>Just a moment...</title>",
            b"\x1e" + _HEADERS[1] + b"\x1e<html><form action='/login'><input type='password'></form></html>",
            b"\x1eContent-Type: application/rss+xml\x1e<rss><channel><title>Log in</title></channel></rss>",
        ),
        ("<html", "<title>", "Just a moment...", "cf-challenge", "captcha", "password", "Access denied", "<rss", "{"),
    ),
}
