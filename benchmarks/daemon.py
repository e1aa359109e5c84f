"""The real daemon as a child process, with the shipped rules and a store of its own, and the clock in our hand."""

from __future__ import annotations

import asyncio
import contextlib
import json
import signal
import socket
import sys
import urllib.request
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks.programs import Failed
from monitor.errors import StoreUnavailable
from monitor.model import SourceState
from monitor.store import Store
from monitor.store.embedded import EmbeddedServer, url
from monitor.store.timetable import Place

ROOT = Path(__file__).absolute().parent.parent
_START_WITHIN = 60.0  # seconds
_ROUND_WITHIN = 900.0
_LOOK_EVERY = 0.05
_FAR = timedelta(minutes=30)  # beyond every lease, within every interval


class Daemon:
    """`monitor run`, up; `store` is a connection to its store."""

    def __init__(self, process: asyncio.subprocess.Process, store: Store, log: Path, page: str) -> None:
        self.process = process
        self.store = store
        self.log = log
        self.page = page

    @property
    def pid(self) -> int:
        return self.process.pid

    async def make_due(self, sources: Sequence[str]) -> datetime:
        """Make all sources due at once; return when."""
        now = datetime.now(UTC)
        at_once = Place(now, now, pace=f"at once at {now}")
        await self.store.timetable.plan(dict.fromkeys(sources, at_once), now)
        return now

    async def polled(self, sources: Sequence[str], since: datetime) -> None:
        """Wait until every source was polled and put back to its next turn."""
        async with asyncio.timeout(_ROUND_WITHIN):
            while True:
                due = await self.store.timetable.due()
                if len(due) == len(sources) and min(due.values()) > since + _FAR:
                    return
                await asyncio.sleep(_LOOK_EVERY)

    async def judged(self) -> None:
        """Wait until no post waits for the judge."""
        async with asyncio.timeout(_ROUND_WITHIN):
            while await self.store.posts.unjudged():  # noqa: ASYNC110  # another process's work is waited for
                await asyncio.sleep(_LOOK_EVERY)

    async def states(self, sources: Sequence[str]) -> list[SourceState]:
        return await self.store.health.sources(sources)

    async def polls(self) -> dict[str, int]:
        """Return how many polls ended in which way, by the daemon's own metrics."""
        text = await asyncio.to_thread(self._metrics)
        found: dict[str, int] = {}
        for line in text.splitlines():
            if line.startswith("monitor_polls_total{"):
                outcome = line.partition('outcome="')[2].partition('"')[0]
                found[outcome] = found.get(outcome, 0) + int(float(line.rpartition(" ")[2]))
        return found

    def complaints(self, *expected: str) -> list[str]:
        """Return what it logged as a warning or worse, and every line that is no event; without `expected`.

        That this Python's XML parser is old says nothing of the run.
        """
        lines = self.log.read_text(encoding="utf-8").splitlines()
        return [line for line in lines if not line.startswith("{") or _complains(json.loads(line), expected)]

    def _metrics(self) -> str:
        with urllib.request.urlopen(f"{self.page}/metrics", timeout=60) as answer:
            return str(answer.read().decode())


def _complains(event: dict[str, str], expected: Sequence[str]) -> bool:
    return event["level"] not in ("info", "debug") and event["event"] not in ("parser.old", *expected)


def write_config(folder: Path, sources: Sequence[dict[str, Any]], channel: dict[str, Any]) -> str:
    """Write `monitor.yaml` and return the address of its page. The shipped rules alert to the channel `console`."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = {
        "include": [str(ROOT / "config" / folder / "*.yaml") for folder in ("categories", "rules", "places")],
        "store": {"url": "embedded", "dir": str(folder / "data")},
        "web": {"listen": f"127.0.0.1:{port}"},
        "log": {"format": "json"},
        "sources": [{"kind": "rss", "every": "1h", "allow_private": ["127.0.0.1"], **source} for source in sources],
        "channels": [{"id": "console", **channel}],
    }
    (folder / "monitor.yaml").write_text(json.dumps(settings), encoding="utf-8")  # JSON is YAML
    return f"http://127.0.0.1:{port}"


async def plan_ahead(folder: Path, sources: Sequence[str]) -> None:
    """Write a timetable in which every source is due much later, so that the daemon starts and waits."""
    server = EmbeddedServer(folder / "data")
    await server.start()
    store = Store(url(folder / "data"))
    now = datetime.now(UTC)
    await store.timetable.plan(dict.fromkeys(sources, Place(now + _FAR, now + _FAR)), now)
    await store.close()
    await server.stop()


@contextlib.asynccontextmanager
async def running(folder: Path, page: str, *, profile: Path | None = None) -> AsyncIterator[Daemon]:
    """Run the daemon on `folder/monitor.yaml`; give it once its schedule ticks; stop it at the end.

    `profile`: where cProfile's figures of the daemon's own process go. It is then much slower.
    """
    log = folder / "daemon.log"
    profiler = ["-m", "cProfile", "-o", str(profile)] if profile else []
    with log.open("ab") as errors:
        process = await asyncio.create_subprocess_exec(
            sys.executable, *profiler, "-m", "monitor", "run", "-c", str(folder / "monitor.yaml"),
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL, stderr=errors, cwd=ROOT,
        )  # fmt: skip
    daemon = Daemon(process, Store(url(folder / "data")), log, page)
    try:
        await _started(daemon)
        yield daemon
    finally:
        await daemon.store.close()
        await _stop(process)


async def _started(daemon: Daemon) -> None:
    begun = datetime.now(UTC)
    async with asyncio.timeout(_START_WITHIN):
        while True:
            if daemon.process.returncode is not None:
                raise Failed(f"the daemon ended at its start:\n{daemon.log.read_text(encoding='utf-8')[-2000:]}")
            with contextlib.suppress(StoreUnavailable):
                beat = (await daemon.store.health.heartbeats()).get("poll")
                if beat and beat > begun:
                    return
            await asyncio.sleep(0.02)


async def _stop(process: asyncio.subprocess.Process) -> None:
    if process.returncode is not None:
        return
    process.send_signal(signal.SIGTERM)
    try:
        async with asyncio.timeout(25):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()
