"""What will happen in a run, drawn from one seed before it begins."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Literal, NamedTuple

Deed = Literal["kill", "stop", "pause"]
Trouble = Literal["kill", "kill, loading", "freeze", "read-only", "no memory", "no disk"]
TROUBLES: tuple[Trouble, ...] = ("kill", "kill, loading", "freeze", "read-only", "no memory", "no disk")


class Act(NamedTuple):
    """Something done to a monitor (its number), `at` seconds into the storm."""

    at: float
    deed: Deed
    monitor: int


class Spell(NamedTuple):
    """Something done to the store, for a while."""

    at: float
    trouble: Trouble
    seconds: float


@dataclass(frozen=True)
class Plan:
    """How large a run is.

    calm     posts published at once before the storm; posts of the storm are the rest
    seconds  how long the storm lasts
    kills    SIGKILLs of monitors; `stops` and `pauses`: SIGTERMs and SIGSTOPs besides
    spells   troubles of the store
    faults   share of all sends that a sink answers with a fault, until `mostly` of all alerts have arrived
    still    seconds of silence at the end in which nothing may arrive any more
    """

    posts: int
    calm: int
    seconds: float
    kills: int
    stops: int
    pauses: int
    spells: int
    pause: float = 12.0
    faults: float = 0.08
    mostly: float = 0.9
    patience: float = 1.0
    feeds: int = 20
    monitors: int = 2
    still: float = 12.0
    drain: float = 600.0
    seed: int = 1

    def acts(self) -> list[Act]:
        """Return what is done to the monitors, in order."""
        dice = random.Random(f"acts {self.seed}")
        counts: dict[Deed, int] = {"kill": self.kills, "stop": self.stops, "pause": self.pauses}
        return sorted(
            Act(dice.uniform(0, self.seconds), deed, dice.randrange(self.monitors))
            for deed, count in counts.items()
            for _ in range(count)
        )

    def troubles(self) -> list[Spell]:
        """Return what is done to the store: each trouble in turn, one at a time."""
        dice = random.Random(f"troubles {self.seed}")
        share = self.seconds / max(self.spells, 1)
        return [
            Spell(number * share + dice.uniform(0, share / 2), TROUBLES[number % len(TROUBLES)], dice.uniform(0.5, 6))
            for number in range(self.spells)
        ]


SHORT = Plan(
    posts=140,
    calm=30,
    seconds=6,
    kills=8,
    stops=1,
    pauses=0,
    spells=1,
    faults=0.12,
    mostly=0.8,
    feeds=5,
    still=1,
    drain=60,
)
LONG = Plan(posts=10_000, calm=400, seconds=900, kills=200, stops=20, pauses=10, spells=40)
