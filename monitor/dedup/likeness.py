"""Whether two places say one statement: the same sentences in the same order, not sentences that are much alike. Pure.

A figure, a name or a "not" is one word among a hundred: any measure of likeness calls two such texts one.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import accumulate, islice
from typing import NamedTuple

from monitor.dedup.coat import Sentence, Undressed, undressed
from monitor.dedup.words import SHORTEST
from monitor.model import Likeness, Post, digest

_BEGINNING = 40  # letters and digits by which a statement is looked up
_LOOKED_AT = 300  # characters of title and of text in which these are looked for
_APART = timedelta(hours=6)  # between two places of one statement at most; the same words later are another report


def marks(post: Post, party: str) -> tuple[str, ...]:
    """Return the digests by which the same statement can be found: of the beginning of its title and of its text.

    Two posts that `same_statement` calls one have a mark in common, but for those whose title is too short and whose
    text is cut within it. None where there are too few words.
    """
    bare = undressed(post, _LOOKED_AT)
    said = bare.sentences
    begin = ["".join(word for one in said[at:] for word in one.words)[:_BEGINNING] for at in range(min(len(said), 2))]
    begin = begin if bare.title else begin[:1]
    return tuple(dict.fromkeys(digest("mark", party, letters) for letters in begin if len(letters) == _BEGINNING))


def same_statement(first: Post, later: Post) -> Likeness | None:
    """Say whether `later` is the statement that `first` is: the same, shortened or extended; None if it is another.

    It is where every sentence of the shorter text stands in the longer one, in the same order, from its first
    sentence or the one behind its title on; the last may be cut. A title that only one has is a matter of its place;
    two titles must agree. Of one party and of one day is for the caller to know.
    """
    between = apart(first, later)
    if between is None or between > _APART:
        return None
    one, other = undressed(first), undressed(later)
    if one.title and other.title and not (_stands(one.title, other) or _stands(other.title, one)):
        return None
    rest = _rest(other, one)
    if rest is not None and not _has_own_title(other, one):
        return "shortened" if rest else "same"
    if rest is not None:
        return "extended"
    rest = _rest(one, other)
    if rest is None:
        return None
    return "extended" if rest else "shortened" if _has_own_title(one, other) else "same"


def moments(first: Post, later: Post) -> tuple[datetime, datetime] | None:
    """Return when the two came out; as we saw them where a publisher gives no time. None if nobody knows."""
    if first.published and later.published:
        return first.published, later.published
    return (first.seen, later.seen) if first.seen and later.seen else None


def apart(first: Post, later: Post) -> timedelta | None:
    """Return the time between the two, by their `moments`."""
    both = moments(first, later)
    return abs(both[1] - both[0]) if both else None


class _Text(NamedTuple):
    """All words in a `row`, a space behind each, and how `many`; where sentences begin.

    `starts`: of all, and the end; `quoted`: of those that begin in quotes.
    """

    row: str
    many: int
    starts: tuple[int, ...]
    quoted: frozenset[int]


@lru_cache(maxsize=64)  # as many as are kept undressed
def _laid_out(said: Undressed) -> _Text:
    rows = [_row(sentence) for sentence in said.sentences]
    starts = (0, *accumulate(map(len, rows)))
    quoted = frozenset(at for at, sentence in zip(starts, said.sentences, strict=False) if sentence.quoted)
    return _Text("".join(rows), sum(len(sentence.words) for sentence in said.sentences), starts, quoted)


def _row(sentence: Sentence) -> str:
    return " ".join((*sentence.words, ""))


def _has_own_title(one: Undressed, other: Undressed) -> bool:
    return one.title is not None and not _stands(one.title, other)


def _stands(sentence: Sentence, said: Undressed) -> bool:
    text, row = _laid_out(said), _row(sentence)
    ends = set(text.starts)
    return any(at + len(row) in ends and text.row.startswith(row, at) for at in text.starts)


def _rest(shorter: Undressed, longer: Undressed) -> int | None:
    """Return how many words the longer has beside those of the shorter; None if it does not hold them all."""
    with_title = _without(shorter.sentences, longer, cut=shorter.cut)
    return (
        with_title if with_title is not None or not shorter.title else _without(shorter.body, longer, cut=shorter.cut)
    )


def _without(said: Sequence[Sentence], longer: Undressed, *, cut: bool) -> int | None:
    """Return how many words are left of the longer without these sentences; None if they do not stand in it.

    Where they are cut, the last word may be a part of one, but of no figure.
    """
    text = _laid_out(longer)
    starts = set(text.starts)
    tried: Iterable[int] = text.starts[:2] if longer.title else (0,)
    at = shared = letters = 0
    for left, sentence in zip(range(len(said) - 1, -1, -1), said, strict=True):
        row = _row(sentence)
        sought = row[:-1] if cut and not left and sentence.words[-1].isalpha() else row
        place = next((place for place in tried if text.row.startswith(sought, place)), None)
        if place is None or (place in starts and (place in text.quoted) != sentence.quoted):
            return None
        at = place + len(row)
        shared, letters = shared + len(sentence.words), letters + sum(map(len, sentence.words))
        tried = islice(text.starts, bisect_left(text.starts, at), None) if at in starts else (at,)
    whole = at in starts or cut
    return text.many - shared if whole and letters >= SHORTEST else None
