"""One poll: ask the source, admit what is new, keep the bookmark last."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

import structlog

from monitor import pace
from monitor.errors import MonitorError, Rejected, StoreUnavailable, Unreachable, Unreadable
from monitor.model import Batch, Bookmark, SourceState, changed

if TYPE_CHECKING:
    from monitor.sources import Source, SourceConfig
    from monitor.store import Store

log = structlog.get_logger("poll")

_LONGEST_WAIT = timedelta(minutes=15)  # between two tries of a failing source, unless its own pace is slower
_WHEN_GONE = timedelta(days=1)  # a source that said 410 is asked once a day whether it came back


class Polled(NamedTuple):
    """How one poll went. `counts`: posts by what they were (new, version, repeat, known)."""

    before: SourceState
    after: SourceState
    counts: Counter[str]
    error: MonitorError | None


async def poll(settings: SourceConfig, source: Source, store: Store, now: datetime) -> Polled:
    """Poll once. A failure of the source is part of the result; only StoreUnavailable is raised.

    The posts are stored before the bookmark: a crash in between means asking again, and ADMIT turns the repeats down.
    """
    bookmark, before = await store.health.source(settings.id)
    try:
        batch = await _ask(source, bookmark)
        counts = await _admit(settings, batch, store, now, first=bookmark is None)
    except StoreUnavailable:
        raise
    except MonitorError as error:
        after = failed(before, error, now)
        await store.health.keep(after, None)
        return Polled(before, after, Counter(), error)
    after = answered(before, batch, counts, now)
    await store.health.keep(after, batch.bookmark)
    return Polled(before, after, counts, None)


async def _ask(source: Source, bookmark: Bookmark | None) -> Batch:
    try:
        return await source.poll(bookmark)
    except MonitorError:
        raise
    except Exception as error:
        # A mistake of ours in one kind must not stop its neighbours: it is told like any other failure.
        log.exception("poll.unforeseen")
        raise Unreadable(f"reading the answer failed unexpectedly: {type(error).__name__}: {error}") from error


async def _admit(settings: SourceConfig, batch: Batch, store: Store, now: datetime, *, first: bool) -> Counter[str]:
    if not batch.posts and not first:
        return Counter()
    seen = tuple(changed(post, seen=now) for post in batch.posts)
    try:
        return await store.posts.admit(settings.id, seen, now, backfill=settings.backfill == "alert")
    except ValueError as error:  # a lone surrogate, say, that a kind let through
        raise Unreadable(f"a post cannot be stored: {error}") from error


def failed(before: SourceState, error: MonitorError, now: datetime) -> SourceState:
    """How a source is after a failed poll. One failure is weather, but it is shown at once."""
    gone = isinstance(error, Rejected) and error.status == 410
    return changed(
        before,
        health="gone" if gone else "failing",
        asked=now,
        failures=before.failures + 1,
        error=str(error),
        error_kind=error.kind,
    )


def answered(before: SourceState, batch: Batch, counts: Counter[str], now: datetime) -> SourceState:
    """How a source is after an answer.

    "Not modified" proves only that the server lives, not that we can read it: a source that failed to be read stays
    failing until something was read.
    """
    if batch.unchanged and before.error_kind == Unreadable.kind:
        return changed(before, asked=now)
    fresh = counts["new"] + counts["version"] > 0
    # What was there last time should still be there, beside the new. If not, the window has moved too far.
    overrun = before.posts > 0 and counts["new"] == counts.total() > 0
    return changed(
        before,
        health="healthy",
        gap=now if overrun else before.gap,
        asked=now,
        answered=now,
        changed=now if fresh else before.changed,
        failures=0,
        error=None,
        error_kind=None,
        posts=before.posts + counts["new"],
        warnings=before.warnings if batch.unchanged else batch.warnings,
    )


def next_poll(settings: SourceConfig, polled: Polled, now: datetime) -> datetime:
    """When the source is due again: its own pace, or patience after failures, and never before it said we may."""
    regular = pace.following(settings.every, now, zone=settings.zone or UTC)
    if polled.after.health == "gone":
        return now + _WHEN_GONE
    if polled.error is None:
        return regular
    asked_for = (polled.error.retry_after if isinstance(polled.error, Unreachable) else None) or 0.0
    own = settings.every if isinstance(settings.every, float) else 60.0
    patience = pace.backoff(polled.after.failures, first=own, ceiling=max(own, _LONGEST_WAIT.total_seconds()))
    return max(
        now + timedelta(seconds=max(asked_for, patience)),
        regular if isinstance(settings.every, str) else now,
    )


def tell(settings: SourceConfig, polled: Polled) -> None:
    """Log what a person wants to know: new posts, and each change of state once, in one calm line."""
    before, after = polled.before, polled.after
    fresh = {what: polled.counts[what] for what in ("new", "version", "repeat") if polled.counts[what]}
    if fresh:
        first_poll = {"first_poll": "stored, no alerts"} if before.answered is None else {}
        log.info("source.posts", source=settings.id, **fresh, **first_poll)
    if after.gap != before.gap:
        log.warning(
            "source.gap", source=settings.id, why="no known post was left in its feed: some may have been missed"
        )
    if after.health == before.health:
        return
    if after.health == "failing":
        log.warning("source.failing", source=settings.id, why=after.error)
    elif after.health == "gone":
        log.warning("source.gone", source=settings.id, why=after.error, then="asked once a day from now on")
    elif before.health in ("failing", "gone"):
        log.info("source.recovered", source=settings.id, after_failures=before.failures)
