"""What a text is made of, for comparing it with another: sentences, and what of their words carries them. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from sys import intern
from typing import NamedTuple

from monitor.dedup.coat import bare
from monitor.dedup.numerals import figure, ungrouped
from monitor.dedup.shingles import folded
from monitor.dedup.weighty import light, weight
from monitor.model import Post

_STEM = 5
_KEPT = 1024  # posts: all of a batch and what they are compared with
_END = re.compile(r"[.!?;։](?<!\b[^\W\d]\.)(?<!\b[^\W\d]{2}\.)[\"»”’)]*\s+")  # a new line ends a sentence too
_MONTH, _DAY = re.compile(r"m\d{1,2}"), re.compile(r"[1-9]|[12]\d|3[01]")
_WORD = re.compile(r"[^\W\d_][^\W_]*|\d+(?:[.,:։]\d+)*")


Carried = tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...], tuple[str, ...]]  # dates, clocks, parties, states


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


class _Part(NamedTuple):
    """A sentence before its names are known: words, what of them has weight, and `others` that say something."""

    words: tuple[str, ...]
    carried: Carried
    others: tuple[str, ...]


class Outline(NamedTuple):
    """What can be seen of a post at a glance: how many sentences and words, and how many words by what they carry.

    `carrying`: by the hash of that, which is looked up in no time; two that share one by chance only look more alike.
    """

    sentences: int
    words: int
    carrying: Mapping[int, int]


def laid_out(post: Post, names: frozenset[str]) -> tuple[Phrase | None, tuple[Phrase, ...]]:
    """Return title and sentences of a post. `names`: words that the other text writes as names, folded."""
    words = _words(post)
    return _told_apart(post, (names & words) | capitals(post))


@lru_cache(maxsize=_KEPT)
def outline(post: Post) -> Outline:
    _, said = _said(post)
    carrying: Counter[int] = Counter()
    for part in said:
        carrying[hash(part.carried)] += len(part.words)
    return Outline(len(said), carrying.total(), carrying)


@lru_cache(maxsize=256)  # most pairs write the same words as names
def _told_apart(post: Post, known: frozenset[str]) -> tuple[Phrase | None, tuple[Phrase, ...]]:
    title, said = _said(post)
    return _phrase(title, known) if title else None, tuple(_phrase(part, known) for part in said)


@lru_cache(maxsize=_KEPT)  # candidates come again with the next posts
def _said(post: Post) -> tuple[_Part | None, tuple[_Part, ...]]:
    """Return title and sentences; of a post without a text, its title as the only sentence."""
    plain = bare(post)
    title = _part(_plainly(plain.title))
    said = tuple(part for line in _plainly(_END.sub("\n", plain.text)).split("\n") if (part := _part(line)))
    return (title, said) if said else (None, (title,) if title else ())


@lru_cache(maxsize=256)
def _words(post: Post) -> frozenset[str]:
    title, said = _said(post)
    return frozenset(title.words if title else ()).union(*(part.words for part in said))


@lru_cache(maxsize=256)
def capitals(post: Post) -> frozenset[str]:
    """Return the words that a text writes as names: with a capital, not at the beginning of a sentence; folded.

    A text all in capitals, or of a script without them, has none: then each word of it may be one.
    """
    words = [_WORD.findall(line) for line in _END.sub("\n", post.text).split("\n")]
    long = [word for part in words for word in part if len(word) > 1 and word[0].isalpha()]
    cased = any(word.islower() for word in long)
    found = (word for part in words for word in (part[1:] if cased else part) if word[0].isupper() or not cased)
    return frozenset(
        folded(word) for word in found if len(word) > 1 and not (cased and len(word) > 3 and word.isupper())
    )


def _plainly(text: str) -> str:
    return folded(ungrouped(text))  # the whole text at once: to fold takes a while to begin


def _part(line: str) -> _Part | None:
    """Return what a line is made of, `_plainly`; None if there is no word in it."""
    words: list[str] = []
    said: dict[str, list[str]] = {"party": [], "state": [], "clock": [], "other": []}
    for found in _WORD.findall(line):
        word, kind, name = _read(found)
        if word:
            words.append(word)
        if kind:
            said[kind].append(name)
    if not words:
        return None
    dates, states = _dates(said["state"]) if said["state"] else ((), ())
    carried = dates, tuple(said["clock"]), tuple(said["party"]), states
    return _Part(tuple(words), carried, tuple(said["other"]))


@lru_cache(maxsize=20_000)
def _read(found: str) -> tuple[str, str, str]:
    """Return a word, which kind of weight it has, and what it says by that; "" for a single letter, and for none."""
    if len(found) == 1 and not found.isdigit():
        return "", "", ""
    word = intern(figure(found))  # a thousand posts are kept, and mostly use the same words
    if carries := weight(word):
        return word, "clock" if "." in carries[1] else carries[0], carries[1]
    return word, "" if light(word) else "other", word


def _phrase(part: _Part, known: frozenset[str]) -> Phrase:
    names = tuple(word for word in part.others if word in known)
    plain = frozenset(word[:_STEM] for word in part.others if word not in known)
    alike = plain.union(*part.carried, names) or frozenset(part.words)
    return Phrase(part.words, *part.carried, names, plain, alike)


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
