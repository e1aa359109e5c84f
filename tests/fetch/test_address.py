from __future__ import annotations

import httpx
import pytest
from pydantic import TypeAdapter, ValidationError

from monitor.errors import Refused, Unreachable
from monitor.fetch import HttpUrl, named
from monitor.fetch.address import follow, host, origin, parse

BAD = [
    "",
    "feeds.example/rss",
    "ftp://feeds.example/",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "http://",
    "https:///path",
    "http://xn--/",
    "http://xn--a/",
    "http://feeds.example:99999/",
    "http://feeds.example:port/",
    "http://[::1/",
    "http://feeds.example/\x00",
    "http://feeds.example:0/",
    "http://" + "a" * 64 + "é.example/",
]


@pytest.mark.parametrize("url", BAD)
def test_what_is_no_web_address_is_refused_without_being_quoted(url: str) -> None:
    with pytest.raises(Refused, match=r"^a web address that begins with https:// or http:// and a valid host name is"):
        parse(url)


@pytest.mark.parametrize("url", BAD)
def test_configuration_refuses_the_same(url: str) -> None:
    with pytest.raises(ValidationError, match="a web address that begins with https://"):
        TypeAdapter(HttpUrl).validate_python(url)


def test_configuration_keeps_an_address_as_written_but_for_space_around_it() -> None:
    assert TypeAdapter(HttpUrl).validate_python(" https://Feeds.Example/a?b=c ") == "https://Feeds.Example/a?b=c"


def test_hosts_and_origins() -> None:
    assert host(parse("https://Հայաստան.example/")).startswith("xn--")
    assert host(parse("http://[::1]:8080/")) == "::1"
    assert origin(parse("http://feeds.example/a")) == ("http", "feeds.example", 80)
    assert origin(parse("https://feeds.example/a")) == ("https", "feeds.example", 443)
    assert origin(parse("https://feeds.example:8443/a")) == ("https", "feeds.example", 8443)


HERE = parse("https://feeds.example/a/b?c=d")
SENT = httpx.Headers(
    {
        "Host": "feeds.example",
        "Accept": "text/xml",
        "User-Agent": "test",
        "Authorization": "Bearer secret",
        "Cookie": "session=secret",
        "X-Api-Key": "secret",
        "If-None-Match": '"tag"',
    }
)


@pytest.mark.parametrize(
    ("location", "target"),
    [
        ("https://feeds.example/new", "https://feeds.example/new"),
        ("//feeds.example/new", "https://feeds.example/new"),
        ("/new", "https://feeds.example/new"),
        ("new", "https://feeds.example/a/new"),
        ("?e=f", "https://feeds.example/a/b?e=f"),
        ("https://feeds.example:443/new", "https://feeds.example/new"),
        ("https://user:password@feeds.example/new", "https://feeds.example/new"),
        ("/новости".encode().decode("latin-1"), "https://feeds.example/%D0%BD%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D0%B8"),
    ],
)
def test_a_redirect_within_its_origin_takes_everything_along(location: str, target: str) -> None:
    there, headers = follow(HERE, location, SENT)
    assert str(there) == target
    assert headers == SENT


@pytest.mark.parametrize("location", ["https://other.example/", "https://feeds.example:8443/", "//sub.feeds.example/"])
def test_a_redirect_to_another_origin_leaves_credentials_behind(location: str) -> None:
    _, headers = follow(HERE, location, SENT)
    assert dict(headers) == {"accept": "text/xml", "user-agent": "test", "if-none-match": '"tag"'}


def test_from_http_up_to_https_is_fine() -> None:
    there, _ = follow(parse("http://feeds.example/"), "https://feeds.example/", SENT)
    assert there.scheme == "https"


def test_from_https_down_to_http_is_refused() -> None:
    with pytest.raises(Refused, match=r"feeds\.example redirects from https to unprotected http at other\.example"):
        follow(HERE, "http://other.example/secret", SENT)


@pytest.mark.parametrize("location", ["file:///etc/passwd", "ftp://feeds.example/", "http://xn--/", "https://[::1"])
def test_to_anything_but_the_web_is_refused(location: str) -> None:
    with pytest.raises(Refused, match=r"feeds\.example redirects to something that is no http or https address"):
        follow(HERE, location, SENT)


@pytest.mark.parametrize("location", [None, ""])
def test_to_nowhere_is_unreachable(location: str | None) -> None:
    with pytest.raises(Unreachable, match="without saying where"):
        follow(HERE, location, SENT)


@pytest.mark.parametrize(
    ("page", "address"),
    [
        ("https://b.example/2", "https://b.example/2"),
        ("?page=2", "https://a.example/feed?page=2"),
        ("/новости/2", "https://a.example/%D0%BD%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D0%B8/2"),
        ("https://user:word@a.example/2", "https://a.example/2"),
    ],
)
def test_a_page_that_a_document_names(page: str, address: str) -> None:
    assert named("https://user:word@a.example/feed", page) == address


@pytest.mark.parametrize(
    "page", ["http://a.example/2", "file:///etc/passwd", "javascript:alert(1)", "//\x00", "//a:99999/"]
)
def test_a_page_is_followed_no_further_than_a_redirect(page: str) -> None:
    with pytest.raises(Refused, match=r"^a\.example names a page that leads (from https|to something)") as error:
        named("https://a.example/secret", page)
    assert "secret" not in str(error.value)
