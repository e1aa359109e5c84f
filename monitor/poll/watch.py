"""What an answer says beyond its posts: whether the source is silent or loud against its habit, and in time. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from monitor import habits, pace, punctuality
from monitor.habits import Habit
from monitor.model import Post, SourceState, changed
from monitor.punctuality import Delay, Punctuality

if TYPE_CHECKING:
    from monitor.sources import SourceConfig

_SLACK = timedelta(minutes=15)  # by which an answer may come later than it was to be expected
_PACES = 2  # or by so many of its own intervals
_LEARNED = 24  # hours of watching, before a habit says anything of the pace


def learned(settings: SourceConfig, before: SourceState, habit: Habit, new: Sequence[Post], now: datetime) -> Habit:
    """Return the habit after one more answer. Time in which we were away, or the source failed, teaches nothing."""
    since = before.answered
    if since is not None and (before.failures or now > _latest(settings, before, since)):
        since = None
    published = [post.published for post in new] if before.answered else []  # a first poll's are no habit
    return habits.observed(habit, since, now, published, settings.zone or UTC)


def _latest(settings: SourceConfig, before: SourceState, answered: datetime) -> datetime:
    """Return when the next answer was to be expected at the latest, if the source was watched all the time."""
    if before.interval is None:  # a cron expression, or one until a reload, or a record older than intervals
        every = settings.slowest if settings.every == pace.AUTO else settings.every
        return pace.following(every, answered, zone=settings.zone or UTC, jitter=1.0) + _SLACK
    return answered + max(_SLACK, timedelta(seconds=_PACES * before.interval + 60))


def was_away(settings: SourceConfig, before: SourceState, now: datetime) -> bool:
    """Say whether nobody could look for longer than usual: we were off, the source could not be read, or it is new."""
    return before.answered is None or now > _latest(settings, before, before.answered)


def against_habit(
    settings: SourceConfig, before: SourceState, after: SourceState, habit: Habit, now: datetime
) -> SourceState:
    """Return the state of a source that answered with what its habit says of this moment."""
    zone = settings.zone or UTC
    silence = habits.silence(habit, already=before.silence is not None)
    burst = habits.burst(habit, now, zone, already=before.burst is not None)
    after = changed(after, silence=silence.words(zone) if silence else None, burst=burst.words(zone) if burst else None)
    if silence and after.health == "healthy":
        after = changed(after, health="late", since=before.since if before.health == "late" else now)
    return after


def delays(settings: SourceConfig, before: SourceState, new: Sequence[Post], now: datetime) -> tuple[Delay, ...]:
    """Return how long after their publication the new posts of an answer are seen, as far as that can be known."""
    dates = [post.published for post in new]
    return punctuality.delays(dates, before.answered, now, interval=before.interval, zone=settings.zone or UTC)


def against_target(
    settings: SourceConfig, before: SourceState, after: SourceState, fresh: Sequence[Delay], now: datetime
) -> SourceState:
    """Return the state of a source that answered with how late its posts are seen, against its target."""
    record = Punctuality.read(before.delays).plus(fresh)
    slow = punctuality.slow(record, settings.slo, before.slow, now)
    return changed(
        after,
        delays=record.text(),
        latency=record.median,
        slow=slow,
        delay=punctuality.words(record, settings.slo, before.interval) if slow and settings.slo else None,
    )


def rate(settings: SourceConfig, habit: Habit, now: datetime) -> float | None:
    """Return how many posts an hour are to be expected now; None while the habit is unknown."""
    return habits.rate(habit, now, settings.zone or UTC) if habit.hours >= _LEARNED else None
