"""The run itself: far side, sinks, daemon; publish, sample, wait until everything has arrived, judge."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import resource
import signal
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from tests.soak.crowd import Crowd, crowd
from tests.soak.plan import Plan
from tests.soak.samples import Samples
from tests.soak.sinks import Sinks, sinks
from tests.soak.verdict import Delivered, Punctuality, Trend, delivered, punctuality, wrong

_SECRET = "whsec_bm90IGEgc2VjcmV0LCBidXQgbG9uZyBlbm91Z2g="
_LOUD = ('"level":"error"', '"level": "error"', '"level":"critical"', '"level": "critical"', "Traceback", "unforeseen")


@dataclass
class Report:
    seconds: float
    punctual: Punctuality
    trends: dict[str, Trend]
    alerts: dict[str, Delivered]
    posts: int
    cores: float
    busy: int
    exit_code: int | None
    moods: Counter[str] = field(default_factory=Counter)
    mistakes: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


async def run(plan: Plan, folder: Path, *, aloud: bool = False) -> Report:
    """Do everything; end early, with a report, on SIGINT."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(max(soft, plan.sources * 2 + 1000), hard), hard))
    enough = asyncio.Event()
    with contextlib.suppress(NotImplementedError):
        asyncio.get_running_loop().add_signal_handler(signal.SIGINT, enough.set)
    async with crowd(plan) as far, sinks(plan.seed) as sink:
        config = write_config(plan, folder, far, sink)
        async with _daemon(config, folder / "log.jsonl") as process:
            began = time.monotonic()
            samples = Samples(process.pid)
            sampling = asyncio.create_task(samples.take(plan.sample, aloud=aloud))
            await _publish(plan, far, process, enough)
            ended = time.monotonic()
            await _drain(plan, far, sink)
            sampling.cancel()
            code = await _stop(process)
    log = (folder / "log.jsonl").read_text(encoding="utf-8", errors="replace")
    return _judged(far, sink, samples, began=began, ended=ended, code=code, log=log)


async def _publish(plan: Plan, far: Crowd, process: asyncio.subprocess.Process, enough: asyncio.Event) -> None:
    """Publish at random moments, once every source has had its first poll, which alerts nobody."""
    dice, began = random.Random(f"posts {plan.seed}"), time.monotonic()
    while not enough.is_set() and process.returncode is None and time.monotonic() - began < plan.seconds:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(enough.wait(), dice.expovariate(plan.posts))
        if time.monotonic() - began > plan.warm * plan.interval and not enough.is_set():
            far.publish(dice)


async def _drain(plan: Plan, far: Crowd, sink: Sinks) -> None:
    """Wait until everything has arrived, but not for ever."""
    limit = time.monotonic() + plan.drain
    while time.monotonic() < limit:
        if all(len(arrived) >= len(far.published) for arrived in sink.arrived.values()):
            break
        await asyncio.sleep(0.5)


def _judged(
    far: Crowd, sink: Sinks, samples: Samples, *, began: float, ended: float, code: int | None, log: str
) -> Report:
    plan = far.plan
    since = began + min(plan.warm * plan.interval, (ended - began) / 2)
    settled = max(since, began + (ended - began) / 4)  # caches fill in the first quarter
    punctual = punctuality([one.asked for one in far.good.values()], since=since, until=ended, late=plan.late)
    trends = samples.trends(settled)
    alerts = {channel: delivered(far.published, arrived) for channel, arrived in sink.arrived.items()}
    mistakes = [line[:300] for line in log.splitlines() if any(sign in line for sign in _LOUD)]
    said = wrong(plan, punctual=punctual, trends=trends, alerts=alerts, mistakes=mistakes, judged=ended - settled)
    if code != 0:
        said.append(f"the daemon ended with {code}")
    return Report(
        seconds=ended - began,
        punctual=punctual,
        trends=trends,
        alerts=alerts,
        posts=len(far.published) + far.quiet,
        cores=samples.cores,
        busy=sink.busy,
        exit_code=code,
        moods=far.moods,
        mistakes=mistakes,
        wrong=said,
    )


@contextlib.asynccontextmanager
async def _daemon(config: Path, log: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    with log.open("wb") as told:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "monitor", "run", "-c", str(config),
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL, stderr=told, env=dict(os.environ),
        )  # fmt: skip
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def _stop(process: asyncio.subprocess.Process) -> int | None:
    if process.returncode is None:
        process.send_signal(signal.SIGTERM)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), 60)
    return process.returncode


def write_config(plan: Plan, folder: Path, far: Crowd, sink: Sinks) -> Path:
    allowed = ["127.0.0.0/8"]
    tree = {
        "store": {"url": "embedded", "dir": str(folder / "data")},
        "web": {"listen": "127.0.0.1:0"},
        "log": {"format": "json"},
        "sources": [
            {"id": name, "kind": "rss", "url": url, "every": plan.interval, "allow_private": allowed}
            for name, url in far.urls.items()
        ],
        "channels": [
            {"id": "desk", "kind": "slack", "webhook_url": f"{sink.url}/desk", "allow_private": allowed, "pause": 0},
            {"id": "archive", "kind": "webhook", "url": f"{sink.url}/archive", "allow_private": allowed,
             "secret": _SECRET},
        ],
        "rules": [{"id": "casualties", "severity": "high", "to": ["desk", "archive"], "terms": {"en": ["wounded"]}}],
    }  # fmt: skip
    path = folder / "monitor.yaml"
    path.write_text(yaml.safe_dump(tree), encoding="utf-8")
    return path
