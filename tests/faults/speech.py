"""The words a script of a server is made of: whole replies in order, or raw bytes with pauses."""

from __future__ import annotations

import asyncio
import gzip
import itertools
from collections.abc import Callable, Iterable

from tests.servers import Reply, Request, Script, read_request, wire

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\n"
Answer = Reply | Callable[[Request], Reply]


def item(
    number: int | str, title: str = "", *, guid: str | None = None, link: str | None = None, more: str = ""
) -> str:
    """Return one item. Words and addresses are its own unless a case wants otherwise; empty ones are left out."""
    guid = f"post-{number}" if guid is None else guid
    link = f"https://ministry.example/{number}" if link is None else link
    parts = (f"<guid isPermaLink='false'>{guid}</guid>" * bool(guid), f"<link>{link}</link>" * bool(link))
    words = title or f"Statement number {number} of the ministry"
    return f"<item>{''.join(parts)}<title>{words}</title><description>{words}, and its text.</description>{more}</item>"


def rss(items: Iterable[str]) -> str:
    return f'<rss version="2.0"><channel><title>Ministry</title>{"".join(items)}</channel></rss>'


def posts(*numbers: int) -> str:
    """Return a good feed with these posts."""
    return rss(map(item, numbers))


def document(body: str | bytes, kind: str = "application/rss+xml", **headers: str) -> Reply:
    """Return a body as a reply; header names are written with `_` for `-`."""
    raw = body.encode() if isinstance(body, str) else body
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(200, raw, {"Content-Type": kind, **named} if kind else named)


def page(words: str, status: int = 200, **headers: str) -> Reply:
    """Return an HTML page."""
    reply = document(words, "text/html; charset=utf-8", **headers)
    return Reply(status, reply.body, reply.headers)


def status(code: int, **headers: str) -> Reply:
    return Reply(code, b"", {name.replace("_", "-"): value for name, value in headers.items()})


def redirect(to: str, code: int = 302) -> Reply:
    return status(code, Location=to)


def serves(*answers: Answer) -> Script:
    """Give the first answer to the first request, the second to the second, and the last for ever after."""
    following = itertools.chain(answers, itertools.repeat(answers[-1]))

    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await read_request(reader)
        answer = next(following)
        writer.write(wire(answer if isinstance(answer, Reply) else answer(request)))

    return script


def serves_each(make: Callable[[int], Reply]) -> Script:
    """Answer the first request with `make(0)`, the second with `make(1)`, without end."""
    count = itertools.count()
    return serves(lambda _: make(next(count)))


def by_path(routes: dict[str, Reply], otherwise: Reply) -> Script:
    return serves(lambda request: routes.get(request.path, otherwise))


def packed(body: bytes, encoding: str = "gzip") -> Reply:
    """Return a body with a `Content-Encoding`; packed by gzip only if it says so."""
    return document(gzip.compress(body) if encoding == "gzip" else body, Content_Encoding=encoding)
