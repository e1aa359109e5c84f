"""How large a run is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Plan:
    """`interval`: seconds between two polls of a source. `posts`: published a second, by all good sources together.

    matching  share of the posts that must alert
    bad       share of the sources that misbehave; each changes its mood after `mood` seconds, on average
    together  good sources on one address of the loopback; a bad one has an address of its own
    warm      intervals at the beginning that are not judged: the first polls are spread, the first failures are many
    """

    minutes: float = 60.0
    sources: int = 2000
    interval: float = 60.0
    posts: float = 2.0
    matching: float = 0.2
    bad: float = 0.2
    mood: float = 240.0
    together: int = 16
    warm: float = 2.0
    sample: float = 10.0
    drain: float = 180.0
    seed: int = 1

    @property
    def seconds(self) -> float:
        return self.minutes * 60

    @property
    def bad_ones(self) -> int:
        return int(self.sources * self.bad)

    @property
    def late(self) -> float:
        """The longest gap between two requests that is on time, in seconds.

        The monitor itself adds up to a tenth of the interval to it, so that sources drift apart; a tenth more is the
        tolerance of this measurement.
        """
        return self.interval * 1.2
