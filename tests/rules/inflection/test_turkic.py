"""Azerbaijani and Turkish words, joined with their forms and kept apart from their neighbours.

The words stand in files beside this one, in their own letters. Snowball has no stemmer of
Azerbaijani to compare with; its Turkish one takes off case and person but leaves verbs alone.
"""

from __future__ import annotations

import re
import time
from functools import partial

import pytest
import snowballstemmer
from hypothesis import given
from hypothesis import strategies as st

from monitor.rules.fold import fold
from monitor.rules.inflection.turkic import forms
from tests.rules.inflection import tables

_joined = partial(tables.joined, forms)


def _entries(name: str) -> list[tuple[str, str, list[str]]]:
    """Read a file of words: a line of language and word, then indented lines of words that belong to it."""
    found: list[tuple[str, str, list[str]]] = []
    for line in tables.lines(name):
        if line.startswith(" "):
            found[-1][2].extend(line.split())
        else:
            language, word = line.split()
            found.append((language, word, []))
    return found


def _ids(entries: list[tuple[str, str, list[str]]]) -> list[str]:
    return [f"{language} {word}" for language, word, _ in entries]


_table, _others, _sample = _entries("turkic.txt"), _entries("turkic_others.txt"), _entries("turkic_snowball.txt")


@pytest.mark.parametrize(("language", "word", "inflected"), _table, ids=_ids(_table))
def test_every_form_is_found_from_the_word(language: str, word: str, inflected: list[str]) -> None:
    assert len(inflected) > 20
    assert [form for form in (word, *inflected) if not _joined(word, form)] == []


@pytest.mark.parametrize(("language", "word", "others"), _others, ids=_ids(_others))
def test_other_words_are_not_joined(language: str, word: str, others: list[str]) -> None:
    assert [other for other in others if _joined(word, other)] == []


def test_posts_without_diacritics_are_read_the_same() -> None:
    plain = str.maketrans("ıəşçğöü", "iescgou")
    for _, word, inflected in _table:
        assert all(_joined(word.translate(plain), form.translate(plain)) for form in inflected)


@pytest.mark.parametrize(
    ("word", "other"),
    [
        ("hattı", "hatlarında"),
        ("kapısı", "kapılarından"),
        ("noktası", "noktalarına"),
        ("bakanlığı", "bakanlıklarının"),
        ("bakanlığı", "bakanlığından"),
        ("kuvvetleri", "kuvvetlerimizin"),
        ("xidməti", "xidmətlərinin"),
        ("nazirliyi", "nazirliklərinin"),
        ("xətti", "xəttində"),
    ],
)
def test_the_last_word_of_a_compound_has_its_cases_and_its_plural(word: str, other: str) -> None:
    assert _joined(word, other)


@pytest.mark.parametrize(
    ("word", "other"),
    [
        ("öldür", "öldürüldü"),
        ("saldır", "saldırıyor"),
        ("yarala", "yaralanıb"),
        ("vur", "vuruldu"),
        ("et", "edildi"),
        ("çekil", "çekildiler"),
        ("yaralan", "yaralananlar"),
        ("itir", "itirib"),
        ("keçir", "keçirilib"),
    ],
)
def test_a_verb_may_be_given_by_its_stem(word: str, other: str) -> None:
    assert _joined(word, other)


@pytest.mark.parametrize("word", ["ekmek", "parmak", "barmaq", "kömək"])
def test_a_noun_that_ends_like_a_verb_is_a_noun(word: str) -> None:
    assert _joined(word, fold(word) + ("ler" if "e" in fold(word) else "lar"))
    assert not _joined(word, word[:-3] + "di")


def test_that_somebody_died_is_told_from_that_something_was() -> None:
    """`öldü` and `oldu` are one word in folded spelling, and the second is everywhere: only forms with an e count."""
    assert all(_joined("ölmek", form) for form in ("ölen", "öldüler", "ölecek", "ölmesi"))
    assert not any(_joined("ölmek", other) for other in ("oldu", "öldü", "olan", "olmuş", "olub", "olması"))
    assert all(_joined("olmaq", form) for form in ("oldu", "olub", "olan", "olması"))
    assert not _joined("olmaq", "ölən")


@pytest.mark.parametrize("word", ["t72", "5", "a", "сектор", "դիրք", "pkk"])
def test_what_is_no_word_of_the_language_is_at_least_itself(word: str) -> None:
    assert _joined(word, word)


def test_it_finds_twice_what_snowball_finds_and_nothing_wrong() -> None:
    """Of 368 forms: we all, Snowball 178 (it leaves verbs alone); of 87 other words: we none, Snowball one.

    What Snowball joins rightly, we join. Snowball gets real Turkish letters, and its stems are compared folded.
    """
    stem = snowballstemmer.stemmer("turkish").stemWord
    ours, theirs, wrong, lost, total = 0, 0, 0, [], 0
    for _, word, words in _sample:
        bar = words.index("|")
        for form in words[:bar]:
            total, ours, both = total + 1, ours + _joined(word, form), fold(stem(form)) == fold(stem(word))
            theirs += both
            lost += [form] if both and not _joined(word, form) else []
        wrong += sum(_joined(word, other) for other in words[bar + 1 :])
    assert (total, wrong, lost) == (368, 0, [])
    assert ours == total
    assert theirs < 0.6 * total


@given(st.text(alphabet="abcdeghiklmnoprstuvyzqx", min_size=1, max_size=24))
def test_any_word_fits_itself_and_its_stems_are_no_single_letters(word: str) -> None:
    assert _joined(word, word)
    assert all(len(form.stem) >= min(2, len(word)) for form in forms(word))


@given(st.text(min_size=1, max_size=12).map(fold))
def test_no_text_is_too_strange(word: str) -> None:
    assert _joined(word, word)


@given(st.text(min_size=1, max_size=12).map(fold), st.text(alphabet="aeiuklmnrdtsy", max_size=16))
def test_no_ending_matches_a_space(word: str, ending: str) -> None:
    for form in forms(word):
        assert " " not in form.endings
        assert not re.compile(form.endings).fullmatch(f"{ending} ")


@pytest.mark.parametrize("word", ["sınır", "saldırı", "vurmak", "yaralamaq", "topla", "uçak"])
@pytest.mark.parametrize("syllable", ["lar", "n", "in", "m", "da", "daki", "i", "dir", "ma", "mi", "il", "sini", "yor"])
def test_a_word_of_ten_thousand_letters_takes_no_time(word: str, syllable: str) -> None:
    long = fold(word.removesuffix("mak").removesuffix("maq")) + syllable * (10_000 // len(syllable))
    pattern, started = tables.pattern(forms, word), time.perf_counter()
    assert not pattern.fullmatch(long)
    assert time.perf_counter() - started < 0.1


def test_words_share_their_endings() -> None:
    stems = ("asker", "defter", "şeker", "mektep", "sepet", "cebel", "nefer", "tezgeh", "esger", "reber")
    assert len({form.endings for word in stems for form in forms(fold(word)) if form.stem == fold(word)}) == 1
