"""The couriers of a daemon: exactly one for each channel, also after a reload."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from monitor.deliver import Courier
    from monitor.notifiers import NotifierConfig


class _Employed(NamedTuple):
    settings: NotifierConfig
    leave: asyncio.Event
    task: asyncio.Task[None]


class Couriers:
    """`employ` makes a courier; `ended` is called with the task of each that ends."""

    def __init__(
        self, employ: Callable[[NotifierConfig], Courier], ended: Callable[[asyncio.Task[None]], None]
    ) -> None:
        self._employ = employ
        self._ended = ended
        self._at_work: dict[str, _Employed] = {}
        self._leaving: set[asyncio.Task[None]] = set()

    @property
    def tasks(self) -> dict[str, asyncio.Task[None]]:
        return {f"deliver:{channel}": one.task for channel, one in self._at_work.items()}

    def fit(self, channels: Iterable[NotifierConfig]) -> None:
        """Let couriers run for exactly these channels; a changed channel gets a new one, once the old has finished."""
        wanted = {channel.id: channel for channel in channels}
        for channel, one in list(self._at_work.items()):
            if wanted.get(channel) != one.settings:
                one.leave.set()
                self._leaving.add(one.task)
                one.task.add_done_callback(self._leaving.discard)
                del self._at_work[channel]
        for channel, settings in wanted.items():
            if channel not in self._at_work:
                leave = asyncio.Event()
                predecessor = next((t for t in self._leaving if t.get_name() == f"deliver:{channel}"), None)
                work = self._serve(settings, leave, predecessor)
                task = asyncio.create_task(work, name=f"deliver:{channel}")
                task.add_done_callback(self._ended)
                self._at_work[channel] = _Employed(settings, leave, task)

    async def _serve(
        self, settings: NotifierConfig, leave: asyncio.Event, predecessor: asyncio.Task[None] | None
    ) -> None:
        # Both would work under one consumer's name: the new one would take what the old one has in hand for left over.
        if predecessor:
            await asyncio.wait({predecessor})
        await self._employ(settings).run(leave)

    def dismiss(self) -> set[asyncio.Task[None]]:
        """Tell all to finish what is in hand; return the tasks to wait for."""
        for one in self._at_work.values():
            one.leave.set()
        return {*self.tasks.values(), *self._leaving}
