"""One spelling for every word."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.rules import fold

ALIKE = [
    ("LAÇIN", "Laçın", "lacin", "LAÇİN"),
    ("ԵՎ", "և", "եւ", "Եվ", "Եւ"),
    ("Կրա՞կ", "կրակ", "ԿՐԱ՜Կ"),
    ("кра\u200bх", "крах", "КРАХ", "крaх", "кра\u00adх"),
    ("positions", "pоsitions", "ＰＯＳＩＴＩＯＮＳ", "po\ufeffsitions"),
    ("ёлка", "елка", "е\u0308лка"),
    ("Kəlbəcər", "Kelbecer", "Kǝlbǝcǝr", "Kәlbәcәr", "KƏLBƏCƏR"),
    ("şəhid", "şehid", "sehid", "ŞƏHİD", "s\u0327əhid"),
    ("ПОТЕРИ", "ПOTEPИ", "поте\u0301ри"),
    ("café", "cafe\u0301", "CAFE"),
]
DIFFERENT = [("мой", "мои"), ("կրակ", "կրակի"), ("border", "borders"), ("дом", "dom")]

texts = st.text() | st.text(alphabet="aıIİiəƏеёЁйоoОրևեւվԵՎ՞՝։.\u200b\u0301\u0308_ \n-'ßﬁﬓ²")


@pytest.mark.parametrize("spellings", ALIKE)
def test_spellings_become_one(spellings: tuple[str, ...]) -> None:
    assert len({tuple(fold.words(spelling)) for spelling in spellings}) == 1
    assert all(len(fold.words(spelling)) == 1 for spelling in spellings)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_different_words_stay_different(one: str, other: str) -> None:
    assert fold.words(one) != fold.words(other)


def test_everything_else_parts_words() -> None:
    assert fold.words("cease-fire,“Laçın’daki”՝ և_two—3%") == ["cease", "fire", "lacin", "daki", "եւ", "two", "3"]


@given(texts)
def test_spans_point_at_the_words(text: str) -> None:
    words, spans = fold.words(text), fold.spans(text)
    assert len(words) == len(spans)
    for word, (start, end) in zip(words, spans, strict=True):
        assert fold.words(text[start:end]) == [word]


@given(texts)
def test_folding_twice_is_folding_once(text: str) -> None:
    once = fold.words(text)
    assert fold.words(" ".join(once)) == once


@given(texts)
def test_composition_makes_no_difference(text: str) -> None:
    assert fold.words(unicodedata.normalize("NFC", text)) == fold.words(unicodedata.normalize("NFD", text))


def test_a_word_longer_than_the_cache_takes_folds_alike() -> None:
    assert fold.words("É" * 100) == ["e" * 100]
