"""What terms weigh together: a rule's, and a category's."""

from __future__ import annotations

from monitor.model import Guard
from monitor.rules import CategoryConfig, Rulebook, RuleConfig
from tests.rules.asked import CATEGORIES, ORIGIN, book, found, why


def test_the_weights_of_different_terms_add_up() -> None:
    weighed = {"terms": {"en": ("border^1", "shots^2", "festival^-2")}, "threshold": 3}

    assert found("Shots on the border.", **weighed) == ["Shots", "border"]
    assert why("Border, border, border.", **weighed) == "r: “Border” +1: 1 of 3"
    assert why("Shots on the border at a festival.", **weighed) == "r: “Shots” +2, “festival” -2, “border” +1: 1 of 3"


def test_tenths_add_up_in_any_order() -> None:
    for weights in ("border^0.1", "shots^0.2", "post^0.7"), ("border^0.7", "shots^0.1", "post^0.2"):
        assert found("Shots on the post at the border.", terms={"en": weights}) == ["Shots", "post", "border"]


def test_a_score_that_is_enough_is_not_mistaken_for_a_number_of_incidents() -> None:
    scored = [*CATEGORIES, CategoryConfig(id="incident", threshold=3, terms={"en": ("shots^5",)})]
    rules = Rulebook([RuleConfig(id="r", terms={"en": ("border",)}, when='@incident and "border"')], scored)

    assert rules.explain("Shots on the border.", ORIGIN).reasons == ("r: “border” (score of incident: 5, wanted: 3)",)


def test_a_category_with_a_weight_counts_once() -> None:
    assert why("Soldiers and servicemen.", terms={"any": ("@forces^2",)}, threshold=3) == "r: “Soldiers” +2: 2 of 3"
    assert found("Soldiers and servicemen.", terms={"any": ("@forces",)}, threshold=2) == ["Soldiers", "servicemen"]


def test_a_category_with_a_weight_counts_once_whatever_it_is_made_of() -> None:
    categories = [
        *CATEGORIES,
        CategoryConfig(id="all", terms={"any": ("@forces", "@hurt^5", "calm^-3")}),
    ]
    rule = RuleConfig(id="r", terms={"any": ("@all^2",)}, threshold=4)
    book = Rulebook([rule, RuleConfig(id="one", terms={"any": ("@all^2",)}, threshold=2)], categories)

    assert book.explain("Soldiers were wounded.", ORIGIN).rules == ("one",)
    assert not book.explain("All is calm.", ORIGIN).alert  # what speaks against a category is none of it


def test_of_terms_that_share_words_the_longest_counts_whatever_they_begin_with() -> None:
    for near in ("@forces NEAR/5 wounded", "soldier NEAR/5 wounded"):
        assert "+1: 1 of 2" in why("Soldiers were wounded.", terms={"en": (near, "wounded")}, threshold=2)


def test_what_weighs_against_does_so_as_far_as_its_category_reaches() -> None:
    categories = [*CATEGORIES, CategoryConfig(id="memory", terms={"en": ("anniversary",)}, reach="title")]
    book = Rulebook(
        [RuleConfig(id="r", terms={"en": ("shell^2",), "any": ("@memory^-2", "@exercises^-1")})], categories
    )

    def alerts(text: str) -> bool:
        return book.explain(text, ORIGIN).alert

    assert alerts("The village was shelled. The anniversary was marked.")
    assert alerts("The anniversary was marked. The village was shelled.")
    assert not alerts("The village was shelled on the anniversary.")
    assert not alerts("An anniversary\n\nThe village was shelled in those days.")
    assert alerts("The village was shelled. An exercise was held.")


def test_what_weighs_against_is_shown_as_a_guard() -> None:
    verdict = book(terms={"any": ("@forces^3", "@exercises^-1")}, threshold=2).explain(
        "Soldiers at an exercise.", ORIGIN
    )

    assert [match.words for match in verdict.matches] == ["Soldiers"]
    assert verdict.guards == (Guard(guard="exercises", field="text", start=15, end=23, words="exercise"),)
