"""A judge with much at hand holds nobody up, and takes no turn of the loop for nothing."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from monitor.judge.turns import Turns

PAUSES = 20


async def others_went_on(work: Callable[[], None]) -> int:
    """Return how often another task went on while one worked and paused in turn."""
    went = 0

    async def other() -> None:
        nonlocal went
        while True:
            went += 1
            await asyncio.sleep(0)

    beside, turns = asyncio.create_task(other()), Turns()
    for _ in range(PAUSES):
        work()
        await turns.pause()
    beside.cancel()
    return went


def long_post() -> None:
    until = time.perf_counter() + 0.003
    while time.perf_counter() < until:
        pass


async def test_others_go_on_after_every_long_post() -> None:
    assert await others_went_on(long_post) >= PAUSES - 1


async def test_short_posts_share_a_turn() -> None:
    assert await others_went_on(lambda: None) < PAUSES / 2
