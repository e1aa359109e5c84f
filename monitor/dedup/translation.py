"""Whether a post says in another language what its party said a little before. Pure.

What two languages share is figures, clocks and days, the places of the gazetteer, the sound of names, and words of
weight, for which there are tables in six languages. One of these that only one text has makes it another statement;
those that both have are counted. A link silences nothing, and yet in doubt there is none.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import NamedTuple

from monitor.dedup.anchors import Anchors, anchors
from monitor.dedup.likeness import apart, same_statement
from monitor.dedup.sounds import sounds_alike
from monitor.model import Entry, Mention, Post, digest

APART = timedelta(hours=3)
_SURE = 0.75
_HALF = 2.5  # points that halve what is left to chance
_MARGIN = 0.05  # of certainty, between two earlier statements of which only one can be it
_MARKS = 8

# Letters that say what a hundred say in English.
_LENGTH = {"en": 100, "fr": 112, "ru": 108, "hy": 112, "az": 102, "tr": 100}
_LONGER = 1.6  # times, one of two translations at most
_ALIKE = 0.45  # of the words of weight of both

# What is said of people: where one text has it and the other has not, they report something else.
_FATES = frozenset({"killed", "wounded", "captured", "missing", "exercise", "deny"})


class Translated(NamedTuple):
    """How certain it is that one post is a translation of the other, 0 to 1, and why, in one sentence's words."""

    certainty: float
    why: str


class Found(NamedTuple):
    """The earlier post of which another is a translation."""

    entry: Entry
    translated: Translated


def translation_of(first: Entry, later: Entry) -> Translated | None:
    """Say whether one post says in another language what the other says; None if not, or if that is not certain.

    Both of one party, which is for the caller to know. Places are those of the verdicts, where these name some.
    """
    between = apart(first.post, later.post)
    languages = language(first), language(later)
    if between is None or between > APART or not all(languages) or languages[0] == languages[1]:
        return None
    both = bool(_told(first) and _told(later))  # else what names no place may be what the gazetteer did not find
    one, other = (anchors(it.post, _named(it) if both else frozenset()) for it in (first, later))
    if not (_same_figures(one, other) and _same_fates(one, other) and _same_names(one, other)):
        return None
    places = _same_places(_told(first), _told(later))
    if places is None or not _same_build(one, other, languages):
        return None
    return _weighed(one, other, places, _media(first.post) & _media(later.post), between)


def translated(later: Entry, earlier: Sequence[Entry]) -> Found | None:
    """Return of which of some earlier posts of its party one is a translation; None where it may be several.

    Places of one statement count as one: the first of them is returned.
    """
    found = [Found(one, it) for one in earlier if (it := translation_of(one, later))]
    if not found:
        return None
    best = max(found, key=lambda it: it.translated.certainty)
    near = [it for it in found if best.translated.certainty - it.translated.certainty < _MARGIN]
    if not all(_one_statement(best.entry, it.entry) for it in near):
        return None
    return min(near, key=lambda it: (it.entry.post.seen or later.post.seen or it.entry.post.published, it.entry.id))


def translation_marks(entry: Entry, party: str) -> tuple[str, ...]:
    """Return the digests under which posts that may be translations of one another meet: what they surely share.

    Of a party: each clock, place, large number, day and name; the rarest kinds first.
    """
    said = anchors(entry.post, _named(entry))
    large = [number for number in said.numbers if len(number) > 1]
    places = sorted(_told(entry))
    kinds = (said.clocks, large, places, sorted(said.dates), sorted(name[-1] for name in said.names), said.numbers)
    rare = dict.fromkeys(f"{kind} {one}" for kind, all_ in enumerate(kinds) for one in all_)
    return tuple(digest("translation", party, one) for one in list(rare)[:_MARKS])


def language(entry: Entry) -> str:
    """Return the language of a post, by its words where they tell, else by its publisher; "" if nobody knows."""
    told = (entry.verdict.language if entry.verdict else None) or entry.post.language or ""
    return told.partition("-")[0].lower()


# --- what must not differ ---------------------------------------------------------------------------------------------


def _same_figures(one: Anchors, other: Anchors) -> bool:
    titles = one.title == other.title or not one.title or not other.title
    return titles and (one.numbers, sorted(one.clocks), one.dates) == (other.numbers, sorted(other.clocks), other.dates)


def _same_fates(one: Anchors, other: Anchors) -> bool:
    """Say whether both speak of the dead, the wounded, and so on, in the same order: the numbers are theirs."""
    fates = [[state for state in said.states if state in _FATES] for said in (one, other)]
    if fates[0] != fates[1]:
        return False
    a, b = set(one.states), set(other.states)
    return len(a & b) >= _ALIKE * min(len(a), len(b)) if a and b else True


def _same_names(one: Anchors, other: Anchors) -> bool:
    return all(_sounds(name, b) for a, b in ((one, other), (other, one)) for name in a.names)


def _sounds(name: tuple[str, ...], said: Anchors) -> bool:
    """Say whether a text has a name, however it is written; a short one only where it has a capital."""
    return any(
        sound in among or any(sounds_alike(sound, word) for word in among)
        for sound in name
        for among in (said.words if len(sound) > 2 else said.loud,)
    )


def _same_places(one: dict[str, Mention], other: dict[str, Mention]) -> tuple[str, ...] | None:
    """Return the names of the places of both; None if only one names a place, but for what lies around others."""
    if not one or not other:
        return ()
    for here, there in ((one, other), (other, one)):
        known = frozenset(
            it for mention in there.values() for it in (mention.place, *mention.candidates, *mention.within)
        )
        around = frozenset(it for mention in here.values() for it in mention.within)
        if any(known.isdisjoint({*_ids(mention)}) and name not in around for name, mention in here.items()):
            return None
    return tuple(mention.name for name, mention in one.items() if name in other)


def _same_build(one: Anchors, other: Anchors, languages: tuple[str, str]) -> bool:
    lengths = sorted(
        100 * said.letters / _LENGTH.get(spoken, 105) for said, spoken in zip((one, other), languages, strict=True)
    )
    most = max(one.sentences, other.sentences)
    return lengths[1] <= _LONGER * lengths[0] and abs(one.sentences - other.sentences) <= 1 + most // 4


# --- what counts for it -----------------------------------------------------------------------------------------------


def _weighed(
    one: Anchors, other: Anchors, places: tuple[str, ...], media: frozenset[str], between: timedelta
) -> Translated | None:
    numbers = list(dict.fromkeys(one.numbers))
    states = [state for state in one.states if state in other.states]
    minutes = round(between.total_seconds() / 60)
    kinds = (
        1.5 * len(places),
        sum(map(_worth, numbers)),
        2.0 * len(set(one.clocks)),
        1.0 * len(one.dates),
        1.0 * min(4, len(one.names)),
        2.0 * len(media),
    )
    beside = min(2.0, 0.25 * len(states)) + (1.0 if minutes <= 20 else 0.5 if minutes <= 60 else 0.0)
    certainty = round(1 - 0.5 ** ((sum(kinds) + beside) / _HALF), 2)
    if certainty < _SURE or sum(map(bool, kinds)) < 2:
        return None
    told = (
        places and f"same places ({_some(places)})",
        (numbers or one.clocks) and f"same numbers in order ({_some([*numbers, *_clocks(one)])})",
        one.names and not places and f"{len(one.names)} names that sound alike",
        media and "same media",
        len(states) > 1 and f"both of {_some(states)}",
        f"{minutes} minutes apart",
    )
    return Translated(certainty, ", ".join(it for it in told if it))


def _worth(number: str) -> float:
    return 2.0 if len(number) > 2 else 1.5 if len(number) > 1 and int(number) > 13 else 1.0


def _clocks(said: Anchors) -> Iterable[str]:
    return (clock.replace(".", ":") for clock in dict.fromkeys(said.clocks))


def _some(words: Iterable[str]) -> str:
    all_ = list(words)
    return ", ".join(all_[:4]) + (" …" if len(all_) > 4 else "")


# --- of one post ------------------------------------------------------------------------------------------------------


def _told(entry: Entry) -> dict[str, Mention]:
    """Return the places a post names, by id; no countries, around which nothing lies: half of all statements do."""
    named = entry.verdict.places if entry.verdict else ()
    return {" / ".join(_ids(one)): one for one in named if one.within or not one.place}


def _ids(mention: Mention) -> tuple[str, ...]:
    return (mention.place,) if mention.place else mention.candidates


def _named(entry: Entry) -> frozenset[str]:
    return frozenset(one.words for one in entry.verdict.places) if entry.verdict else frozenset()


def _media(post: Post) -> frozenset[str]:
    return frozenset(one.url for one in post.media)


def _one_statement(one: Entry, other: Entry) -> bool:
    return one is other or bool(same_statement(one.post, other.post))
