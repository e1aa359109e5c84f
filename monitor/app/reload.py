"""The configuration read again while everything runs: a good one is taken over whole, a bad one not at all."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from monitor import telemetry
from monitor.config import Settings, load
from monitor.errors import ConfigError

if TYPE_CHECKING:
    from monitor.rules import Rulebook

log = structlog.get_logger("monitor")


class Reload:
    """`started`: the settings of the start; `take` is handed each good configuration, and the rules made of it."""

    def __init__(self, path: Path, started: Settings, take: Callable[[Settings, Rulebook], None]) -> None:
        self._path = path
        self._lasting = _lasting(started)
        self._take = take
        self._last: asyncio.Task[None] | None = None

    def begin(self) -> asyncio.Task[None]:
        """Begin one reload, which waits for the one before."""
        self._last = asyncio.create_task(self._after(self._last), name="reload")
        return self._last

    async def _after(self, previous: asyncio.Task[None] | None) -> None:
        if previous:
            await asyncio.wait({previous})
        telemetry.notify("RELOADING=1")
        await self._once()
        telemetry.notify("READY=1")

    def _read(self) -> tuple[Settings, Rulebook]:
        new = load(self._path)
        rulebook = new.rulebook()
        rulebook.prepare()
        return new, rulebook

    async def _once(self) -> None:
        try:
            # Fifty thousand sources are read in seconds, and so are rules; meanwhile others must see that we live.
            new, rulebook = await asyncio.to_thread(self._read)
        except Exception as error:  # noqa: BLE001  # whatever is wrong with the new one, the old one goes on
            mistakes = error.mistakes if isinstance(error, ConfigError) else [f"{type(error).__name__}: {error}"]
            log.error("config.refused", mistakes=mistakes, then="the old one stays")  # noqa: TRY400  # no bug of ours
            return
        self._take(new, rulebook)
        if _lasting(new) != self._lasting:
            log.warning(
                "config.restart_needed", why="store, web, log, contact and originals take effect at the next start"
            )
        log.info("config.reloaded", sources=len(new.watched), channels=len(new.channels), rules=len(new.active_rules))


def _lasting(settings: Settings) -> tuple[object, ...]:
    """Return the settings that are read at the start alone."""
    return settings.store, settings.web, settings.log, settings.contact, settings.originals
