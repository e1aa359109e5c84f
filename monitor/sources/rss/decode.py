"""From the bytes of a feed to safe text: the right encoding, no document type, nothing XML forbids. Pure."""

from __future__ import annotations

import codecs
import html.entities
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from email.message import Message

from monitor.errors import Unreadable

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"<\0\0\0", "utf-32-le"),  # no mark, but a document that begins with "<"
    (b"\0\0\0<", "utf-32-be"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
)
_PROLOG_ENCODING = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._:-]{1,40})[\"']")
# Only real character sets: Python knows others (punycode, unicode_escape) that no document may choose.
_CHARSETS = re.compile(r"utf|cp\d|iso8859|iso2022|koi8|gb|big5|euc|shift|mac|ascii|tis|ptcp|kz1048|johab|hz$")
# What publishers declare, and what they mean by it (WHATWG Encoding).
_MEANT = {"iso8859-1": "cp1252", "iso8859-9": "cp1254", "gb2312": "gb18030", "gbk": "gb18030"}

_BLANK = "\ufeff \t\r\n\v\f\0"
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NUMBERED = re.compile(r"&#([0-9]+|[xX][0-9a-fA-F]+);?")
_NAMED = re.compile(r"&(?!(?:lt|gt|amp|quot|apos);)([A-Za-z][A-Za-z0-9]{1,31};)")
_MARKUP = re.compile("[<>&\"']")
_HIGH = bytes(range(0x80, 0x100))
_BEFORE_ROOT = re.compile(r"\s+|<\?.*?\?>|<!--.*?-->|<!doctype(?P<name>[^\[<>]*)>", re.DOTALL | re.IGNORECASE)
_ROOT = re.compile(r"<(?P<name>[A-Za-z_][\w.:-]*)")


def text(body: bytes, headers: Mapping[str, str]) -> str:
    """Return the document as text without blanks at its beginning. Raises Unreadable if it is empty.

    A byte order mark comes first, then UTF-8 if the bytes prove it (other encodings do not look like it by accident),
    then the charset of the HTTP header (RFC 7303), then the one of the XML declaration, then a guess.
    """
    for mark, name in _BOMS:
        if body.startswith(mark):
            decoded = body.decode(name, "replace")
            break
    else:
        decoded = _decode(body, headers)
    decoded = decoded.lstrip(_BLANK)
    if not decoded:
        raise Unreadable("the answer was empty; a feed was expected")
    return decoded


def _decode(body: bytes, headers: Mapping[str, str]) -> str:
    lenient = body.decode("utf-8", "replace")
    # Other encodings read as UTF-8 are nearly all broken; UTF-8 that was cut or damaged is broken in a few places. A
    # cut answer must not turn every post into other characters: each would look edited.
    damaged = lenient.count("\ufffd") * 3 > len(lenient) - len(lenient.encode("ascii", "ignore"))
    escapes = b"\x1b" in body and any(name.startswith("iso2022") for name in _declared(body, headers))
    if not damaged and not escapes:  # ISO-2022-JP is ASCII with escapes; a stray one elsewhere means nothing
        return lenient
    for name in _declared(body, headers):
        with suppress(UnicodeDecodeError):
            return body.decode(name)
    return body.decode(_guess(body), "replace")


def _declared(body: bytes, headers: Mapping[str, str]) -> Iterator[str]:
    message = Message()
    message["content-type"] = headers.get("content-type", "")
    prolog = _PROLOG_ENCODING.match(body[:1024])
    for name in (message.get_param("charset"), prolog and prolog[1].decode("ascii")):
        try:
            known = codecs.lookup(str(name)).name
        except (LookupError, ValueError):
            continue
        if _CHARSETS.match(known):
            yield _MEANT.get(known, known)


def _guess(body: bytes) -> str:
    """Cyrillic letters stand together in words; the accented letters of cp1252 stand between ASCII ones."""
    together = sum(len(run[0]) for run in re.finditer(rb"[\xc0-\xff\xa8\xb8]{2,}", body))
    alone = len(body) - len(body.translate(None, _HIGH)) - together
    return "cp1251" if together > alone else "cp1252"


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
