"""What a text says in any language is read alike in all of them."""

from __future__ import annotations

import pytest

from monitor.dedup.anchors import Anchors, anchors
from tests.make import NOON, post


def read(text: str, title: str = "") -> Anchors:
    return anchors(post(title=title, text=text, published=NOON))


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("25,000 shells, 25 000 снарядов, 25.000 mermi", ("25000", "25000", "25000")),
        ("2.5 tonnes, 2,5 тонны", ("2.5", "2.5")),
        ("seven soldiers, семеро солдат, յոթ զինծառայող, yeddi əsgər, yedi asker, sept soldats", ("7",) * 6),
        ("twenty-five wounded, двадцать пять раненых", ("25", "25")),
        ("on iki asker, on Tuesday", ("12",)),
        ("fifteen dead, пятнадцать погибших", ("15", "15")),
        ("three and a half kilometres, три с половиной километра", ("3.5", "3.5")),
        ("one of them, один из них", ()),
        ("in 2021, в 1994 году", ("1994",)),  # the year of publication goes without saying
        ("007", ("7",)),
        ("❶ Two wounded. ❷ Five wounded. ፩", ("2", "5")),  # what numbers a list is no figure
    ],
)
def test_numbers(text: str, numbers: tuple[str, ...]) -> None:
    assert read(text).numbers == numbers


@pytest.mark.parametrize("text", ["at 16:05", "в 16.05", "à 16h05", "ժամը 16։05-ին", "at 4.05 p.m.", "saat 16:05'te"])
def test_clocks(text: str) -> None:
    said = read(text)

    assert said.clocks == ("16.05",)
    assert said.numbers == ()


@pytest.mark.parametrize(
    "text",
    ["on October 27", "27 октября", "27-го октября", "հոկտեմբերի 27-ին", "27 Ekim'de", "oktyabrın 27-si", "27.10.2021"],
)
def test_days(text: str) -> None:
    said = read(text)

    assert said.dates == {"m10-27"}
    assert said.numbers == ()


def test_the_day_of_publication_goes_without_saying() -> None:
    assert read("On 16 November, and on November 15.").dates == frozenset()
    assert read("On 14 November.").dates == {"m11-14"}


def test_names_are_words_with_a_capital_but_no_offices_and_no_beginnings() -> None:
    said = read("Yesterday Foreign Minister Ararat Mirzoyan met Toivo Klaar of the EU. Nobody else came.")

    assert said.names == {("RRT",), ("MRSN",), ("TV",), ("KLR",)}
    assert read("МИНИСТР ВСТРЕТИЛСЯ С КЛААРОМ").names == frozenset()
    assert read("Полковник Петросян").names == {("PTRSN",)}
    assert read("ՊՆ պետ Պետրոսյանը").names == {("PTRSN",)}


def test_known_places_are_no_names() -> None:
    said = post(title="", text="Fire near Sotk and Kut.", published=NOON)

    assert anchors(said).names == {("STK",), ("KT",)}
    assert anchors(said, frozenset({"Sotk"})).names == {("KT",)}


def test_words_of_weight_are_those_of_all_languages() -> None:
    all_ = [
        read(text).states
        for text in ("two were wounded by shelling", "двое ранены при обстреле", "atəşə tutulub, iki nəfər yaralanıb")
    ]

    assert [set(states) for states in all_] == [{"wounded", "fire"}] * 3


def test_a_title_is_read_for_its_figures_and_where_there_is_no_text() -> None:
    assert read("As of now.", "As of 14:00, 7 wounded").title == ("7", "14.00")
    assert read("", "Seven wounded").numbers == ("7",)
