"""What is attached to a message. Pure. Addresses of files carry tokens that change; where none is told, the message's.

An album is one message with several pictures.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from selectolax.lexbor import LexborNode

from monitor import markup
from monitor.model import Media, MediaType
from monitor.sources.telegram.parts import own

_BACKGROUND = re.compile(r"background-image:\s*url\(\s*['\"]?([^'\")]+)")
_CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,2}):(\d{2})", re.ASCII)


def attached(message: LexborNode, url: str, permalink: str) -> tuple[Media, ...]:
    """Return pictures, films, sounds, files and places, in the order of the page. `permalink`: of the message."""
    return tuple(_found(message, url, permalink))


def _found(message: LexborNode, url: str, permalink: str) -> Iterator[Media]:
    for node in own(message, ", ".join(f".{name}" for name in _KINDS)):
        classes = (node.attributes.get("class") or "").split()
        kind, address = next(_KINDS[name] for name in _KINDS if name in classes)
        if kind == "document" and node.css_matches(".tgme_widget_message_document_icon.audio"):
            kind = "audio"
        place = markup.link(address(node), url) or markup.link(node.attributes.get("href") or "", url) or permalink
        yield Media(type=kind, url=place, alt=_named(node), duration=_seconds(node))


def _picture(node: LexborNode) -> str:
    found = _BACKGROUND.search(node.attributes.get("style") or "")
    return found[1].strip() if found else ""


def _file(node: LexborNode) -> str:
    """A film too large for the page has no address."""
    return next((one.attributes.get("src") or "" for one in node.css("video[src], audio[src]")), "")


def _sticker(node: LexborNode) -> str:
    return next((one.attributes.get("data-webp") or "" for one in node.css("[data-webp]")), "")


def _link(node: LexborNode) -> str:
    return node.attributes.get("href") or ""


def _named(node: LexborNode) -> str | None:
    """Return the name of a file, a song with its singer, or a place."""
    told = (markup.line(one.text()) for one in node.css(_NAMES))
    return markup.line(", ".join(filter(None, told))) or None


def _seconds(node: LexborNode) -> float | None:
    for one in node.css(_DURATIONS):
        if found := _CLOCK.fullmatch(one.text().strip()):
            hours, minutes, seconds = (int(part or 0) for part in found.groups())
            return float(3600 * hours + 60 * minutes + seconds)
    return None


_KINDS: dict[str, tuple[MediaType, Callable[[LexborNode], str]]] = {
    "tgme_widget_message_photo_wrap": ("image", _picture),
    "tgme_widget_message_video_player": ("video", _file),
    "tgme_widget_message_roundvideo_player": ("video", _file),
    "tgme_widget_message_voice_player": ("audio", _file),
    "tgme_widget_message_audio_player": ("audio", _file),
    "tgme_widget_message_document_wrap": ("document", _link),
    "tgme_widget_message_sticker_wrap": ("image", _sticker),
    "tgme_widget_message_location_wrap": ("other", _link),
}
_NAMES = (
    ".tgme_widget_message_document_title, .tgme_widget_message_document_extra, "
    ".tgme_widget_message_audio_title, .tgme_widget_message_audio_performer, "
    ".tgme_widget_message_location_title, .tgme_widget_message_location_address"
)
_DURATIONS = (
    ".message_video_duration, .tgme_widget_message_roundvideo_duration, .tgme_widget_message_voice_duration, "
    ".tgme_widget_message_audio_duration"
)
