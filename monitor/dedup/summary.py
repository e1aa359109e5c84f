"""What a later version changes, in one line and in its sentence: `4 wounded → 7 wounded`. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from monitor.dedup.difference import difference
from monitor.dedup.flapping import stated
from monitor.dedup.marked import unmarked
from monitor.model import Change, Part, Post

_MOST = 3  # changes named in one line
_LONGEST = 60  # characters of each side of one
_EXCERPT = 400  # characters around what matters most
_CONTEXT = 80  # of these, before it
_SENTENCE = re.compile(r"[.!?։…]\s+|\n\s*")
_FIRST_WORD = re.compile(r"\s*\w+")


class _Turn(NamedTuple):
    """One change: where it begins in the row of parts, what is gone and what is new, and the same words behind it."""

    at: int
    gone: str
    new: str
    behind: str

    @property
    def weight(self) -> int:
        """How likely it is what a reader wants to know: a figure, then words put for others, then words, then signs."""
        both = self.gone + self.new
        if any(map(str.isdigit, both)):
            return 3
        if not any(map(str.isalnum, both)):
            return 0
        return 2 if self.gone and self.new else 1


def change(before: Post, after: Post) -> Change | None:
    """Return what the later of two versions changes; None where their words are the same.

    Counters, stamps, labelled advertisements and marks of versions are passed over.
    """
    old, new = unmarked(before), unmarked(after)
    title, text = difference(old.title, new.title), difference(stated(old.text), stated(new.text))
    found = [(turn, parts) for parts in (title, text) for turn in _turns(parts)]
    if not found:
        return None
    telling = sorted(found, key=lambda one: -one[0].weight)
    said = dict.fromkeys(_said(turn) for turn, _ in telling if turn.weight == telling[0][0].weight)
    named = list(said)[:_MOST]
    more = [f"+{len(said) - _MOST} more"] if len(said) > _MOST else []
    best, parts = next((one for one in telling if one[1] is text and one[0].weight == telling[0][0].weight), telling[0])
    return Change(summary="; ".join([*named, *more]), parts=excerpt(parts, best.at))


def excerpt(parts: Sequence[Part], at: int, limit: int = _EXCERPT) -> tuple[Part, ...]:
    """Return the change that begins at a place in a row of parts, and what stands around it, in `limit` characters."""
    found: list[Part] = []
    if at and parts[at - 1].kind == "same":
        found.append(Part(kind="same", words=_before(parts[at - 1].words)))
    room = limit - sum(len(part.words) for part in found)
    for number, part in enumerate(parts[at:], at):
        last = number + 1 == len(parts) or part.kind == "same"
        words = _after(part.words, ends=last) if part.kind == "same" else part.words
        cut = len(words) > room
        found.append(Part(kind=part.kind, words=f"{words[:room].rstrip()} …" if cut else words))
        room -= len(words)
        if cut or words != part.words or room <= 0:
            break
    return tuple(part for part in found if part.words)


def _turns(parts: Sequence[Part]) -> list[_Turn]:
    found = []
    for at, part in enumerate(parts):
        if part.kind == "same" or (part.kind == "new" and at and parts[at - 1].kind == "gone"):
            continue
        both = part.kind == "gone" and parts[at + 1 : at + 2] and parts[at + 1].kind == "new"
        behind = parts[at + (2 if both else 1) :][:1]
        gone = part.words if part.kind == "gone" else ""
        new = parts[at + 1].words if both else "" if gone else part.words
        found.append(_Turn(at, gone, new, behind[0].words if behind else ""))
    return found


def _said(turn: _Turn) -> str:
    """Return `4 wounded → 7 wounded`, `new: “near Goris”` or `gone: “near Goris”`."""
    gone, new = _short(turn.gone), _short(turn.new)
    if not gone or not new:
        return f"new: “{new}”" if new else f"gone: “{gone}”"
    word = _FIRST_WORD.match(turn.behind)
    follows = word[0].strip() if word and max(len(gone.split()), len(new.split())) == 1 else ""
    return f"{gone} {follows}".strip() + " → " + f"{new} {follows}".strip()


def _short(words: str) -> str:
    whole = " ".join(words.split())
    line = whole.strip(" ,.;:!?։…") or whole
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 2].rstrip()} …"


def _before(words: str) -> str:
    """Return the end of a text, from the beginning of its last sentence on if that is near."""
    near = words[-_CONTEXT:]
    starts = [found.end() for found in _SENTENCE.finditer(near)]
    if starts:
        return near[starts[-1] :]
    if len(near) == len(words):
        return words
    return f"… {near[near.find(' ') + 1 :]}"


def _after(words: str, *, ends: bool) -> str:
    """Return a text to the end of its first sentence; all of it where another change follows near."""
    if not ends and len(words) <= _CONTEXT:
        return words
    found = _SENTENCE.search(words)
    if found and found.end() <= 2 * _CONTEXT:
        return words[: found.end()].rstrip()
    return words if len(words) <= _CONTEXT else f"{words[:_CONTEXT].rsplit(' ', 1)[0]} …"
