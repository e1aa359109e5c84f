"""When a source is due again, and why then. Pure, but for the dice of `pace`.

The next poll is the latest of our own interval and everything the publisher asks for, between a floor and a ceiling
of ours; only a Retry-After may go beyond the ceiling. What is not simply the setting is said in words, so that
nobody wonders.
"""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from monitor import pace, spending
from monitor.errors import Blocked, MonitorError, Resting, Unreachable
from monitor.model import Batch, Hints, SourceState

if TYPE_CHECKING:
    from monitor.sources import SourceConfig

WHEN_GONE = timedelta(days=1)  # a source that is gone is asked once a day whether it came back
_LONGEST_PATIENCE = 900.0  # seconds between two tries of a failing source, unless its own pace is slower
_SLOWEST_BEFORE_A_WALL = 6 * 3600.0  # seconds: whoever put it there does not want to be asked often
_APART = 60.0  # seconds after midnight until a source without a budget has one again: clocks differ
_IGNORED_VALIDATORS = 5  # full answers with nothing new in a row, until a server counts as one that sends no 304
_POLLS_PER_POST = 4.0  # `every: auto` asks so often in the time in which one post is to be expected


class Due(NamedTuple):
    """`at`: the next poll; `interval`: seconds as they are now; `why`: in words where it is not simply the setting."""

    at: datetime
    interval: float | None
    why: str | None


def after_answer(settings: SourceConfig, batch: Batch, rate: float | None, now: datetime) -> Due:
    """Return when a source that answered is due again. `rate`: posts an hour to be expected of it now."""
    own, why = _own(settings, rate)
    if batch.spend and spending.is_used_up(batch.spend, now):
        again = pace.following(_APART, spending.again(batch.spend))
        return Due(max(again, _next(settings, own, now)), own, "its budget for the day is used up")
    wish, words = _wish(batch)
    ceiling = max(own or 0.0, settings.slowest)
    at = _next(settings, own, now)
    wished = now + timedelta(seconds=min(wish, ceiling))
    if wished > (at if own is None else now + timedelta(seconds=own)):
        if settings.hints == "ignore":
            why = f"{words}: overruled by `hints: ignore`"
        else:
            why = f"{words}, at most {pace.words(ceiling)} here" if wish > ceiling else words
            own = None if own is None else min(wish, ceiling)
            at = _next(settings, own, wished if own is None else now)
    if settings.hints == "obey" and (awake := _awake(batch.bookmark.hints, at)) > at:
        at = max(at, min(awake, now + timedelta(seconds=ceiling)))
        why = "it says that it publishes nothing at this hour"
    return Due(at, own, why)


def _next(settings: SourceConfig, own: float | None, now: datetime) -> datetime:
    return pace.following(settings.every if own is None else own, now, zone=settings.zone or UTC)


def after_failure(settings: SourceConfig, after: SourceState, error: MonitorError, now: datetime) -> Due:
    """Return when a failing source is tried again: ever later, never never, never before it said we may."""
    if after.health == "gone":
        return Due(now + WHEN_GONE, WHEN_GONE.total_seconds(), "it is gone: asked once a day")
    asked_for = (error.retry_after if isinstance(error, Unreachable | Blocked) else None) or 0.0
    if isinstance(error, Resting):  # with some jitter, or all sources of the host would come back at one moment
        return Due(pace.following(max(asked_for, 1.0), now), asked_for, "its host asked for patience")
    own = settings.fastest if settings.every == pace.AUTO else settings.every
    own = own if isinstance(own, float) else 60.0  # between the times of a cron expression
    ceiling = max(own, _LONGEST_PATIENCE)
    if isinstance(error, Blocked):
        own, ceiling = max(own, _LONGEST_PATIENCE), max(own, _SLOWEST_BEFORE_A_WALL)
    patience = pace.backoff(after.failures, first=own, ceiling=ceiling)
    patience = max(patience, min(after.interval or 0.0, ceiling))  # nobody is asked more often for failing
    wait = max(asked_for, patience)
    at = now + timedelta(seconds=wait)
    if isinstance(settings.every, str) and settings.every != pace.AUTO:
        at = max(at, pace.following(settings.every, now, zone=settings.zone or UTC))
    if asked_for > patience:
        return Due(at, wait, f"it asked for {pace.words(asked_for)} of patience")
    return Due(at, wait, f"failure number {after.failures}: asked less often")


def _own(settings: SourceConfig, rate: float | None) -> tuple[float | None, str | None]:
    """Return our own interval in seconds, None for a cron expression."""
    if settings.every == pace.AUTO:
        if rate is None:
            return settings.fastest, "auto: its habit is not known yet"
        wanted = 3600.0 / (_POLLS_PER_POST * rate) if rate > 0 else settings.slowest
        own = min(max(wanted, settings.fastest), max(settings.fastest, settings.slowest))
        return own, f"auto: about {rate:.1f} posts an hour are to be expected"
    return (settings.every, None) if isinstance(settings.every, float) else (None, None)


def _wish(batch: Batch) -> tuple[float, str]:
    """Return the longest wait that the publisher asks for, in seconds (0.0 for none), and the words for it."""
    hints = batch.bookmark.hints
    wishes = [
        (batch.fresh, "its HTTP headers call an answer fresh for {}"),
        (hints.ttl, "its ttl asks for {}"),
        (hints.period, "its update period is {}"),
    ]
    if batch.bookmark.unconditional >= _IGNORED_VALIDATORS and batch.size:
        # It sends everything each time although it need not: asked seldomer, it costs both sides less.
        wishes.append((300.0, "it never says 304 Not Modified, so it is asked every {}"))
    seconds, words = max((seconds or 0.0, words) for seconds, words in wishes)
    return math.ceil(seconds), words.format(pace.words(seconds))  # an answer's Date has whole seconds only


def _awake(hints: Hints, at: datetime) -> datetime:
    """Return the first moment from `at` on that is in no hour and no day in which nothing is published."""
    moment = at.astimezone(UTC)
    for _ in range(24 * 7):
        if moment.hour not in hints.skip_hours and moment.weekday() not in hints.skip_days:
            return moment
        moment = moment.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return at  # every hour of the week: that cannot be meant
