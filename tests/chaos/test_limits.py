"""Told to wait, everybody waits: a channel's rest binds every monitor on the store, and those that start meanwhile."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import math
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime

import pytest
from pydantic import SecretStr

from monitor.deliver import Courier
from monitor.fetch import Fetcher
from monitor.life import Life
from monitor.notifiers.webhook import Config, Notifier
from monitor.store import Store
from monitor.telemetry import Metrics
from tests.make import until
from tests.servers import ALLOW_LOOPBACK, Reply, Request, http_server
from tests.store.test_outbox import raised

Ask = Callable[[float], tuple[str, float]]  # the time now -> a Retry-After, and until when nobody may come

_PAUSE = 0.2  # seconds between two sends; an answer comes well within it
_EVERY = 4  # one request in so many is told to come back later


def in_seconds(now: float) -> tuple[str, float]:
    return "1", now + 1


def at_a_date(now: float) -> tuple[str, float]:
    moment = math.ceil(now) + 1
    return format_datetime(datetime.fromtimestamp(moment, UTC), usegmt=True), moment


@dataclass
class Gate:
    """Takes alerts, closes now and then, and notes who comes while it is closed. Times of the wall clock."""

    ask: Ask
    closed_until: float = 0.0
    closings: int = 0
    early: list[float] = field(default_factory=list)
    taken: Counter[str] = field(default_factory=Counter)
    numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(2))

    def __call__(self, request: Request) -> Reply:
        now = time.time()
        if now < self.closed_until:
            self.early.append(self.closed_until - now)
        if next(self.numbers) % _EVERY == 0:
            self.closings += 1
            word, self.closed_until = self.ask(now)
            return Reply(429, b"", {"Retry-After": word})
        self.taken[request.headers["webhook-id"]] += 1
        return Reply(200, b"ok")


@contextlib.asynccontextmanager
async def monitors(server_url: str, gate: str, names: tuple[str, ...]) -> AsyncIterator[None]:
    """Let monitors carry alerts to the gate, each with a connection and a sign of life of its own."""
    stopping = asyncio.Event()
    settings = Config(
        id="desk", url=SecretStr(f"{gate}/"), unsigned=True, allow_private=ALLOW_LOOPBACK, pause=_PAUSE
    )  # fmt: skip
    async with contextlib.AsyncExitStack() as stack:
        at_work = []
        for name in names:
            store, fetcher, life = Store(server_url), Fetcher(user_agent="test"), Life()
            stack.push_async_callback(store.close)
            stack.push_async_callback(fetcher.aclose)
            await store.health.sign(name)
            life.signed(time.monotonic() + 60)
            stack.push_async_callback(store.health.leave, name)
            notifier = Notifier(settings, fetcher.post)
            one = Courier(settings, notifier, store, consumer=name, metrics=Metrics(), life=life)
            at_work.append(asyncio.create_task(one.run(stopping)))
        try:
            yield
        finally:
            stopping.set()
            await asyncio.gather(*at_work)


@pytest.mark.parametrize("ask", [in_seconds, at_a_date])
async def test_nobody_comes_back_early_and_nothing_is_lost(store: Store, server_url: str, ask: Ask) -> None:
    alerts = 8
    for number in range(alerts):
        await raised(store, number, now=datetime.now(UTC))
    gate = Gate(ask)
    async with http_server({"/": gate}) as http:
        async with monitors(server_url, http.url, ("first", "second")):
            await until(lambda: gate.closings == 1)
        assert time.time() < gate.closed_until  # they are stopped in the middle of the rest, and two others begin
        async with monitors(server_url, http.url, ("third", "fourth")):
            await until(lambda: len(gate.taken) == alerts)

    assert gate.early == []
    assert gate.closings >= 2
    assert set(gate.taken.values()) == {1}
    (state,) = await store.outbox.states(["desk"])
    assert (state.arrived, state.waiting, state.dead) == (alerts, 0, 0)
