"""`when`: what it asks of a post beside the terms of its rule."""

from __future__ import annotations

import pytest

from monitor.rules import CategoryConfig, Rulebook, RuleConfig
from tests.rules.asked import CATEGORIES, ORIGIN, book, found, why


def test_a_condition_beside_terms() -> None:
    rule = {"terms": {"any": ("@forces",)}, "when": '@hurt and not title:"film"'}

    assert found("Soldiers were wounded.", **rule) == ["Soldiers", "wounded"]
    assert why("Soldiers came.", **rule) == 'r: `@hurt and not title:"film"` does not hold'
    assert not book(**rule).explain("Soldiers were wounded.", ORIGIN, title="A film").alert


def test_a_context_cancels_what_a_condition_wants_not_what_it_wants_absent() -> None:
    rule = {"when": "@hurt and not @forces", "unless": {"en": ("rumour",)}}

    assert found("Ten were wounded.", **rule) == ["wounded"]
    assert "is cancelled by “rumour”" in why("A rumour says ten were wounded.", **rule)
    assert why("Ten were wounded. A rumour of soldiers.", **rule)


def test_what_a_condition_wants_absent_speaks_for_nothing() -> None:
    absent = RuleConfig(id="absent", terms={"en": ("war",)}, when='not "qualifier"')
    cup = RuleConfig(id="cup", terms={"any": ("@hurt",)}, unless={"en": ("world cup",)})

    verdict = Rulebook([cup, absent], CATEGORIES).explain("A man is wounded.", ORIGIN, title="World Cup qualifier")

    assert verdict.reasons[0] == "cup: “wounded” is cancelled by “World Cup” in the title"
    both = {"when": '@hurt and not "big rumour"', "unless": {"en": ("rumour",)}}
    assert "is cancelled by “rumour”" in why("A rumour says ten were wounded.", **both)
    assert [guard.cancels for guard in book(**both).explain("Wounded: a rumour.", ORIGIN).guards] == [("Wounded",)]


def test_a_word_is_not_taken_for_a_category_with_a_threshold() -> None:
    category = CategoryConfig(id="incident", threshold=2, terms={"en": ("fire^2",)})
    book = Rulebook([RuleConfig(id="r", when='"=incident"'), RuleConfig(id="s", when="@incident")], [category])

    assert book.explain("An incident.", ORIGIN).rules == ("r",)
    assert book.explain("A fire.", ORIGIN).rules == ("s",)


def test_a_place_or_what_is_near_it_may_be_asked_for() -> None:
    near = {"terms": {"any": ("@hurt",)}, "when": "within:40km:goris"}

    assert found("One wounded at Kapan.", **near) == ["wounded", "Kapan"]
    assert found("One wounded at Ijevan.", **near) == []
    assert found("One wounded at Kapan.", **near | {"when": "within:20km:goris"}) == []
    assert [m.term for m in book(when="official and place:goris").explain("In Goris.", ORIGIN).matches] == [
        "place:goris"
    ]


@pytest.mark.parametrize(
    ("when", "holds"),
    [("party:AM", True), ("party:AZ", False), ("source:mod", True), ("official", True), ("not official", False),
     ("language:en", True), ("language:ru", False), ("kind:rss", True), ("kind:webpage", False)],
)  # fmt: skip
def test_what_is_known_of_a_post(when: str, *, holds: bool) -> None:
    verdict = book(terms={"any": ("@forces",)}, when=when).explain(
        "The soldiers of the ministry have been seen.", ORIGIN
    )

    assert verdict.alert is holds
