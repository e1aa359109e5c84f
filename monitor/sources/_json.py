"""What the kinds that are answered in JSON share: reading it, and taking what may be missing or of another type."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

from monitor.errors import Unreadable
from monitor.model import Media, MediaType

Thing = dict[str, Any]

MOST_POSTS = 1_000  # of a hundred that are to be expected at the most

_SEEN: tuple[MediaType, ...] = ("image", "video", "audio")


def document(body: bytes, what: str) -> Any:
    """Return the value a body holds. `what` was asked for, in words for a person. Raises Unreadable."""
    start = body[:200].lstrip(b"\xef\xbb\xbf \t\r\n")
    if not start:
        raise Unreadable(f"the answer was empty; {what} was expected")
    if start.startswith(b"<"):
        raise Unreadable(f"a page for people came instead of {what} (bot wall, log-in page, or another program there?)")
    try:
        return json.loads(body.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError) as problem:
        raise Unreadable(f"{what} was expected, and the answer cannot be read as JSON: {problem}") from None


def string(thing: Thing, name: str) -> str:
    """Return a text, or "" where there is none. Half a character, which JSON can spell, becomes a question mark."""
    value = thing.get(name)
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else ""


def part(thing: Thing, name: str) -> Thing:
    """Return the object of this name, or an empty one."""
    value = thing.get(name)
    return value if isinstance(value, dict) else {}


def parts(thing: Thing, name: str) -> list[Thing]:
    """Return the objects in the list of this name."""
    value = thing.get(name)
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def named(listed: list[Any], id_of: Callable[[Thing], str]) -> tuple[list[Thing], tuple[str, ...]]:
    """Return the objects of a list that have an id, and a warning of each sort that was left out."""
    warnings: tuple[str, ...] = ()
    if len(listed) > MOST_POSTS:
        listed = listed[:MOST_POSTS]
        warnings = (f"the answer holds more than {MOST_POSTS} posts; only the first were read",)
    found = [one for one in listed if isinstance(one, dict) and id_of(one)]
    if missing := len(listed) - len(found):
        warnings += (f"{missing} posts of the answer have no usable id and were left out",)
    return found, warnings


def media_type(mime: str | None) -> MediaType:
    """Return what a file of a MIME type is to a reader."""
    return next((known for known in _SEEN if (mime or "").startswith(f"{known}/")), "document" if mime else "other")


def once(media: Iterable[Media]) -> tuple[Media, ...]:
    """Return every address once, as it was named first."""
    found: dict[str, Media] = {}
    for medium in media:
        found.setdefault(medium.url, medium)
    return tuple(found.values())
