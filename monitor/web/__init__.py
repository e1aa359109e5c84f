"""The room with windows: people watch the timeline here, machines ask for posts, health and metrics.

`app.build` makes the application, `server.Server` runs it in the daemon's own loop; `Rooms` is all it knows of the
store. One file per concern: `timeline`, `post`, `source`, `rule`, `deliveries`, `incidents`, `silences`, `feeds`,
`live` and `health` answer; `lookback` reads for all pages about rules at once; `rows`, `marks`, `clocks`, `standing`,
`week`, `explained`, `written`, `noise`, `orders`, `links`, `syndicated`, `atom`, `jsonfeed` turn values into words,
numbers and documents and are pure.

It only reads, but for what people do about alerts (`acts`): that wants a token (`access`, `login`; `given` is what they
send), or the signed link of a message.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from monitor.model import (
    Action,
    Alert,
    Bookmark,
    ChannelState,
    Delivery,
    Entry,
    Incident,
    Marked,
    PollRecord,
    SourceState,
    Suspect,
)
from monitor.web import acts


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

    async def of(self, ids: Sequence[str], /) -> Sequence[Alert]: ...


class OutboxReads(Protocol):
    async def deliveries(self, alert: str, /) -> Sequence[Delivery]: ...

    async def listed(self, channel: str, state: str, count: int, /) -> Sequence[Delivery]:
        """Return a channel's deliveries that are `waiting`, `arrived`, `silenced` or `dead`."""
        ...

    async def get(self, delivery: str, /) -> Delivery | None: ...

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


class Step(Protocol):
    """Somebody to be called about an incident. `number`: which step of the route, below 0 for telling it again."""

    @property
    def incident(self) -> str: ...

    @property
    def route(self) -> str: ...

    @property
    def number(self) -> int: ...

    @property
    def due(self) -> datetime: ...


class IncidentRoom(acts.Incidents, Protocol):
    async def recent(self, count: int = 50) -> Sequence[Incident]:
        """Return the incidents with the newest alerts, newest first."""
        ...

    async def waiting(self) -> Sequence[Step]:
        """Return who will be called, the next first."""
        ...


class SilenceRoom(acts.Silences, Protocol):
    async def audit(self, count: int = 100) -> Sequence[Action]:
        """Return what was done last, the newest first."""
        ...


class Held(Protocol):
    @property
    def suspect(self) -> Suspect: ...


class GoneReads(Protocol):
    async def of(self, source: str, /) -> Mapping[str, Held]:
        """Return what is known of a source's posts that may be gone, by their keys."""
        ...

    async def lately(self, count: int, source: str | None = None, /) -> Sequence[str]:
        """Return the keys of posts that were found deleted or restored lately, the last one first."""
        ...


class HealthRoom(HealthReads, acts.Health, Protocol): ...


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

    def live(self, cursor: str | None = None) -> AsyncIterator[tuple[str, Entry | Alert | Marked | None]]:
        """Yield what is new from now on, or after `cursor`; `(cursor, None)` now and then when nothing is."""
        ...


class Rooms(Reads, Protocol):
    """The same, and what is written when somebody acts (`acts`)."""

    @property
    def health(self) -> HealthRoom: ...

    @property
    def gone(self) -> GoneReads: ...

    @property
    def incidents(self) -> IncidentRoom: ...

    @property
    def silences(self) -> SilenceRoom: ...
