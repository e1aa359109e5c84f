"""What a text is made of, for comparing it with another: sentences, and what of their words carries them. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from monitor.dedup.coat import bare
from monitor.dedup.numerals import figure, ungrouped
from monitor.dedup.shingles import folded
from monitor.dedup.weighty import light, weight
from monitor.model import Post

_STEM = 5
_SENTENCE = re.compile(r"(?<=[.!?;։])(?<!\b[^\W\d]\.)(?<!\b[^\W\d]{2}\.)[\"»”’)]*\s+|\n+")
_MONTH, _DAY = re.compile(r"m\d{1,2}"), re.compile(r"[1-9]|[12]\d|3[01]")
_WORD = re.compile(r"\d+(?:[.,:։]\d+)*|[^\W_]+")


class Phrase(NamedTuple):
    """One sentence: its words, and what of them carries it, each in its order; `plain`: the first letters of others.

    `alike`: what it is compared by: all that says something, all words where nothing does.
    """

    words: tuple[str, ...]
    dates: tuple[str, ...]
    clocks: tuple[str, ...]
    parties: tuple[str, ...]
    states: tuple[str, ...]
    names: tuple[str, ...]
    plain: frozenset[str]
    alike: frozenset[str]


def laid_out(post: Post, names: frozenset[str]) -> tuple[Phrase | None, tuple[Phrase, ...]]:
    """Return title and sentences of a post. `names`: words that the other text writes as names, folded."""
    words = _words(post)
    return _told_apart(post, (names & words) | capitals(post))


@lru_cache(maxsize=256)  # most pairs write the same words as names
def _told_apart(post: Post, known: frozenset[str]) -> tuple[Phrase | None, tuple[Phrase, ...]]:
    title, parts = _parts(post)
    said = tuple(_phrase(words, known) for words in parts)
    first = _phrase(title, known) if title else None
    return (first, said) if said else (None, (first,) if first else ())


@lru_cache(maxsize=256)  # candidates come again with the next posts
def _parts(post: Post) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Return the words of the title and of each sentence that has any."""
    plain = bare(post)
    return _split(plain.title), tuple(words for part in _SENTENCE.split(plain.text) if (words := _split(part)))


@lru_cache(maxsize=256)
def _words(post: Post) -> frozenset[str]:
    title, parts = _parts(post)
    return frozenset(title).union(*parts)


@lru_cache(maxsize=256)
def capitals(post: Post) -> frozenset[str]:
    """Return the words that a text writes as names: with a capital, not at the beginning of a sentence; folded.

    A text all in capitals, or of a script without them, has none: then each word of it may be one.
    """
    words = [_WORD.findall(part) for part in _SENTENCE.split(post.text)]
    long = [word for part in words for word in part if len(word) > 1 and word[0].isalpha()]
    cased = any(word.islower() for word in long)
    found = (word for part in words for word in (part[1:] if cased else part) if word[0].isupper() or not cased)
    return frozenset(
        folded(word) for word in found if len(word) > 1 and not (cased and len(word) > 3 and word.isupper())
    )


def _split(text: str) -> tuple[str, ...]:
    return tuple(figure(word) for word in _WORD.findall(folded(ungrouped(text))) if len(word) > 1 or word.isdigit())


def _phrase(words: tuple[str, ...], names: frozenset[str]) -> Phrase:
    said: dict[str, list[str]] = {"party": [], "state": [], "clock": [], "name": [], "plain": []}
    for word in words:
        if found := weight(word):
            said["clock" if "." in found[1] else found[0]].append(found[1])
        elif not light(word):
            said["name" if word in names else "plain"].append(word)
    dates, states = _dates(said["state"])
    plain = frozenset(word[:_STEM] for word in said["plain"])
    clocks, parties, names_ = tuple(said["clock"]), tuple(said["party"]), tuple(said["name"])
    alike = plain.union(dates, clocks, parties, states, names_) or frozenset(words)
    return Phrase(words, dates, clocks, parties, states, names_, plain, alike)


def _dates(states: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Take the days of months out of what is said: `16 m11` and `m11 16` are the date `m11-16`."""
    dates: list[str] = []
    rest: list[str] = []
    for state in states:
        before = rest[-1] if rest else ""
        month, day = (before, state) if _MONTH.fullmatch(before) else (state, before)
        if _MONTH.fullmatch(month) and _DAY.fullmatch(day):
            rest.pop()
            dates.append(f"{month}-{day}")
        else:
            rest.append(state)
    return tuple(dates), tuple(rest)
