"""Web addresses as httpx reads them, and where a redirect may lead. Pure.

No error here quotes an address: its path may be a secret. They name the host.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Annotated

import httpx
from pydantic import AfterValidator

from monitor.errors import Refused, Unreachable

# What another host may see of a request that was meant for the first one.
FOR_STRANGERS = frozenset(
    {"accept", "accept-encoding", "accept-language", "a-im", "if-none-match", "if-modified-since", "user-agent"}
)

_HOST = re.compile(r"[A-Za-z0-9._:-]+")  # a name, or an address of either version without a zone


@lru_cache(maxsize=4096)  # the same sources are asked again and again
def parse(url: str) -> httpx.URL:
    """Read an http or https address with a host name that can be looked up. Raises Refused."""
    try:
        target = httpx.URL(url)
        # `host` reads IDNA, which may fail; httpx lets `[` and other signs through, and percent-encodes them.
        name = host(target) if target.host else ""
        usable = target.scheme in ("http", "https") and bool(_HOST.fullmatch(name)) and 0 < port(target) < 65536
    except (httpx.InvalidURL, ValueError):
        usable = False
    if not usable:
        raise Refused("a web address that begins with https:// or http:// and a valid host name is wanted")
    return target


def follow(here: httpx.URL, location: str | None, headers: httpx.Headers) -> tuple[httpx.URL, httpx.Headers]:
    """Return where a redirect leads and what may be sent there: no credentials unless it is the same origin.

    Raises Refused for anything but http and https, and for the way down from https; Unreachable without a Location.
    """
    if not location:
        raise Unreachable(f"{host(here)} redirects without saying where")
    # Some servers send UTF-8 where only ASCII is allowed; read as Latin-1, its bytes are all still there.
    there = _led(here, location.encode("latin-1", "replace").decode("utf-8", "replace"), "redirects")
    if origin(here) == origin(there):
        return there, headers
    return there, httpx.Headers([pair for pair in headers.raw if pair[0].decode().lower() in FOR_STRANGERS])


def named(here: str, page: str) -> str:
    """Return the address of a page that the document at `here` names, absolute and without credentials.

    What a document names is followed no further than a redirect would be. Raises Refused.
    """
    return str(_led(parse(here), page, "names a page that leads"))


def _led(here: httpx.URL, to: str, verb: str) -> httpx.URL:
    try:
        there = parse(str(here.join(to)))
    except (httpx.InvalidURL, ValueError, Refused):
        raise Refused(f"{host(here)} {verb} to something that is no http or https address") from None
    if here.scheme == "https" and there.scheme == "http":
        raise Refused(f"{host(here)} {verb} from https to unprotected http at {host(there)}")
    return there.copy_with(userinfo=b"")


def host(url: httpx.URL) -> str:
    """Return the host as it goes over the wire: ASCII, an IPv6 address without brackets."""
    return url.raw_host.decode("ascii")


def port(url: httpx.URL) -> int:
    return (443 if url.scheme == "https" else 80) if url.port is None else url.port


def origin(url: httpx.URL) -> tuple[str, str, int]:
    return url.scheme, host(url), port(url)


def http_url(value: str) -> str:
    """Validate an address of the configuration with the parser that will use it. Raises ValueError."""
    try:
        parse(value.strip())
    except Refused as why:
        raise ValueError(str(why)) from None
    return value.strip()


HttpUrl = Annotated[str, AfterValidator(http_url)]
