"""Whether a later post tells in its own words what an earlier one of its party told: two agencies, one briefing. Pure.

Words decide nothing here; they must only support it. What decides is what a retelling cannot change (`telling`): clocks
and days, how many were hurt and who, names, parties, deeds and what is denied. Nothing of that may be exchanged for
something else, and what the later text has alone makes it another statement, but for a few words that come and go with
the wording, and for deeds that are told of the same person's words. In doubt it is none.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from monitor.dedup.elsewhere import Said
from monitor.dedup.likeness import moments
from monitor.dedup.spelling import one_name
from monitor.dedup.telling import DEEDS, TOLL, Telling, Wording, telling, wording
from monitor.dedup.translation import language
from monitor.model import Entry, Like, Origin, Post

APART = timedelta(hours=3)  # what comes later tells how it went on
_FEWEST, _SHARED = 6, 4  # ordinary words of each, and of both
_ALIKE = 0.3  # of the ordinary words of the shorter one
_VERY_ALIKE = 0.45  # of its words in a row: so the same hand goes on, or fills in the same form
_STATES = 0.5  # of its words of weight
_ENOUGH = 5.0  # points of what both have, of two kinds at least
_NAMES = 0.6  # of the names of the first that the later one has too

# Of what the later text says alone, this comes and goes with the wording …
_FREE = frozenset({
    *("soldier", "officer", "begun", "opened", "confirm", "claim", "several", "hit", "only", "yesterday", "today"),
    *("tomorrow", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
})  # fmt: skip
# … and this may be what another agency left out, if it is told of the words of the same person.
_FURTHER = frozenset({"captured", "damaged", "destroyed", "downed", "repelled", "withdrew", "fire", "attack", "breach"})
# Of each of these the two may not have different ones.
_EITHER = tuple(frozenset(line.split()) for line in (
    "soldier civilian officer",
    "confirm preliminary",
    "yesterday today tomorrow",
    "monday tuesday wednesday thursday friday saturday sunday",
))  # fmt: skip
_BOTH = frozenset({"deny", "killed", "wounded", "missing", "exercise"})  # told by both or by neither
_NOBODYS = frozenset({"enemy", "ours"})  # others in the mouth of the other side


class Retold(NamedTuple):
    """`share`: ordinary words of both among those of the shorter one, 0 to 1. `more`: the later one tells more."""

    share: float
    more: bool
    kind: str = "retold"


class Retelling(NamedTuple):
    """The post that tells it first, as far as that is known; and all that were found to tell it before."""

    like: Like
    said: tuple[Said, ...]


def retold(first: Post, later: Post) -> Retold | None:
    """Say whether a later post of the same party and language retells an earlier one; None if not, or if in doubt.

    That both speak for one party is for the caller to know, and that the later one is no near copy (`copy_of`): what
    has the same words but for a few is that, or the same form filled in anew.
    """
    if not _in_time(first, later) or not _one_language(first, later):
        return None
    words = wording(first), wording(later)
    share = _in_other_words(*words)
    if not share or not _same_names(*words):  # almost always, at the cost of their words alone
        return None
    one, other = telling(first), telling(later)
    if not (_same_time(one, other, moments(first, later)) and _same_doing(one, other)):
        return None
    person, names = _same_person(*words), len(_shared_names(*words))
    further = _further(one, other, person=person)
    if further is None or _points(one, other, person=person, names=names) < _ENOUGH:
        return None
    return Retold(round(share, 2), more=bool(further))


def _in_other_words(one: Wording, other: Wording) -> float | None:
    """Return the share of ordinary words that both have; None where they are too few, or too many of them in a row."""
    shared = len(one.words & other.words)
    shorter = min(len(one.words), len(other.words))
    if shorter < _FEWEST or shared < _SHARED or shared < _ALIKE * shorter or other.anew != one.anew:
        return None
    if len(one.row & other.row) > _VERY_ALIKE * min(len(one.row), len(other.row)):
        return None
    return shared / shorter


def retelling(later: Entry, earlier: Sequence[tuple[Entry, Origin]]) -> Retelling | None:
    """Return what a post tells in its own words of what its party told before; `earlier`: posts of that party.

    None where it may be several: two briefings of one spokesman on one day; and where it tells again what some made of
    a statement, but not the statement itself: so does the next report.
    """
    spoken = language(later)
    found = [
        (one, origin, told)
        for one, origin in earlier
        if one.post.key != later.post.key and language(one) == spoken and (told := retold(one.post, later.post))
    ]
    kept = {one.post.key: _first(one) for one, _ in earlier}
    firsts = {kept.get(first, first) for first in (kept[one.post.key] for one, *_ in found)}  # also of a copy of one
    missed = {one.post.key for one, _ in earlier} - {one.post.key for one, *_ in found}
    if len(firsts) != 1 or firsts & {later.post.key, *missed}:
        return None
    like = Like(key=firsts.pop(), kind="retold", share=max(told.share for *_, told in found))
    return Retelling(like, tuple(Said(one, origin, "retold") for one, origin, _ in found))


def _first(entry: Entry) -> str:
    """Return the post that an entry is kept with."""
    if entry.like:
        return entry.like.key
    return entry.same_as.key if entry.same_as else entry.copy_of or entry.post.key


# --- when -------------------------------------------------------------------------------------------------------------


def _in_time(first: Post, later: Post) -> bool:
    both = moments(first, later)
    return both is not None and abs(both[1] - both[0]) <= APART


def _one_language(first: Post, later: Post) -> bool:
    spoken = [(post.language or "").partition("-")[0].lower() for post in (first, later)]
    return not all(spoken) or spoken[0] == spoken[1]


def _same_time(one: Telling, other: Telling, came: tuple[datetime, datetime] | None) -> bool:
    """Say whether the later text names no clock and no day that the first has not; but for the day of both."""
    new = {day for day in other.dates - one.dates if not _known(day, one)}
    own = {f"m{day.month}-{day.day}" for moment in came or () for day in (moment, moment - timedelta(days=1))}
    return other.clocks <= one.clocks and (not new or (new <= own and one.dates.isdisjoint(own)))


def _known(day: str, said: Telling) -> bool:
    """Say whether a text has a day as a number beside another day of its month: "from 14 to 17 May" has one date."""
    month, _, number = day.partition("-")
    return number in said.numbers and any(it.startswith(f"{month}-") for it in said.dates)


# --- who --------------------------------------------------------------------------------------------------------------


def _same_names(one: Wording, other: Wording) -> bool:
    """Say whether the first has all names of the later text, and that has most of those of the first."""
    if any(not _among(name, one.loud) for name in other.names):
        return False
    return len(_shared_names(one, other)) >= _NAMES * len(one.names)


def _shared_names(one: Wording, other: Wording) -> list[str]:
    return [name for name in one.names if _among(name, other.loud)]


def _among(name: str, others: Iterable[str]) -> bool:
    return name in others or any(one_name(name, it) for it in others)


def _same_person(one: Wording, other: Wording) -> bool:
    return any(one_name(a, c) and one_name(b, d) for a, b in one.persons for c, d in other.persons)


# --- what -------------------------------------------------------------------------------------------------------------


def _same_doing(one: Telling, other: Telling) -> bool:
    """Say whether both have the same losses, the same on each side, and deny the same."""
    return (
        other.counts <= one.counts
        and other.numbers <= _numbers(one)
        and (one.told | one.denied) & _BOTH == (other.told | other.denied) & _BOTH
        and not _turned(one, other)
        and not _exchanged(one.parties - _NOBODYS, other.parties - _NOBODYS)
        and not any(_exchanged((one.told | one.denied) & it, (other.told | other.denied) & it) for it in _EITHER)
    )


def _numbers(said: Telling) -> frozenset[str]:
    days = (day.partition("-")[2] for day in said.dates)
    return said.numbers.union(days, *(figures for _, figures in said.counts))


def _turned(one: Telling, other: Telling) -> bool:
    """Say whether a deed or a fate is told by one and denied by the other, or is another party's."""
    weighty = DEEDS | TOLL | {"calm", "tense"}
    told, denied = (one.told & weighty, other.told & weighty), (one.denied & weighty, other.denied & weighty)
    if (told[0] - denied[0]) & (denied[1] - told[1]) or (told[1] - denied[1]) & (denied[0] - told[0]):
        return True
    if denied[0] & TOLL != denied[1] & TOLL:
        return True
    done = [_done(said) for said in (one, other)]
    return any(_others(done[0][deed], done[1][deed]) for deed in done[0].keys() & done[1].keys())


def _done(said: Telling) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for deed, party in said.actors:
        found.setdefault(deed, set()).add(party)
    return found


def _others(some: set[str], others: set[str]) -> bool:
    """Say whether these are other parties; whom one text calls the enemy the other may call by name."""
    if some - _NOBODYS and others - _NOBODYS:
        return some.isdisjoint(others)
    return bool(some & _NOBODYS and others & _NOBODYS) and some.isdisjoint(others)


def _exchanged(one: frozenset[str], other: frozenset[str]) -> bool:
    return bool(one - other) and bool(other - one)


def _further(one: Telling, other: Telling, *, person: bool) -> frozenset[str] | None:
    """Return what of weight the later text tells beyond the first; None where that makes it another statement."""
    first, later = one.told | one.denied, other.told | other.denied
    shorter = min(len(first), len(later))
    new = later - first - _FREE
    if len(first & later) < _STATES * shorter or not new <= _FURTHER:
        return None
    return None if new and not person else new


def _points(one: Telling, other: Telling, *, person: bool, names: int) -> float:
    """Return what both have that seldom falls together; 0 if that is of one kind only."""
    kinds = (
        1.0 * min(5, names),
        1.0 * person,
        2.0 * len(one.clocks & other.clocks),
        2.0 * len(one.counts & other.counts),
        0.5 * len(one.dates & other.dates),
        1.0 * len(one.numbers & other.numbers),
        1.0 * bool(one.denied & other.denied & {"deny"}),
    )
    return sum(kinds) if sum(map(bool, kinds)) > 1 else 0.0
