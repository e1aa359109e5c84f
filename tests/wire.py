"""What a store sends to its server: counted, and cut where a process is to die."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest

from monitor.judge import Judge
from monitor.store import Store
from tests.make import judged_by


class Wire:
    """What goes over a store's connection from now on; `sent`: how often.

    With the one of the number `dies` (from 0) its process dies: before it is sent, or once it is done.
    """

    def __init__(self, store: Store, patch: pytest.MonkeyPatch, *, dies: int | None = None, done: bool = False) -> None:
        self.sent = 0
        self._dies, self._done = dies, done
        self._send = store._connection._send
        patch.setattr(store._connection, "_send", self)

    async def cost(self, judge: Judge) -> int:
        """Return how often a judge's second step sends; the first asks what is unfinished."""
        await judge.step()
        before = self.sent
        await judge.step()
        return self.sent - before

    async def __call__(self, sending: Any) -> Any:
        dying = self.sent == self._dies
        self.sent += 1
        if dying and not self._done:
            raise SystemError
        answer = await self._send(sending)
        if dying:
            raise SystemError
        return answer


async def judged_until_dead(
    server_url: str, patch: pytest.MonkeyPatch, watching: Callable[[Store], Judge], *, step: int, done: bool
) -> None:
    """Let a judge of its own store go on until it dies: see `Wire`."""
    victim = Store(server_url)
    Wire(victim, patch, dies=step, done=done)
    with suppress(SystemError):
        await judged_by(watching(victim))
    await victim.close()
