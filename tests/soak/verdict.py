"""What a soak proves: who was asked in time, what was lost, and what grows. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from tests.soak.plan import Plan

ON_TIME = 0.99  # share of the gaps
GROWTH = 0.05  # of its mean, that something may grow by over the part of a run that is judged …
NOISE = 10.0  # … or by so many MB or pieces: who hangs just now comes and goes. Valkey may grow: it keeps the posts
_LONG_ENOUGH = 1200.0  # seconds below which a slope says more of the beginning than of the time after it


class Punctuality(NamedTuple):
    """Gaps between two requests for one source, in seconds. `never`: sources that were not asked at all."""

    gaps: int
    on_time: float
    median: float
    most: float
    longest: float
    never: int


def punctuality(asked: Iterable[Sequence[float]], *, since: float, until: float, late: float) -> Punctuality:
    """Judge the requests of all good sources, from `since` on. What has not come by `until` counts as a gap, too."""
    gaps, never = [], 0
    for times in asked:
        judged = [at for at in times if at >= since]
        never += not times
        gaps += [later - earlier for earlier, later in pairwise(judged)]
        if until - (judged[-1] if judged else since) > late:
            gaps.append(until - (judged[-1] if judged else since))
    gaps.sort()
    if not gaps:
        return Punctuality(0, 0.0, 0.0, 0.0, 0.0, never)
    on_time = sum(gap <= late for gap in gaps) / len(gaps)
    return Punctuality(len(gaps), on_time, gaps[len(gaps) // 2], gaps[len(gaps) * 99 // 100], gaps[-1], never)


class Trend(NamedTuple):
    """`slope`: per hour, of the straight line that fits best; `grown`: by how much it rose, `share`: of the mean."""

    first: float
    last: float
    most: float
    slope: float
    grown: float
    share: float


def trend(at: Sequence[float], values: Sequence[float]) -> Trend:
    """Fit a line through values at seconds, by least squares."""
    if len(at) < 2:
        return Trend(*(values[0] if values else 0.0,) * 3, 0.0, 0.0, 0.0)
    mean_at, mean = sum(at) / len(at), sum(values) / len(values)
    spread = sum((one - mean_at) ** 2 for one in at)
    slope = sum((one - mean_at) * (value - mean) for one, value in zip(at, values, strict=True)) / spread
    grown = slope * (at[-1] - at[0])
    return Trend(values[0], values[-1], max(values), slope * 3600, grown, grown / mean if mean else 0.0)


class Delivered(NamedTuple):
    published: int
    lost: int
    repeats: int


def delivered(published: Sequence[str], arrived: Counter[str]) -> Delivered:
    wanted = set(published)
    strangers = arrived.keys() - wanted
    repeats = sum(count - 1 for count in arrived.values()) + len(strangers)
    return Delivered(len(wanted), len(wanted - arrived.keys()), repeats)


def wrong(
    plan: Plan,
    *,
    punctual: Punctuality,
    trends: dict[str, Trend],
    alerts: dict[str, Delivered],
    mistakes: Sequence[str],
    judged: float,
) -> list[str]:
    """Return what breaks the promise, a sentence each; empty if it was kept. `judged`: seconds that were."""
    said = [f"{channel}: {one.lost} alerts were lost" for channel, one in alerts.items() if one.lost]
    said += [f"{channel}: {one.repeats} alerts came again" for channel, one in alerts.items() if one.repeats]
    if punctual.on_time < ON_TIME:
        said.append(f"{punctual.on_time:.1%} of the polls of good sources were on time (within {plan.late:.0f} s)")
    if punctual.never:
        said.append(f"{punctual.never} good sources were never asked")
    if judged >= _LONG_ENOUGH:
        grew = {name: one for name, one in trends.items() if one.share > GROWTH and one.grown > NOISE}
        said += [f"{name} grew by {one.share:.0%}" for name, one in grew.items() if not name.startswith("Valkey")]
    said += [f"the log tells of a mistake: {mistake}" for mistake in mistakes[:5]]
    return said
