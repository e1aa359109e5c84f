"""Words in files beside this one, and whether the forms of one of them fit another."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

from monitor.rules.fold import fold
from monitor.rules.inflection import Form

Forms = Callable[[str], tuple[Form, ...]]


def lines(name: str) -> list[str]:
    """Return the lines of a file of words; those with a `#` before them are for its readers."""
    written = Path(__file__).with_name(name).read_text(encoding="utf-8").splitlines()
    return [line for line in written if not line.startswith("#")]


def table(name: str) -> list[tuple[str, list[str]]]:
    """Return what stands before the colon of each line, and the words after it."""
    parted = (line.partition(": ") for line in lines(name))
    return [(term, words.split()) for term, _, words in parted]


@cache
def pattern(forms: Forms, term: str) -> re.Pattern[str]:
    """Return what fits a term in all its forms, folded."""
    return re.compile("|".join(f"{re.escape(stem)}(?:{endings})" for stem, endings in forms(fold(term))))


def joined(forms: Forms, term: str, word: str) -> bool:
    return pattern(forms, term).fullmatch(fold(word)) is not None
