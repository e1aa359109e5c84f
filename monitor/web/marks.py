"""Marked words, excerpts and word-by-word differences: text in, pieces out, for a template to escape. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple
from urllib.parse import urlsplit

from monitor.dedup import difference
from monitor.model import Match, Part

Span = tuple[int, int]
Note = tuple[int, int, str]  # a span, and what is to be said of it
Layer = Literal["marked", "guard", "place"]

_EXCERPT = 280  # characters
_CONTEXT = 160  # characters of unchanged text kept on each side of a change


class Piece(NamedTuple):
    """Words of one kind. `guard`, `place`: what is to be said of them as such, "" for nothing."""

    text: str
    marked: bool = False
    guard: str = ""
    place: str = ""


def spans(matches: Iterable[Match], field: Literal["title", "text"]) -> list[Span]:
    return [(match.start, match.end) for match in matches if match.field == field]


def pieces(text: str, where: Iterable[Span], guards: Iterable[Note] = (), places: Iterable[Note] = ()) -> list[Piece]:
    """Cut the text at the spans (code points). They may overlap; what is outside the text is cut off."""
    marked = [(start, end, "") for start, end in where]
    turns: list[tuple[int, int, Layer, str]] = []  # +1 where something begins, -1 where it ends
    layers: tuple[tuple[Layer, Iterable[Note]], ...] = ("marked", marked), ("guard", guards), ("place", places)
    for layer, notes in layers:
        for start, end, said in notes:
            if max(start, 0) < min(end, len(text)):
                turns += [(max(start, 0), 1, layer, said), (min(end, len(text)), -1, layer, said)]
    found: list[Piece] = []
    now: Counter[tuple[Layer, str]] = Counter()
    at = 0
    for turn, step, layer, said in sorted(turns):
        _append(found, text[at:turn], now)
        at = turn
        now[layer, said] += step
        if not now[layer, said]:
            del now[layer, said]
    _append(found, text[at:], now)
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


def changes(before: str, after: str) -> list[Part]:
    """Return what is gone and what is new, by words, with some unchanged text around it; nothing if all is the same."""
    found = difference(before, after)
    if all(part.kind == "same" for part in found):
        return []
    last = len(found) - 1
    return [_shortened(part, at_start=n == 0, at_end=n == last) for n, part in enumerate(found)]


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


def _append(found: list[Piece], text: str, now: Iterable[tuple[Layer, str]]) -> None:
    """Add a piece with what holds there; to the one before, if the same holds of both."""
    if not text:
        return
    said: dict[Layer, list[str]] = {"marked": [], "guard": [], "place": []}
    for layer, note in now:
        said[layer].append(note)
    piece = Piece(text, bool(said["marked"]), "; ".join(said["guard"]), "; ".join(said["place"]))
    if found and found[-1][1:] == piece[1:]:
        piece = piece._replace(text=found.pop().text + text)
    found.append(piece)


def _word_start(text: str, at: int) -> int:
    space = text.find(" ", at, at + 30)
    return space + 1 if space >= 0 else at


def _word_end(text: str, start: int, at: int) -> int:
    space = text.rfind(" ", max(start + 1, at - 30), at + 1)
    return space if space > start else at


def _shortened(part: Part, *, at_start: bool, at_end: bool) -> Part:
    text = part.words
    if part.kind != "same" or len(text) <= _CONTEXT * (1 if at_start or at_end else 2) + 20:
        return part
    first = "" if at_start else text[: _word_end(text, 0, _CONTEXT)]
    last = "" if at_end else text[_word_start(text, len(text) - _CONTEXT) :]
    return Part(kind="same", words=f"{first} … {last}")
