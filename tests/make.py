"""Values for tests, with only what a test cares about spelled out."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from monitor.judge import Judge
from monitor.life import Life
from monitor.model import Alert, Delivery, Origin, Post, Verdict, alert_id, delivery_id, post_key
from monitor.policy.settings import Policy
from monitor.rules import Rulebook
from monitor.rules.window import Windows
from monitor.store import Store
from monitor.telemetry import Metrics

NOON = datetime(2021, 11, 16, 12, 0, tzinfo=UTC)


def post(name: str | int = 1, *, source: str = "am-mod", **fields: Any) -> Post:
    native_id = f"https://example.org/{name}"
    given: dict[str, Any] = {
        "key": post_key(source, native_id),
        "source": source,
        "kind": "rss",
        "native_id": native_id,
        "title": f"Statement {name}",
        "text": f"Words of statement {name}.",
        "permalink": native_id,
    }
    return Post(**(given | fields))


def origin(source: str = "am-mod", **fields: Any) -> Origin:
    given: dict[str, Any] = {"id": source, "kind": "rss", "name": "Ministry of Tests", "party": "AM"}
    return Origin(**(given | fields))


def alert(about: Post | None = None, *, to: tuple[str, ...] = ("desk",), **fields: Any) -> Alert:
    about = about or post()
    verdict = Verdict(alert=True, severity="high", topics=("casualties",), rules=("casualties",), to=to)
    given: dict[str, Any] = {
        "id": alert_id(about),
        "post": about,
        "origin": origin(about.source),
        "verdict": verdict,
        "raised": NOON,
    }
    return Alert(**(given | fields))


def delivery(about: Alert | None = None, channel: str = "desk", **fields: Any) -> Delivery:
    about = about or alert()
    given: dict[str, Any] = {
        "id": delivery_id(about.id, channel),
        "alert": about.id,
        "channel": channel,
        "queued": NOON,
    }
    return Delivery(**(given | fields))


def life() -> Life:
    """Return the sign of life of a process that lives."""
    sign = Life(grace=0)
    sign.signed(time.monotonic() + 3600)
    return sign


async def until(true: Callable[[], bool | Awaitable[bool]], seconds: float = 20) -> None:
    """Wait until something has become true, looking every hundredth of a second; fail if it does not."""
    for _ in range(int(seconds * 100)):
        result = true()
        if result if isinstance(result, bool) else await result:
            return
        await asyncio.sleep(0.01)
    pytest.fail("it did not become true")


def judge(
    store: Store,
    rules: Rulebook,
    origins: Mapping[str, Origin] | None = None,
    *,
    name: str = "judge-1",
    policy: Policy = Policy(),  # noqa: B008  # frozen
    windows: Callable[[], Windows] = Windows,
) -> Judge:
    """Return a judge by these rules; without `origins`, of the one source `am-mod`."""
    known = {"am-mod": origin()} if origins is None else origins
    return Judge(
        store,
        consumer=name,
        rulebook=lambda: rules,
        origins=lambda: known,
        metrics=Metrics(),
        life=life(),
        windows=windows,
        policy=lambda: policy,
    )


async def judged_by(*judges: Judge) -> None:
    """Let the judges go on until there is nothing more to judge."""
    while await judges[0]._store.posts.unjudged():
        await asyncio.gather(*(one.step() for one in judges))
