"""The verdict: what fires, why, and why not."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.model import Post
from monitor.rules import Rulebook, RuleConfig, fold
from tests.rules.asked import ORIGIN


def rule(name: str = "border", **fields: Any) -> RuleConfig:
    return RuleConfig(**{"id": name, "terms": {"any": ("border",)}, **fields})


def post(text: str = "", title: str = "") -> Post:
    return Post(key="mod:1", source="mod", kind="rss", native_id="1", title=title, text=text)


def words(rules: list[RuleConfig], text: str) -> list[str]:
    return [match.words for match in Rulebook(rules).explain(text, ORIGIN).matches]


def test_one_verdict_for_all_rules() -> None:
    rules = [
        rule("b", topic="border", severity="low", to=("desk", "mail")),
        rule("a", terms={"en": ("killed",)}, severity="high", to=("mail", "slack")),
        rule("quiet", terms={"en": ("weather",)}, severity="critical", to=("other",)),
    ]
    verdict = Rulebook(rules).judge(post("Two were killed at the border.", title="On the border"), ORIGIN)
    assert verdict.alert
    assert verdict.severity == "high"
    assert verdict.rules == ("a", "b")  # the severest first
    assert verdict.topics == ("a", "border")
    assert verdict.to == ("mail", "slack", "desk")
    assert verdict.language == "en"
    assert [(m.rule, m.field, m.start, m.end, m.words) for m in verdict.matches] == [
        ("b", "title", 7, 13, "border"),
        ("a", "text", 9, 15, "killed"),
        ("b", "text", 23, 29, "border"),
    ]
    assert verdict.reasons == ("a: “killed”", "b: “border” (title), “border”")


def test_a_day_of_the_week_is_no_number_but_a_spelled_toll_is() -> None:
    book = Rulebook([rule("a", terms={"en": ("wounded",), "ru": ("ранен*",)})])

    def matters(before: str, after: str) -> str | None:
        return book.update_matters(post(before), post(after), ORIGIN)

    assert matters("A soldier was wounded Monday.", "A soldier was wounded on Monday.") is None
    assert matters("Ранены восьмерых солдат.", "Ранены девятерых солдат.")


def test_silence_says_why_rule_by_rule() -> None:
    rules = [
        rule("none", terms={"en": ("weather",)}),
        rule("holiday", unless={"en": ("anniversar*",)}),
        rule("party", parties=("AZ",)),
        rule("source", sources=("other", "third")),
        rule("official", official=False),
        rule("off", enabled=False),
    ]
    verdict = Rulebook(rules).explain("The border troops marked an anniversary.", ORIGIN)
    assert not verdict.alert
    assert verdict.matches == ()
    assert verdict.reasons == (
        "none: no term found",
        "holiday: “border” is cancelled by “anniversary” in the same sentence",
        "party: only for party AZ, this is AM",
        "source: only for sources other, third, this is mod",
        "official: only for unofficial sources, this one is official",
        "off: switched off",
    )


def test_filters_let_the_right_source_through() -> None:
    rules = [rule(parties=("AM",), sources=("mod",), official=True)]
    assert Rulebook(rules).explain("border", ORIGIN).alert


def test_a_house_without_rules_is_silent_and_says_so() -> None:
    assert Rulebook([]).explain("border", ORIGIN).reasons == ("there is no rule",)


@pytest.mark.parametrize(
    ("term", "text", "found"),
    [
        ("border", "BORDER, borders, cross-border", ["BORDER", "border"]),
        ("wound*", "wound wounded unwounded", ["wound", "wounded"]),
        ("попал* в плен", "Шестеро попали в\n ПЛЕН; попал в бой", []),
        ("попал* в плен", "Шестеро попали «в» ПЛЕН; попал в бой", ["попали «в» ПЛЕН"]),
        ("cease-fire", "a cease fire, a cease-fire, a ceasefire", ["cease fire", "cease-fire"]),
        ("killed in action", "He was killed. In action since May.", []),
        ("Laçın", "LAÇIN’dakı yol", ["LAÇIN"]),
        ("կրակ", "Կրա՞կ է բացվել", ["Կրա՞կ"]),
        ("крах", "кра\u200bх", ["кра\u200bх"]),
        ("positions", "pоsitions", ["pоsitions"]),
        ("և", "ԵՎ", ["ԵՎ"]),
    ],
)
def test_terms(term: str, text: str, found: list[str]) -> None:
    assert words([rule(terms={"any": (term,)})], text) == found


def test_of_overlapping_terms_the_longest_stays() -> None:
    rules = [rule(terms={"any": ("fatal*", "fatal gunshot wound*", "wound*")})]
    assert words(rules, "a fatal gunshot wound, another wound") == ["fatal gunshot wound", "wound"]


REACHES = [  # the words that stand where contexts reach `sentence`, `title`, `onward`
    ("", "An anniversary was marked. Shots fell on the border.", [True, True, False]),
    ("", "An anniversary on the border. Shots fell on the border.", [True, True, True]),
    ("", "Shots fell on the border. An anniversary was marked.", [True, True, True]),
    ("", "An anniversary was marked.\n\nShots fell on the border.", [True, True, True]),
    ("", "An anniversary was marked. It rained. Shots fell on the border.", [True, True, True]),
    ("Anniversary", "It rained. Shots fell on the border.", [True, False, False]),
    ("Shots on the border", "An anniversary was marked.", [True, True, True]),
    ("Anniversary of the border troops", "Shots fell on the border.", [True, True, True]),
    ("Shelled on an anniversary", "Shots fell on the border.", [True, True, True]),  # a term of another rule
]


@pytest.mark.parametrize(("title", "text", "rings"), REACHES)
def test_how_far_a_context_reaches(title: str, text: str, rings: list[bool]) -> None:
    other = rule("other", terms={"en": ("shelled",)}, unless={"en": ("anniversary",)})

    def ring(reach: str) -> bool:
        rules = [rule(unless={"en": ("anniversary",)}, reach=reach), other]
        return Rulebook(rules).judge(post(text, title=title), ORIGIN).alert

    assert [ring(reach) for reach in ("sentence", "title", "onward")] == rings


def test_silence_says_where_the_context_stood() -> None:
    unless = {"en": ("anniversary",)}
    book = Rulebook([rule("title", unless=unless), rule("before", unless=unless, reach="onward")])
    verdict = book.judge(post("An anniversary was marked. Songs of the border.", title="Anniversary"), ORIGIN)
    assert verdict.reasons == (
        "title: “border” is cancelled by “Anniversary” in the title",
        "before: “border” is cancelled by “anniversary” in the sentence before",
    )


def test_a_context_that_touches_a_term_cancels_that_term_only() -> None:
    rules = [rule(terms={"en": ("casualties", "wounded")}, unless={"en": ("no casualties",)})]
    assert words(rules, "No casualties, two wounded, enemy casualties unknown.") == ["wounded"]


def test_a_term_of_one_language_is_not_found_in_a_sentence_of_another() -> None:
    rules = [rule(terms={"tr": ("can",)})]
    assert words(rules, "The ministry said that it can not confirm the report of the attack.") == []
    assert words(rules, "Savunma Bakanlığı bir can kaybı olduğunu bildirdi.") == ["can"]
    assert words(rules, "can") == ["can"]
    both = "The ministry said that it can not say. Savunma Bakanlığı bir can kaybı olduğunu bildirdi."
    assert words(rules, both)[-1:] == ["can"]


def test_azerbaijani_and_turkish_terms_serve_both() -> None:
    assert words([rule(terms={"az": ("provokasiya*", "yaralandı")})], "Üç asker yaralandı ve durum ciddi.") == [
        "yaralandı"
    ]


UPDATES = [
    ("One killed at the border.", "One killed, at the border!", None),
    ("One killed at the border.", "At the border, 1 was killed.", None),
    ("Two killed at the border.", "Three killed at the border.", "new numbers: 3; numbers gone: 2"),
    ("Двое у border.", "Четверо у border.", "new numbers: 4; numbers gone: 2"),
    ("25,000 at the border", "25 000 at the border", None),
    ("At 14:30 on the border.", "At 14:40 on the border.", None),
    ("The border.", "The border. Killed: many.", "it now speaks of losses; new words: “Killed”"),
    ("The border; killed.", "The border.", "it no longer speaks of losses; words gone: “killed”"),
    ("Quiet, 3 cats.", "Quiet, 4 cats.", None),
]


@pytest.mark.parametrize(("before", "after", "said"), UPDATES)
def test_updates(before: str, after: str, said: str | None) -> None:
    book = Rulebook([rule(), rule("losses", terms={"en": ("killed",)})])
    assert book.update_matters(post(before), post(after), ORIGIN) == said


def test_a_cancelled_term_is_news_when_it_stops_being_cancelled() -> None:
    book = Rulebook([rule(unless={"en": ("quiet",)})])
    assert book.update_matters(post("The border is quiet."), post("The border is not."), ORIGIN) == (
        "it now speaks of border; new words: “border”; how words are meant, gone: “quiet”"
    )


RULES = [
    rule("border", terms={"any": ("border", "границ*", "sınır", "սահման*")}, unless={"any": ("day", "no border")}),
    rule("loss", terms={"en": ("killed", "kill*", "killed at the border"), "hy": ("զոհ*",), "ru": ("погиб* в бою",)}),
    rule("one", terms={"any": ("killed", "border")}, parties=("AM",)),
]
PIECES = [
    "border",
    "BORDER",
    "no ",
    "killed",
    " at the ",
    "day",
    ". ",
    "\n",
    "граница",
    "погиб",
    " в бою",
    "զոհվել",
    "՞",
    "։",
    "\u200b",
    " ",
]
patient = settings(deadline=None)  # to compile rules takes its time on a busy machine
texts = st.text() | st.lists(st.sampled_from(PIECES)).map("".join)


@patient
@given(texts, texts)
def test_matches_are_slices_of_the_original_in_order(title: str, text: str) -> None:
    verdict = Rulebook(RULES).judge(post(text, title=title), ORIGIN)
    fields = {"title": title, "text": text}
    assert all(fields[match.field][match.start : match.end] == match.words for match in verdict.matches)
    assert all(fold.words(match.words) for match in verdict.matches)
    order = [(match.field != "title", match.start) for match in verdict.matches]
    assert order == sorted(order)
    assert verdict.alert == bool(verdict.matches) == bool(verdict.rules)
    assert verdict.reasons


@patient
@given(texts, st.permutations(RULES))
def test_the_order_of_rules_changes_neither_matches_nor_topics(text: str, rules: list[RuleConfig]) -> None:
    one, other = Rulebook(RULES).explain(text, ORIGIN), Rulebook(rules).explain(text, ORIGIN)
    assert (one.matches, one.topics, set(one.rules)) == (other.matches, other.topics, set(other.rules))


@patient
@given(texts)
def test_capitals_change_nothing(text: str) -> None:
    book = Rulebook([rule(terms={"any": ("border", "killed", "границ*", "զոհ*")})])
    if text.upper().lower() == text.lower():
        assert len(book.explain(text, ORIGIN).matches) == len(book.explain(text.upper(), ORIGIN).matches)
