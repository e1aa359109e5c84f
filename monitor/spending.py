"""What a source that is paid for costs: the pace of the last days, and the words for it. Dollars, UTC days. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta

from monitor.model import Spend

REMEMBERED = 8  # days: today, and a week to tell its pace from


def forecast(days: Mapping[date, float], today: date) -> float | None:
    """Return what a day costs at the pace of the last week; None while no day of it is over.

    `days`: what was spent on each. A day that is not among them cost nothing, if it came after the first that is.
    """
    first = max(min(days, default=today), today - timedelta(days=REMEMBERED - 1))
    over = (today - first).days
    return round(sum(cost for day, cost in days.items() if first <= day < today) / over, 6) if over > 0 else None


def again(spend: Spend) -> datetime:
    """Return when there is money again: the next UTC day."""
    return datetime.combine(spend.day + timedelta(days=1), time(), UTC)


def dollars(amount: float) -> str:
    """Return `$1.25`, and `$0.005` where cents are too coarse."""
    return f"${amount:,.2f}" if round(amount * 1000) % 10 == 0 else f"${amount:,.3f}"


def briefly(spend: Spend, now: datetime) -> str:
    """Return `$0.35 of $1.00 spent today`, and whether that is all there is."""
    said = f"{dollars(_today(spend, now))} of {dollars(spend.budget)} spent today"
    return f"{said}, not asked before 00:00 UTC" if is_used_up(spend, now) else said


def words(spend: Spend, now: datetime) -> str:
    """Return in a sentence what was spent on the UTC day of `now`, and what a day usually costs."""
    if is_used_up(spend, now):
        left = f"its budget of {dollars(spend.budget)} is used up ({dollars(spend.today)} spent)"
        return f"On {spend.day:%d %b} {left}: it is not asked before the next day begins, at 00:00 UTC."
    said = f"{dollars(_today(spend, now))} spent today (UTC), of a budget of {dollars(spend.budget)}"
    if spend.forecast is None:
        return f"{said}."
    return f"{said}; at the pace of the last days a day costs {dollars(spend.forecast)}."


def is_used_up(spend: Spend, now: datetime) -> bool:
    """Whether nothing more can be asked on the UTC day of `now`."""
    return spend.used_up and now < again(spend)


def _today(spend: Spend, now: datetime) -> float:
    return spend.today if now < again(spend) else 0.0
