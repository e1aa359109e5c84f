"""A verdict's guards and places in words, for the page of a post. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from monitor.model import Guard, Mention, Verdict
from monitor.web.marks import Note


class Line(NamedTuple):
    """One guard or place of a list. `said`: what it does, or where it is; `times`: how often it is in the post."""

    words: str
    name: str
    said: str
    times: int


def guards(verdict: Verdict) -> list[Line]:
    """Return every guard once, in the order of the text."""
    return _lines((one.words, guard_name(one), cancels(one)) for one in verdict.guards)


def places(mentions: Sequence[Mention]) -> list[Line]:
    """Return every place once, in the order of the text."""
    return _lines((one.words, one.name, where(one)) for one in mentions)


def guard_notes(guards: Iterable[Guard], field: Literal["title", "text"]) -> list[Note]:
    return [(one.start, one.end, f"{guard_name(one)}: {cancels(one)}") for one in guards if one.field == field]


def place_notes(mentions: Iterable[Mention], field: Literal["title", "text"]) -> list[Note]:
    return [(one.start, one.end, ": ".join(filter(None, (one.name, where(one))))) for one in mentions
            if one.field == field]  # fmt: skip


def guard_name(guard: Guard) -> str:
    return "unless" if guard.guard == "unless" else f"@{guard.guard}"


def cancels(guard: Guard) -> str:
    """Return `cancels “wounded”, “killed”`."""
    words = ", ".join(f"“{words}”" for words in dict.fromkeys(guard.cancels))
    return f"cancels {words}" if words else "cancels nothing here"


def where(mention: Mention) -> str:
    """Return what is known of the place, and how surely: `40.2031, 45.8649`, `one of sotk, sotk-2`."""
    said = [f"one of {', '.join(mention.candidates)}"] if mention.candidates else []
    if mention.at:
        said.append(f"{mention.at[0]:.4f}, {mention.at[1]:.4f}")
    if mention.near:
        said.append("spelled nearly so")
    return "; ".join(said)


def _lines(each: Iterable[tuple[str, str, str]]) -> list[Line]:
    counts = Counter((" ".join(words.split()), name, said) for words, name, said in each)
    return [Line(*line, times) for line, times in counts.items()]
