"""The least that an alert can take, made by hand: GET a feed, read it with expat, POST what is new. Nothing is kept.

`python -m benchmarks.floor httpx|sockets HOOK` reads addresses of feeds on stdin, a line each, and asks them at once.
The first answer of a feed tells what is old. With `sockets`, HTTP is written by hand on kept connections: no library
between us and the kernel. It ends when stdin closes.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Iterator
from urllib.parse import urlsplit
from xml.parsers import expat

Ask = Callable[[str, bytes | None], Awaitable[bytes]]  # address and what to POST there; what it answers


def read(document: bytes) -> Iterator[tuple[str, str, str]]:
    """Return id, title and link of each RSS item."""
    found: list[dict[str, list[str]]] = []
    inside: list[str] = []

    def start(name: str, _: dict[str, str]) -> None:
        if name == "item":
            found.append({"guid": [], "title": [], "link": []})
        inside.append(name)

    def text(data: str) -> None:
        if found and inside[-1] in found[-1]:
            found[-1][inside[-1]].append(data)

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = lambda _: inside.pop()
    parser.CharacterDataHandler = text
    parser.Parse(document, True)
    for one in found:
        yield "".join(one["guid"]), "".join(one["title"]), "".join(one["link"])


class Sockets:
    """HTTP/1.1 by hand: one kept connection for each request under way to a host."""

    def __init__(self) -> None:
        self._idle: dict[str, list[tuple[asyncio.StreamReader, asyncio.StreamWriter]]] = {}

    async def ask(self, url: str, body: bytes | None) -> bytes:
        parts = urlsplit(url)
        idle = self._idle.setdefault(parts.netloc, [])
        reader, writer = idle.pop() if idle else await asyncio.open_connection(parts.hostname, parts.port, limit=2**20)
        verb, length = ("GET", "") if body is None else ("POST", f"Content-Length: {len(body)}\r\n")
        writer.write(f"{verb} {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\n{length}\r\n".encode() + (body or b""))
        head = await reader.readuntil(b"\r\n\r\n")
        answer = await reader.readexactly(int(head.partition(b"Content-Length: ")[2].partition(b"\r\n")[0]))
        idle.append((reader, writer))
        return answer

    def close(self) -> None:
        for idle in self._idle.values():
            for _, writer in idle:
                writer.close()


def over_httpx() -> Ask:
    import httpx  # noqa: PLC0415  # the other way does without

    client = httpx.AsyncClient(limits=httpx.Limits(max_connections=None), trust_env=False)

    async def ask(url: str, body: bytes | None) -> bytes:
        answer = await (client.get(url) if body is None else client.post(url, content=body))
        return answer.content

    return ask


async def poll(url: str, hook: str, known: dict[str, set[str]], ask: Ask) -> None:
    seen = known.get(url)
    posts = list(read(await ask(url, None)))
    known[url] = {guid for guid, _, _ in posts}
    for guid, title, link in posts:
        if seen is not None and guid not in seen:
            await ask(hook, json.dumps({"title": title, "url": link}).encode())


async def main(way: str, hook: str) -> None:
    ask = over_httpx() if way == "httpx" else Sockets().ask
    known: dict[str, set[str]] = {}
    lines = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    async with asyncio.TaskGroup() as polls:
        async for line in lines:
            polls.create_task(poll(line.decode().strip(), hook, known, ask))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2]))
