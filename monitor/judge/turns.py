"""A judge with a hundred posts at hand, and others who wait for the same loop."""

from __future__ import annotations

import asyncio
import time

_LONGEST = 0.002  # seconds: about two posts against all rules


class Turns:
    """Lets others go on whenever our own turn has lasted long enough: a turn of the loop is dearer than a short post.

    One for each piece of work that runs by itself.
    """

    def __init__(self) -> None:
        self._began = time.perf_counter()

    async def pause(self) -> None:
        """Between two posts: a hundred long ones must not hold up polls and pages."""
        if time.perf_counter() - self._began >= _LONGEST:
            await asyncio.sleep(0)
            self._began = time.perf_counter()
