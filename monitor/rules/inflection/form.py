"""A stem and what may follow it."""

from __future__ import annotations

from typing import NamedTuple


class Form(NamedTuple):
    """A way in which a word may stand: `stem`, then exactly one of `endings` up to the end of the word.

    stem     folded, at least two letters
    endings  the source of a regular expression, "" where nothing may follow. It is tried right after the stem, must
             not match a space, and is followed by one; so it must neither backtrack far nor look behind
    """

    stem: str
    endings: str
