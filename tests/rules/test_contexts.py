"""Contexts and guards: how far each cancels, and how it is shown."""

from __future__ import annotations

from monitor.model import Guard, Origin
from monitor.rules import CategoryConfig, Rulebook, RuleConfig
from tests.rules.asked import ORIGIN, book, found, why


def test_a_context_with_a_reach_of_its_own_cancels_the_rest_of_its_paragraph() -> None:
    rule = {"terms": {"any": ("@hurt",)}, "unless": {"any": ("@exercises",)}}

    assert why("An exercise was held. Ten were wounded. One was killed.", **rule) == (
        "r: “wounded” is cancelled by “exercise” (exercises) in the sentence before"
    )
    assert found("An exercise was held.\n\nTen were wounded.", **rule) == ["wounded"]
    assert found("Ten were wounded. Then an exercise was held.", **rule) == ["wounded"]
    assert "in its paragraph" in why("An exercise was held. It rained. Ten were wounded.", **rule)


def test_each_context_of_a_sentence_reaches_as_far_as_it_may() -> None:
    rule = {"terms": {"any": ("@hurt",)}, "unless": {"en": ("anniversary",), "any": ("@exercises",)}}

    assert "“exercise”" in why("The anniversary exercise was held. Ten were wounded.", **rule)


def test_a_first_line_serves_as_title() -> None:
    rule = {"terms": {"any": ("@hurt",)}, "unless": {"en": ("film",)}}

    assert "in the title" in why("A new film\n\nTwo are wounded. It is sad.", **rule)
    assert found("A new film.\n\nTwo are wounded. It is sad.", **rule) == ["wounded"]


def test_a_category_made_of_others_keeps_its_parties_and_a_guard_its_name() -> None:
    categories = [
        CategoryConfig(id="inner", terms={"en": ("allegedly",)}),
        CategoryConfig(id="outer", terms={"any": ("@inner",)}, parties=("AZ",), guard=True),
    ]
    for term in ("@outer", "@outer NEAR/3 wounded"):
        book = Rulebook([RuleConfig(id="r", terms={"en": (term,)})], categories)
        assert not book.explain("Allegedly wounded.", ORIGIN).alert
        verdict = book.explain("Allegedly wounded.", Origin(id="x", kind="rss", name="x", party="AZ"))
        assert verdict.alert
        assert [guard.guard for guard in verdict.guards] == ["outer"]


def test_guards_are_shown_wherever_they_stand_and_for_the_parties_they_are_for() -> None:
    verdict = book(terms={"any": ("@hurt",)}).explain("It is disinformation. Allegedly ten were wounded.", ORIGIN)

    assert verdict.alert
    assert [(guard.guard, guard.words) for guard in verdict.guards] == [("denial", "disinformation")]
    other = Origin(id="x", kind="rss", name="x", party="AZ")
    guards = book(terms={"any": ("@hurt",)}).explain("Allegedly ten were wounded.", other).guards
    assert [guard.guard for guard in guards] == ["rumour"]


def test_a_guard_says_what_it_cancels() -> None:
    rule = {"terms": {"en": ("casualties",)}, "unless": {"any": ("@denial",), "en": ("no casualties",)}}
    verdict = book(**rule).explain("No casualties.", ORIGIN)

    assert verdict.guards == (
        Guard(guard="unless", field="text", start=0, end=13, words="No casualties", cancels=("casualties",)),
    )


def test_a_post_in_several_languages_says_so() -> None:
    text = "The soldiers of the army have been wounded. Наши солдаты были ранены вчера вечером у границы."

    assert book(terms={"any": ("@hurt",)}).explain(text, ORIGIN).languages == ("en", "ru")
