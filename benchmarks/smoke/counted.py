"""Counts that are the same on a busy machine as on an idle one: instructions of Python, round trips, store commands."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any

from monitor.store import Store
from monitor.store.connection import Connection


def instructions(work: Callable[[], object]) -> int:
    """Return how many instructions of Python's own machine `work` takes, with all that it calls.

    What runs in C counts as the one instruction that calls it. Run it before: caches and imports are no part of it.
    """
    counted = 0

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal counted
        frame.f_trace_opcodes, frame.f_trace_lines = True, False
        counted += event == "opcode"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        work()
    finally:
        sys.settrace(before)
    return counted


class Wire:
    """What goes over a store's connection from now on; `sent`: how often, a round trip each."""

    def __init__(self, store: Store) -> None:
        self.sent = 0
        self._send = store._connection._send  # noqa: SLF001  # nobody but who counts looks there
        store._connection._send = self  # type: ignore[method-assign]  # noqa: SLF001

    async def __call__(self, sending: Any) -> Any:
        self.sent += 1
        return await self._send(sending)


async def commands(connection: Connection) -> int:
    """Return how many commands a server has run, those of scripts included, but for the one that asks."""
    stats = await connection.call("INFO", "commandstats")
    return sum(one["calls"] for name, one in stats.items() if name != "cmdstat_info")


def modules(line: str) -> Iterator[str]:
    """Yield the modules that `python -X importtime` names in its report."""
    for row in line.splitlines():
        if row.startswith("import time:") and "[us]" not in row:
            yield row.rpartition("|")[2].strip()
