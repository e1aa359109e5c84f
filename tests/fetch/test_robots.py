"""What a robots.txt says, and how long a copy of it counts."""

from __future__ import annotations

import asyncio
import time

import httpx
import pytest

from monitor.errors import Blocked, MonitorError, Refused, Rejected, Unauthorized, Unreachable
from monitor.fetch.robots import AGAIN, FORSAKEN, KEPT, PARSED, Robots, parse, token

US = "official-statements-monitor"


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        ("official-statements-monitor/0.1 (+https://example.org/contact)", US),
        ("test", "test"),
        ("Test_Bot 2", "Test_Bot"),
        ("/1.0", "x"),
        ("", "x"),
    ],
)
def test_the_product_token(user_agent: str, name: str) -> None:
    assert token(user_agent) == name


@pytest.mark.parametrize(
    ("text", "path", "allowed"),
    [
        ("", "/feed", True),
        ("User-agent: *\nDisallow:", "/feed", True),
        ("User-agent: *\nDisallow: /", "/feed", False),
        ("User-agent: *\nDisallow: /", "/robots.txt", True),
        ("User-agent: *\nDisallow: /private/", "/feed", True),
        ("User-agent: *\nDisallow: /\nAllow: /feed", "/feed.xml", True),
        ("User-agent: *\nDisallow: /feed\nAllow: /feed", "/feed", True),
        ("User-agent: *\nDisallow: /*.xml$", "/feed.xml", False),
        ("User-agent: *\nDisallow: /*.xml$", "/feed.xml?a=b", True),
        ("User-agent: *\nDisallow: /%D0%BD%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D0%B8", "/новости", False),
        ("User-agent: other\nDisallow: /", "/feed", True),
        ("User-agent: official\nDisallow: /", "/feed", True),
        ("User-agent: monitor\nDisallow: /", "/feed", True),
        (f"User-agent: {US}\nDisallow: /", "/feed", False),
        (f"USER-AGENT: {US.upper()} # us\nDISALLOW: /", "/feed", False),
        (f"User-agent: *\nDisallow: /\n\nUser-agent: {US}\nAllow: /", "/feed", True),
        (f"User-agent: other\nUser-agent: {US}\nDisallow: /feed", "/feed", False),
        (f"User-agent: {US}\nDisallow: /a\nUser-agent: b\nAllow: /\nUser-agent: {US}\nDisallow: /b", "/b", False),
        ("\ufeffUser-agent: *\r\nDisallow: /feed\r\n", "/feed", False),
        ("<html><body>Disallow: /</body></html>", "/feed", True),
        ("Disallow: /", "/feed", True),
    ],
)
def test_rules(text: str, path: str, allowed: bool) -> None:
    assert parse(text.encode(), US).allow(f"https://a.example{path}") is allowed


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("User-agent: *\nCrawl-delay: 5", 5.0),
        ("User-agent: *\nCrawl-delay: 0.5", 0.5),
        ("User-agent: *\nCrawl-delay: 86400", 60.0),
        ("User-agent: *\nCrawl-delay: soon", 0.0),
        ("User-agent: *\nCrawl-delay: -1", 0.0),
        ("User-agent: *\nCrawl-delay: inf", 0.0),
        (f"User-agent: *\nCrawl-delay: 9\nUser-agent: {US}\nDisallow: /a", 0.0),
        ("", 0.0),
    ],
)
def test_crawl_delay(text: str, seconds: float) -> None:
    assert parse(text.encode(), US).delay == seconds


def test_half_a_mebibyte_is_read_and_no_half_line() -> None:
    line = b"Disallow: /private/%06d\n"
    head = b"User-agent: *\n"
    many = head + b"".join(line % i for i in range(PARSED // len(line % 0) + 10))
    cut = many[: PARSED + 1]
    assert not cut.endswith(b"\n")
    rules = parse(many, US)
    assert not rules.allow("https://a.example/private/000000")
    assert not rules.allow("https://a.example/private/019000")
    assert rules.allow(f"https://a.example/private/{PARSED // len(line % 0) + 5:06d}")
    broken = head + b"#" * (PARSED - len(head) - len(b"\nDisallow: /")) + b"\nDisallow: /private"
    assert parse(broken, US).allow("https://a.example/feed"), "`Disallow: /`, cut, would forbid everything"


@pytest.mark.parametrize(
    "body",
    [
        b"".join(b"User-agent: %d\n" % i for i in range(15000))
        + b"".join(b"Disallow: /%d*a$\n" % i for i in range(15000)),
        b"user-agent" * 50000,
        b"user-agent:" + b" " * 500000,
        b"Disallow: /" + b"*a" * 250000,
        b"User-agent: *\nDisallow: /" + b"*a" * 250000 + b"b",
        b"\xff\xfe\x00" * 100000,
    ],
)
def test_a_hostile_file_takes_no_time(body: bytes) -> None:
    began = time.process_time()
    parse(body, US).allow("https://a.example/" + "a" * 4000)
    assert time.process_time() - began < 3


# --- the copies that are kept -----------------------------------------------------------------------------------------

PAGE = httpx.URL("https://a.example:8443/feed?page=1#x")
NOT_IT = httpx.URL("https://a.example:8443/private/a")


class Host:
    """One host's robots.txt as time goes by: each answer is a file or an error."""

    def __init__(self) -> None:
        self.seconds = 50.0
        self.answer: bytes | MonitorError = b"User-agent: *\nDisallow: /private/"
        self.asked: list[str] = []
        self.robots = Robots(f"{US}/0.1", clock=lambda: self.seconds)

    async def ask(self, url: str) -> bytes:
        self.asked.append(url)
        if isinstance(self.answer, MonitorError):
            raise self.answer
        return self.answer

    async def allows(self, target: httpx.URL = PAGE) -> bool:
        try:
            await self.robots.check(target, self.ask)
        except Refused:
            return False
        return True


@pytest.fixture
def host() -> Host:
    return Host()


async def test_a_file_is_asked_for_once_a_day_and_origin(host: Host) -> None:
    assert await host.allows()
    assert not await host.allows(NOT_IT)
    host.seconds += KEPT - 1
    assert await host.allows()
    assert host.asked == ["https://a.example:8443/robots.txt"]
    host.seconds += 1
    await host.allows()
    await host.allows(httpx.URL("http://a.example/feed"))
    await host.allows(httpx.URL("https://b.example/feed"))
    assert host.asked[1:] == [
        "https://a.example:8443/robots.txt",
        "http://a.example/robots.txt",
        "https://b.example/robots.txt",
    ]


async def test_it_is_asked_for_once_by_many(host: Host) -> None:
    assert all(await asyncio.gather(*(host.allows() for _ in range(20))))
    assert len(host.asked) == 1


@pytest.mark.parametrize(
    "error",
    [
        Unreachable("404", status=404),
        Unreachable("429", status=429),
        Unauthorized("403"),
        Rejected("410", status=410),
        Blocked("a wall", status=403),
        Blocked("a wall", status=200),
    ],
)
async def test_who_has_no_such_file_allows_everything(host: Host, error: MonitorError) -> None:
    host.answer = error
    assert await host.allows(NOT_IT)
    assert await host.allows()
    assert len(host.asked) == 1


FAILURES = [Unreachable("it answered 500", status=500), Unreachable("no TLS connection"), Refused("a private address")]


@pytest.mark.parametrize("error", [*FAILURES, Blocked("a wall", status=503)])
async def test_while_it_cannot_be_had_nothing_may_be_asked_for(host: Host, error: MonitorError) -> None:
    host.answer = error
    with pytest.raises(Unreachable, match=rf"of a\.example cannot be had, so nothing there may be asked for: {error}$"):
        await host.allows()
    with pytest.raises(Unreachable):
        await host.allows()
    assert len(host.asked) == 1
    host.seconds += AGAIN
    host.answer = b""
    assert await host.allows()


@pytest.mark.parametrize("error", FAILURES)
async def test_the_last_good_copy_stays_in_force(host: Host, error: MonitorError) -> None:
    await host.allows()
    host.answer = error
    for _ in range(3):
        host.seconds += 40 * KEPT
        assert await host.allows()
        assert not await host.allows(NOT_IT)
    assert len(host.asked) == 4
    host.answer = b""
    host.seconds += AGAIN
    assert await host.allows(NOT_IT)


async def test_after_a_month_without_any_answer_it_counts_as_absent(host: Host) -> None:
    host.answer = FAILURES[0]
    with pytest.raises(Unreachable):
        await host.allows()
    host.seconds += FORSAKEN - 1
    with pytest.raises(Unreachable):
        await host.allows()
    host.seconds += AGAIN
    assert await host.allows(NOT_IT)


async def test_no_more_than_a_thousand_origins_are_remembered(host: Host) -> None:
    for number in range(1100):
        await host.allows(httpx.URL(f"https://a{number}.example/feed"))
    assert len(host.robots._origins) == 1000
