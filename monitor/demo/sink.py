"""What arrived on one channel, and when."""

from __future__ import annotations

from datetime import UTC, datetime

from monitor.model import Value


class Arrival(Value, frozen=True, kw_only=True):
    """One message. `marks`: the part of it that carries the delivery's id.

    thread  what the channel calls the message that began its thread: itself if it is the first; None: it has no threads
    shown   it stands in the channel itself, not only in its thread
    """

    at: datetime
    marks: str
    thread: str | None = None
    shown: bool = True


class Sink:
    """Keeps what one channel brings, repeats included."""

    def __init__(self) -> None:
        self.arrivals: list[Arrival] = []

    def take(self, marks: str, *, thread: str | None = None, shown: bool = True) -> None:
        self.arrivals.append(Arrival(at=datetime.now(UTC), marks=marks, thread=thread, shown=shown))

    def quiet(self, seconds: float) -> bool:
        """Say whether nothing has arrived for a while."""
        return not self.arrivals or (datetime.now(UTC) - self.arrivals[-1].at).total_seconds() > seconds
