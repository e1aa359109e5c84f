"""Outbox: how fast one courier drains it, beside a stream that is only read and acknowledged."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from benchmarks import delivery, embedded
from benchmarks.figures import Figure
from benchmarks.ours import NAME
from monitor.store.connection import Connection

BARE = "bare commands"
NOTES: Mapping[str, str] = {
    NAME: "one courier: leave to send, attempts, order, receipts and states are kept, to a notifier that takes all",
    BARE: "the bound: XADD, XREADGROUP and XACK by 100; an id each, and nothing is kept of it",
}

_STREAM, _GROUP, _BY = "m:{00}:bare-outbox", "courier", 100
_PASSES = 5
_DRAINED, _RATE = "drained by one", "deliveries/s"


async def measure(waiting: int) -> list[Figure]:
    (drained,) = [one.values for one in await delivery.measure(waiting) if one.unit == _RATE]
    with tempfile.TemporaryDirectory(prefix="monitor-bench-") as place:
        async with embedded.serving(Path(place)) as (_, connection):
            await connection.call("XGROUP", "CREATE", _STREAM, _GROUP, "$", "MKSTREAM")
            added, taken = zip(*[await _bare(connection, waiting) for _ in range(_PASSES)], strict=True)
    return [
        Figure("outbox", _DRAINED, _RATE, drained, NAME),
        Figure("outbox", _DRAINED, _RATE, taken, BARE),
        Figure("outbox", "put in", _RATE, added, BARE),
    ]


async def _bare(connection: Connection, waiting: int) -> tuple[float, float]:
    """Return how many go in and how many come out in a second."""
    began = time.perf_counter()
    for first in range(0, waiting, _BY):
        await connection.together(
            ("XADD", _STREAM, "*", "delivery", f"{number:032x}") for number in range(first, min(first + _BY, waiting))
        )
    added, began = time.perf_counter() - began, time.perf_counter()
    while rows := await connection.call(
        "XREADGROUP", "GROUP", _GROUP, "bench", "COUNT", _BY, "STREAMS", _STREAM, ">"
    ):  # fmt: skip
        await connection.call("XACK", _STREAM, _GROUP, *(name for name, _ in rows[0][1]))
    return waiting / added, waiting / (time.perf_counter() - began)
