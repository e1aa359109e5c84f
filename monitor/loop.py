"""How every part of the journey goes round: until told to stop, patient while the store is away."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from monitor.errors import StoreUnavailable

log = structlog.get_logger("monitor")

_LONGEST_STUMBLE = 60.0  # seconds between two tries of a step that fails by a mistake of ours
_STORE_PAUSE = 0.5  # seconds; the store's own watch tells people, a part only waits


async def pause(seconds: float, stopping: asyncio.Event) -> None:
    """Wait, but no longer than until the stop."""
    if seconds <= 0:
        return
    try:
        async with asyncio.timeout(seconds):
            await stopping.wait()
    except TimeoutError:
        pass


async def until_stopped(step: Callable[[], Awaitable[object]], stopping: asyncio.Event) -> None:
    """Repeat a step until the stop. While the store is away, wait a little before each new try.

    A mistake of ours ends no part of the journey: it is told with its trace, and the step is tried again, ever less
    often while it goes on.
    """
    mistakes = 0
    while not stopping.is_set():
        try:
            await step()
        except StoreUnavailable:
            await pause(_STORE_PAUSE, stopping)
        except Exception:
            mistakes += 1
            log.exception("part.stumbled", times=mistakes)
            await pause(min(2.0**mistakes, _LONGEST_STUMBLE), stopping)
        else:
            mistakes = 0


async def insist(step: Callable[[], Awaitable[object]], stopping: asyncio.Event) -> bool:
    """Do one thing that must be recorded, however long the store is away; False if the stop came first.

    It is tried once even after the stop.
    """
    while True:
        try:
            await step()
        except StoreUnavailable:
            if stopping.is_set():
                return False
            await pause(_STORE_PAUSE, stopping)
        else:
            return True
