"""The page of a daemon, by itself: asked in this process, or run as one of its own for viewers who come over sockets.

`python -m benchmarks.page FOLDER VIEWERS` serves the store whose server runs in FOLDER, says its address in the
first line, and for each line it is given the seconds of processor time it has used.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

from starlette.types import ASGIApp

from monitor import telemetry
from monitor.model import Origin, Post, Verdict
from monitor.store import Store
from monitor.store.embedded import url
from monitor.web.app import build
from monitor.web.server import Server


def made(store: Store, viewers: int, stopping: asyncio.Event) -> ASGIApp:
    """Return the application, with a store and no sources of its own."""

    async def metrics() -> bytes:
        return b""

    async def ready() -> list[str]:
        return []

    def explain(post: Post, origin: Origin) -> Verdict:  # noqa: ARG001  # what rules cost is measured elsewhere
        return Verdict(alert=False)

    return build(
        store=store, sources=list[Origin], channels=list[str], explain=explain, metrics=metrics, ready=ready,
        stopping=stopping, viewers=viewers,
    )  # fmt: skip


async def answer(app: ASGIApp, path: str, query: str = "") -> bytes:
    """Ask the application without a socket; return the body. Raises RuntimeError where it is no answer."""
    said: list[MutableMapping[str, Any]] = []

    async def receive() -> MutableMapping[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: MutableMapping[str, Any]) -> None:
        said.append(message)
        await asyncio.sleep(0)

    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http",
        "path": path, "raw_path": path.encode(), "root_path": "", "query_string": query.encode(),
        "headers": [(b"host", b"localhost")], "client": ("127.0.0.1", 1), "server": ("localhost", 80),
    }  # fmt: skip
    await app(scope, receive, send)
    if said[0]["status"] != 200:
        raise RuntimeError(f"{path} answers {said[0]['status']}")
    return b"".join(one.get("body", b"") for one in said)


async def main(folder: Path, viewers: int) -> None:
    telemetry.configure("json", "warning")
    store, stopping = Store(url(folder)), asyncio.Event()
    server = Server(made(store, viewers, stopping), host="127.0.0.1", port=0, stopping=stopping)
    host, port = await server.start()
    print(host, port, flush=True)
    lines = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    async for _ in lines:
        print(time.process_time(), flush=True)
    await server.stop()
    await store.close()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2])))
