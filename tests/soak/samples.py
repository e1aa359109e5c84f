"""What the daemon's processes hold, every few seconds, and whether it grows."""

from __future__ import annotations

import asyncio
import sys
import time
from dataclasses import dataclass, field

from benchmarks.processes import cpu
from tests.faults.processes import Weight, weigh
from tests.soak.verdict import Trend, trend

VALKEY = "valkey-server"


@dataclass
class Samples:
    """`monitor`: the daemon and its readers. `valkey`: the embedded store, apart from it. `at`: monotonic seconds."""

    pid: int
    at: list[float] = field(default_factory=list)
    monitor: list[Weight] = field(default_factory=list)
    valkey: list[Weight] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    async def take(self, every: float, *, aloud: bool) -> None:
        """Sample for ever."""
        while True:
            self.at.append(time.monotonic())
            self.monitor.append(weigh(self.pid, without=VALKEY))
            self.valkey.append(weigh(self.pid, only=VALKEY))
            self.cpu.append(cpu(self.pid))
            if aloud and len(self.at) % 6 == 1:
                sys.stderr.write(f"{self.at[-1] - self.at[0]:7.0f} s  {self.monitor[-1]}\n")
            await asyncio.sleep(every)

    def trends(self, since: float) -> dict[str, Trend]:
        """Return how each figure went from a moment on."""
        chosen = [number for number, at in enumerate(self.at) if at >= since] or [0]
        at = [self.at[number] for number in chosen]

        def of(weights: list[Weight], name: str) -> Trend:
            return trend(at, [float(getattr(weights[number], name)) for number in chosen])

        return {
            "memory (MB)": of(self.monitor, "pss"),
            "threads": of(self.monitor, "threads"),
            "sockets": of(self.monitor, "sockets"),
            "open files": of(self.monitor, "files"),
            "Valkey (MB)": of(self.valkey, "pss"),
        }

    @property
    def cores(self) -> float:
        """Processor time a second, of all of them together."""
        if len(self.at) < 2:
            return 0.0
        return (self.cpu[-1] - self.cpu[0]) / (self.at[-1] - self.at[0])
