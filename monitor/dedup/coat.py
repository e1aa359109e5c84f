"""What a place hangs around a statement, taken off: addresses, @names, lines of hashtags, counters, emoji. Pure.

What could be content stays: a hashtag inside a sentence keeps its word, a figure keeps its point, and a signature in
plain words is a sentence like any other.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from monitor.dedup.filed import filed_alike, unfiled
from monitor.dedup.numerals import figure, ungrouped
from monitor.dedup.words import small
from monitor.model import Post, changed

_LONGEST_HEADLINE = 120  # characters of a first line that is taken for a title
_POINTERS = (":", "՝", ">", "👉", "➡", "\ufe0f")
_LEADS_AWAY = 4  # words at most before the address in a line such as "More: https://…"

# Nothing in these patterns repeats without bound beside something alike: a hostile text costs no more than its length.
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|(?<![\w@.-])(?:[a-z0-9-]{1,63}\.){1,4}[a-z]{2,24}/\S*", re.IGNORECASE)
_NAME = re.compile(r"(?<![\w.])@\w+")
_HASHTAGS = re.compile(r"[\W_]*(?:#\w+[^\w#]*)+")
_LAST_HASHTAGS = re.compile(r"(?<=[.!?։»\")])(?:\s*#\w+)+\s*$")
_KEYCAP = re.compile("[0-9#*]\ufe0f?\u20e3")
_FIRST_COUNTER = re.compile(r"\s*(?:[\[(]\d{1,2}/\d{1,2}[\])]|\d{1,2}/\d{1,2}(?:[ \t]*\n|\s(?=\S)))")
_LAST_COUNTER = re.compile(r"(?:[\[(]\d{1,2}/\d{1,2}[\])]|(?<=[.!?։\s»\"])\d{1,2}/\d{1,2})[^\w\n]*$")
_CUT = re.compile(r"\.\.\.[\W_]{0,40}$")
# A full stop after a single letter is an initial or an abbreviation, seldom the end of a sentence.
_END = re.compile(r"(?:(?<!\b\w)\.{1,3}|[!?։]{1,3}|(?<=[ա-և]):)[\"'»”’)\]]{0,3}\s")
_QUOTES = frozenset("«‹\"“„‟'‘")
_SILENT = re.compile(
    "[\u00ad\u0300-\u036f\u055b\u055c\u055e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]"
)
_WORD = re.compile(r"\d+(?:[.,:։/]\d+)+|\w+")


class Sentence(NamedTuple):
    """The words of a sentence, small and plain, figures as `25000`, `2.5`, `14.00`; `quoted`: it begins in quotes."""

    words: tuple[str, ...]
    quoted: bool


class Undressed(NamedTuple):
    """A statement without its coat.

    title  None where there is none, or where the text says it again; of a post without one, a first line that is a
           headline
    body   what was said; never empty where there are words at all
    cut    it ends in "…": its last sentence may be the beginning of one
    """

    title: Sentence | None
    body: tuple[Sentence, ...]
    cut: bool

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        return (self.title, *self.body) if self.title else self.body


@lru_cache(maxsize=64)  # candidates come again with the next posts of their party
def undressed(post: Post, most: int | None = None) -> Undressed:
    """Take a post out of its coat. `most`: so many characters of title and of text are looked at, all if None."""
    lines = list(_lines(_uncounted(_plain(post.text[:most])), post.author))
    title = _sentence(" ".join(_lines(_plain(post.title[:most]), None)))
    if not title and len(lines) > 1 and _is_headline(lines[0]):
        title = _sentence(lines.pop(0))
    body = tuple(found for line in lines for part in _parts(line) if (found := _sentence(part)))
    cut = "partial" in post.flags or bool(lines and _CUT.search(lines[-1]))
    if title and body and _begins(body, title.words, cut=post.title.rstrip().endswith(("…", "..."))):
        title = None
    return Undressed(title, body, cut) if body else Undressed(None, (title,) if title else (), cut)


def bare(post: Post) -> Post:
    """Return a post without its coat, otherwise as written, so that the rules can compare two places of it."""
    return changed(post, title="\n".join(_lines(_plain(post.title), None)), text=unfiled(_text(post)))


def one_filing(first: Post, later: Post) -> bool:
    """Say whether what `bare` takes off the beginning of two posts names no two cities, nor two days."""
    return filed_alike(_text(first), _text(later))


def _text(post: Post) -> str:
    return "\n".join(_lines(_uncounted(_plain(post.text)), post.author))


def _plain(text: str) -> str:
    return text if text.isascii() else unicodedata.normalize("NFKC", _KEYCAP.sub(" ", text))


def _uncounted(text: str) -> str:
    """Return a text without "1/3" at its beginning or end. "1/2 of the village" is no counter."""
    first = _FIRST_COUNTER.match(text)
    if first and (first[0].lstrip()[0] in "[(" or first[0].endswith("\n") or text[first.end()].isupper()):
        text = text[first.end() :]
    return _LAST_COUNTER.sub("", text.rstrip()) if "/" in text else text


def _lines(text: str, author: str | None) -> Iterator[str]:
    """Yield the lines that say something, without addresses, names and the hashtags at their end."""
    for line in text.splitlines():
        left = line.strip()
        if "/" in line or "@" in line or "www." in line.lower():
            left = _NAME.sub(" ", _ADDRESS.sub(" ", line)).strip()
        if (left != line.strip() and _leads_away(left)) or _HASHTAGS.fullmatch(left) or left == author:
            continue
        left = _LAST_HASHTAGS.sub("", left) if "#" in left else left
        if any(map(str.isalnum, left)):
            yield left


def _leads_away(line: str) -> bool:
    """Say whether this is what stands before an address and no more: `More:`."""
    return line.endswith(_POINTERS) and len(line.split()) <= _LEADS_AWAY and not any(map(str.isdigit, line))


def _is_headline(line: str) -> bool:
    return len(line) <= _LONGEST_HEADLINE and not line.endswith((".", "!", "?", ":", ",", ";", "։", "՝"))


def _parts(line: str) -> Iterator[str]:
    begin = 0
    for end in _END.finditer(line):
        yield line[begin : end.end()]
        begin = end.end()
    yield line[begin:]


def _sentence(text: str) -> Sentence | None:
    plain = small(text).replace("_", " ")
    plain = plain if plain.isascii() else _SILENT.sub("", plain)
    words = tuple(map(figure, _WORD.findall(ungrouped(plain))))
    if not words:
        return None
    before = next(at for at, letter in enumerate(text) if letter.isalnum())
    return Sentence(words, not _QUOTES.isdisjoint(text[:before]))


def _begins(body: tuple[Sentence, ...], words: tuple[str, ...], *, cut: bool) -> bool:
    """Say whether the text begins with these words; of a title that is cut the last one may be a part of a word."""
    said = [word for sentence in body for word in sentence.words][: len(words)]
    if cut:
        return said[:-1] == list(words[:-1]) and len(said) == len(words) and said[-1].startswith(words[-1])
    return said == list(words)
