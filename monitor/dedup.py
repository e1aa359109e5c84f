"""What makes two posts the same, and two texts the same words. Pure."""

from __future__ import annotations

import re
import unicodedata

from monitor.model import Post, digest

_SHORTEST_FINGERPRINT = 60  # letters and digits; "No incidents." says the same every day and is no copy
_CAPITALS_LOSE = (("ı", "i"), ("եվ", "եւ"))  # Turkish I is both of its letters; Armenian և is written ԵՎ or ԵՒ
_NO_WORD = re.compile(r"[\W_]+")


def content_hash(post: Post) -> str:
    """Return the hash of what makes a version: title and text. White space, links and pictures do not count."""
    return digest("content", _squeezed(post.title), _squeezed(post.text))


def fingerprint(post: Post) -> str | None:
    """Return the hash of a post's words, whatever their case and punctuation; None if they are too few to tell.

    Two posts with one fingerprint say the same words. Whether the second is a repeat (same source, within the hour),
    a copy (another source) or news that happens to be worded alike is decided where the first is remembered: ADMIT.
    """
    plain = _NO_WORD.sub("", unicodedata.normalize("NFKC", post.title + post.text).casefold())
    for letter, other in _CAPITALS_LOSE:
        plain = plain.replace(letter, other)
    return digest("words", plain) if len(plain) >= _SHORTEST_FINGERPRINT else None


def _squeezed(text: str) -> str:
    return " ".join(text.split())
