"""How many messages a channel gets in a stretch of time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from monitor.policy.settings import LimitConfig


def free_at(limit: LimitConfig, sent: Sequence[datetime], now: datetime) -> datetime | None:
    """Return when the next message may go; None if it may now. `sent`: when the last messages went, in any order.

    Any stretch of that length holds at most so many messages: the limit slides, it does not start anew on the hour.
    """
    per = timedelta(seconds=limit.per)
    counted = sorted(moment for moment in sent if moment > now - per)
    return counted[-limit.messages] + per if len(counted) >= limit.messages else None
