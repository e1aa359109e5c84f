"""Monitors as processes: started, killed, stopped, paused, started again."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.processes import memory
from tests.chaos.ministry import Ministry
from tests.chaos.sinks import CHANNELS, Sinks

_EXCEPTION = re.compile(r"[\w.]+(Error|Exception|Interrupt)\b")
_UP_AFTER = 5.0  # seconds after which a monitor certainly runs, on a busy machine
_SECRET = "whsec_bm90IGEgc2VjcmV0LCBidXQgbG9uZyBlbm91Z2g="


def write_config(
    folder: Path, name: str, store: str, news: Ministry, far: Sinks, *, every: str = "1s", pause: float = 0
) -> Path:
    """Write the configuration of one monitor: all feeds, and the sinks' ports that are its own.

    `every`: between two polls of a feed; `pause`: seconds between two sends to the desk.
    """
    desk, duty, archive = (far.ports[name, channel] for channel in CHANNELS)
    wait = far.patience
    sources = "".join(
        f"  - {{id: {feed}, kind: rss, url: '{news.url(feed)}', every: {every}, storm: 10000, "
        "allow_private: [127.0.0.1]}\n"
        for feed in news.feeds
    )
    path = folder / f"{name}.yaml"
    path.write_text(
        f"""
store: {{url: "{store}", dir: "{folder / "data"}"}}
web: {{listen: 127.0.0.1:0}}
log: {{format: json}}
channels:
  - {{id: desk, kind: slack, webhook_url: "http://127.0.0.1:{desk}/", allow_private: [127.0.0.1],
     timeout: {wait}, pause: {pause}}}
  - {{id: duty, kind: email, host: 127.0.0.1, port: {duty}, from: monitor@example.org, to: [duty@example.org],
     timeout: {wait}}}
  - {{id: archive, kind: webhook, url: "http://127.0.0.1:{archive}/", allow_private: [127.0.0.1],
     timeout: {wait}, secret: {_SECRET}}}
rules:
  - {{id: casualties, severity: high, to: [desk, duty, archive], terms: {{en: [wounded]}}}}
sources:
{sources}""",
        encoding="utf-8",
    )
    return path


@dataclass
class Monitor:
    """One place where a daemon runs, and runs again. `parts`: those it runs; `log`: what all its lives said."""

    name: str
    config: Path
    parts: str = "poll,judge,deliver,web"
    lives: int = 0
    peak: float = 0.0  # MB, of it and its children, by samples
    stops: list[tuple[int, float]] = field(default_factory=list)  # exit code and seconds of each SIGTERM
    ended_alone: list[int] = field(default_factory=list)  # exit codes nobody asked for
    _process: asyncio.subprocess.Process | None = None
    _begun: float = 0.0

    @property
    def log(self) -> Path:
        return self.config.with_suffix(".log")

    @property
    def process(self) -> asyncio.subprocess.Process:
        assert self._process
        return self._process

    @property
    def age(self) -> float:
        """Seconds since the present life began, or went on."""
        return time.monotonic() - self._begun

    async def start(self) -> None:
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "monitor", "run", "-c", str(self.config), "--parts", self.parts,
                stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL, stderr=log, env=dict(os.environ),
            )  # fmt: skip
        self.lives += 1
        self._begun = time.monotonic()

    async def kill(self) -> None:
        if self.process.returncode is not None:
            self.ended_alone.append(self.process.returncode)
            return
        self.process.kill()
        await self.process.wait()

    async def stop(self) -> None:
        """End it by SIGTERM, and note how."""
        if self.process.returncode is not None:
            self.ended_alone.append(self.process.returncode)
            return
        began, early = time.monotonic(), self.age < _UP_AFTER
        self.process.send_signal(signal.SIGTERM)
        code = await self.process.wait()
        # Before it has said what it does with the signal, it dies of it like any other process.
        self.stops.append((0 if early and code == -signal.SIGTERM else code, time.monotonic() - began))

    def freeze(self) -> None:
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self.process.send_signal(signal.SIGCONT)
        self._begun = time.monotonic()  # it may have been stopped while it started

    def weigh(self) -> None:
        if self._process and self._process.returncode is None:
            self.peak = max(self.peak, memory(self._process.pid).rss)

    def events(self, *names: str) -> list[dict[str, Any]]:
        """Return what it logged under these names, in all its lives."""
        lines = self.log.read_text(encoding="utf-8").splitlines() if self.log.exists() else []
        said = [json.loads(line) for line in lines if line.startswith("{") and line.endswith("}")]
        return [event for event in said if event.get("event") in names]

    def tracebacks(self) -> list[str]:
        """Return the last lines of tracebacks that got past the log.

        A reader whose monitor was killed may find its pipe broken; that is no loss.
        """
        lines = self.log.read_text(encoding="utf-8").splitlines() if self.log.exists() else []
        return [line for line in lines if _EXCEPTION.match(line) and not line.startswith("BrokenPipeError")]

    async def close(self) -> None:
        if self._process and self._process.returncode is None:
            self.thaw()
            self.process.kill()
            await self.process.wait()
