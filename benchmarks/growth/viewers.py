"""Many viewers of the live page: what a message costs for each, and how late the last of them has it.

Page, store and viewers are processes of their own. A post is admitted as soon as the one before has reached everybody.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from benchmarks import embedded, processes
from benchmarks.daemon import ROOT
from benchmarks.figures import Figure, quantile
from benchmarks.growth import archive, flat
from benchmarks.passes import measured_beside, yardstick
from benchmarks.programs import Failed
from monitor.store import Store

SIZES = (1, 10, 100, 1_000)
EACH, MORE, MEMORY = "CPU for each message and viewer", "CPU for each further viewer", "memory for each viewer"
COSTS = (EACH, MORE, MEMORY)
NOTE = (
    "Processor time and PSS of the process with the page; it lets as many in as are measured, as shipped 500. "
    "`further`: what a message costs beyond what it costs for one viewer. Memory is told from 100 viewers on."
)

_MESSAGES = (20, 200)  # of a pass: least and most
_SENT_TO = 2_000  # viewers a pass sends to, where the above allow
_PASSES = 3
_WITHIN = 60.0  # seconds for one message to reach everybody, or for all to come
_WEIGHED = 100  # viewers; with fewer, what one takes is less than what cannot be told
_AT_ONCE = 100  # viewers that come together
_MARK = b"event: post\n"


class _Viewer(asyncio.Protocol):
    """Somebody who looks: counts the posts that have come, and notes when each did."""

    def __init__(self, crowd: _Crowd) -> None:
        self._crowd = crowd
        self._tail = b""
        self._greeted = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        transport.write(b"GET /api/live HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n")

    def data_received(self, data: bytes) -> None:
        text = self._tail + data
        if not self._greeted and b"event: state" in text:  # comes with the first bytes, which are few
            self._greeted = True
            self._crowd.greeted += 1
        for _ in range(text.count(_MARK)):
            self._crowd.reached()
        self._tail = text[1 - len(_MARK) :]  # shorter than a mark, which so is never counted twice


class _Crowd:
    def __init__(self, size: int) -> None:
        self.size = size
        self.greeted = 0
        self.delays: list[float] = []  # ms
        self.viewers: list[_Viewer] = []
        self._left = 0
        self._sent = 0.0
        self._all = asyncio.Event()

    def reached(self) -> None:
        self.delays.append(1e3 * (time.perf_counter() - self._sent))
        self._left -= 1
        if not self._left:
            self._all.set()

    async def come(self, host: str, port: int) -> None:
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(_WITHIN):
            while len(self.viewers) < self.size:
                some = min(_AT_ONCE, self.size - len(self.viewers))
                coming = [loop.create_connection(lambda: _Viewer(self), host, port) for _ in range(some)]
                self.viewers += [viewer for _, viewer in await asyncio.gather(*coming)]
                while self.greeted < len(self.viewers):  # noqa: ASYNC110  # looking costs less than being told of each
                    await asyncio.sleep(0.01)

    async def told(self, store: Store, number: int) -> None:
        """Publish a post and wait until all have it. Raises Failed."""
        self._left, self._sent = self.size, time.perf_counter()
        self._all.clear()
        await store.posts.admit(archive.source(number), [archive.post(number, number)], datetime.now(UTC))
        try:
            async with asyncio.timeout(_WITHIN):
                await self._all.wait()
        except TimeoutError:
            raise Failed(f"a post had not reached {self._left} of {self.size} viewers after {_WITHIN:.0f} s") from None

    def leave(self) -> None:
        for viewer in self.viewers:
            viewer.transport.close()


class _Page:
    """The process with the page."""

    def __init__(self, process: asyncio.subprocess.Process, host: str, port: int) -> None:
        self._process, self.host, self.port = process, host, port

    async def cpu(self) -> float:
        """Return the seconds of processor time that it has used."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(b"\n")
        return float(await self._process.stdout.readline())

    def memory(self) -> float:
        """Return its MB."""
        own = processes.memory(self._process.pid)
        return own.rss if own.pss is None else own.pss


async def measure(sizes: Sequence[int] = SIZES) -> list[Figure]:
    """Measure each size, one viewer ahead of all. Raises Failed if a post did not reach everybody."""
    with tempfile.TemporaryDirectory(prefix="monitor-bench-") as place:
        async with embedded.serving(Path(place)) as (store, _), _serving(Path(place), max(sizes)) as page:
            numbers = iter(range(10**9))
            await _sized(page, store, 1, numbers)  # imports, templates, scripts
            empty = page.memory()
            alone, figures = 0.0, []
            for size in sorted({1, *sizes}):
                found = await _sized(page, store, size, numbers)
                alone = alone or min(found.costs)
                figures += _figures(size, found, alone, empty) if size in sizes else []
            return figures


def _figures(size: int, found: _Measured, alone: float, empty: float) -> list[Figure]:
    """`alone`: seconds for one message to one viewer; `empty`: MB of the page without any."""
    each = [_figure(size, EACH, "µs", *(1e6 * cost / size for cost in found.costs))]
    if size > 1:
        each.append(_figure(size, MORE, "µs", *(1e6 * (cost - alone) / (size - 1) for cost in found.costs)))
    if size >= _WEIGHED:
        each.append(_figure(size, MEMORY, "KB", (found.memory - empty) * 1024 / size))
    last = quantile(found.delays, 0.99)
    return [
        *each,
        measured_beside(flat.case(size, "viewers"), found.beside),
        _figure(size, "from admission to the viewer, p50", "ms", quantile(found.delays, 0.5)),
        _figure(size, f"from admission to the viewer, p99 of {len(found.delays):,}", "ms", last),
        _figure(size, "the same for each viewer, p99", "ms", last / size),
    ]


def _figure(size: int, what: str, unit: str, *values: float) -> Figure:
    return Figure(flat.case(size, "viewers"), what, unit, values)


class _Measured(NamedTuple):
    """`costs`: seconds for one message, of each pass, `beside`: ms of the yardstick; `delays`: ms; `memory`: MB."""

    costs: list[float]
    beside: list[float]
    delays: list[float]
    memory: float


async def _sized(page: _Page, store: Store, size: int, numbers: Iterator[int]) -> _Measured:
    crowd = _Crowd(size)
    await crowd.come(page.host, page.port)
    least, most = _MESSAGES
    messages = min(max(_SENT_TO // size, least), most)
    found = _Measured([], [], crowd.delays, 0.0)
    try:
        await crowd.told(store, next(numbers))
        crowd.delays.clear()
        for _ in range(_PASSES):
            began = await page.cpu()
            for _ in range(messages):
                await crowd.told(store, next(numbers))
            found.costs.append((await page.cpu() - began) / messages)
            found.beside.append(yardstick())
        return found._replace(memory=page.memory())
    finally:
        crowd.leave()


@contextlib.asynccontextmanager
async def _serving(folder: Path, viewers: int) -> AsyncIterator[_Page]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.page", str(folder / "data"), str(viewers + 1),
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, cwd=ROOT,
    )  # fmt: skip
    try:
        assert process.stdout
        async with asyncio.timeout(_WITHIN):
            host, port = (await process.stdout.readline()).split()
        yield _Page(process, host.decode(), int(port))
    finally:
        process.kill()
        await process.wait()
