"""How long to wait after a failure, and when to give up. Pure, but for jitter."""

from __future__ import annotations

from datetime import datetime, timedelta

from monitor import pace
from monitor.errors import MonitorError, Partly, Refused, Rejected, Unauthorized, Unreachable
from monitor.model import Delivery

_FEWEST_TRIES = 5  # before anything is given up: it may have waited while we were off
_FIRST_RETRY, _SLOWEST_RETRY = 2.0, 300.0  # seconds


def again(delivery: Delivery, error: MonitorError, now: datetime, give_up_after: timedelta) -> datetime | None:
    """When to try a delivery again; None to give it up: refused for good, or too old."""
    if isinstance(error, Rejected) or (isinstance(error, Partly) and not error.left):
        return None
    since = max((one for one in (delivery.queued, delivery.until) if one), default=now)  # what was held was not tried
    too_old = now - since > give_up_after
    if too_old and delivery.attempts + 1 >= _FEWEST_TRIES:
        return None
    asked_for = (error.retry_after if isinstance(error, Unreachable) else None) or 0.0
    wait = pace.backoff(delivery.attempts + 1, first=_FIRST_RETRY, ceiling=_SLOWEST_RETRY)
    return now + timedelta(seconds=max(wait, asked_for))


def untold(error: MonitorError) -> bool:
    """Whether a failed send certainly told nobody anything: it was refused, or never left.

    A server that answers 500, 502 or 504, or not at all, may have taken it.
    """
    if isinstance(error, Unauthorized | Refused):
        return True
    status = error.status if isinstance(error, Unreachable) else None
    return status is not None and (status < 500 or status == 503)


def rest(error: MonitorError, failures: int) -> float:
    """Seconds a whole channel rests after `failures` different deliveries have failed in a row.

    Different ones: a single alert that nobody takes must not make all others wait ever longer.
    """
    asked_for = (error.retry_after if isinstance(error, Unreachable) else None) or 0.0
    return max(pace.backoff(failures, first=_FIRST_RETRY / 2, ceiling=_SLOWEST_RETRY), min(asked_for, 900.0))
