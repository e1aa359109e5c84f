"""Foreign words, made fit to be shown anywhere: tidied, cut, taken apart where a term fired. Pure.

Everything that comes from a publisher passes `tidy`: characters that steer a terminal, break a header or turn the
direction of the words around them do not leave this house. Offsets count in the stored text, so a text is taken
apart first and tidied piece by piece.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import quote, urlsplit

LINK_LIMIT = 2000

_LINE_ENDS = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
# C0, DEL and C1 but for tab and line feed; embeddings, overrides and isolates; BOM and annotation marks. Plain marks of
# direction (LRM, RLM, ALM) stay: they cannot reach beyond their neighbours.
_STEERING = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb]")
_LONE_SURROGATES = re.compile("[\ud800-\udfff]")
_NOT_IN_LINKS = re.compile(r"[\s|<>\"`\\^{}]")
_BLANKS = re.compile(r"\s+")
_JOINERS = "\u200d\ufe0e\ufe0f"


class Piece(NamedTuple):
    """A stretch of a publisher's text; `fired`: a term stands here."""

    words: str
    fired: bool


def tidy(text: str) -> str:
    """Return the text with line feeds as its only line ends and without characters that steer anything."""
    text = _STEERING.sub("", _LINE_ENDS.sub("\n", text))
    return _LONE_SURROGATES.sub("\ufffd", text)


def one_line(text: str) -> str:
    return " ".join(tidy(text).split())


def shorten(text: str, limit: int) -> str:
    """Cut to `limit` code points, at a blank where one is near, never inside a character built of several."""
    if len(text) <= limit:
        return text
    end = max(limit - 2, 0)
    blank = max(text.rfind(" ", 0, end), text.rfind("\n", 0, end))
    if blank >= end - 40 and blank > 0:
        end = blank
    while end > 0 and (unicodedata.combining(text[end]) or text[end] in _JOINERS or text[end - 1] == "\u200d"):
        end -= 1
    return text[:end].rstrip() + " …"


def link(url: str | None) -> str | None:
    """Return a web address fit to be a link, what would end the link early percent-encoded; None for any other."""
    if url is None:
        return None
    address = _NOT_IN_LINKS.sub(lambda found: quote(found[0]), tidy(url).strip())
    scheme, colon, rest = address.partition(":")
    address = f"{scheme.lower()}{colon}{rest}"  # not every reader knows `HTTPS:` for a link
    return address if host(address) and len(address) <= LINK_LIMIT else None


def host(url: str) -> str | None:
    """Return the host of a web address; None if it is no web address."""
    try:
        parts = urlsplit(url)
        name = parts.hostname
    except ValueError:
        return None
    return name if parts.scheme in ("http", "https") else None


def joined(parts: Iterable[Piece]) -> str:
    return "".join(piece.words for piece in parts)


def in_one_line(parts: Iterable[Piece]) -> tuple[Piece, ...]:
    return tuple(Piece(_BLANKS.sub(" ", words), fired) for words, fired in parts)


def few(words: Iterable[str], most: int, between: str = ", ") -> str:
    """Return the first `most`, each once, and how many there are beyond: `Goris, Kapan, +3 more`."""
    found = list(dict.fromkeys(words))
    return between.join([*found[:most], *([f"+{len(found) - most} more"] if len(found) > most else [])])


def pieces(text: str, spans: Iterable[tuple[int, int]]) -> tuple[Piece, ...]:
    """Take a stored text apart at the spans that fired, overlapping ones joined, every piece tidied."""
    found: list[Piece] = []
    at = 0
    for start, end in sorted(spans):
        begin, stop = max(start, at), min(end, len(text))
        if begin >= stop:
            continue
        found += [Piece(tidy(text[at:begin]), fired=False), Piece(tidy(text[begin:stop]), fired=True)]
        at = stop
    return (*found, Piece(tidy(text[at:]), fired=False))
