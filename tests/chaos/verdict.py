"""What a run has proved: every arrival held against what was published, every repeat against its excuse. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Literal, NamedTuple

from tests.chaos.sinks import ANSWER_LOST, CHANNELS, Arrival, Channel

What = Literal["killed", "stopped", "paused", "store"]
Cause = Literal["answer lost", "killed", "paused", "store away", "unexplained"]
CAUSES: tuple[Cause, ...] = ("answer lost", "killed", "paused", "store away", "unexplained")

_NOTED_AFTER = 2.0  # seconds after the store is back within which what waited for it is noted
_RECORDED_WITHIN = 1.0  # seconds after a sink's answer in which its monitor may still be about to record it


class Incident(NamedTuple):
    """Something done to a monitor (`who`: its name) or to the store (`who`: how), in monotonic seconds."""

    what: What
    who: str
    begin: float
    end: float


class Tally(NamedTuple):
    """How one channel came out of it. `strangers`: ids beyond the one that a post has; `false`: posts not to alert."""

    expected: int
    arrived: int
    lost: tuple[str, ...]
    false: tuple[str, ...]
    strangers: tuple[str, ...]
    repeats: Counter[Cause]


def tallies(
    matching: Iterable[str], arrivals: Sequence[Arrival], incidents: Sequence[Incident]
) -> dict[Channel, Tally]:
    """Hold what arrived on each channel against the posts that had to."""
    wanted = set(matching)
    return {
        channel: _tally(wanted, [one for one in arrivals if one.channel == channel], incidents) for channel in CHANNELS
    }


def _tally(wanted: set[str], arrivals: Sequence[Arrival], incidents: Sequence[Incident]) -> Tally:
    by_post: defaultdict[str, list[Arrival]] = defaultdict(list)
    for one in sorted(arrivals, key=lambda arrival: arrival.at):
        by_post[one.post].append(one)
    return Tally(
        expected=len(wanted),
        arrived=len(by_post.keys() & wanted),
        lost=tuple(sorted(wanted - by_post.keys())),
        false=tuple(sorted(by_post.keys() - wanted)),
        strangers=tuple(sorted(post for post, all_ in by_post.items() if len({one.delivery for one in all_}) > 1)),
        repeats=Counter(
            cause(before, again, incidents) for all_ in by_post.values() for before, again in pairwise(all_)
        ),
    )


def cause(before: Arrival, again: Arrival, incidents: Sequence[Incident]) -> Cause:
    """Say why an alert came again after it had arrived.

    A graceful stop excuses nothing, unless the store was away all the while; nor does that, if its sender lived on.
    """
    if before.how in ANSWER_LOST:
        return "answer lost"
    excuses: set[Cause] = set()
    for incident in incidents:
        unrecorded = incident.begin <= before.at + _RECORDED_WITHIN and incident.end >= before.at - _RECORDED_WITHIN
        if incident.what == "killed" and incident.who == before.monitor and unrecorded:
            excuses.add("killed")
        if incident.what == "paused" and (
            (incident.who == before.monitor and unrecorded)
            or (incident.who == again.monitor and abs(incident.end - again.at) <= _RECORDED_WITHIN)
        ):
            excuses.add("paused")
        if incident.what == "store" and unrecorded and _ended(before, incident, incidents):
            excuses.add("store away")
    return next((one for one in CAUSES if one in excuses), "unexplained")


def _ended(before: Arrival, away: Incident, incidents: Iterable[Incident]) -> bool:
    """Whether a sender that waited for the store to note an arrival was ended, or paused, before it could."""
    return any(
        one.who == before.monitor and one.end >= before.at - _RECORDED_WITHIN and one.begin <= away.end + _NOTED_AFTER
        for one in incidents
    )


def complaints(found: dict[Channel, Tally], incidents: Iterable[Incident]) -> list[str]:
    """Return what breaks the promise, a sentence each; empty if it was kept."""
    said = []
    kills = sum(incident.what == "killed" for incident in incidents)
    for channel, tally in found.items():
        for posts, what in (
            (tally.lost, "never arrived"),
            (tally.false, "arrived though they should alert nobody"),
            (tally.strangers, "came under more than one delivery id"),
        ):
            if posts:
                said.append(f"{channel}: {len(posts)} posts {what}: {', '.join(posts[:5])}")
        if tally.repeats["killed"] > kills:  # a monitor has one send in hand for each channel
            said.append(f"{channel}: {tally.repeats['killed']} repeats after {kills} kills")
        if tally.repeats["unexplained"]:
            said.append(f"{channel}: {tally.repeats['unexplained']} repeats that nothing explains")
    return said
