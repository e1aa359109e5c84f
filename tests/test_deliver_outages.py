"""Outages of a channel and of a courier, and alerts that nobody takes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from monitor.deliver import Courier
from monitor.deliver.courier import _AT_ONCE
from monitor.errors import Unreachable
from monitor.life import Life
from monitor.model import Alert, Delivery
from monitor.notifiers import NotifierConfig
from monitor.store import Store
from monitor.telemetry import Metrics
from tests.desk import Desk, courier, steps
from tests.make import alert, delivery, life, post, until
from tests.store.test_outbox import raised


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let everything be tried again fifty times sooner than it would be."""
    monkeypatch.setattr("monitor.deliver.patience._FIRST_RETRY", 0.04)


async def working(one: Courier, until_: Callable[[], bool]) -> None:
    """Let a courier work until something is true."""
    stopping = asyncio.Event()
    at_work = asyncio.create_task(one.run(stopping))
    try:
        await until(until_)
    finally:
        stopping.set()
        await at_work


@pytest.mark.usefixtures("quick")
async def test_after_an_outage_everything_goes_out_in_order_behind_the_one_that_found_it_over(store: Store) -> None:
    now = datetime.now(UTC)
    ids = [delivery(await raised(store, n, now=now + timedelta(seconds=n))).id for n in range(40)]
    desk = Desk(*[Unreachable("away")] * 7)

    await working(courier(store, desk), lambda: len(desk.handed) == 47)

    probe, *rest_ = desk.handed[7:]
    assert len(set(desk.handed[:7])) >= 3
    assert rest_ == [i for i in ids if i != probe]


@pytest.mark.usefixtures("quick")
async def test_alerts_that_nobody_takes_hold_up_no_other_and_are_not_hammered(store: Store) -> None:
    now = datetime.now(UTC)
    ids = [delivery(await raised(store, n, now=now)).id for n in range(60)]
    poison = set(ids[10:15])

    class Choosy(Desk):
        async def send(self, alert: Alert, delivery: Delivery) -> str | None:
            self.handed.append(delivery.id)
            if delivery.id in poison:
                raise Unreachable("500")
            return None

    desk = Choosy()
    carrier = courier(store, desk)
    await working(carrier, lambda: len(set(desk.handed) - poison) == 55)
    await working(carrier, lambda: min(desk.handed.count(i) for i in poison) >= 4)  # nothing else is left by now
    late = delivery(await raised(store, 99, now=now)).id
    await working(carrier, lambda: late in desk.handed)

    assert max(desk.handed.count(i) for i in ids if i not in poison) == 1
    tries = [desk.handed.count(i) for i in poison]
    assert max(tries) <= min(tries) + 3
    assert max(tries) <= 8
    assert [d.state for d in await store.outbox.deliveries(alert(post(99)).id)] == ["arrived"]


async def test_a_courier_that_was_paused_sends_nothing_that_another_took_over(store: Store) -> None:
    await raised(store, 1)
    await raised(store, 2)

    class Robbed(Desk):
        async def send(self, alert: Alert, delivery: Delivery) -> str | None:
            await store.outbox.inherit("desk", "heir", 10)  # while this one slept, it counted as dead
            return await super().send(alert, delivery)

    desk = Robbed()
    await steps(courier(store, desk), 1)

    assert len(desk.handed) == 1
    assert len(await store.outbox.take("desk", "heir", 10)) == 1


async def test_what_a_stopped_monitor_had_in_hand_goes_on_at_once_even_if_its_successor_has_just_begun(
    store: Store,
) -> None:
    await raised(store)
    await store.outbox.take("desk", "stopped", 10)
    await store.health.leave("stopped")
    desk = Desk()
    young = Life(grace=3600)
    young.signed(time.monotonic())
    settings = NotifierConfig(id="desk", kind="slack")

    await Courier(settings, desk, store, consumer="successor", metrics=Metrics(), life=young).step()

    assert len(desk.handed) == 1


async def test_couriers_of_two_monitors_keep_the_pause_of_a_channel_together(store: Store) -> None:
    ids = [delivery(await raised(store, number)).id for number in range(_AT_ONCE + 2)]  # more than one can take
    names = ("courier-1", "courier-2")
    for name in names:
        await store.health.sign(name)  # or the other one would inherit what it has in hand
    times: list[float] = []
    desks = [Desk(after=lambda: times.append(time.monotonic())) for _ in names]
    stopping = asyncio.Event()
    config = NotifierConfig(id="desk", kind="slack", pause=0.1)
    at_work = [
        Courier(config, desk, store, consumer=name, metrics=Metrics(), life=life()).run(stopping)
        for name, desk in zip(names, desks, strict=True)
    ]
    running = asyncio.gather(*at_work)
    await until(lambda: len(times) == len(ids))
    stopping.set()
    await running

    assert min(after - before for before, after in pairwise(times)) > 0.05
    assert sorted(desks[0].handed + desks[1].handed) == sorted(ids)
    assert all(desk.handed for desk in desks)
