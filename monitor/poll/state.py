"""How a source is after an answer or a failure. Pure.

One failure is weather, but it is shown at once. A source is never given up: whatever it answers, it is asked again.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

from monitor.errors import Blocked, MonitorError, Rejected, Resting, Unreachable, Unreadable
from monitor.model import Batch, Health, SourceState, changed

_NOT_FOUND_FOR = timedelta(days=7)  # a 404 is a slip of somebody's hand for a week, and then it is meant
_RESTING_FOR = timedelta(hours=1)  # since its last answer a source that nobody may ask is as good as ever
_UNREADABLE_TIMES = 3  # in a row, until what used to be read has become something else


def failed(before: SourceState, error: MonitorError, now: datetime) -> SourceState:
    """Return how a source is after a failed poll.

    One that was not asked, because another of its host has to be patient, stays as it was; not for longer than an hour.
    """
    if isinstance(error, Resting) and before.answered and now - before.answered < _RESTING_FOR:
        return before
    failing = before.failing or now
    health = _trouble(before, error, failing, now)
    return changed(
        before,
        health=health,
        since=before.since if before.health == health else now,
        asked=now,
        failures=before.failures + 1,
        failing=failing,
        error=str(error),
        error_kind=error.kind,
    )


def _trouble(before: SourceState, error: MonitorError, failing: datetime, now: datetime) -> Health:
    match error:
        case Rejected(status=410):
            return "gone"
        case Unreachable(status=404) if now - failing >= _NOT_FOUND_FOR:
            return "gone"
        case Blocked():
            return "blocked"
        case Unreadable() if before.answered and _reads_badly(before):
            return "changed"
    return "failing"


def _reads_badly(before: SourceState) -> bool:
    return before.error_kind == Unreadable.kind and before.failures >= _UNREADABLE_TIMES - 1


def answered(
    before: SourceState, batch: Batch, counts: Counter[str], now: datetime, *, storm: bool = False
) -> SourceState:
    """Return how a source is after an answer.

    "Not modified" proves only that the server lives, not that we can read it: a source that failed to be read stays
    failing until something was read, or the very bytes came again that had been read before. A source whose budget
    is used up was not asked, and stays as it was.
    """
    if batch.status is None and batch.spend and batch.spend.used_up:
        return changed(before, spend=batch.spend)
    if batch.unchanged and not batch.size and before.error_kind == Unreadable.kind:
        return changed(before, asked=now)
    fresh = counts["new"] + counts["version"] > 0
    return changed(
        before,
        health="healthy",
        since=before.since if before.health == "healthy" else now,
        asked=now,
        answered=now,
        changed=now if fresh else before.changed,
        failures=0,
        failing=None,
        error=None,
        error_kind=None,
        posts=before.posts + counts["new"],
        warnings=before.warnings if batch.unchanged else batch.warnings,
        flapping=_flapping(counts["held"]) or (before.flapping if batch.unchanged else None),
        storm=_flood(counts["new"]) if storm else None,
        spend=batch.spend,
    )


def _flood(new: int) -> str:
    return f"{new} new posts came at once"


def _flapping(held: int) -> str | None:
    if not held:
        return None
    what = "the text of 1 post changes" if held == 1 else f"the texts of {held} posts change"
    return f"{what} at every look without saying anything else: only the newest is kept"


def overrun(before: SourceState, counts: Counter[str], *, unended: bool = False) -> bool:
    """Whether posts may have come and gone unseen: what was there last time should still be there, beside the new.

    `unended`: the store found it so, in this poll or in one before it that died before it could say so, the first
    of all perhaps.
    """
    return unended or (before.posts > 0 and counts["new"] == counts.total() > 0)
