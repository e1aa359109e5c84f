from __future__ import annotations

import asyncio
import time

from monitor.errors import StoreUnavailable
from monitor.loop import insist, pause, until_stopped


async def test_a_pause_ends_with_the_stop() -> None:
    stopping = asyncio.Event()
    asyncio.get_running_loop().call_later(0.05, stopping.set)
    began = time.monotonic()

    await pause(60, stopping)

    assert time.monotonic() - began < 10


async def test_steps_go_on_while_the_store_is_away() -> None:
    stopping, steps = asyncio.Event(), 0

    async def step() -> None:
        nonlocal steps
        steps += 1
        if steps < 3:
            raise StoreUnavailable("away")
        stopping.set()

    await until_stopped(step, stopping)

    assert steps == 3


async def test_what_must_be_recorded_is_tried_until_it_is() -> None:
    stopping, tries = asyncio.Event(), 0

    async def record() -> None:
        nonlocal tries
        tries += 1
        if tries < 2:
            raise StoreUnavailable("away")

    assert await insist(record, stopping)
    assert tries == 2


async def test_after_the_stop_it_is_tried_once_more() -> None:
    stopping, tries = asyncio.Event(), 0
    stopping.set()

    async def record() -> None:
        nonlocal tries
        tries += 1
        raise StoreUnavailable("away")

    assert not await insist(record, stopping)
    assert tries == 1


async def test_a_mistake_of_ours_ends_no_part() -> None:
    stopping, steps = asyncio.Event(), 0

    async def step() -> None:
        nonlocal steps
        steps += 1
        if steps == 1:
            raise KeyError("a mistake of ours")
        stopping.set()

    async with asyncio.timeout(20):
        await until_stopped(step, stopping)

    assert steps == 2
