"""Web addresses of redirects, and the network addresses names lead to."""

from __future__ import annotations

from contextlib import suppress
from ipaddress import ip_address, ip_network

import httpx

from monitor import guard as guarding
from monitor.errors import Refused, Unreachable
from monitor.fetch import address as addressing
from tests.fuzz import Target, parts, string

HERE = tuple(
    addressing.parse(url)
    for url in (
        "https://feeds.example/a/b?c=d",
        "http://feeds.example:8080/",
        "https://xn--y9a3aq.example/",
        "http://[::1]/",
    )
)
SENT = httpx.Headers({"Host": "x", "Accept": "*/*", "Authorization": "secret", "Cookie": "secret", "X-Key": "secret"})


def address(data: bytes) -> None:
    """A redirect leads to a web address, never down from https, and takes secrets to nobody else."""
    first, location = parts(data, 2)
    with suppress(Refused):
        written = addressing.parse(string(location))
        usable(written)
        assert addressing.origin(addressing.parse(str(written))) == addressing.origin(written)
    here = HERE[sum(first) % len(HERE)]
    with suppress(Refused, Unreachable):
        there, headers = addressing.follow(here, location.decode("latin-1"), SENT)
        usable(there)
        assert not there.userinfo
        assert (here.scheme, there.scheme) != ("https", "http")
        if addressing.origin(here) != addressing.origin(there):
            assert "secret" not in repr(headers.raw)
    with suppress(Refused):
        page = addressing.parse(addressing.named(str(here), string(location)))
        usable(page)
        assert not page.userinfo
        assert (here.scheme, page.scheme) != ("https", "http")


def usable(url: httpx.URL) -> None:
    host = addressing.host(url)
    assert url.scheme in ("http", "https")
    assert host
    assert host.isascii()
    assert not set(host) & set(" \t\r\n/\\@?#")
    assert 0 < addressing.port(url) < 65536
    request = httpx.Request("GET", url)
    assert not set(request.url.raw_path) & set(b" \r\n")


def guard(data: bytes) -> None:
    """What is connected to is public, or is what the operator named."""
    raw, host = data[:16], string(data[16:])
    found = ip_address(raw[:4] if len(raw) < 16 else raw) if len(raw) >= 4 else ip_address("0.0.0.0")
    port = 1 + sum(data) % 65535
    guarding.check("x.example", port, [found], allow_private=(ip_network(found),))
    with suppress(Refused):
        guarding.check("x.example", port, [found])
        assert found.is_global
        assert not found.is_multicast
        assert getattr(found, "ipv4_mapped", None) is None
        assert port in guarding.WEB_PORTS
    with suppress(ValueError):
        named = ip_address(host)
        assert guarding.in_order([named, found, named])[0] in (named, found)


FOUND = {
    "address": Target(
        address,
        (
            b"\x1ehttps://user:password@feeds.example/new",
            b"\x01\x1e//other.example:99999/",
            b"\x02\x1e/\xd0\xbd\xd0\xbe\xd0\xb2",
            b"\x03\x1ehttp://[::1%25eth0]:80/../..?#",
            b"\x1ehttps://xn--a/",
        ),
        (
            *("http://", "https://", "//", "@", "[", "]", ":80", ":0", "xn--", "\\", "%0d%0a", "feeds.example", "ß"),
            *("..", "?"),
        ),
    ),
    "guard": Target(
        guard,
        (
            bytes([127, 0, 0, 1]),
            bytes([8, 8, 8, 8]),
            bytes(10) + b"\xff\xff\x7f\0\0\1" + b"fe80::1%eth0",
            b"\x20\x01\x0d\xb8" + bytes(12) + b"::ffff:10.0.0.1",
            b"\x26\x06\x47\x00" + bytes(12),
        ),
        ("\x7f\0\0\1", "::1", "127.1", "0x7f"),
    ),
}
