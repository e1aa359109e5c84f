"""What was found out about words. The same ones come again and again."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

_LONGEST_NUMBER = 5  # a longer one hardly comes again


class Remembered(dict[str, T]):
    """What `learn` says of each word met so far: of at most so many, and none too long, for feeds may hold anything."""

    def __init__(self, learn: Callable[[str], T], *, most: int, longest: int) -> None:
        super().__init__()
        self._learn = learn
        self._most = most
        self._longest = longest

    def __missing__(self, word: str) -> T:
        learned = self._learn(word)
        if len(word) <= (_LONGEST_NUMBER if word.isdecimal() else self._longest):
            if len(self) >= self._most:
                self.clear()
            self[word] = learned
        return learned
