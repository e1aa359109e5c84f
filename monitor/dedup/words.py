"""The words of a text, whatever their case and punctuation. Pure."""

from __future__ import annotations

import re
import unicodedata

SHORTEST = 60  # letters and digits; "No incidents." says the same every day and is no copy
_CAPITALS_LOSE = (("ı", "i"), ("եվ", "եւ"))  # Turkish I is both of its letters; Armenian և is written ԵՎ or ԵՒ
_NO_WORD = re.compile(r"[\W_]+")


def letters(text: str) -> str:
    """Return the letters and digits of a text in a row, small."""
    return _NO_WORD.sub("", small(text))


def small(text: str) -> str:
    """Return the text as it is whatever its capitals and dressed-up letters: NFKC, small letters."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    for letter, other in _CAPITALS_LOSE:
        plain = plain.replace(letter, other)
    return plain
