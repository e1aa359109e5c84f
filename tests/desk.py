"""A channel that does what a test wants, and the courier that serves it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from monitor.deliver import Courier
from monitor.model import Alert, Delivery
from monitor.notifiers import NotifierConfig
from monitor.store import Store
from monitor.telemetry import Metrics
from tests.make import life


class Desk:
    """A notifier that does what a test wants, and remembers which deliveries it was handed."""

    def __init__(self, *troubles: Exception | None, after: Callable[[], None] = lambda: None) -> None:
        self.troubles = list(troubles)
        self.handed: list[str] = []
        self.after = after

    async def send(self, alert: Alert, delivery: Delivery) -> str | None:
        self.handed.append(delivery.id)
        trouble = self.troubles.pop(0) if self.troubles else None
        self.after()
        if trouble:
            raise trouble
        return "receipt"


def courier(store: Store, desk: Desk, **settings: float) -> Courier:
    config = NotifierConfig.model_validate({"id": "desk", "kind": "slack", **settings})
    return Courier(config, desk, store, consumer="courier-1", metrics=Metrics(), life=life())


async def steps(one: Courier, count: int) -> None:
    stopping = asyncio.Event()
    one._stopping = stopping
    for _ in range(count):
        await one.step()
