"""Marked words, excerpts and word-by-word differences: text in, pieces out, for a template to escape. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from typing import Literal, NamedTuple
from urllib.parse import urlsplit

from monitor.model import Match

Span = tuple[int, int]

_EXCERPT = 280  # characters
_COMPARED = 4_000  # words of each version; comparing is quadratic, and a visitor waits for it
_CONTEXT = 160  # characters of unchanged text kept on each side of a change


class Piece(NamedTuple):
    text: str
    marked: bool = False


class Change(NamedTuple):
    kind: Literal["same", "added", "removed"]
    text: str


def spans(matches: Iterable[Match], field: Literal["title", "text"]) -> list[Span]:
    return [(match.start, match.end) for match in matches if match.field == field]


def pieces(text: str, where: Iterable[Span]) -> list[Piece]:
    """Cut the text at the spans (code points). Overlapping spans become one, spans outside the text are cut off."""
    found: list[Piece] = []
    at = 0
    for start, end in _joined(where, len(text)):
        if start > at:
            found.append(Piece(text[at:start]))
        found.append(Piece(text[start:end], marked=True))
        at = end
    if at < len(text):
        found.append(Piece(text[at:]))
    return found


def excerpt(text: str, where: Sequence[Span], width: int = _EXCERPT) -> list[Piece]:
    """Return `pieces` of about `width` characters: the beginning, or the surroundings of the first marked words."""
    first = min((start for start, _ in where), default=0)
    start = 0
    if len(text) > width and first > width * 2 // 3:
        start = _word_start(text, min(first - width // 3, len(text) - width))
    end = len(text) if len(text) <= start + width else _word_end(text, start, start + width)
    cut = pieces(text[start:end], [(a - start, b - start) for a, b in where])
    before = [Piece("… ")] if start else []
    after = [Piece(" …")] if end < len(text) else []
    return [*before, *cut, *after]


def changes(before: str, after: str) -> list[Change]:
    """Return what was removed and added, word by word, with some unchanged text around it.

    Versions that differ in more than some thousand words are shown whole, one after the other.
    """
    old, new = re.findall(r"\s+|\S+", before), re.findall(r"\s+|\S+", after)
    head = _common(old, new)
    tail = _common(old[head:][::-1], new[head:][::-1])
    old_middle, new_middle = old[head : len(old) - tail], new[head : len(new) - tail]
    found = [Change("same", "".join(old[:head]))]
    if max(len(old_middle), len(new_middle)) > _COMPARED:
        found += [Change("removed", "".join(old_middle)), Change("added", "".join(new_middle))]
    else:
        # `autojunk` stays on: it keeps a text of one word said a thousand times from taking seconds.
        for kind, i, j, k, m in SequenceMatcher(None, old_middle, new_middle).get_opcodes():
            if kind == "equal":
                found.append(Change("same", "".join(old_middle[i:j])))
            else:
                found += [Change("removed", "".join(old_middle[i:j])), Change("added", "".join(new_middle[k:m]))]
    found.append(Change("same", "".join(old[len(old) - tail :])))
    found = [change for change in found if change.text]
    if all(change.kind == "same" for change in found):
        return []
    last = len(found) - 1
    return [
        _shortened(change, at_start=n == 0, at_end=n == last) if change.kind == "same" else change
        for n, change in enumerate(found)
    ]


def one_line(text: str) -> str:
    """Return the text for a window's title: no control characters, no marks that reorder what stands around it."""
    kept = (c for c in text if unicodedata.category(c) not in ("Cf", "Cs"))
    return " ".join("".join(" " if unicodedata.category(c) == "Cc" else c for c in kept).split())


def web_link(address: str | None) -> str | None:
    """Return the address if it is plain http or https with a host; None for anything a browser might run."""
    if not address or re.search(r"[\s\x00-\x1f\x7f\\]", address):
        return None
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    return address if parts.scheme in ("http", "https") and parts.hostname else None


def _joined(where: Iterable[Span], length: int) -> list[Span]:
    joined: list[Span] = []
    for raw_start, raw_end in sorted(where):
        start, end = max(raw_start, 0), min(raw_end, length)
        if start >= end:
            continue
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _word_start(text: str, at: int) -> int:
    space = text.find(" ", at, at + 30)
    return space + 1 if space >= 0 else at


def _word_end(text: str, start: int, at: int) -> int:
    space = text.rfind(" ", max(start + 1, at - 30), at + 1)
    return space if space > start else at


def _common(old: Sequence[str], new: Sequence[str]) -> int:
    for n, (a, b) in enumerate(zip(old, new, strict=False)):
        if a != b:
            return n
    return min(len(old), len(new))


def _shortened(change: Change, *, at_start: bool, at_end: bool) -> Change:
    text = change.text
    if len(text) <= _CONTEXT * (1 if at_start or at_end else 2) + 20:
        return change
    first = "" if at_start else text[: _word_end(text, 0, _CONTEXT)]
    last = "" if at_end else text[_word_start(text, len(text) - _CONTEXT) :]
    return Change("same", f"{first} … {last}")
