"""`Fetcher`: asks and sends politely. A turn at each host, one deadline for everything, few redirects.

Nothing comes from the environment: no proxy, no certificates, no `.netrc`. httpx's client, which reads them and logs
whole addresses, is not used.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import ssl
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from types import TracebackType
from typing import Self

import httpx

from monitor.errors import Blocked, Unreachable, Unreadable
from monitor.fetch import address, walls
from monitor.fetch.answer import (
    KIB,
    MIB,
    PERMANENT,
    REDIRECTS,
    Answer,
    complaint,
    received,
    retry_after,
    unpacker,
)
from monitor.fetch.pool import Pool
from monitor.fetch.robots import Robots
from monitor.fetch.turns import Rests, Turns
from monitor.guard import AllowPrivate, Resolver

HOPS = 5
POST_BODY = 4 * KIB
ERROR_PAGE = 3.0  # seconds for the page of an error, which is only looked at for a wall


class Fetcher:
    """See the contracts `sources.Fetch` and `notifiers.PostRequest`. It belongs to one event loop.

    user_agent   who we are and how to reach us, e.g. `official-statements-monitor/0.1 (+https://example.org/contact)`
    deadline     seconds for a whole `get`: name, connection, TLS, redirects, body
    max_body     bytes of a body, both as sent and unpacked
    per_host     requests under way at one host and port, of both kinds together
    ssl_context  whom to trust; None for the certificates that come with httpx
    """

    def __init__(
        self,
        *,
        user_agent: str,
        deadline: float = 25.0,
        max_body: int = 8 * MIB,
        per_host: int = 2,
        resolver: Resolver | None = None,
        ssl_context: ssl.SSLContext | None = None,
    ) -> None:
        self._user_agent = user_agent
        self._deadline = deadline
        self._max_body = max_body
        self._turns = Turns(per_host, patience=deadline)
        self._rests = Rests(patience=deadline)
        self._pauses = Rests(patience=deadline)
        self._robots = Robots(user_agent)
        self._pool = Pool(resolver or Resolver())
        self._ssl_context = ssl_context

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close what was kept for further requests. Nothing is open after it, once its requests have ended."""
        await self._pool.aclose()

    async def get(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        allow_private: AllowPrivate = (),
        robots: bool = False,
    ) -> Answer:
        """Ask for `url` and return a 2xx or 304, after at most 5 redirects; credentials stay with the first host.

        Waits up to `deadline` for its turn at the host, then works up to `deadline`. A `Retry-After` of a 429 or 503
        binds the host for all who ask there. With `robots`, its robots.txt is obeyed, at each redirect as well.

        Raises Unreachable (with `status`, and `retry_after` in seconds if the host asked for patience), Unreadable,
        Blocked, Refused, Unauthorized (401, 403, 407) or Rejected (410: gone for good).
        """
        target = address.parse(url)
        sent = self._headers(target, headers)
        target = target.copy_with(userinfo=b"") if target.userinfo else target
        asked = address.host(target)
        moved: str | None = None
        permanent = True
        seen: set[str] = set()
        try:
            async with asyncio.timeout(None) as clock:
                for hop in range(HOPS + 1):
                    if robots:
                        await self._obey(target, allow_private, seen)
                    async with self._turn(target):
                        if hop == 0:
                            clock.reschedule(asyncio.get_running_loop().time() + self._deadline)
                        answer = await self._get(target, sent, allow_private, asked)
                    if answer.status not in REDIRECTS:
                        return replace(answer, moved=moved)
                    permanent = permanent and answer.status in PERMANENT
                    target, sent = address.follow(target, answer.headers.get("location"), sent)
                    moved = str(target) if permanent else moved
        except TimeoutError:
            raise Unreachable(f"{address.host(target)} gave no whole answer within {self._deadline:g} s") from None
        raise Unreachable(f"{address.host(target)} leads nowhere: there were more than {HOPS} redirects")

    async def post(
        self,
        url: str,
        *,
        content: bytes,
        headers: Mapping[str, str] | None = None,
        allow_private: AllowPrivate = (),
        timeout: float = 15.0,
        most: int = POST_BODY,
    ) -> Answer:
        """Send `content` once and return the answer, whatever its status; no redirect is followed.

        `timeout` is in seconds and for everything. `body` is the first `most` bytes of the answer's. Once a status has
        come the host has spoken: a body that then breaks off is returned empty, so that nobody sends the same again.

        Raises Unreachable or Refused; they name the host only.
        """
        target = address.parse(url)
        sent = self._headers(target, headers)
        sent["Accept-Encoding"] = "identity"
        request = httpx.Request("POST", target, headers=sent, content=content)
        host = address.host(target)
        answer: Answer | None = None
        try:
            async with asyncio.timeout(timeout), self._turns.at(target), self._ask(request, allow_private) as response:
                headers_in = received(response.headers.raw)
                answer = Answer(response.status_code, headers_in, b"", f"{target.scheme}://{host}")
                answer = replace(answer, body=await _beginning(response, most))
        except TimeoutError:
            if answer is None:
                raise Unreachable(f"{host} gave no answer within {timeout:g} s") from None
        except Unreachable:
            if answer is None:
                raise
        return answer

    @contextlib.asynccontextmanager
    async def _turn(self, target: httpx.URL) -> AsyncIterator[None]:
        """Wait for a turn at a host that does not rest. Nobody who waits for the end of a rest holds a turn."""
        while True:
            await self._rests.over(target)
            async with self._turns.at(target):
                if not self._rests.left(target):
                    yield
                    return

    async def _obey(self, target: httpx.URL, allow_private: AllowPrivate, seen: set[str]) -> None:
        """Wait as long as the host's robots.txt wants between two requests, of which a chain of redirects is one.

        Raises Refused or Unreachable.
        """

        async def ask(url: str) -> bytes:
            return (await self.get(url, headers={"Accept": "text/plain"}, allow_private=allow_private)).body

        apart = await self._robots.check(target, ask)
        if address.host(target) not in seen:
            seen.add(address.host(target))
            await self._pauses.queue(target, apart)

    async def _get(self, target: httpx.URL, headers: httpx.Headers, allow_private: AllowPrivate, asked: str) -> Answer:
        """Ask once. A redirect comes back as an Answer without its body; every failure is raised."""
        host = address.host(target)
        async with self._ask(httpx.Request("GET", target, headers=headers), allow_private) as response:
            answer = Answer(response.status_code, received(response.headers.raw), b"", str(target))
            if answer.status in REDIRECTS:
                return answer
            if answer.status == 304:
                if not headers.keys() & {"if-none-match", "if-modified-since"}:
                    raise Unreadable(f"{host} answered 304 Not Modified although no condition was set")
                await _nothing(response)
                return answer
            if answer.status in (429, 503) and (patience := retry_after(answer.headers)):
                self._rests.rest(target, patience)
            problem = complaint(answer.status, answer.headers, host)
            body = await _page(response, host) if problem else await _whole(response, self._max_body, host)
            who = walls.wall(answer.status, answer.headers, body, accept=headers["accept"])
            if who and answer.status not in (404, 410):
                patience = retry_after(answer.headers)
                raise Blocked(walls.sentence(asked, host, who), status=answer.status, retry_after=patience)
            if problem:
                raise problem
            return replace(answer, body=body)

    def _ask(
        self, request: httpx.Request, allow_private: AllowPrivate
    ) -> contextlib.AbstractAsyncContextManager[httpx.Response]:
        if self._ssl_context is None and request.url.scheme == "https":
            self._ssl_context = httpx.create_ssl_context(trust_env=False)  # takes 30 ms: made once, and late
        return self._pool.exchange(request, tls=self._ssl_context, allow_private=allow_private)

    def _headers(self, target: httpx.URL, extra: Mapping[str, str] | None) -> httpx.Headers:
        headers = httpx.Headers({"Accept": "*/*", "User-Agent": _latin(self._user_agent)}, encoding="latin-1")
        if target.userinfo:
            pair = f"{target.username}:{target.password}".encode()
            headers["Authorization"] = f"Basic {base64.b64encode(pair).decode()}"
        for name, value in (extra or {}).items():
            headers[name] = _latin(value)
        headers["Accept-Encoding"] = "gzip"  # the one that is unpacked here, with a limit
        return headers


def _latin(value: str) -> str:
    """Return what a header can carry of a text: Latin-1, as answers are read, and `?` for the rest."""
    return value.encode("latin-1", "replace").decode("latin-1")


async def _nothing(response: httpx.Response) -> None:
    """Read to the end of an answer that has no body, whatever its headers say of one (RFC 9110, 15.4.5)."""
    async for _ in response.aiter_raw():
        pass


async def _whole(response: httpx.Response, limit: int, host: str) -> bytes:
    """Read a body to its end. Raises Unreadable if it is longer than `limit`, as sent or unpacked."""
    body = unpacker(response.headers.get("content-encoding", ""), limit, host)
    declared = response.headers.get("content-length", "")
    if declared.isdecimal():
        body.measure(int(declared))
    async for chunk in response.aiter_raw():
        body.feed(chunk)
    return body.finish()


async def _page(response: httpx.Response, host: str) -> bytes:
    """Read the beginning of the page that came with an error, or what can be had of it: it is no reason to fail."""
    if response.status_code in (404, 410) or "html" not in response.headers.get("content-type", "html").lower():
        return b""
    with contextlib.suppress(Unreadable):
        page = unpacker(response.headers.get("content-encoding", ""), walls.LOOKED_AT, host)
        with contextlib.suppress(TimeoutError, Unreadable, Unreachable):
            async with asyncio.timeout(ERROR_PAGE):
                async for chunk in response.aiter_raw():
                    page.feed(chunk)
        return bytes(page.body[: walls.LOOKED_AT])
    return b""


async def _beginning(response: httpx.Response, limit: int) -> bytes:
    """Read at most `limit` bytes of a body; nothing of one that comes packed although we asked for plain."""
    body = bytearray()
    if response.headers.get("content-encoding", "identity") == "identity":
        async for chunk in response.aiter_raw():
            body += chunk
            if len(body) >= limit:
                break
    return bytes(body[:limit])
