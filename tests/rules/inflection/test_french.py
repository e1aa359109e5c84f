"""French words, in all their forms and in no other's."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import combinations
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.rules.fold import fold
from monitor.rules.inflection.french import forms

HERE = Path(__file__).parent

# A term, and words that look like it and are others.
STRANGERS = """
armer armée
aller allée
entrer entrée
voir voie
fin fille finir
lieu ligne lieue
frontière front frontal
front frontière affront
arme armée armées alarme armure
armée arme armes armé
tranche tranchée
tranchée tranche
mort morsure mortier mortel
mortier mort
mer mère mes
mère mer
coup coupe couper
coupe coup
port porte portée
porte port portée
point pointe
pont ponte
tir tire tirer tiré
obus obusier
poste post posture
positif position
position positif posé
perte perdre
perdre perte
parti partie
partir partie
marin marine
marine marin
cours cour
ministre ministère
ministère ministre
soldat solde soudain
solde soldat
combat combattant
attaque attaquant attache
blessure blesser blessé
blessé blessure
bataille bataillon
bataillon bataille bâton
capitaine capital capitale
capitale capital capitaux
général génération générer
village ville villa
ville village
guerre guère guerrier
drone drame
ligne lignite
feu feuille fou
feuille feu
hauteur haut auteur
haut hauteur
corps corporel cor
appel appeler appelle
vent vente
vente vent
plan plane plante
char charge charme
entre entrée entrer
côte coton cotée
incident incidence
violation violer violon
trêve rêve
armement arme
argent argenté
"""


def fits(term: str) -> Callable[[str], object]:
    found = "|".join(f"{re.escape(stem)}(?:{endings})" for stem, endings in forms(fold(term)))
    pattern = re.compile(f"(?:{found})")
    return lambda word: pattern.fullmatch(fold(word))


def table(name: str) -> list[tuple[str, list[str]]]:
    lines = (HERE / name).read_text(encoding="utf-8").splitlines()
    parted = (line.partition(": ") for line in lines if not line.startswith("#"))
    return [(term, words.split()) for term, _, words in parted]


@pytest.mark.parametrize(("term", "words"), table("french.txt"))
def test_a_term_is_found_in_every_form(term: str, words: list[str]) -> None:
    fit = fits(term)

    assert [word for word in words if not fit(word)] == []


@pytest.mark.parametrize("line", STRANGERS.strip().splitlines())
def test_a_term_is_not_found_in_other_words(line: str) -> None:
    term, *others = line.split()
    fit = fits(term)

    assert [word for word in others if fit(word)] == []


def test_against_snowball() -> None:
    """How we differ from Snowball on 309 words of its own public vocabulary.

    78 of every 100 pairs that Snowball joins are joined here; the others are mostly derivations and feminines in
    -ante (accuser and accusation, accabler and accablante); a few are misses (adroit, adroite). 16 of every 100 of
    ours Snowball does not join: forms of verbs Snowball takes for other words (attendre, attendu; apprendre,
    appris).
    """
    groups = [words for _, words in table("snowball_french.txt")]
    words = [word for group in groups for word in group]
    theirs = {frozenset(pair) for group in groups for pair in combinations(group, 2)}
    ours = {frozenset(pair) for term in words for pair in combinations(filter(fits(term), words), 2)}

    assert len(theirs & ours) / len(theirs) > 0.77
    assert len(ours - theirs) / len(ours) < 0.18


@given(st.text() | st.text(alphabet="abceéèfilmnoprstuvxz"))
def test_every_word_fits_itself(text: str) -> None:
    word = fold(text)
    bent = forms(word)

    assert any(word.startswith(stem) and re.fullmatch(endings, word[len(stem) :]) for stem, endings in bent)
    assert all(len(stem) > 1 for stem, _ in bent if stem != word)


@pytest.mark.parametrize("end", ["", "er", "es", "aux", "ees"])
def test_a_word_without_end_costs_little(end: str) -> None:
    long = "er" * 5_000
    began = process_time()

    assert [stem for stem, _ in forms(long + end)] == [long + end]
    for term in ("blesser", "perdre", "envahir", "general", "frontiere", "prisonnier"):
        for _, endings in forms(term):
            assert not re.match(endings + " ", long + end + " ")
    assert process_time() - began < 1
