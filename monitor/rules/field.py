"""A title or a text, read for matching. What only a post with a match needs is worked out when it is asked for."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import cached_property
from operator import itemgetter

from monitor.rules import fold, language, sentences
from monitor.rules.terms import Part

# A first line that ends without a full stop, as headlines do, and is not the whole.
_headline = re.compile(r"\s*+([^\n]{3,200})(?<![.!?…։:;,\s])[ \t\r]*+\n\s*+\S")

_break = re.compile(r"[\n\r\v\f\x85\u2028\u2029]")


class Field:
    """One field of a post. Words are numbered from 0, sentences too.

    written  its words as they stand, in a row
    words    the same, folded
    firsts   the number of each sentence's first word, and last how many words there are
    """

    def __init__(self, name: Part, text: str, *, untitled: bool = False) -> None:
        self.name = name
        self.text = text
        self._untitled = untitled
        self._bounds = [0, *sentences.starts(text), len(text)]  # where each sentence begins, and last the text's end
        self.written, self.firsts = fold.parted(text, self._bounds)
        self.words = fold.folded(self.written)
        self._languages: dict[int, str | None] = {}

    def start(self, word: int) -> int:
        """Return where a word begins in the text, in code points."""
        return self._spans[word][0]

    def end(self, word: int) -> int:
        """Return where a word ends in the text, in code points."""
        return self._spans[word][1]

    def between(self, start: int, end: int) -> tuple[int, int] | None:
        """Return the first and the last word that a stretch of the text touches; None if there is none."""
        first = bisect_right(self._spans, start, key=itemgetter(1))
        last = bisect_left(self._spans, end, key=itemgetter(0)) - 1
        return (first, last) if first <= last else None

    def sentence(self, word: int) -> int:
        """Return the number of the sentence a word stands in."""
        return bisect_right(self.firsts, word) - 1

    @property
    def sentences(self) -> int:
        """How many sentences there are."""
        return len(self._bounds) - 1

    def around(self, place: int) -> int:
        """Return the number of the sentence in which a place of the text lies, in code points."""
        return bisect_right(self._bounds, place, 1, self.sentences) - 1

    def said(self, sentence: int) -> tuple[str, Sequence[str]]:
        """Return a sentence as it stands, and its folded words."""
        text = self.text[self._bounds[sentence] : self._bounds[sentence + 1]]
        return text, self.words[self.firsts[sentence] : self.firsts[sentence + 1]]

    @cached_property
    def heading(self) -> int:
        """How many sentences stand for the title that the post has not: those of a first line that ends as one does."""
        found = _headline.match(self.text) if self._untitled else None
        return bisect_left(self._bounds, found.end(1), 1, self.sentences) if found else 0

    def part(self, sentence: int) -> Part:
        """Return where a sentence stands: in the title, or in the line that serves as one, or in the rest."""
        return "title" if self.name == "title" or sentence < self.heading else "text"

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
    def _breaks(self) -> list[int]:
        return [match.start() for match in _break.finditer(self.text)]
