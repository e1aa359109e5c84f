"""How long after its publication a source's posts are seen, how much of that is ours, and whether it is too long. Pure.

A post has three clocks: its publisher's date, our first sight of it, and our alert. This is about the way from the
first to the second. What the source showed at its answer before, without the post, is the proof of whose delay it is:
until then it was the publisher's, only from then on can it be ours.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, tzinfo
from statistics import median
from typing import Literal

from monitor.model import Value

Cause = Literal["publisher", "interval", "outage"]

_KEPT = 20  # delays of a source, the newest last
_BACKDATED = timedelta(days=1)  # a date so long before an answer without the post is no date of its publication
_FEWEST, _MANY, _FEW = 3, 1 / 4, 1 / 10  # how many miss the target when it begins, and when it is over


class Delay(Value, frozen=True, kw_only=True):
    """From a post's publication to our seeing it, in whole seconds: `total`, and of that `ours` at the most.

    `outage`: we had not asked in time, for whatever reason.
    """

    total: int
    ours: int
    outage: bool = False

    @property
    def cause(self) -> Cause:
        """Whose delay most of it is."""
        if self.total - self.ours > self.ours:
            return "publisher"
        return "outage" if self.outage else "interval"


class Punctuality(Value, frozen=True, kw_only=True):
    """The delays of a source's last posts, the newest last."""

    delays: tuple[Delay, ...] = ()

    @classmethod
    def read(cls, text: str | None) -> Punctuality:
        """Read what `text` wrote. Anything else is a record still to be begun."""
        try:
            return cls(delays=tuple(map(_delay, (text or "").split()))[-_KEPT:])
        except ValueError:
            return cls()

    def text(self) -> str:
        """Return it as `412/60 35/35 9000/8800!`: seconds, ours of them, and whether that was an outage of ours."""
        return " ".join(f"{one.total}/{one.ours}{'!' * one.outage}" for one in self.delays)

    def plus(self, delays: Iterable[Delay]) -> Punctuality:
        return Punctuality(delays=(*self.delays, *delays)[-_KEPT:])

    @property
    def median(self) -> float | None:
        """Seconds; None while there is nothing to tell from."""
        return median(one.total for one in self.delays) if self.delays else None

    def missed(self, target: float) -> tuple[Delay, ...]:
        return tuple(one for one in self.delays if one.total > target)


def delays(
    published: Iterable[datetime | None],
    answered: datetime | None,
    now: datetime,
    *,
    interval: float | None = None,
    zone: tzinfo = UTC,
) -> tuple[Delay, ...]:
    """Return the delays of the new posts of one answer, seen `now`.

    `published`: the date of each post that is new; versions of known posts are none of it. `answered`: the source's
    answer before, None for the first poll, whose posts prove nothing. `interval`: seconds meant to lie between two
    polls. A post without a date, or with one that cannot be the time of its publication (a day without an hour, a
    day or more before an answer that did not have it), is passed over; one from the future was seen at once.
    """
    if answered is None or answered >= now:
        return ()
    asked_late = interval is not None and (now - answered).total_seconds() > 2 * interval + 60
    found = []
    for when in published:
        if when is None or when < answered - _BACKDATED or _is_a_day(when, zone):
            continue
        total = max(0, round((now - when).total_seconds()))
        ours = min(total, round((now - answered).total_seconds()))
        found.append(Delay(total=total, ours=ours, outage=asked_late))
    return tuple(found)


def slow(record: Punctuality, target: float | None, before: datetime | None, now: datetime) -> datetime | None:
    """Return since when posts are seen too late, None if they are not.

    `target` seconds are allowed, None allows any. It begins when a quarter of the last posts, and three, missed it;
    `before`, what this said last, stays until fewer than a tenth do.
    """
    if target is None:
        return None
    missed, kept = len(record.missed(target)), len(record.delays)
    if before is None:
        return now if missed >= max(_FEWEST, kept * _MANY) else None
    return None if kept and missed < kept * _FEW else before


def cause(record: Punctuality, target: float) -> Cause:
    """Return whose delay most of those posts suffered that missed the target."""
    causes = [one.cause for one in record.missed(target)]
    return max(("publisher", "interval", "outage"), key=causes.count)


def words(record: Punctuality, target: float, interval: float | None = None) -> str:
    """Return what to tell of a source whose posts are seen too late: how many, how late, whose delay it is, what to do.

    `interval`: seconds between two polls as they are now, None for a cron expression.
    """
    missed = record.missed(target)
    if not missed:
        return f"All of the last {len(record.delays)} posts were seen within {_span(target)}."
    late = median(one.total for one in missed)
    told = (
        f"{len(missed)} of the last {len(record.delays)} posts were seen later than {_span(target)} after their "
        f"publication, typically after {_span(late)}."
    )
    return f"{told} {_blame(record, target, interval)}"


def _blame(record: Punctuality, target: float, interval: float | None) -> str:
    match cause(record, target):
        case "publisher":
            theirs = median(one.total - one.ours for one in record.missed(target))
            return (
                f"The publisher shows them late: typically {_span(theirs)} after their date they were not there yet. "
                "Asking more often does not help; look for a faster feed of the same source, or allow it more (slo)."
            )
        case "outage":
            return (
                "We did not ask in time: the monitor was down, or the source did not answer it. "
                "It ends by itself once new posts are seen in time."
            )
        case "interval":
            often = f"every {_span(interval)}" if interval else "by a timetable"
            more = f", the target is {_span(target)}" if interval is None or interval > target else ""
            return f"We ask too seldom: {often}{more}. Ask more often (every, fastest, slowest), or allow more (slo)."


def _is_a_day(when: datetime, zone: tzinfo) -> bool:
    """Whether a date looks like a mere day: midnight to the second, by the source's clock or in UTC."""
    return any(not any(when.astimezone(clock).timetuple()[3:6]) for clock in (zone, UTC))


def _delay(text: str) -> Delay:
    total, ours = text.removesuffix("!").split("/")
    if not (total.isdecimal() and ours.isdecimal() and len(text) < 24):
        raise ValueError(f"{text!r} is no delay")
    return Delay(total=int(total), ours=min(int(ours), int(total)), outage=text.endswith("!"))


def _span(seconds: float) -> str:
    for unit, size in (("days", 86400.0), ("hours", 3600.0), ("minutes", 60.0)):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} seconds"
