"""English, French and Russian words: in all their forms and in no other's."""

from __future__ import annotations

import re
from itertools import combinations
from time import process_time
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.rules.fold import fold
from monitor.rules.inflection import english, french, russian
from tests.rules.inflection.tables import Forms, joined, table


class Language(NamedTuple):
    """A language, and how far it is to go.

    shared    of the pairs of words that Snowball joins, the share joined here at least
    own       of the pairs joined here, the share that Snowball does not join at most
    letters   of words made up
    syllable  of words without end, and what those end in
    terms     whose forms are tried on them
    """

    name: str
    forms: Forms
    shared: float
    own: float
    letters: str
    syllable: str
    ends: tuple[str, ...]
    terms: tuple[str, ...]


LANGUAGES = (
    # Of 286 words of Snowball's own public vocabulary: 62 of every 100 pairs that Snowball joins are joined here; the
    # others are derivations (accept and acceptance, adverse and adversely). 0 of every 100 of ours Snowball does not
    # join: irregular verbs and nouns, of which the sample has none.
    Language(
        name="english", forms=english.forms, shared=0.6, own=0.01, syllable="ed", ends=("", "ing", "ed", "ies", "men"),
        letters="abdegilmnoprstuwy", terms=("stop", "fire", "army", "lose", "attack", "patrol"),
    ),
    # Of 309 words: 78 of every 100 pairs; the others are mostly derivations and feminines in -ante (accuser and
    # accusation, accabler and accablante); a few are misses (adroit, adroite). 16 of every 100 of ours Snowball does
    # not join: forms of verbs Snowball takes for other words (attendre, attendu; apprendre, appris).
    Language(
        name="french", forms=french.forms, shared=0.77, own=0.18, syllable="er", ends=("", "er", "es", "aux", "ees"),
        letters="abceéèfilmnoprstuvxz", terms=("blesser", "perdre", "envahir", "general", "frontiere", "prisonnier"),
    ),
    # Of 299 words: 88 of every 100 pairs; the others are derivations, comparatives and -ся beside its verb (беседа and
    # беседует, бедный and беднее, беспокоить and беспокоиться). 15 of every 100 of ours Snowball does not join: vowels
    # that come and go (бабушка, бабушек), stems that change (бежать, бегут).
    Language(
        name="russian", forms=russian.forms, shared=0.86, own=0.17, syllable="ов", ends=("", "ться", "ий", "ого", "ка"),
        letters="абвгдеийкмнлоцстухчшыьяю", terms=("боец", "раненый", "открыть", "погибнуть", "линия", "вторгнуться"),
    ),
)  # fmt: skip


def rows(kind: str) -> list[object]:
    """Return the rows of each language's table, as parameters of a test."""
    return [
        pytest.param(language.forms, term, words, id=f"{language.name}-{term}-{number}")
        for language in LANGUAGES
        for number, (term, words) in enumerate(table(kind.format(language.name)))
    ]


@pytest.mark.parametrize(("forms", "term", "words"), rows("{}.txt"))
def test_a_term_is_found_in_every_form(forms: Forms, term: str, words: list[str]) -> None:
    assert [word for word in words if not joined(forms, term, word)] == []


@pytest.mark.parametrize(("forms", "term", "others"), rows("{}_others.txt"))
def test_a_term_is_not_found_in_other_words(forms: Forms, term: str, others: list[str]) -> None:
    assert [word for word in others if joined(forms, term, word)] == []


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.name)
def test_against_snowball(language: Language) -> None:
    groups = [words for _, words in table(f"snowball_{language.name}.txt")]
    words = [word for group in groups for word in group]
    found = ([word for word in words if joined(language.forms, term, word)] for term in words)
    theirs = {frozenset(pair) for group in groups for pair in combinations(group, 2)}
    ours = {frozenset(pair) for group in found for pair in combinations(group, 2)}

    assert len(theirs & ours) / len(theirs) > language.shared
    assert len(ours - theirs) / len(ours) < language.own


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.name)
@given(data=st.data())
def test_every_word_fits_itself(language: Language, data: st.DataObject) -> None:
    word = fold(data.draw(st.text() | st.text(alphabet=language.letters)))
    bent = language.forms(word)

    assert any(word.startswith(stem) and re.fullmatch(endings, word[len(stem) :]) for stem, endings in bent)
    assert all(len(stem) > 1 for stem, _ in bent if stem != word)


@pytest.mark.parametrize(("language", "end"), [(language, end) for language in LANGUAGES for end in language.ends])
def test_a_word_without_end_costs_little(language: Language, end: str) -> None:
    long = language.syllable * 5_000
    began = process_time()

    assert [stem for stem, _ in language.forms(long + end)] == [long + end]
    for term in language.terms:
        for _, endings in language.forms(term):
            assert not re.match(endings + " ", long + end + " ")
    assert process_time() - began < 1
