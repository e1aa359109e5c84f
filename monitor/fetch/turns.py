"""Whose turn it is at a host, and when it wants to be left alone."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable

import httpx

from monitor.errors import Resting, Unreachable
from monitor.fetch import address

Place = tuple[str, int]


class Turns:
    """At most `limit` at a time at one host and port, after `patience` seconds of waiting at most.

    A place where nobody is or waits is forgotten.
    """

    def __init__(self, limit: int, patience: float) -> None:
        self._limit = limit
        self._patience = patience
        self._places: dict[Place, asyncio.Semaphore] = {}
        self._present: Counter[Place] = Counter()

    @contextlib.asynccontextmanager
    async def at(self, target: httpx.URL) -> AsyncIterator[None]:
        place = address.host(target), address.port(target)
        turn = self._places.setdefault(place, asyncio.Semaphore(self._limit))
        self._present[place] += 1
        try:
            await self._wait(turn, place[0])
            try:
                yield
            finally:
                turn.release()
        finally:
            self._present[place] -= 1
            if not self._present[place]:
                del self._present[place], self._places[place]

    async def _wait(self, turn: asyncio.Semaphore, host: str) -> None:
        if not turn.locked():
            await turn.acquire()  # at once
            return
        try:
            async with asyncio.timeout(self._patience):
                await turn.acquire()
        except TimeoutError:
            raise Unreachable(
                f"{host} was not asked: its {self._limit} turns were taken for {self._patience:g} s by other requests"
            ) from None


class Rests:
    """Until when a host and port are to be left alone, by all who ask there. A rest that is over is forgotten.

    patience  seconds anybody waits for the end of a rest; a longer one is a Resting at once
    clock     seconds, of any beginning, that never go back
    """

    def __init__(self, patience: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._patience = patience
        self._clock = clock
        self._until: dict[Place, float] = {}

    def rest(self, target: httpx.URL, seconds: float) -> None:
        """Leave the host alone for `seconds` from now, or for longer if it has already asked for longer."""
        now = self._clock()
        self._until = {place: until for place, until in self._until.items() if until > now}
        if seconds > 0:
            place = address.host(target), address.port(target)
            self._until[place] = max(now + seconds, self._until.get(place, now))

    def left(self, target: httpx.URL) -> float:
        """Return the seconds of rest that are left, 0 if the host may be asked."""
        until = self._until.get((address.host(target), address.port(target)))
        return max(until - self._clock(), 0.0) if until else 0.0

    async def over(self, target: httpx.URL) -> None:
        """Wait until the host may be asked. Raises Resting with `retry_after` if that takes too long."""
        while left := self.left(target):
            await self._wait(target, left)

    async def queue(self, target: httpx.URL, apart: float) -> None:
        """Wait for a place in a queue in which `apart` seconds lie between one and the next. Raises as `over` does."""
        left = self.left(target)
        if left <= self._patience:
            self.rest(target, left + apart)
        await self._wait(target, left)

    async def _wait(self, target: httpx.URL, seconds: float) -> None:
        if seconds > self._patience:
            raise Resting(
                f"{address.host(target)} was not asked: it wants to be left alone for another {seconds:.0f} s",
                retry_after=seconds,
            )
        await asyncio.sleep(seconds)
