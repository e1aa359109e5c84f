"""When two texts say the very same words. Pure."""

from __future__ import annotations

import re
import unicodedata

from monitor.model import Post, digest

SHORTEST = 60  # letters and digits; "No incidents." says the same every day and is no copy
_CAPITALS_LOSE = (("ı", "i"), ("եվ", "եւ"))  # Turkish I is both of its letters; Armenian և is written ԵՎ or ԵՒ
_NO_WORD = re.compile(r"[\W_]+")


def fingerprint(post: Post) -> str | None:
    """Return the hash of a post's words, whatever their case and punctuation; None if they are too few to tell.

    Two posts with one fingerprint say the same words. Whether the second is a repeat (same source, within the hour),
    a copy (another source) or news that happens to be worded alike is decided where the first is remembered: ADMIT.
    """
    plain = letters(post.title + post.text)
    return digest("words", plain) if len(plain) >= SHORTEST else None


def letters(text: str) -> str:
    """Return the letters and digits of a text in a row, small."""
    return _NO_WORD.sub("", small(text))


def small(text: str) -> str:
    """Return the text as it is whatever its capitals and dressed-up letters: NFKC, small letters."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    for letter, other in _CAPITALS_LOSE:
        plain = plain.replace(letter, other)
    return plain
