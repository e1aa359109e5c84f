"""Which alerts are about one event, and what of it cannot wait."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from math import asin, cos, dist, radians, sin
from typing import NamedTuple

from monitor.model import SEVERITIES, Alert, Incident, Joined, Spot, changed, digest
from monitor.policy.settings import GroupingConfig

NEAR = 60.0  # km: two villages of one fight, and no further

_earth_km = 6371.0088  # mean radius, IUGG
_MOST_ALERTS, _MOST_SPOTS, _MOST_FIGURES = 200, 50, 500  # that an incident remembers
_NAMED = 4  # new figures that are named
_LONGEST_TITLE = 160  # characters


class _Tie(NamedTuple):
    """What an alert has in common with an incident. The larger is the better: a place, a topic, a side."""

    strength: int
    why: str


def join(
    open: Sequence[Incident],  # noqa: A002  # what they are; nothing is opened here
    alert: Alert,
    grouping: GroupingConfig,
    now: datetime,
    *,
    first: str | None = None,
) -> tuple[Incident, Joined]:
    """Return the incident that takes an alert, with the alert in it, and what the alert is to it.

    `open`: all that may take it; those whose newest alert is too long ago are passed over. `first`: the incident of the
    first version of the same post, which takes the later ones too, however old it is, if it is among them.
    """
    own = next((one for one in open if one.id == first), None)
    if own:
        return _joined(own, alert, "a new version of one of its statements", now)
    fresh = [one for one in open if now - one.last <= timedelta(seconds=grouping.within)]
    places = _places(alert)
    ties = [(tie, one) for one in fresh if (tie := _tie(one, alert, places))]
    if not ties:
        return opened(alert, now), Joined(incident=_name(alert))
    tie, best = max(ties, key=lambda pair: (pair[0].strength, pair[1].last))
    return _joined(best, alert, tie.why, now)


def opened(alert: Alert, now: datetime) -> Incident:
    """Return the incident that an alert opens."""
    empty = Incident(
        id=_name(alert), opened=now, last=now, title=_title(alert), severity="low", alerts=(), count=0
    )  # fmt: skip
    return _with(empty, alert, now)


def area(place: str, within: Sequence[str]) -> tuple[str, ...]:
    """Return a place and what lies around it, without the country: that is the outermost, and too large to share."""
    return (place, *within)[:-1]


def kilometres(here: tuple[float, float], there: tuple[float, float]) -> float:
    """Return the great-circle distance of two points in degrees (WGS 84), in km, by the chord between them."""
    return 2 * _earth_km * asin(min(dist(_on_sphere(*here), _on_sphere(*there)) / 2, 1.0))


@lru_cache(maxsize=10_000)  # each place is measured against every other
def _on_sphere(latitude: float, longitude: float) -> tuple[float, float, float]:
    north, east = radians(latitude), radians(longitude)
    return cos(north) * cos(east), cos(north) * sin(east), sin(north)


def _name(alert: Alert) -> str:
    return digest("incident", alert.id)


def _title(alert: Alert) -> str:
    line = " ".join((alert.post.title or alert.post.text).split())
    return line if len(line) <= _LONGEST_TITLE else f"{line[: _LONGEST_TITLE - 2].rstrip()} …"


def _joined(incident: Incident, alert: Alert, why: str, now: datetime) -> tuple[Incident, Joined]:
    after = _with(incident, alert, now)
    return after, Joined(
        incident=incident.id, number=after.count, adds=_adds(incident, alert), why=why, opened=incident.opened
    )


def _with(incident: Incident, alert: Alert, now: datetime) -> Incident:
    verdict = alert.verdict
    language, party = verdict.language, alert.origin.party
    return changed(
        incident,
        last=max(incident.last, now),
        severity=max(incident.severity, verdict.severity, key=SEVERITIES.index),
        alerts=(*incident.alerts, alert.id)[-_MOST_ALERTS:],
        count=incident.count + 1,
        topics=_more(incident.topics, verdict.topics),
        parties=_more(incident.parties, [party] if party else []),
        languages=_more(incident.languages, verdict.languages or ([language] if language else [])),
        places=_spots(incident, alert),
        figures=_more(incident.figures, verdict.figures)[-_MOST_FIGURES:],
    )


def _more(known: tuple[str, ...], new: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*known, *new)))


def _spots(incident: Incident, alert: Alert) -> tuple[Spot, ...]:
    known = {one.place: one for one in incident.places}
    for one in _places(alert):
        known.setdefault(one.place, one)
    return tuple(known.values())[:_MOST_SPOTS]


def _places(alert: Alert) -> list[Spot]:
    """Return the decided places of an alert, without countries: every second statement names one."""
    found = [one for one in alert.verdict.places if one.place and one.within]
    return [
        Spot(place=one.place or "", name=one.name, within=one.within, beside=one.beside, called=one.called, at=one.at)
        for one in found
    ]


def _tie(incident: Incident, alert: Alert, here: Sequence[Spot]) -> _Tie | None:
    """Return what an alert, which names the places `here`, has in common with an incident; None if nothing counts."""
    there = incident.places
    if shared := _shared(here, there):
        return _Tie(5, f"it also speaks of {shared}")
    pairs = ((kilometres(one.at, two.at), one, two) for one in here for two in there if one.at and two.at)
    if (near := min(pairs, key=lambda pair: pair[0], default=None)) and near[0] <= NEAR:
        return _Tie(4, f"{near[1].name} is {near[0]:.0f} km from {near[2].name}")
    if border := next((why for one in here for two in there if (why := _touches(one, two))), None):
        return _Tie(3, border)
    return None if here and there else _placeless(incident, alert, "the incident" if here else "it")


def _placeless(incident: Incident, alert: Alert, which: str) -> _Tie | None:
    """Return what is in common where `which` names no place: a topic, or at least the side that speaks.

    A ministry that has told of a fight tells of its wounded an hour later, and says neither where nor that it goes on.
    """
    topic = next((one for one in alert.verdict.topics if one in incident.topics), None)
    if topic:
        return _Tie(2, f"it also speaks of {topic}, and {which} names no place")
    if alert.origin.party in incident.parties:
        return _Tie(1, f"{alert.origin.party} has spoken before, and {which} names no place")
    return None


def _touches(one: Spot, other: Spot) -> str | None:
    """Say that two places lie in regions that touch, on two sides of a border for instance; None if they do not."""
    theirs = area(other.place, other.within)
    beyond = next((place for place in one.beside if place in theirs), None)
    if beyond is None:
        return None
    return f"the region of {one.name} borders {other.name if beyond == other.place else one.called[beyond]}"


def _shared(here: Iterable[Spot], there: Sequence[Spot]) -> str | None:
    """Return the name of what a place here and one there have in common: one of them, or the region around both."""
    theirs = {place: other for other in reversed(there) for place in area(other.place, other.within)}
    for one in here:
        for common in area(one.place, one.within):
            if other := theirs.get(common):
                return {**one.called, one.place: one.name, other.place: other.name}.get(common, common)
    return None


def _adds(incident: Incident, alert: Alert) -> str | None:
    """Say in words what an alert adds that cannot wait; None for what may be gathered with others."""
    party, severity = alert.origin.party, alert.verdict.severity
    if alert.update:
        return "a correction"
    if party and party not in incident.parties:
        return f"the first of {party} on it"
    if SEVERITIES.index(severity) > SEVERITIES.index(incident.severity):
        return f"the first of severity {severity}"
    new = [one for one in alert.verdict.topics if one not in incident.topics]
    if new:
        return f"the first to speak of {' and of '.join(new)}"
    figures = [one for one in alert.verdict.figures if one not in incident.figures]
    return f"new figures: {', '.join(figures[:_NAMED])}" if figures else None
