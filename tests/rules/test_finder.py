"""Categories, words near each other, expressions: what is found, and where, and in which time."""

from __future__ import annotations

import time

import pytest

from monitor.rules import CategoryConfig, Rulebook, RuleConfig
from tests.rules.asked import ORIGIN, book, found


def test_a_category_is_every_term_of_it() -> None:
    assert found("Servicemen came. Солдаты пришли.", terms={"any": ("@forces",)}) == ["Servicemen", "Солдаты"]


def test_a_category_may_hold_another() -> None:
    assert found("Two soldiers were badly wounded.", terms={"any": ("@losses",)}) == ["soldiers were badly wounded"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("A soldier was killed.", ["soldier was killed"]),
        ("Killed were two servicemen.", ["Killed were two servicemen"]),
        ("A soldier came. Nobody was killed.", []),
        ("A soldier who came from a far and lonely village was killed.", []),
        ("Погиб солдат.", ["Погиб солдат"]),
    ],
)
def test_near_is_within_so_many_words_of_one_sentence(text: str, words: list[str]) -> None:
    assert found(text, terms={"any": ("@forces NEAR/5 @hurt",)}) == words


def test_before_is_near_in_one_order() -> None:
    terms = {"en": ("no BEFORE/3 soldier",)}

    assert found("There are no wounded soldiers.", terms=terms) == ["no wounded soldiers"]
    assert found("Soldiers have no fear.", terms=terms) == []


def test_three_may_stand_near_each_other() -> None:
    terms = {"en": ("soldier NEAR/3 killed NEAR/3 Goris",)}

    assert found("A soldier was killed near Goris.", terms=terms) == ["soldier was killed near Goris"]
    assert found("A soldier was killed.", terms=terms) == []


def test_near_finds_the_nearest_among_many_that_share_words() -> None:
    category = CategoryConfig(
        id="x", terms={"en": ("fire", "=fire", "fire at", "gun", "big gun fired now"), "any": ("fire", "fir*")}
    )

    def words(term: str, text: str) -> list[str]:
        book = Rulebook([RuleConfig(id="r", terms={"en": (term,)})], [category])
        return [match.words for match in book.explain(text, ORIGIN).matches]

    assert words("fire NEAR/1 @x", "They fire guns.") == ["fire guns"]
    assert words("now NEAR/3 @x", "A gun, firing now.") == ["firing now"]
    assert words("boom NEAR/2 @x", "A big gun fired now with boom.") == ["big gun fired now with boom"]


def test_an_expression_may_stand_near_words_and_keeps_to_its_language() -> None:
    assert found("A БМ-21 opened fire.", terms={"any": (r"/[BБ][MМ]-\d+/ NEAR/3 fire",)}) == ["БМ-21 opened fire"]
    assert found("The ministry said that it can not say.", terms={"tr": ("/can/",)}) == []
    assert found("Savunma Bakanlığı bir can kaybı olduğunu bildirdi.", terms={"tr": ("/can/",)}) == ["can"]


def test_an_expression_finds_the_words_it_touches() -> None:
    text = "A volley of БМ-21s and BM-21 hit it."

    assert found(text, terms={"any": (r"/[BБ][MМ]-\d+/",)}) == ["БМ-21s", "BM-21"]


@pytest.mark.parametrize(
    "text",
    ["Breaking! Two killed\n\nIt rained.", "\n\nTwo killed\n\nIt rained.", "Two killed\r\n\r\nIt rained."],
)
def test_the_whole_first_line_serves_as_title(text: str) -> None:
    assert found(text, terms={"en": ("title:killed",)}) == ["killed"]
    assert found(text, terms={"en": ("title:rain",)}) == []


PIECES = [
    "exercise killed ",
    "killed. exercise. ",
    "Goris killed ",
    "soldier ",
    "killed ",
    "exercise ",
    "allegedly ",
    "1 ",
    "soldier killed. ",
    "exercise\n",
    "Goris ",
    "а́" * 20,
]


@pytest.mark.parametrize("piece", PIECES)
def test_time_grows_with_the_text_alone(piece: str) -> None:
    """Ten times the text takes about ten times the time: with anything quadratic in it, a hundred times."""
    rules = book(
        terms={"any": ("@forces NEAR/5 @hurt", "@hurt", "@exercises^-1", "# soldier", "/(a|aa)+$/", "/a(.*b)?/")},
        unless={"any": ("@exercises",)},
        when="@hurt and within:40km:goris or not @denial",
    )

    def spent(times: int) -> float:
        text = piece * times
        began = time.process_time()
        rules.explain(text, ORIGIN)
        return time.process_time() - began

    spent(10)
    short = min(spent(500) for _ in range(3))
    assert min(spent(5_000) for _ in range(2)) < 35 * max(short, 0.0005)
