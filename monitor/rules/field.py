"""A title or a text, read for matching. What only a post with a match needs is worked out when it is asked for."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import cached_property
from typing import Literal

from monitor.rules import fold, language, sentences

# A first line that ends without a full stop, as headlines do, and is not the whole.
_headline = re.compile(r"\s*+([^\n]{3,200})(?<![.!?…։:;,\s])[ \t\r]*+\n\s*+\S")

_break = re.compile(r"[\n\r\v\f\x85\u2028\u2029]")


class Field:
    """One field of a post. Words are numbered from 0, sentences too.

    words  folded, in a row
    """

    def __init__(self, name: Literal["title", "text"], text: str, *, untitled: bool = False) -> None:
        self.name = name
        self.text = text
        self._untitled = untitled
        self.words = fold.words(text)
        self._languages: dict[int, str | None] = {}

    def start(self, word: int) -> int:
        """Return where a word begins in the text, in code points."""
        return self._spans[word][0]

    def end(self, word: int) -> int:
        """Return where a word ends in the text, in code points."""
        return self._spans[word][1]

    def between(self, start: int, end: int) -> tuple[int, int] | None:
        """Return the first and the last word that a stretch of the text touches; None if there is none."""
        first = bisect_right(self._spans, start, key=lambda span: span[1])
        last = bisect_left(self._spans, end, key=_start) - 1
        return (first, last) if first <= last else None

    def sentence(self, word: int) -> int:
        """Return the number of the sentence a word stands in."""
        return self._sentences[word]

    @property
    def sentences(self) -> int:
        """How many sentences there are."""
        return len(self._starts) + 1

    def around(self, place: int) -> int:
        """Return the number of the sentence in which a place of the text lies, in code points."""
        return bisect_right(self._starts, place)

    def said(self, sentence: int) -> tuple[str, Sequence[str]]:
        """Return a sentence as it stands, and its folded words."""
        begin, end = self._bounds[sentence], self._bounds[sentence + 1]
        first, last = (bisect_left(self._spans, place, key=_start) for place in (begin, end))
        return self.text[begin:end], self.words[first:last]

    @cached_property
    def heading(self) -> int:
        """How many sentences stand for the title that the post has not: those of a first line that ends as one does."""
        found = _headline.match(self.text) if self._untitled else None
        return bisect_left(self._starts, found.end(1)) + 1 if found else 0

    def paragraph(self, sentence: int) -> int:
        """Return the number of the paragraph a sentence begins in; a blank line or a line break ends one."""
        return bisect_right(self._breaks, self._bounds[sentence])

    def language(self, sentence: int) -> str | None:
        """Return the language of a sentence, None if it is too short or too mixed to tell."""
        if sentence not in self._languages:
            self._languages[sentence] = language.of(*self.said(sentence))
        return self._languages[sentence]

    @cached_property
    def _spans(self) -> list[tuple[int, int]]:
        return fold.spans(self.text)

    @cached_property
    def _sentences(self) -> list[int]:
        """The number of the sentence each word stands in."""
        starts = self._starts
        return [bisect_right(starts, start) for start, _ in self._spans] if starts else [0] * len(self._spans)

    @cached_property
    def _breaks(self) -> list[int]:
        return [match.start() for match in _break.finditer(self.text)]

    @cached_property
    def _bounds(self) -> list[int]:
        return [0, *self._starts, len(self.text)]

    @cached_property
    def _starts(self) -> list[int]:
        return sentences.starts(self.text)


def _start(span: tuple[int, int]) -> int:
    return span[0]
