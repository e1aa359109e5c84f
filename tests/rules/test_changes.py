from __future__ import annotations

import pytest

from monitor.rules import CategoryConfig, Rulebook, RuleConfig
from monitor.rules.gazetteer import PlaceConfig
from tests.make import origin, post

BOOK = Rulebook(
    [
        RuleConfig(
            id="casualties",
            to=("desk",),
            terms={"en": ("wounded", "killed")},
            unless={"en": ("@denial",)},
            reach="sentence",
        ),
        RuleConfig(id="border", to=("desk",), terms={"en": ("border",)}),
    ],
    [CategoryConfig(id="denial", guard=True, terms={"en": ("does not correspond to reality", "no")})],
    [
        PlaceConfig(id="armenia", kind="country", country="AM", names={"en": ("Armenia",)}),
        PlaceConfig(id="goris", kind="town", country="AM", within="armenia", names={"en": ("Goris",)}),
        PlaceConfig(id="sotk", kind="village", country="AM", within="armenia", names={"en": ("Sotk",)}),
    ],
)  # fmt: skip
SAID = (
    "At the border of Armenia, near Goris, 4 servicemen were wounded.\n\n"
    "The ministry follows the situation.\n\n"
    "Photo: press service, 2021"
)


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        (SAID, ("4",)),
        ("As of 14:00 seven servicemen were wounded. On 16 November 300 people came to a concert.", ("7",)),
        ("Killed: 1.\nWounded: 12, of 25 000.", ("1", "12", "25000")),
        ("Nobody came to the border.", ()),
        ("Lt. Col. A. Petrosyan was wounded, as were 4 others of Brig. 5. It was 300 km away.", ("4", "5")),
        ("Սահմանին՝ border, վիրավորվել է 4 զինծառայող: Համերգին եկել է 300 մարդ:", ("4",)),
    ],
)
def test_the_figures_of_sentences_that_fired(text: str, figures: tuple[str, ...]) -> None:
    assert BOOK.judge(post(text=text), origin()).figures == figures


def matters(after: str, before: str = SAID) -> str | None:
    return BOOK.update_matters(post(text=before), post(text=after), origin())


@pytest.mark.parametrize(
    ("after", "why"),
    [
        (SAID.replace("4", "7"), "new numbers: 7; numbers gone: 4"),
        (SAID.replace("4", "seven"), "new numbers: 7; numbers gone: 4"),
        (SAID.replace("wounded", "wounded, one of them killed"), "new words: “killed”"),
        (SAID.replace("near Goris", "near Sotk"), "new places: Sotk; places gone: Goris"),
        (SAID.replace(", near Goris,", ""), "places gone: Goris"),
        (f"{SAID}\n\nThe report of losses does not correspond to reality.", "denial “does not correspond to reality”"),
        (SAID.replace("4 servicemen were wounded", "the situation is calm"), "it no longer speaks of casualties"),
    ],
    ids=["figure", "figure in words", "term", "place", "place gone", "denial", "topic gone"],
)
def test_what_matters(after: str, why: str) -> None:
    assert why in (matters(after) or "nothing")
    assert matters(SAID, after) is not None


@pytest.mark.parametrize("mark", ["CORRECTION. ", "Уточнение: ", "Ուղղում. ", "DÜZƏLİŞ: ", "Düzeltme: "])
def test_a_correction_that_calls_itself_one_matters_and_once(mark: str) -> None:
    assert matters(mark + SAID) == "it calls itself a correction"
    assert matters(mark + SAID, mark + SAID.replace("servicemen", "servicmen")) is None


@pytest.mark.parametrize(
    "after",
    [
        SAID.replace(", near Goris,", " near Goris"),
        SAID.replace("servicemen", "servicmen"),
        SAID.replace("follows the situation", "keeps following what goes on"),
        SAID.replace("press service", "A. Hakobyan"),
        SAID.replace("of Armenia", "of the Republic"),
        f"{SAID}\n\nUpdated: 16.11.2021 15:30",
        f"{SAID}\n\nViews: 1234",
        f"{SAID}\n\nAdvertisement: shoes for 99",
        f"{SAID}\n\nhttps://example.org/story/77",
        f"(version 2) {SAID}",
        "\n\n".join(reversed(SAID.split("\n\n"))),
    ],
    ids=[
        "comma", "typo", "wording", "credit", "country", "stamp", "counter", "advertisement", "link", "mark", "order",
    ],
)  # fmt: skip
def test_what_does_not(after: str) -> None:
    assert matters(after) is None
    assert matters(SAID, after) is None


def test_versions_that_have_been_judged_are_not_judged_again() -> None:
    before, after = post(text=SAID), post(text=SAID.replace("4", "7"))
    was, now = BOOK.judge(before, origin()), BOOK.judge(after, origin())

    assert Rulebook.matters(was, now, before, after) == matters(after.text) == "new numbers: 7; numbers gone: 4"
    assert Rulebook.matters(was, was, before, before) is None
