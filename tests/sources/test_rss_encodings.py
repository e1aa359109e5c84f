"""Five languages, in whatever encoding a feed has, says or does not say."""

from __future__ import annotations

import pytest

from tests.sources.feeds import items, read

SENTENCES = {
    "en": "“Shelling” near the border — 2 wounded",
    "ru": "Обстрел на границе, двое раненых",
    "hy": "Կրակոցներ սահմանին, երկու վիրավոր",
    "az": "Sərhəddə atəş, iki yaralı",
    "tr": "Sınırda ateş, iki yaralı: ğüşiöç",
}


@pytest.mark.parametrize(
    ("language", "encoding", "declared", "header"),
    [
        ("en", "cp1252", "iso-8859-1", ""),
        ("en", "cp1252", "", ""),
        ("ru", "cp1251", "windows-1251", ""),
        ("ru", "koi8-r", "utf-8", "text/xml; charset=koi8-r"),
        ("ru", "cp1251", "", "text/xml"),
        ("ru", "utf-8", "windows-1251", "text/xml; charset=iso-8859-1"),
        ("hy", "utf-16", "utf-16", ""),
        ("hy", "utf-16-le", "", ""),
        ("hy", "utf-8", "us-ascii", ""),
        ("az", "utf-8-sig", "utf-8", ""),
        ("az", "utf-8", "", "application/rss+xml; charset=no-such-thing"),
        ("az", "utf-8", "punycode", "text/xml; charset=unicode_escape"),
        ("tr", "iso-8859-9", "iso-8859-9", ""),
        ("tr", "cp1254", "utf-8", "text/xml; charset=windows-1254"),
    ],
)
def test_five_languages_in_their_encodings(language: str, encoding: str, declared: str, header: str) -> None:
    prolog = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    sentence = SENTENCES[language]
    body = (prolog + items(f"<title>{sentence}</title>")).encode(encoding)
    reading = read(body, {"content-type": header})
    assert [p.title for p in reading.posts] == [sentence]
    assert reading.warnings == ()


def test_gb2312_means_gb18030() -> None:
    body = ('<?xml version="1.0" encoding="gb2312"?>' + items("<title>镕基 €</title>")).encode("gb18030")
    assert read(body).posts[0].title == "镕基 €"


def test_a_cut_document_keeps_its_encoding_whatever_the_header_says() -> None:
    body = items("<title>“a” “b”</title>", f"<title>{SENTENCES['en']}</title>").encode()
    cut = body[: body.index("—".encode()) + 1]
    assert [p.title for p in read(cut, {"content-type": "text/xml; charset=iso-8859-1"}).posts] == ["“a” “b”"]


def test_one_broken_character_does_not_change_the_encoding() -> None:
    body = items(f"<title>{SENTENCES['hy']}</title>").encode().replace(b"</title></item>", b"\xd5</title></item>")
    assert read(body).posts[0].title == SENTENCES["hy"] + "\ufffd"
