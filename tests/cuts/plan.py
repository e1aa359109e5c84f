"""How large a run is, and what is published when."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple


@dataclass(frozen=True)
class Plan:
    """`each`: sources of every kind. `apart`: seconds between two polls of a source, on average.

    bursts   share of the posts that come many at once, mostly more than a page holds
    bad      share of the answers that are none
    cut      share of the polls, beside those of a process that is killed, that are cancelled
    spell    seconds, on average, for which a process runs some of the sources until it is killed
    """

    minutes: float = 10.0
    posts: int = 2000
    each: int = 2
    apart: float = 0.25
    bursts: float = 0.7
    bad: float = 0.08
    cut: float = 0.6
    spell: float = 2.0
    seed: int = 1

    @property
    def seconds(self) -> float:
        return self.minutes * 60


class Moment(NamedTuple):
    """So many posts at once, after so many seconds, in the place of this number."""

    at: float
    place: int
    posts: int


def moments(plan: Plan, most: Sequence[int]) -> list[Moment]:
    """Return what is published when, in the order of time; `most`: the largest burst of each place.

    The last twentieth of the run is silent, so that a run ends as it went on.
    """
    dice = random.Random(f"moments {plan.seed}")
    left, found = plan.posts, list[Moment]()
    while left:
        place = dice.randrange(len(most))
        many = left > plan.posts * (1 - plan.bursts)
        size = min(left, int(most[place] * dice.uniform(0.4, 1)) if many else 1)
        found.append(Moment(dice.uniform(0, plan.seconds * 0.95), place, size))
        left -= size
    return sorted(found)
