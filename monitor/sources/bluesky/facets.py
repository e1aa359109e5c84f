"""What stands behind the words of a post: its links, whose places are counted in bytes of UTF-8. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from monitor import markup
from monitor.sources._json import Thing, part, parts, string


def whole(text: str, facets: list[Thing]) -> str:
    """Return the text with every link in it written whole.

    A link that is shown shortened (`mil.example/news/20…`) is replaced; behind other words it is put in brackets. A
    place that is none (outside the text, inside a character or another link) is left as it stands.
    """
    raw = text.encode("utf-8", "replace")
    pieces, at = [], 0
    for start, end, uri in sorted(_links(facets)):
        if not at <= start < end <= len(raw) or _inside(raw, start) or _inside(raw, end):
            continue
        shown = raw[start:end].decode()
        pieces += [raw[at:start].decode(), uri if _shortened(shown, uri) else f"{shown} ({uri})"]
        at = end
    return "".join((*pieces, raw[at:].decode()))


def _links(facets: list[Thing]) -> Iterator[tuple[int, int, str]]:
    for facet in facets:
        start, end = (part(facet, "index").get(name) for name in ("byteStart", "byteEnd"))
        for feature in parts(facet, "features"):
            uri = markup.link(string(feature, "uri"), "")
            if uri and isinstance(start, int) and isinstance(end, int):
                yield start, end, uri


def _inside(raw: bytes, place: int) -> bool:
    """Whether a place is within a character: the byte there continues one."""
    return place < len(raw) and raw[place] & 0xC0 == 0x80


def _shortened(shown: str, uri: str) -> bool:
    bare = _bare(shown.strip().rstrip("…").removesuffix("...").rstrip("/"))
    return "." in bare and _bare(uri).casefold().startswith(bare.casefold())


def _bare(uri: str) -> str:
    return uri.partition("://")[2] or uri
