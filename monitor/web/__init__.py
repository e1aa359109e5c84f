"""The room with windows: people watch the timeline here, machines ask for posts, health and metrics.

It only reads. `app.build` makes the application, `server.Server` runs it in the daemon's own loop; `Reads` is all it
knows of the store. One file per concern: `timeline`, `post`, `source`, `rule`, `deliveries`, `live`, `health` answer;
`lookback` reads for all pages about rules at once; `rows`, `marks`, `clocks`, `standing`, `week`, `explained`,
`written`, `noise` turn values into words and numbers and are pure.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import datetime
from typing import Protocol

from monitor.model import Alert, Bookmark, ChannelState, Delivery, Entry, PollRecord, SourceState


class PostReads(Protocol):
    async def recent(self, count: int = 50, before: str | None = None) -> list[Entry]:
        """Return entries, newest first; `before` is the `Entry.id` to go on from."""
        ...

    async def history(self, key: str, /) -> list[Entry]:
        """Return all versions of one post, newest first; empty if it is unknown."""
        ...


class AlertReads(Protocol):
    async def recent(self, count: int = 50, before: str | None = None) -> list[Alert]:
        """Return alerts, newest first; `before` is the `Alert.id` to go on from."""
        ...

    async def get(self, alert: str, /) -> Alert | None: ...


class OutboxReads(Protocol):
    async def deliveries(self, alert: str, /) -> Sequence[Delivery]: ...

    async def listed(self, channel: str, state: str, count: int, /) -> Sequence[Delivery]:
        """Return a channel's deliveries that are `waiting`, `arrived` or `dead`."""
        ...

    async def states(self, channels: Iterable[str], /) -> Sequence[ChannelState]: ...


class HealthReads(Protocol):
    async def sources(self, ids: Iterable[str], /) -> Sequence[SourceState]: ...

    async def left(self, source: str, /) -> tuple[Bookmark | None, SourceState, str | None]:
        """Return how a source was left; the last is its habit, for `Habit.read`."""
        ...

    async def polls(self, source: str, /) -> Sequence[PollRecord]:
        """Return how a source's last ten polls went, the newest first."""
        ...

    async def heartbeats(self) -> dict[str, datetime]:
        """Return each part's last sign of life: `poll`, `judge`, `deliver:<channel>`."""
        ...


class Reads(Protocol):
    """The store's reading side. Every method may raise StoreUnavailable."""

    @property
    def posts(self) -> PostReads: ...

    @property
    def alerts(self) -> AlertReads: ...

    @property
    def outbox(self) -> OutboxReads: ...

    @property
    def health(self) -> HealthReads: ...

    def live(self, cursor: str | None = None) -> AsyncIterator[tuple[str, Entry | Alert | None]]:
        """Yield what is new from now on, or after `cursor`; `(cursor, None)` now and then when nothing is."""
        ...
