"""Many sources in one poller: what claiming, waiting and starting cost at 1,000, 10,000 and 50,000 of them.

All of them were polled before. The real daemon (`--parts poll`) starts on a timetable in which nothing is due: how long
that takes, what a waiting source costs in memory, and whether every place is kept. Then the schedule runs alone, its
polls replaced by nothing, so that what is measured is the claiming: while nothing is due, and when every source is
overdue at the start.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks import daemon as daemons
from benchmarks import embedded, processes
from benchmarks.figures import Figure
from benchmarks.growth import flat, polled
from benchmarks.programs import Failed
from monitor import telemetry
from monitor.config import load
from monitor.life import Life
from monitor.schedule import Schedule, places
from monitor.sources import SourceConfig
from monitor.store import Store
from monitor.store.connection import Connection
from monitor.store.embedded import url
from monitor.store.timetable import Place

SIZES = (1_000, 10_000, 50_000)
_FEW = 100  # what a daemon takes with so few is what it takes for itself
_EVERY = timedelta(minutes=15)
_AT_REST, _AT_WORK = 6.0, 15.0  # seconds of measuring
_SETTLE = 2.0  # seconds after the start, until what the start itself took is given back
_START_WITHIN = 60.0
STARTED, WAITS, CLAIMED = "start: CPU for each source", "memory for each waiting source", "claiming: CPU for each poll"
ADDED = "memory that all waiting sources add"
COSTS = (STARTED, WAITS, CLAIMED)
NOTE = (
    "A poller by itself, its polls left out: what starting, waiting and claiming cost. Memory is that of the poller "
    "and of its store together, beyond what they take with 100 sources."
)

Sources = Mapping[str, SourceConfig]


async def measure(sizes: Sequence[int] = SIZES) -> list[Figure]:
    """Measure each size. Raises Failed if a start moved a place, or a source was polled twice."""
    telemetry.configure("json", "error")
    _, few = await _sized(_FEW, None)
    return [figure for size in sizes for figure in (await _sized(size, few))[0]]


async def _sized(size: int, few: float | None) -> tuple[list[Figure], float]:
    """`few`: the KiB that poller and store hold with few sources; None: these are those, and are only weighed."""
    with tempfile.TemporaryDirectory(prefix="monitor-bench-") as place:
        folder = Path(place)
        sources = _configured(folder, size)
        async with embedded.serving(folder) as (store, connection):
            soon = datetime.now(UTC) + timedelta(minutes=5)
            await store.timetable.plan(places(sources, soon), soon, apart=_EVERY / size)
            await polled.fill(connection, sources)
            planned = await store.timetable.due()
            start, cpu, own = await _started(folder, store)
            memory = own + await embedded.memory(connection) / 1024
            if await store.timetable.due() != planned:
                raise Failed("a start with nothing overdue moved a place in the timetable")
            if few is None:
                return [], memory
            return [
                _figure(size, "start", "s", start),
                _figure(size, "start: CPU", "s", cpu),
                _figure(size, STARTED, "ms", cpu / size * 1e3),
                _figure(size, WAITS, "bytes", (memory - few) * 1024 / (size - _FEW)),
                _figure(size, ADDED, "MB", (memory - few) / 1024),
                *await _claiming(store, connection, sources),
            ], memory


def _figure(size: int, what: str, unit: str, value: float) -> Figure:
    return Figure(flat.case(size, "sources"), what, unit, (value,))


# --- the daemon ---


def _configured(folder: Path, size: int) -> Sources:
    """Write `monitor.yaml` and return its sources as the daemon will see them."""
    common = "kind: rss, party: AM, official: true, every: 15m, timezone: Asia/Yerevan, language: hy"
    lines = [
        "include: []",
        f"store: {{url: {json.dumps(url(folder / 'data'))}}}",
        "log: {format: json}",
        "sources:",
        *(
            f"  - {{id: feed-{n:05}, name: Ministry {n}, url: 'https://host-{n % 5000}.example.org/{n}.xml', {common}}}"
            for n in range(size)
        ),
    ]
    (folder / "monitor.yaml").write_text("\n".join(lines), encoding="utf-8")
    return load(folder / "monitor.yaml").watched


async def _started(folder: Path, store: Store) -> tuple[float, float, float]:
    """Start a poller; return the seconds until it ticks, those of processor time, and the KiB it then holds (PSS)."""
    began = time.monotonic()
    with (folder / "daemon.log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "monitor", "run", "--parts", "poll", "-c", str(folder / "monitor.yaml"),
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL, stderr=log, cwd=daemons.ROOT,
        )  # fmt: skip
    try:
        async with asyncio.timeout(_START_WITHIN):
            while "poll" not in await store.health.heartbeats():
                if process.returncode is not None:
                    raise Failed((folder / "daemon.log").read_text(encoding="utf-8")[-2000:])
                await asyncio.sleep(0.02)
        took, cpu = time.monotonic() - began, processes.cpu(process.pid)
        await asyncio.sleep(_SETTLE)
        own = processes.memory(process.pid)
        return took, cpu, (own.rss if own.pss is None else own.pss) * 1024
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        await process.wait()


# --- the schedule alone ---


class _Polls:
    """Polls that do nothing, counted; who was polled is not due again while anything is measured."""

    def __init__(self) -> None:
        self.counted: Counter[str] = Counter()

    async def __call__(self, settings: SourceConfig) -> datetime:
        self.counted[settings.id] += 1
        return datetime.now(UTC) + 4 * _EVERY


async def _claiming(store: Store, connection: Connection, sources: Sources) -> list[Figure]:
    size = len(sources)
    await _overdue(store, sources, list(sources)[:1])
    poller, server, _ = await _run(store, connection, sources, _AT_REST)
    await _overdue(store, sources, list(sources))
    busy, busy_server, rate = await _run(store, connection, sources, _AT_WORK)
    now = datetime.now(UTC)
    ahead = [(due - now).total_seconds() for due in (await store.timetable.due()).values() if due < now + 2 * _EVERY]
    return [
        _figure(size, "claiming, nothing due: poller", "% of a core", poller),
        _figure(size, "claiming, nothing due: store", "% of a core", server),
        _figure(size, "claiming, all overdue at the start: poller", "% of a core", busy),
        _figure(size, "claiming, all overdue at the start: store", "% of a core", busy_server),
        _figure(size, CLAIMED, "µs", (busy + busy_server) / 100 / rate * 1e6),
        _figure(size, f"polls, all overdue at the start: first {_AT_WORK:g} s", "a second", rate),
        _figure(size, "polls, all overdue at the start: busiest second to come", "a second",
                max(Counter(int(seconds) for seconds in ahead).values(), default=0)),
        _figure(size, "until all have been polled", "s", _AT_WORK + max(ahead, default=0.0)),
    ]  # fmt: skip


async def _overdue(store: Store, sources: Sources, some: list[str]) -> None:
    now = datetime.now(UTC)
    missed = Place(now - _EVERY, now - _EVERY, pace="missed")
    await store.timetable.plan({**places(sources, now), **dict.fromkeys(some, missed)}, now)


async def _run(store: Store, connection: Connection, sources: Sources, seconds: float) -> tuple[float, float, float]:
    """Run a schedule; return the percentage of a core that it and the store took, and its polls a second.

    Counted from its first poll: before that it draws up the timetable, which belongs to the start.
    """
    life, polls, stopping = Life(grace=0), _Polls(), asyncio.Event()
    life.signed(time.monotonic() + 3600)
    schedule = Schedule(store, polls, lambda: sources, consumer="bench", life=life)
    running = asyncio.create_task(schedule.run(stopping))
    async with asyncio.timeout(_START_WITHIN):
        while not polls.counted:  # noqa: ASYNC110  # looking seldom costs less than being told of each
            await asyncio.sleep(0.02)
    server, own, before = await embedded.cpu(connection), time.process_time(), len(polls.counted)
    began = time.monotonic()
    await asyncio.sleep(seconds)
    took = time.monotonic() - began
    polled = len(polls.counted) - before
    own, server = time.process_time() - own, await embedded.cpu(connection) - server
    stopping.set()
    await running
    if max(polls.counted.values()) > 1:
        raise Failed("a source was polled twice within its interval")
    return own / took * 100, server / took * 100, polled / took
