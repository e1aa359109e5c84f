"""What is attached to a post at VK: media, and the words on cards and polls. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from monitor import markup
from monitor.model import Media
from monitor.sources._json import Thing, part, parts, string

SITE = "https://vk.com/"
_CARDS = {"link": "url", "article": "url", "page": "view_url", "note": "view_url"}
_VIDEOS = ("video", "clip")
_LONGEST_ALT = 10_000
_LETTERS = "sopqrmxyzw"  # of the sizes of a photo, the cut ones before those that show all of it


def _attached(said: Thing) -> Iterator[tuple[str, Thing]]:
    """Yield the sort of each thing and the thing, which stands under the name of its sort."""
    for one in parts(said, "attachments"):
        sort = string(one, "type")
        yield sort, part(one, sort)


def media(said: Thing, base: str) -> Iterator[Media]:
    for sort, thing in _attached(said):
        alt, seconds = _title(sort, thing) or None, _seconds(thing)
        if sort == "photo" and (place := _largest(thing, base)):
            yield Media(type="image", url=place, alt=markup.clean(string(thing, "text"), _LONGEST_ALT) or None)
        elif sort in _VIDEOS and (place := _page("video", thing)):
            yield Media(type="video", url=place, alt=alt, duration=seconds)
        elif sort == "audio" and (place := markup.link(string(thing, "url"), base) or _page("audio", thing)):
            yield Media(type="audio", url=place, alt=alt, duration=seconds)
        elif sort == "doc" and (place := markup.link(string(thing, "url"), base)):
            yield Media(type="document", url=place, alt=alt)


def unsaid(said: Thing, words: str) -> str:
    """Return the titles and addresses of cards where they are not among the words, and polls without their votes."""
    found: list[str] = []
    for sort, thing in _attached(said):
        if sort in _CARDS:
            more = (_title(sort, thing), markup.link(string(thing, _CARDS[sort]), SITE) or "")
            found.append("\n".join(each for each in more if each and each not in words))
        elif sort == "poll":
            options = (markup.line(string(answer, "text")) for answer in parts(thing, "answers"))
            asked = (_title(sort, thing), *(f"• {option}" for option in options if option))
            found.append("\n".join(filter(None, asked)))
    return "\n\n".join(filter(None, found))


def titles(said: Thing) -> Iterator[str]:
    """Yield what videos, sounds and files are called: all there is to read of a post that has no words."""
    for sort, thing in _attached(said):
        if sort in (*_VIDEOS, "audio", "doc") and (title := _title(sort, thing)):
            yield title


def _title(sort: str, thing: Thing) -> str:
    if sort == "audio":
        return markup.line(" – ".join(filter(None, (string(thing, "artist"), string(thing, "title")))))
    return markup.line(string(thing, "question" if sort == "poll" else "title"))


def _largest(photo: Thing, base: str) -> str | None:
    """Return the address of the largest size; `orig_photo`, where there is one, is larger than all."""
    sizes = (part(photo, "orig_photo"), *sorted(parts(photo, "sizes"), key=_size, reverse=True))
    return next(filter(None, (markup.link(string(size, "url"), base) for size in sizes)), None)


def _size(size: Thing) -> tuple[int, int]:
    """Return what sizes are to be sorted by: their pixels, or of old ones, which have none, their letter."""
    width, height = (size.get(name) for name in ("width", "height"))
    pixels = width * height if isinstance(width, int) and isinstance(height, int) else 0
    return pixels, _LETTERS.find(string(size, "type"))


def _page(sort: str, thing: Thing) -> str | None:
    """Return the page of a thing: the address of a file, where VK tells one, holds for hours only."""
    owner, number = thing.get("owner_id"), thing.get("id")
    if not (isinstance(owner, int) and isinstance(number, int)) or not owner or number <= 0:
        return None
    return f"{SITE}{sort}{owner}_{number}"


def _seconds(thing: Thing) -> float | None:
    value = thing.get("duration")
    return float(value) if isinstance(value, int | float) and 0 < value < 1e7 else None
