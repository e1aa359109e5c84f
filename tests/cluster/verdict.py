"""What a run has proved: polls, posts and arrivals held against what was published. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise

from tests.chaos.sinks import Arrival
from tests.chaos.verdict import Incident, Tally, cause, tallies
from tests.cluster.flow import EVERY, Blow, Flow

_RECORDED_WITHIN = 3.0  # seconds after an answer within which the note of it is with a replica, if cores are few
_SENT_WITHIN = 3.0  # seconds after a leave to send, given by a server that is no more, within which it has arrived


def complaints(here: Flow) -> list[str]:
    """Return what breaks the promise, a sentence each; empty if it was kept."""
    published, asked = {*here.news.matching, *here.news.quiet}, here.asked_by()
    said = [f"{mark} is {here.stored[mark]} times in the store" for mark in published if here.stored[mark] != 1]
    said += [f"{mark} was never published" for mark in here.stored.keys() - published]
    said += _of_channels(here)
    for name, feed in here.news.feeds.items():
        said += [f"{name} was asked again after {apart:.2f} s" for apart in hasty(feed.asked, here.failovers)]
    said += [f"{one.name} asked nobody" for one in here.monitors if "poll" in one.parts and not asked[one.name]]
    said += [f"{monitor.name} ended with {code}" for monitor in here.monitors for code, _ in monitor.stops if code]
    return [*said, *map(str, here.said())]


def _of_channels(here: Flow) -> list[str]:
    said = []
    kills = [Incident("killed", one.who, one.begin - _RECORDED_WITHIN, one.end) for one in here.kills]
    for channel, tally in tallies(here.news.matching, here.far.arrivals, kills).items():
        said += [f"{channel}: {what}" for what in _broken(tally)]
        arrivals = [one for one in here.far.arrivals if one.channel == channel]
        why = repeats(arrivals, kills, here.failovers)
        if why.count("killed") > len(kills):  # a monitor has one send in hand for each channel
            said.append(f"{channel}: {why.count('killed')} repeats after {len(kills)} kills")
        said += [
            f"{channel}: nothing explains why {again} came after {before}, in {here.kills} and {here.failovers}"
            for one, (before, again) in zip(why, _pairs(arrivals), strict=True)
            if one == "unexplained"
        ]
    return said


def _broken(tally: Tally) -> list[str]:
    parts = (
        (tally.lost, "never arrived"),
        (tally.false, "arrived though they should alert nobody"),
        (tally.strangers, "came under more than one delivery id"),
    )
    return [f"{len(posts)} posts {what}: {', '.join(posts[:5])}" for posts, what in parts if posts]


def repeats(arrivals: Iterable[Arrival], kills: Sequence[Incident], failovers: Sequence[Blow]) -> list[str]:
    """Say of each alert that came again why.

    A failover excuses it if the note of its arrival, or of the leave to send it, may have been lost.
    """
    return [
        "failover"
        if any(
            blow.begin <= before.at + _RECORDED_WITHIN and before.at <= blow.end + _SENT_WITHIN for blow in failovers
        )
        else cause(before, again, kills)
        for before, again in _pairs(arrivals)
    ]


def _pairs(arrivals: Iterable[Arrival]) -> list[tuple[Arrival, Arrival]]:
    """Return each arrival of an alert that came again with the next one."""
    by_post = defaultdict[str, list[Arrival]](list)
    for one in sorted(arrivals, key=lambda arrival: arrival.at):
        by_post[one.post].append(one)
    return [pair for all_ in by_post.values() for pair in pairwise(all_)]


def hasty(asked: Sequence[float], failovers: Sequence[Blow]) -> list[float]:
    """Return how soon a feed was asked again wherever its interval was not over.

    Once for each failover it may be: where the end of a poll was lost, its source is due still.
    """
    pairs = [(before, after) for before, after in pairwise(asked) if after - before < EVERY * 0.9]
    for blow in failovers:
        lost = [pair for pair in pairs if blow.begin - _RECORDED_WITHIN <= pair[0] <= blow.end]
        pairs = [pair for pair in pairs if pair not in lost[:1]]
    return [after - before for before, after in pairs]
