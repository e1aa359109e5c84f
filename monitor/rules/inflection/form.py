"""A stem and what may follow it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

LONGEST = 40  # no dictionary has a longer word


class Form(NamedTuple):
    """A way in which a word may stand: `stem`, then exactly one of `endings` up to the end of the word.

    stem     folded, at least two letters
    endings  the source of a regular expression, "" where nothing may follow. It is tried right after the stem, must
             not match a space, and is followed by one; so it must neither backtrack far nor look behind
    """

    stem: str
    endings: str


def with_itself(word: str, forms: Iterable[Form]) -> tuple[Form, ...]:
    """Return a word's forms, and the word by itself where it is none of them."""
    bent = tuple(forms)
    if any(word.startswith(stem) and re.fullmatch(endings, word[len(stem) :]) for stem, endings in bent):
        return bent
    return (*bent, Form(word, ""))
