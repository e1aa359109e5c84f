r"""How a word bends by a table of patterns: the first line that fits the whole word decides.

A line is a pattern, then stems (`\1` is the first group of the pattern, `=` the word), each with the class of its
endings. Empty lines, and those that begin with `#`, are for its readers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache


def bent(word: str, table: str) -> Iterator[tuple[str, str]]:
    """Yield the stems of a word that have at least two letters, each with the class of its endings."""
    for pattern, parts in _lines(table):
        if match := pattern.fullmatch(word):
            stems = ((word if stem == "=" else match.expand(stem), endings) for stem, endings in parts)
            yield from ((stem, endings) for stem, endings in stems if len(stem) > 1)
            return


@lru_cache
def _lines(table: str) -> list[tuple[re.Pattern[str], list[tuple[str, str]]]]:
    lines = [line.split() for line in table.splitlines() if line and not line.startswith("#")]
    return [(re.compile(pattern), list(zip(rest[::2], rest[1::2], strict=True))) for pattern, *rest in lines]
