"""What the readers of XML feeds and of JSON Feed share: authors, media, and which of two texts to keep."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from monitor import markup
from monitor.model import Media, MediaType

MOST_POSTS = 5_000

_TRIVIAL = 20  # a content shorter than this loses to a longer summary
_MARKS = (
    r"…|\.\.\.|\[(?:…|\.\.\.)\]|read more|continue reading|читать далее|подробнее|կարդալ ավելին|daha ətraflı|devamı"
)
_CUT = re.compile(rf"(?:{_MARKS})[\s\]»>→.]*$", re.IGNORECASE)
_MIME = re.compile(r"[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,60}/[A-Za-z0-9!#$&^_.+*-]{1,60}")
_ADDRESS = re.compile(r"<?\b[^\s@()<>]+@[^\s@()<>]+>?")
_KNOWN: tuple[MediaType, ...] = ("image", "video", "audio", "document")
_ENDINGS: tuple[tuple[MediaType, str], ...] = (
    ("image", r"jpe?g|png|gif|webp|avif|svg|bmp|tiff?"),
    ("video", r"mp4|m4v|webm|mov|avi|mkv|m3u8|ogv"),
    ("audio", r"mp3|m4a|ogg|oga|opus|wav|flac|aac"),
    ("document", r"pdf|docx?|xlsx?|pptx?|odt|ods|rtf|txt|zip"),
)
_ENDING = tuple((kind, re.compile(rf"\.(?:{endings})(?:$|[?#])", re.IGNORECASE)) for kind, endings in _ENDINGS)


def people(names: Iterable[str]) -> str | None:
    """Join the names of authors, each once. `mail (Name)` and `Name <mail>` give Name; a mail counts only alone."""
    named: dict[str, None] = {}
    mails: dict[str, None] = {}
    for raw in names:
        name = markup.unsaid(raw[:2000], markup.TITLE_LIMIT)
        bare = " ".join(_ADDRESS.sub(" ", name).split())
        if bare.startswith("(") and bare.endswith(")"):
            bare = bare[1:-1].strip()
        if bare:
            named[bare] = None
        elif name:
            mails[name] = None
    return markup.line(", ".join(named or mails)) or None


def fuller(content: str, summary: Callable[[], str]) -> str:
    """Return the content, unless it is empty or trivial (`...`) and the summary, read only then, says more."""
    return max(content, summary(), key=len) if len(content) < _TRIVIAL else content


def flags(text: str) -> tuple[str, ...]:
    """Return `partial` for a text that says itself that it goes on elsewhere."""
    return ("partial",) if _CUT.search(text[-60:]) else ()


def mime(written: object) -> str | None:
    """Return the media type (RFC 6838, 4.2) at the beginning of what the publisher says, without its parameters."""
    found = _MIME.match(written.strip()) if isinstance(written, str) else None
    return found[0].lower() if found else None


def media_type(url: str, mime: str | None, medium: str | None = None) -> MediaType:
    """Tell from the publisher's word, else from the MIME type, else from the address."""
    for word in (medium, (mime or "").partition("/")[0]):
        for known in _KNOWN:
            if word == known:
                return known
    for kind, ending in _ENDING:
        if ending.search(url):
            return kind
    return "document" if mime in ("application/pdf", "application/msword") else "other"


def once(media: Iterable[Media]) -> tuple[Media, ...]:
    """Return every address once; the first to name it wins, but a later one may bring the description it lacks."""
    found: dict[str, Media] = {}
    for medium in media:
        known = found.get(medium.url)
        if known is None or (medium.alt and not known.alt and known.type == medium.type):
            found[medium.url] = medium
    return tuple(found.values())


def seconds(duration: object) -> float | None:
    """Read `754`, `12:34` or `1:02:03`."""
    total = 0.0
    try:
        for part in str(duration).strip()[:20].split(":"):
            total = total * 60 + float(part)
    except ValueError:
        return None
    return total if 0 < total < 1e7 else None
