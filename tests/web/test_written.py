from __future__ import annotations

from typing import get_args

from monitor.rules import CategoryConfig, RuleConfig, WindowConfig
from monitor.rules.rule import Reach
from monitor.rules.window import CountedConfig
from monitor.web.written import Written, by_language
from tests.web.memory import RULES


def facts(written: Written, wanted: str) -> dict[str, str]:
    return dict(written.facts(next(one for one in written.all() if one.id == wanted)))


def test_everything_that_may_ring_is_listed() -> None:
    assert [(one.kind, one.id, one.topic, one.enabled) for one in RULES.all()] == [
        ("rule", "casualties", "losses", True),
        ("rule", "border", "border", False),
        ("window", "many-speak", "many-speak", True),
    ]
    assert RULES.ids() == {"casualties", "border", "many-speak"}
    assert list(Written().all()) == []


def test_a_rule_tells_its_terms_its_categories_and_what_cancels() -> None:
    assert facts(RULES, "casualties") == {
        "Its terms": "3 (en 2, ru 1)",
        "Categories": "@fire, 3 (en 1, hy 2)",
        "Cancelled by": "1 (en 1) · @exercises, 1 (en 1)",
        "That reaches": "its own sentence; from the title, the whole text",
    }
    assert facts(RULES, "border") == {"Its terms": "1 (en 1)", "Only parties": "AM"}


def test_a_rule_with_a_condition_tells_what_it_asks_for() -> None:
    rule = RuleConfig(
        id="near",
        terms={"en": ("clash^2", "dispute", "@fire NEAR/5 border")},
        threshold=3,
        when="@fire and within:40km:goris and not place:georgia",
        sources=("am-mod",),
        official=True,
        must_alert=("Clash.",),
    )

    assert facts(Written((rule,), (CategoryConfig(id="fire", terms={"en": ("shelling",)}),)), "near") == {
        "Fires when": "@fire and within:40km:goris and not place:georgia",
        "Threshold": "the weights add up to 3",
        "Its terms": "3 (en 3)",
        "Categories": "@fire, 1 (en 1)",
        "Places": "goris · georgia",
        "Only sources": "am-mod, official",
        "Examples": "1 must alert, 0 must not",
    }


def test_a_window_tells_when_it_rings() -> None:
    counted = CountedConfig(topics=("border",), official=True)
    window = WindowConfig(id="more", over=21_600, at_least=5, times=3, posts=counted)

    assert facts(RULES, "many-speak") == {"Rings at": "3 sources within 1 h", "Counted apart": "for each place"}
    assert facts(Written(windows=(window,)), "more") == {
        "Rings at": "5 posts within 6 h and 3 times the usual number",
        "Topics": "border",
        "Only sources": "official",
    }


def test_a_category_alone_is_no_term() -> None:
    assert by_language({"en": ("@fire", "@fire^2", "a|b", "@fire NEAR/3 post"), "ru": ()}) == "2 (en 2)"
    assert by_language({"en": ("@fire",)}) == ""


def test_every_reach_has_its_words() -> None:
    for reach in get_args(Reach):
        rule = RuleConfig(id="r", terms={"en": ("fire",)}, unless={"en": ("drill",)}, reach=reach)
        assert len(facts(Written((rule,)), "r")["That reaches"]) > len("paragraph")
