"""What may be written as a term, and what is said of the rest."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from monitor.rules import RuleConfig
from monitor.rules.terms import compiled, mistake


@pytest.mark.parametrize(
    "written", ["border", "wound*", "попал* в плен", "şehit ol*", "cease-fire", "U.S. troops", "200"]
)
def test_usable(written: str) -> None:
    assert mistake(written) is None


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("", "is empty"),
        ("  ", "is empty"),
        ("*", "is empty"),
        ("—!", "no letter or digit"),
        ("wo*nded", "does not end a word"),
        ("*wounded", "does not end a word"),
        ("wound**", "does not end a word"),
        ("lost * positions", "does not end a word"),
        ("wo*", "at least 3 letters"),
        ("şehit o*", "at least 2 letters"),
    ],
)
def test_a_term_that_cannot_be_is_named_with_what_would_be_right(written: str, said: str) -> None:
    sentence = mistake(written)
    assert sentence is not None
    assert said in sentence
    assert repr(written) in sentence
    assert "wanted" in sentence


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


def test_a_phrase_with_an_open_word_inside_goes_on_as_written() -> None:
    term = compiled("попал* в плен")
    assert (term.head, term.words) == (" попал", 3)
    assert term.rest is not None
    assert term.rest.match("и в плен ")
    assert not term.rest.match("и в бой ")
