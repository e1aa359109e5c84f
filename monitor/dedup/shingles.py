"""By what a near copy is found again among very many posts: a few of its words in a row, chosen by chance. Pure.

One-permutation MinHash (Li, Owen and Zhang 2012): every pair of neighbouring words has a number, the numbers fall into
drawers by their highest bits, and the least of each drawer is kept; and so of every three words in a row. Two texts
share a band as often as such rows, so a text of which a part was changed, cut off or moved still shares some. Pairs
outlive more changes; three words in a row are seldom those of another text, however many texts there are. An empty
drawer gives no band.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise
from zlib import crc32

BANDS = 32  # half of them of pairs, half of three words in a row
_FEWEST = 8  # words that count; shorter texts are alike by chance
_LONGEST = 20_000  # characters that are read: a copy begins alike, and no text may hold up the judge
_STEM = 6  # letters: endings bend with the sentence around them
_SHIFT = 64 - (BANDS // 2 - 1).bit_length()
_ODD, _ODDER, _ALL = 0x9E3779B97F4A7C15, 0xD6E8FEB86659FD93, 0xFFFFFFFFFFFFFFFF
_MARKS = re.compile("[\u0300-\u036f\u055b\u055c\u055e]")
_LONG_WORD = re.compile(r"[^\W\d_]{4,}")


def folded(text: str) -> str:
    """Return a text in small letters without marks above and below them, so that spellings fall together."""
    if text.isascii():
        return text.lower()
    plain = _MARKS.sub("", unicodedata.normalize("NFKD", text.casefold()))
    return plain.replace("ı", "i").replace("ə", "e").replace("և", "եվ")  # `translate` takes fifty times the time


@lru_cache(maxsize=50_000)
def _code(stem: str) -> int:
    return crc32(stem.encode())


def bands(text: str) -> tuple[int, ...]:
    """Return at most BANDS numbers of 64 bits; texts that share words in a row share some. Empty if it is too short."""
    words = _LONG_WORD.findall(folded(text[:_LONGEST]))
    if len(words) < _FEWEST:
        return ()
    codes = list(map(_code, [word[:_STEM] for word in words]))
    pairs = [((one * _ODD ^ other) * _ODDER) & _ALL for one, other in pairwise(codes)]
    threes = [((pair ^ third) * _ODD) & _ALL for pair, third in zip(pairs, codes[2:], strict=False)]
    return *_least(pairs), *_least(threes)


def _least(rows: list[int]) -> Iterable[int]:
    rows.sort(reverse=True)
    return {row >> _SHIFT: row for row in rows}.values()
