"""What an analyst may write as a term, and how it is looked for.

- `border`: the word in all its forms, borders and bordering too
- `=border`: only so
- `wound*`: any word that begins so
- `opened fire`: words in a row, each in all its forms
- `soldier|serviceman`: one or the other
- `# killed`: a number, in figures or as a word, then a word
- `killed NEAR/5 soldier`: both within five words, in either order, in one sentence
- `no BEFORE/4 losses`: the same in this order only
- `@fire`: every term of a category
- `title:fire`: in the title only, or in the first line where it stands for one; `text:` in the rest only
- `clash^3`: counts three towards the threshold of its rule; a category, `@fire^3`, does so once
- `/BM-[0-9]+/`: a regular expression (RE2), whatever the case
"""

from __future__ import annotations

import re
from functools import lru_cache
from math import prod
from typing import Literal, NamedTuple

from monitor.dedup.numerals import VAGUE, VALUES
from monitor.rules import expression, inflection
from monitor.rules.fold import WORD, fold
from monitor.rules.inflection import Form

SHORTEST_PREFIX = 3
SHORTEST_PREFIX_IN_PHRASE = 2  # after the first word: `şehit ol*`, `ateş aç*`
FURTHEST = 50  # words that NEAR may span
MOST_WAYS = 1_000  # to say one phrase: alternatives that differ in length multiply
EVERY_LANGUAGE = "any"

_part = re.compile(rf"{WORD.pattern}\*?")
_tag = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")
_weight = re.compile(r"\^(-?\d{1,4}(?:\.\d{1,4})?)$")
_near = re.compile(r"\s+(NEAR|BEFORE)/(\d{1,4})\s+")
_like_near = re.compile(r"(?:^|\s)(?:(?:NEAR|BEFORE)\b|(?i:near|before)/)")
_category = re.compile(r"@[a-z0-9][a-z0-9._-]{0,63}")
_wanted = "wanted is a word, a phrase, or a beginning like 'wound*'"

# A number in figures (of a grouped one the last group), but no year; the words for numbers have no other forms.
_years = {"1": "(?!9[0-9]{2} )", "2": "(?!0[0-2][0-9] )"}
_number = (
    *(Form(digit, _years.get(digit, "") + "[0-9]*+") for digit in "0123456789"),
    *(Form(word, "") for word in sorted({*VALUES, *VAGUE})),
)

Part = Literal["title", "text"]


class Term(NamedTuple):
    """A term taken apart. `operands`: phrases, `@category` or `/expression/`; more than one are joined by NEAR.

    reach   for each operand after the first: how many words away from those before it may be
    order   and whether it must stand after them
    weight  what it counts towards its rule's threshold; None where it says nothing
    part    the part of a post where it counts; None for everywhere
    """

    operands: tuple[str, ...]
    reach: tuple[int, ...] = ()
    order: tuple[bool, ...] = ()
    weight: float | None = None
    part: Part | None = None


@lru_cache(maxsize=65_536)
def read(written: str) -> Term:
    """Take a term apart. Raises ValueError with a sentence: what is wrong, and what would be right."""
    text, weight = written.strip(), None
    if found := _weight.search(text):
        text, weight = text[: found.start()].rstrip(), float(found[1])
    text, part = _parted(text)
    pieces = _near.split(text)
    if expression.is_one(text) and not (expression.is_one(pieces[0]) and expression.is_one(pieces[-1])):
        pieces = [text]  # the NEAR stands within it
    order, reach = tuple(word == "BEFORE" for word in pieces[1::3]), tuple(map(int, pieces[2::3]))
    pieces = pieces[::3]
    why = _misreach(text, pieces, reach)
    for operand in pieces:
        why = why or _misread(operand)
    if why:
        raise ValueError(f"the term {written!r} {why}")
    return Term(tuple(pieces), reach, order, weight, part)


def _parted(text: str) -> tuple[str, Part | None]:
    """Take `title:` or `text:` off the beginning of a term."""
    if text.startswith("title:"):
        return text.removeprefix("title:"), "title"
    return (text.removeprefix("text:"), "text") if text.startswith("text:") else (text, None)


def is_category(operand: str) -> bool:
    return operand.startswith("@")


def forms(word: str, language: str) -> tuple[Form, ...]:
    """Return all that may stand for a word of a row. `language`: BCP 47, or `any` for no other forms."""
    if word == "#":
        return _number
    if word.endswith("*"):
        return (Form(word.strip("=*"), "[^ ]*+"),)
    if word.startswith("="):
        return (Form(word[1:], ""),)
    return inflection.forms(word, language.partition("-")[0].lower())


def rows(phrase: str) -> list[list[tuple[str, ...]]]:
    """Return the ways to say a phrase: each a row of places, each place the words of which any will do.

    `forms` says how a word may stand there. There is more than one way where alternatives differ in length.
    """
    ways: list[list[tuple[str, ...]]] = [[]]
    for written in phrase.split():
        alone: dict[str, None] = {}
        several: list[list[tuple[str, ...]]] = []
        for one in written.split("|"):
            words = _words(one)
            if len(words) == 1:
                alone[words[0]] = None
            else:
                several.append([(word,) for word in words])
        here = [[tuple(alone)], *several] if alone else several
        ways = [[*way, *more] for way in ways for more in here]
    return ways


def _words(written: str) -> list[str]:
    """Return what stands between two spaces as words that may be looked for one by one."""
    if written == "#":
        return [written]
    mark = "=" if written.startswith("=") else ""
    return [mark + part for part in _folded(written)]


def language_mistake(tag: str) -> str | None:
    """Return what is wrong with the language a list of terms is filed under; None if it can be used."""
    if tag == EVERY_LANGUAGE or _tag.fullmatch(tag):
        return None
    return f"{tag!r} is no language; wanted is a tag like en, ru, hy, az, tr, or {EVERY_LANGUAGE!r}"


def _folded(written: str) -> list[str]:
    """Return the folded words of what stands between two spaces, a `*` kept at the end of those that have one."""
    found = _part.findall(written.replace("_", " "))
    return [fold(part.rstrip("*")) + ("*" if part.endswith("*") else "") for part in found]


def _misreach(text: str, pieces: list[str], reach: tuple[int, ...]) -> str | None:
    if not text:
        return f"is empty; {_wanted}"
    phrases = [operand for operand in pieces if not expression.is_one(operand)]
    if any(map(_like_near.search, phrases)):
        return "has a NEAR or BEFORE without a number, in small letters, or between no words; wanted is 'a NEAR/5 b'"
    if wrong := [number for number in reach if not 1 <= number <= FURTHEST]:
        return f"reaches over {wrong[0]} words; wanted is a number of words from 1 to {FURTHEST}"
    if pieces == ["#"]:
        return "is a number alone, which stands in every post; wanted is a word beside it, like '# killed'"
    return None


def _misread(operand: str) -> str | None:
    """Return what is wrong with one operand, as the end of a sentence that begins with the term; None if nothing is."""
    if expression.is_one(operand):
        return expression.mistake(operand)
    if "@" in operand:
        return None if _category.fullmatch(operand) else "names a category amid other words; wanted is '@id' by itself"
    for place, written in enumerate(operand.split()):
        for alternative in written.split("|"):
            if why := _misspelled(alternative, place):
                return why
    if prod(map(_lengths, operand.split())) > MOST_WAYS:
        return f"can be said in more than {MOST_WAYS} ways; wanted are fewer alternatives of different length"
    return None


def _lengths(written: str) -> int:
    """Return in how many ways `rows` goes on at a word: one for all alternatives of one word, one for each other."""
    lengths = [len(_words(one)) for one in written.split("|")]
    return (1 in lengths) + sum(length > 1 for length in lengths)


def _misspelled(written: str, place: int) -> str | None:
    if written == "#":
        return None
    parts = _folded(written)
    if not parts:
        return f"has {f'no letter or digit in {written!r}' if written.strip('*=') else 'an empty part'}; {_wanted}"
    if "^" in written:
        return "has a '^' that is no weight at its end; wanted is 'border^2' or 'border^-2'"
    ended = sum(part.endswith("*") for part in parts)
    if written.rfind("=") > 0 or written.count("*") != ended or re.search(r"\*\w", written):
        return "has a '*' that does not end a word, or a '=' that does not begin one; wanted is 'wound*' or '=wound'"
    for number, part in enumerate(parts, start=place):
        least = SHORTEST_PREFIX_IN_PHRASE if number else SHORTEST_PREFIX
        if part.endswith("*") and len(part) <= least:
            return (
                f"has the beginning {part!r}, which would fit too many words; "
                f"wanted are at least {least} letters before the '*'"
            )
    return None
