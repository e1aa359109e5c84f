"""What the kinds share that read documents in whatever encoding a publisher has: from bytes to text. Pure."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from email.message import Message

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
# Only real character sets: Python knows others (punycode, unicode_escape) that no document may choose.
_CHARSETS = re.compile(r"utf|cp\d|iso8859|iso2022|koi8|gb|big5|euc|shift|mac|ascii|tis|ptcp|kz1048|johab|hz$")
# What publishers declare, and what they mean by it (WHATWG Encoding).
_MEANT = {"iso8859-1": "cp1252", "iso8859-9": "cp1254", "gb2312": "gb18030", "gbk": "gb18030"}

_BLANK = "\ufeff \t\r\n\v\f\0"
_HIGH = bytes(range(0x80, 0x100))


def text(body: bytes, headers: Mapping[str, str], declaration: re.Pattern[bytes]) -> str:
    """Return a document as text without blanks at its beginning; empty if there is nothing else.

    A byte order mark comes first, then UTF-8 if the bytes prove it (other encodings do not look like it by accident),
    then the charset of the HTTP header (RFC 7303), then the one the document names where its first bytes match
    `declaration`, in its one group, then a guess.
    """
    for mark, name in _BOMS:
        if body.startswith(mark):
            return body.decode(name, "replace").lstrip(_BLANK)
    return _decoded(body, list(_declared(body, headers, declaration))).lstrip(_BLANK)


def _decoded(body: bytes, declared: list[str]) -> str:
    lenient = body.decode("utf-8", "replace")
    # Other encodings read as UTF-8 are nearly all broken; UTF-8 that was cut or damaged is broken in a few places. A
    # cut answer must not turn every post into other characters: each would look edited.
    damaged = lenient.count("\ufffd") * 3 > len(lenient) - len(lenient.encode("ascii", "ignore"))
    escapes = b"\x1b" in body and any(name.startswith("iso2022") for name in declared)
    if not damaged and not escapes:  # ISO-2022-JP is ASCII with escapes; a stray one elsewhere means nothing
        return lenient
    for name in declared:
        with suppress(UnicodeDecodeError):
            return body.decode(name)
    return body.decode(_guess(body), "replace")


def _declared(body: bytes, headers: Mapping[str, str], declaration: re.Pattern[bytes]) -> Iterator[str]:
    message = Message()
    message["content-type"] = headers.get("content-type", "")
    inside = declaration.search(body[:4096])
    for name in (message.get_param("charset"), inside and inside[1].decode("ascii")):
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
