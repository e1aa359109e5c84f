"""Regular expressions in rules: RE2, whose time grows with the text alone, whatever the expression.

https://github.com/google/re2/wiki/Syntax
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

import re2

LONGEST = 500
MOST_PLACES = 1_000  # in one text: to find each, RE2 may have to read on to the end


def is_one(written: str) -> bool:
    return len(written) > 1 and written.startswith("/") and written.endswith("/")


def mistake(written: str) -> str | None:
    """Return why `/…/` cannot be used, as the end of a sentence that begins with the term; None if it can."""
    if len(written) > LONGEST:
        return f"is {len(written)} characters long; wanted is an expression of at most {LONGEST}"
    try:
        empty = _compiled(written).search("") is not None
    except re2.error as error:
        why = error.args[0].decode("utf-8", "replace") if isinstance(error.args[0], bytes) else str(error)
        return f"is no regular expression: {why}; the syntax is that of RE2, without look-around and back-references"
    return "fits an empty text, so it would fire on every post" if empty else None


class Expressions:
    """Many expressions, asked at once which of them a text fits."""

    def __init__(self, written: Iterable[str]) -> None:
        self._written = list(written)
        self._each = [_compiled(one) for one in self._written]
        self._any = re2.Set.SearchSet(_options())
        for one in self._written:
            self._any.Add(one[1:-1])
        if self._written:
            self._any.Compile()

    def find(self, text: str) -> Iterator[tuple[int, int, int]]:
        """Yield the number of an expression, and where it begins and ends in the text, in code points.

        Of one that stands in more than `MOST_PLACES` the first are told.
        """
        for number in sorted(self._any.Match(text) or ()) if self._written else ():
            for found in islice(self._each[number].finditer(text), MOST_PLACES):
                if found.end() > found.start():
                    yield number, found.start(), found.end()


def _options() -> re2.Options:
    options = re2.Options()
    options.log_errors = False  # what is wrong is ours to say
    options.case_sensitive = False
    return options


def _compiled(written: str) -> re2._Regexp:
    return re2.compile(written[1:-1], _options())
