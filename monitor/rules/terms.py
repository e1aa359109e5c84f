"""What an analyst may write as a term: a word, a phrase, and `prefix*` for any word that begins so."""

from __future__ import annotations

import re
from typing import NamedTuple

from monitor.rules.fold import WORD, fold

SHORTEST_PREFIX = 3
SHORTEST_PREFIX_IN_PHRASE = 2  # after the first word: `şehit ol*`, `ateş aç*`
EVERY_LANGUAGE = "any"

_part = re.compile(rf"{WORD.pattern}\*?")
_tag = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")


class Term(NamedTuple):
    """A term ready to be found in a line of folded words, each followed by one space.

    head   what is looked for first: up to the first `*`
    rest   a pattern the line must go on with after the head; None if the head is all
    words  how many words it covers
    """

    head: str
    rest: re.Pattern[str] | None
    words: int


def compiled(written: str) -> Term:
    """Read a term that has no `mistake`. The line it is sought in is that of `field.Field.line`."""
    parts = _folded(written)
    open_end = parts[-1].endswith("*")
    head, *more = (" " + " ".join(parts)).removesuffix("*").split("*")
    if not more:
        return Term(head if open_end else head + " ", None, len(parts))
    rest = "".join("[^ ]*+" + re.escape(piece) for piece in more)
    return Term(head, re.compile(rest if open_end else rest + " "), len(parts))


def mistake(written: str) -> str | None:
    """Return what is wrong with a term and what would be right, as one sentence; None if it can be used."""
    parts = _folded(written)
    if not written.strip(" *"):
        return f"the term {written!r} is empty; wanted is a word, a phrase, or a beginning like 'wound*'"
    if not parts:
        return f"the term {written!r} has no letter or digit; wanted is a word, a phrase, or a beginning like 'wound*'"
    ended = sum(part.endswith("*") for part in parts)
    if written.count("*") != ended or re.search(r"\*\w", written):
        return f"the term {written!r} has a '*' that does not end a word; wanted is a beginning like 'wound*'"
    for place, part in enumerate(parts):
        least = SHORTEST_PREFIX_IN_PHRASE if place else SHORTEST_PREFIX
        if part.endswith("*") and len(part) <= least:
            return (
                f"the term {written!r} has the beginning {part!r}, which would fit too many words; "
                f"wanted are at least {least} letters before the '*'"
            )
    return None


def language_mistake(tag: str) -> str | None:
    """Return what is wrong with the language a list of terms is filed under; None if it can be used."""
    if tag == EVERY_LANGUAGE or _tag.fullmatch(tag):
        return None
    return f"{tag!r} is no language; wanted is a tag like en, ru, hy, az, tr, or {EVERY_LANGUAGE!r}"


def _folded(written: str) -> list[str]:
    """Return the folded words of a term, a `*` kept at the end of those that have one."""
    found = _part.findall(written.replace("_", " "))
    return [fold(part.rstrip("*")) + ("*" if part.endswith("*") else "") for part in found]
