"""Feeds in encodings that are rare, or not those they say. Five languages are read right from all of them."""

from __future__ import annotations

import codecs

from tests.faults.case import Family, Make, healthy
from tests.faults.speech import document, item, rss, serves

FAMILY = Family("encodings")

_HY, _RU = "Կրակոցներ սահմանին, երկու վիրավոր", "Обстрел на границе, двое раненых"
_AZ, _TR = "Sərhəddə atəş, iki yaralı", "Sınırda ateş, iki yaralı: ğüşiöç"
_EN = "“Shelling” near the border — 2 wounded"

# name: the sentence, how it is packed, what the document declares, what the header says, a mark before it
_CASES: dict[str, tuple[str, str, str, str, bytes]] = {
    "UTF-16 with a mark": (_HY, "utf-16-le", "utf-16", "", codecs.BOM_UTF16_LE),
    "UTF-16 without a mark": (_HY, "utf-16-be", "", "", b""),
    "UTF-16 that says UTF-8": (_RU, "utf-16-le", "utf-8", "text/xml; charset=utf-8", codecs.BOM_UTF16_LE),
    "UTF-32": (_AZ, "utf-32-le", "utf-32", "", codecs.BOM_UTF32_LE),
    "UTF-8 with a mark": (_TR, "utf-8", "utf-8", "", codecs.BOM_UTF8),
    "UTF-8 that says windows-1251": (_HY, "utf-8", "windows-1251", "text/xml; charset=iso-8859-1", b""),
    "UTF-8 that says ASCII": (_AZ, "utf-8", "us-ascii", "", b""),
    "UTF-8 with a mark that says UTF-16": (_RU, "utf-8", "utf-16", "", codecs.BOM_UTF8),
    "windows-1251": (_RU, "cp1251", "windows-1251", "", b""),
    "windows-1251 that says UTF-8": (_RU, "cp1251", "utf-8", "", b""),
    "windows-1251 that says nothing": (_RU, "cp1251", "", "text/xml", b""),
    "windows-1251 by its header": (_RU, "cp1251", "utf-8", "text/xml; charset=windows-1251", b""),
    "KOI8-R": (_RU, "koi8-r", "koi8-r", "", b""),
    "windows-1254": (_TR, "cp1254", "windows-1254", "", b""),
    "ISO-8859-9": (_TR, "iso-8859-9", "iso-8859-9", "", b""),
    "windows-1252 that says ISO-8859-1": (_EN, "cp1252", "iso-8859-1", "", b""),
    "UTF-8 with a stray escape": (f"{_HY} \x1b", "utf-8", "", "", b""),
}


def _packed(sentence: str, encoding: str, declared: str, kind: str, mark: bytes) -> Make:
    prolog = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    body = mark + (prolog + rss((item(1, sentence),))).encode(encoding)
    return lambda _: serves(document(body, kind or "application/rss+xml"))


for _name, (_sentence, _encoding, _declared, _kind, _mark) in _CASES.items():
    _make = _packed(_sentence, _encoding, _declared, _kind, _mark)
    FAMILY.made(_name, f"A feed in {_name}.", _make, healthy(1), titles=(_sentence.rstrip(" \x1b"),))
