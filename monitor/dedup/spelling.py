"""Whether two spellings are one name: Shoigu and Shoygu, Горис and Гориса, Sotk and Sotq; and what is a slip. Pure."""

from __future__ import annotations

import re
from functools import lru_cache

_SOUNDS = (
    ("kh", "h"), ("gh", "g"), ("zh", "j"), ("sh", "s"), ("ch", "c"), ("ts", "c"), ("tz", "c"), ("dz", "z"), ("ph", "f"),
    ("th", "t"), ("ence", "ense"), ("x", "h"), ("q", "k"), ("w", "v"), ("y", "i"),
)  # fmt: skip
_TWICE = re.compile(r"(.)\1+")
_VOWELS = "aeiouаеиоуыэюяьъйւոաեէըիօ"
_SHORTEST, _LONGEST_ENDING, _LONG = 3, 4, 5


def one_name(one: str, other: str) -> bool:
    """Say whether two folded words are the same name, written otherwise or in another case."""
    a, b = sorted((_stem(one), _stem(other)), key=len)
    return a == b or (len(a) >= _SHORTEST and b.startswith(a) and len(b) - len(a) <= _LONGEST_ENDING)


def typo(one: str, other: str) -> bool:
    """Say whether two long words are apart by one letter at most: changed, left out or put in."""
    if abs(len(one) - len(other)) > 1 or min(len(one), len(other)) < _LONG:
        return False
    at = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return one[at + 1 :] in {other[at:], other[at + 1 :]} or one[at:] == other[at + 1 :]


@lru_cache(maxsize=10_000)
def _stem(word: str) -> str:
    for sound, letter in _SOUNDS:
        word = word.replace(sound, letter)
    word = _TWICE.sub(r"\1", word)
    return word.rstrip(_VOWELS) or word
