"""From the bytes of a feed to safe text: the right encoding, no document type, nothing XML forbids. Pure."""

from __future__ import annotations

import html.entities
import re
from collections.abc import Mapping

from monitor.errors import Unreadable
from monitor.sources import _encoding

_PROLOG_ENCODING = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._:-]{1,40})[\"']")
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NUMBERED = re.compile(r"&#([0-9]+|[xX][0-9a-fA-F]+);?")
_NAMED = re.compile(r"&(?!(?:lt|gt|amp|quot|apos);)([A-Za-z][A-Za-z0-9]{1,31};)")
_MARKUP = re.compile("[<>&\"']")
_BEFORE_ROOT = re.compile(r"\s+|<\?.*?\?>|<!--.*?-->|<!doctype(?P<name>[^\[<>]*)>", re.DOTALL | re.IGNORECASE)
_ROOT = re.compile(r"<(?P<name>[A-Za-z_][\w.:-]*)")


def text(body: bytes, headers: Mapping[str, str]) -> str:
    """Return the document as text without blanks at its beginning. Raises Unreadable if it is empty."""
    decoded = _encoding.text(body, headers, _PROLOG_ENCODING)
    if not decoded:
        raise Unreadable("the answer was empty; a feed was expected")
    return decoded


def xml(document: str) -> str:
    """Return the document from its root on, fit for an XML parser. Raises Unreadable.

    The whole prolog is dropped: without a document type no entity can be declared, nested or fetched. Then only XML's
    own entities remain (HTML's names are spelled out), and no character that XML forbids.
    """
    place = 0
    while found := _BEFORE_ROOT.match(document, place):
        if (found["name"] or "").strip().casefold().startswith("html"):
            raise _page()
        place = found.end()
    root = _ROOT.match(document, place)
    if not root:
        if document.startswith("<!", place):
            raise Unreadable("the document declares its own entities or document type, which no feed needs; refused")
        raise Unreadable("the answer is no feed: neither XML nor JSON")
    if root["name"].casefold() == "html":
        raise _page()
    return _NAMED.sub(_spelled_out, _NUMBERED.sub(_allowed, _FORBIDDEN.sub("", document[place:])))


def _page() -> Unreadable:
    return Unreadable("an HTML page came instead of a feed (bot wall or login page?)")


def _allowed(reference: re.Match[str]) -> str:
    """Keep a character reference that names a character XML allows."""
    digits = reference[1]
    if len(digits) > 12:
        return "\ufffd"
    number = int(digits[1:], 16) if digits[0] in "xX" else int(digits)
    if number > 0x10FFFF or _FORBIDDEN.match(chr(number)):
        return "\ufffd"
    return f"&#{number};"


def _spelled_out(reference: re.Match[str]) -> str:
    """HTML's name for a character becomes that character, unless it means something to XML."""
    character = html.entities.html5.get(reference[1], "&")
    return reference[0] if _MARKUP.search(character) else character
