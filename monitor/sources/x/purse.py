"""What a source has spent, and what it may still ask for. Pure. Dollars, by UTC days, as X charges.

Counted is everything an answer holds: its posts, and the posts and users that came along, for the price list does not
say that those are free. It promises to charge nothing twice on a day, softly: what was paid for lately is not counted
again. Before a request, the most it can cost is held against what is left.

In the bookmark's cursor: `spent`, dollars by day; `paid`, a day and the last ids that were paid for on it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import NamedTuple

from monitor import spending
from monitor.model import Spend

FEWEST, MOST = 5, 100  # posts that a request may ask for: the API's own bounds
_WITH_IT = 3  # a post, one it answers, and one it quotes
_REMEMBERED = 200  # ids; one that is forgotten is counted twice, if anything


class Prices(NamedTuple):
    """In dollars: `budget` for a day, `post` and `user` for reading one."""

    budget: float
    post: float
    user: float

    @property
    def smallest(self) -> float:
        """What a first poll can cost at the least: the account, and the smallest page of its posts."""
        return FEWEST * _WITH_IT * self.post + 2 * self.user


@dataclass(frozen=True, slots=True)
class Purse:
    """The money of one source, on one day."""

    prices: Prices
    day: date
    days: Mapping[date, float]
    paid: tuple[str, ...] = ()

    @classmethod
    def of(cls, cursor: Mapping[str, str], prices: Prices, day: date) -> Purse:
        """Return the purse as a bookmark's cursor has it; an empty one where that says nothing to be understood."""
        paid_on, *paid = cursor.get("paid", "").split() or [""]
        days = _days(cursor.get("spent", "{}"))
        return cls(prices, day, days, tuple(paid) if paid_on == day.isoformat() else ())

    def cursor(self) -> dict[str, str]:
        oldest = self.day - timedelta(days=spending.REMEMBERED)
        kept = {day.isoformat(): cost for day, cost in sorted(self.days.items()) if day > oldest}
        return {"spent": json.dumps(kept), "paid": " ".join((self.day.isoformat(), *self.paid))}

    @property
    def left(self) -> float:
        return self.prices.budget - self.days.get(self.day, 0.0)

    def affords(self, users: int = 1) -> int:
        """Return how many posts a request may ask for, whatever comes along with them; 0 if not even the fewest.

        `users`: accounts to be paid for beside them; one comes along with every page.
        """
        whole = int((self.left - users * self.prices.user) / (_WITH_IT * self.prices.post) + 1e-9)
        return min(whole, MOST) if whole >= FEWEST else 0

    def after(self, posts: Iterable[str], users: Iterable[str]) -> Purse:
        """Return the purse after an answer with these in it, by their ids."""
        new_posts = set(posts) - set(self.paid)
        new_users = set(users) - set(self.paid)
        cost = len(new_posts) * self.prices.post + len(new_users) * self.prices.user
        paid = tuple(dict.fromkeys([*self.paid, *sorted(new_posts), *sorted(new_users)]))[-_REMEMBERED:]
        spent = round(self.days.get(self.day, 0.0) + cost, 6)
        return replace(self, days={**self.days, self.day: spent}, paid=paid)

    def spend(self) -> Spend:
        return Spend(
            today=self.days.get(self.day, 0.0),
            budget=self.prices.budget,
            day=self.day,
            forecast=spending.forecast(self.days, self.day),
            used_up=not self.affords(),
        )


def _days(written: str) -> dict[date, float]:
    try:
        return {date.fromisoformat(day): float(cost) for day, cost in json.loads(written).items()}
    except (ValueError, TypeError, AttributeError):
        return {}
