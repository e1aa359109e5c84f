"""Where redirects and documents may lead: `monitor.fetch.address`."""

from __future__ import annotations

from contextlib import suppress

import httpx
from hypothesis import example, given
from hypothesis import strategies as st

from monitor.errors import Refused, Unreachable
from monitor.fetch.address import FOR_STRANGERS, follow, host, origin, parse, port
from tests.properties import bounded

schemes = st.sampled_from(["https://", "http://", "//", "", "HTTPS://", "ftp://", "javascript:", "https:/\\"])
people = st.sampled_from(["", "", "user@", "user:secret@", "a@b@", "%40:%3a@"])
hosts = st.sampled_from(
    [
        "feeds.example",
        "FEEDS.example.",
        "other.example",
        "xn--a",
        "münchen.example",
        "[::1]",
        "[::1%é]",
        "127.1",
        "",
        "a b",
    ]
)
ports = st.sampled_from(["", "", ":443", ":80", ":8443", ":0", ":99999", ":", ":x"])
paths = st.sampled_from(["", "/", "/a/../b", "?q=1", "#f", "/é", "/%0d%0aX: y", "/\x85", "\\@evil.example/"])
written = st.builds("{}{}{}{}{}".format, schemes, people, hosts, ports, paths) | st.text(max_size=40)
heres = st.sampled_from(
    ["https://feeds.example/a?b", "http://feeds.example/", "https://feeds.example:8443/", "http://[::1]/"]
)
SECRETS = {"Authorization": "Basic secret", "Cookie": "secret", "X-Api-Key": "secret", "Referer": "https://secret/"}
SENT = httpx.Headers({"Accept": "*/*", "User-Agent": "test", **SECRETS})


@bounded
@given(written)
@example("http://[::1%é]/")
def test_an_address_can_be_connected_to_or_is_refused(url: str) -> None:
    with suppress(Refused):
        found = parse(url)
        assert found.scheme in ("http", "https")
        assert host(found).isascii()
        assert 0 < port(found) < 65536
        assert origin(parse(str(found))) == origin(found)


@bounded
@given(heres, written)
def test_no_redirect_lowers_the_protection_or_takes_secrets_to_strangers(here: str, location: str) -> None:
    first = parse(here)
    with suppress(Refused, Unreachable):
        there, headers = follow(first, location.encode().decode("latin-1"), SENT)
        assert not there.userinfo
        assert (first.scheme, there.scheme) != ("https", "http")
        if origin(there) == origin(first):
            assert headers == SENT
        else:
            assert {name.lower() for name in headers} <= FOR_STRANGERS
            assert "secret" not in str(headers.raw)
