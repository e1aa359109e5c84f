"""A title or a text, read for matching. What only a post with a match needs is worked out when it is asked for."""

from __future__ import annotations

from bisect import bisect_right
from functools import cached_property
from itertools import accumulate
from typing import Literal

from monitor.rules import fold, language, sentences


class Field:
    """One field of a post. Words are numbered from 0, sentences too.

    line   the folded words in a row, one space before, between and after them
    """

    def __init__(self, name: Literal["title", "text"], text: str) -> None:
        self.name = name
        self.text = text
        self.words = fold.words(text)
        self.line = f" {' '.join(self.words)} "
        self._languages: dict[int, str | None] = {}

    def word_at(self, place: int) -> int:
        """Return the number of the word whose leading space stands at `place` in the line."""
        return bisect_right(self._places, place) - 1

    def start(self, word: int) -> int:
        """Return where a word begins in the text, in code points."""
        return self._spans[word][0]

    def end(self, word: int) -> int:
        """Return where a word ends in the text, in code points."""
        return self._spans[word][1]

    def sentence(self, word: int) -> int:
        """Return the number of the sentence a word stands in."""
        return bisect_right(self._starts, self._spans[word][0])

    def language(self, sentence: int) -> str | None:
        """Return the language of a sentence, None if it is too short or too mixed to tell."""
        if sentence not in self._languages:
            begin, end = (0, *self._starts)[sentence], (*self._starts, len(self.text))[sentence]
            self._languages[sentence] = language.detect(self.text[begin:end])
        return self._languages[sentence]

    @cached_property
    def _places(self) -> list[int]:
        return list(accumulate((len(word) + 1 for word in self.words), initial=0))

    @cached_property
    def _spans(self) -> list[tuple[int, int]]:
        return fold.spans(self.text)

    @cached_property
    def _starts(self) -> list[int]:
        return sentences.starts(self.text)
