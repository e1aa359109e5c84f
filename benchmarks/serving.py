"""`benchmarks.server`, seen from here: started, told what to do, asked what it was asked."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
from collections.abc import AsyncIterator
from pathlib import Path

_PORTS = 100  # "hosts" that share the sources among them
_ROOT = Path(__file__).absolute().parent.parent


class Server:
    def __init__(self, process: asyncio.subprocess.Process, ports: list[int]) -> None:
        self._process = process
        self._ports = ports

    def url(self, feed: int) -> str:
        return f"http://127.0.0.1:{self._ports[feed % len(self._ports)]}/{feed}"

    async def validators(self, switch: str) -> None:
        """Let answers carry an ETag, and heed it when it comes back: `on` or `off`."""
        await self._tell(f"validators {switch}")

    async def publish(self, count: int) -> None:
        """Put one new post into each of the first `count` feeds; the oldest one drops out."""
        await self._tell(f"publish {count}")

    async def answered(self) -> int:
        """Return how many answers were given since the last `asked`."""
        return (await self._tell("answered"))["answers"]

    async def asked(self) -> dict[str, int]:
        """Return how many answers were given since the last time, by their status."""
        return await self._tell("asked")

    async def _tell(self, command: str) -> dict[str, int]:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(command.encode() + b"\n")
        answer: dict[str, int] = json.loads(await self._process.stdout.readline())
        return answer


@contextlib.asynccontextmanager
async def serving(count: int) -> AsyncIterator[Server]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.server", str(count), str(min(_PORTS, count)),
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, cwd=_ROOT,
    )  # fmt: skip
    try:
        assert process.stdout
        async with asyncio.timeout(300):  # of 5,000 feeds it makes 100,000 posts
            ports = json.loads(await process.stdout.readline())
        yield Server(process, ports)
    finally:
        process.kill()
        await process.wait()
