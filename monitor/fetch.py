"""The polite client: the only file that knows httpx, and the guard of every connection we open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, WithJsonSchema


def _network(value: object) -> object:
    try:
        return ip_network(str(value), strict=False)
    except ValueError:
        raise ValueError(f"{value!r} is no address or network; wanted is one like 127.0.0.1 or 10.1.0.0/16") from None


def _http_url(value: str) -> str:
    parts = urlsplit(value.strip())
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"{value!r} is no web address; wanted is one that begins with https:// or http://")
    return value.strip()


Network = Annotated[IPv4Network | IPv6Network, BeforeValidator(_network), WithJsonSchema({"type": "string"})]
AllowPrivate = tuple[Network, ...]
HttpUrl = Annotated[str, AfterValidator(_http_url)]


@dataclass(frozen=True, slots=True)
class Answer:
    """One HTTP answer. `headers` have lower-case names; `body` is unpacked; `url` is where redirects ended."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str


class Fetcher:
    """See the contracts `sources.Fetch` and `notifiers.PostRequest`."""

    async def get(
        self, url: str, *, headers: Mapping[str, str] | None = None, allow_private: AllowPrivate = ()
    ) -> Answer:
        raise NotImplementedError

    async def post(
        self,
        url: str,
        *,
        content: bytes,
        headers: Mapping[str, str] | None = None,
        allow_private: AllowPrivate = (),
        timeout: float = 15.0,
    ) -> Answer:
        raise NotImplementedError
