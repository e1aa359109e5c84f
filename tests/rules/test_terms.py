"""What may be written as a term, and what is said of the rest."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from monitor.rules import RuleConfig
from monitor.rules.fold import words
from monitor.rules.rows import Rows
from monitor.rules.terms import Term, read, rows


@pytest.mark.parametrize(
    ("written", "term"),
    [
        ("border", Term(("border",))),
        ("=border", Term(("=border",))),
        ("wound*", Term(("wound*",))),
        ("попал* в плен", Term(("попал* в плен",))),
        ("cease-fire|ceasefire", Term(("cease-fire|ceasefire",))),
        ("200", Term(("200",))),
        ("# killed", Term(("# killed",))),
        ("@fire", Term(("@fire",))),
        ("killed NEAR/5 @soldiers", Term(("killed", "@soldiers"), (5,), (False,))),
        ("@a NEAR/3 b BEFORE/7 c d", Term(("@a", "b", "c d"), (3, 7), (False, True))),
        ("title:@fire^2", Term(("@fire",), weight=2.0, part="title")),
        ("clash ^3", Term(("clash",), weight=3.0)),
        ("@sport^-2.5", Term(("@sport",), weight=-2.5)),
        (r"/BM-\d+ NEAR^2/", Term((r"/BM-\d+ NEAR^2/",))),
        ("/a NEAR/3 b/", Term(("/a NEAR/3 b/",))),
        ("/a/ NEAR/3 /b/", Term(("/a/", "/b/"), (3,), (False,))),
        ("fire NEAR/3 /b/^2", Term(("fire", "/b/"), (3,), (False,), weight=2.0)),
    ],
)
def test_a_term_taken_apart(written: str, term: Term) -> None:
    assert read(written) == term


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("", "is empty"),
        ("  ", "is empty"),
        ("*", "has an empty part"),
        ("=", "has an empty part"),
        ("a |b", "has an empty part"),
        ("—!", "no letter or digit"),
        ("wo*nded", "does not end a word"),
        ("*wounded", "does not end a word"),
        ("wound**", "does not end a word"),
        ("lost=positions", "does not begin one"),
        ("lost * positions", "has an empty part"),
        ("wo*", "at least 3 letters"),
        ("şehit o*", "at least 2 letters"),
        ("#", "a number alone"),
        ("@fire at", "amid other words"),
        ("@Fire", "amid other words"),
        ("a NEAR b", "without a number"),
        ("NEAR/3 b", "between no words"),
        ("a NEAR/3", "between no words"),
        ("killed near/5 soldier", "in small letters"),
        ("a NEAR/0 b", "from 1 to 50"),
        ("border^x", "no weight at its end"),
        ("border^2 guard", "no weight at its end"),
        (f"border^{'9' * 400}", "no weight at its end"),
        (" ".join(["a-b|c"] * 11), "more than 1000 ways"),
        ("a NEAR/51 b", "from 1 to 50"),
        ("/(a/", "is no regular expression: missing )"),
        (r"/(a)\1/", "without look-around and back-references"),
        ("/a*/", "fits an empty text"),
        (f"/{'a' * 600}/", "at most 500"),
    ],
)
def test_a_term_that_cannot_be_is_named_with_what_would_be_right(written: str, said: str) -> None:
    with pytest.raises(ValueError, match=r"wanted|RE2|every post") as caught:
        read(written)
    assert said in str(caught.value)
    assert repr(written) in str(caught.value)


def test_a_rule_names_all_its_mistakes_at_once() -> None:
    with pytest.raises(ValidationError) as caught:
        RuleConfig(id="r", terms={"en": ("ok", "a*"), "english!": ("border",)}, unless={"en": ("*",)})
    said = str(caught.value)
    assert "'a*'" in said
    assert "'english!' is no language" in said
    assert "'*'" in said


@pytest.mark.parametrize("terms", [{}, {"en": ()}])
def test_a_rule_without_terms_is_refused(terms: dict[str, tuple[str, ...]]) -> None:
    with pytest.raises(ValidationError, match="never fires"):
        RuleConfig(id="r", terms=terms)


def test_a_threshold_that_no_post_can_reach_is_refused() -> None:
    with pytest.raises(ValidationError, match="add up to 4, less than the threshold 5"):
        RuleConfig(id="r", terms={"en": ("border^3", "fire")}, threshold=5)


def stands(phrase: str, language: str, text: str) -> bool:
    ways = Rows(((0, [(language, frozenset(place)) for place in row]) for row in rows(phrase)), tuple)
    return any(ways.find(words(text)))


@pytest.mark.parametrize(
    ("phrase", "language", "text", "found"),
    [
        ("soldier", "en", "two soldiers", True),
        ("=soldier", "en", "two soldiers", False),
        ("soldier", "any", "two soldiers", False),
        ("soldier", "en-GB", "two soldiers", True),
        ("open fire", "en", "they opened fire", True),
        ("opened fire", "en", "they are opening fire", True),
        ("попал* в плен", "ru", "Шестеро попали в плен.", True),
        ("попал* в плен", "ru", "попали в бой", False),
        ("soldier|serviceman killed", "en", "a serviceman killed", True),
        ("soldier|serviceman killed", "en", "a civilian killed", False),
        ("cease-fire|ceasefire broken", "en", "The cease fire broken", True),
        ("cease-fire|ceasefire broken", "en", "The ceasefire broken", True),
        ("# killed", "en", "7 killed", True),
        ("# killed", "en", "2,855 killed", True),
        ("# killed", "en", "25 000 killed", True),
        ("# killed", "en", "dozens killed", True),
        ("# killed", "en", "in 2021 killed", False),
        ("# killed", "en", "in 1994, killed", False),
        ("lost # positions", "en", "lost two positions", True),
        ("lost # positions", "en", "lost 12 positions", True),
        ("lost # positions", "en", "lost all positions", False),
        ("# ранен*", "ru", "Шестеро раненых", True),
        ("# killed", "en", "584123 killed", True),
        ("202 killed", "en", "202123 killed", False),
        ("202* killed", "en", "202123456 killed", True),
        ("2021234 killed", "en", "2021234 killed", True),
        ("2021234 killed", "en", "20212345 killed", False),
        ("2021234* killed", "en", "2021234567 killed", True),
        ("2021234* killed", "en", "2021235567 killed", False),
        ("on|at the road to", "en", "fire at the roads to Goris", True),
        ("on|at the road to", "en", "on a road to the north", False),
    ],
)
def test_where_a_phrase_stands(phrase: str, language: str, text: str, *, found: bool) -> None:
    assert stands(phrase, language, text) is found
