"""Names in all their forms; and never where a word only looks like one."""

from __future__ import annotations

import pytest

from tests.rules.gazetteer.shipped import mentions, places
from tests.rules.gazetteer.spellings import SPELLINGS


@pytest.mark.parametrize(("place", "name"), SPELLINGS)
def test_a_place_is_found_by_every_name_in_every_form(place: str, name: str) -> None:
    assert places(f"2021-11-16: {name}.") == [place]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("Fire near Verin Shorzha.", "verin-shorzha"),
        ("Yuxarı Şorcanın yaxınlığında", "verin-shorzha"),
        ("у Верин Шоржи", "verin-shorzha"),
        ("Վերին Շորժայի մոտ", "verin-shorzha"),
        ("at Sev Lich", "sev-lich"),
        ("Սև լճի հատվածում", "sev-lich"),
        ("у озера Сев", "sev-lich"),
        ("на Чёрном озере у границы", "sev-lich"),
        ("The Goris-Kapan road is closed", "goris-kapan-road"),
        ("Գորիս-Կապան ճանապարհին", "goris-kapan-road"),
        ("в Лачинском коридоре", "lachin-corridor"),
        ("Laçın dəhlizində", "lachin-corridor"),
        ("Nagorno-Karabakh", "karabakh"),
        ("в Нагорном Карабахе", "karabakh"),
        ("Şərqi Zəngəzurda", "east-zangezur"),
        ("в Вайоц-Дзоре", "vayots-dzor"),
    ],
)
def test_the_longest_name_is_meant(text: str, place: str) -> None:
    assert places(text) == [place]


def test_all_mentions_come_in_order_the_title_first() -> None:
    found = mentions("In Goris, then in Kapan.", title="Sotk")
    assert [(one.field, one.place, one.words) for one in found] == [
        ("title", "sotk", "Sotk"),
        ("text", "goris", "Goris"),
        ("text", "kapan", "Kapan"),
    ]
    assert found[1].at == (39.5111, 46.3417)
    assert found[1].name == "Goris"


# --- What only looks like a name ---


@pytest.mark.parametrize(
    "text",
    [
        "Boris spoke in Japan.",
        "He drank a Martini in the village.",
        "Görüş keçirilib, görüşdə iştirak ediblər.",  # a meeting, which is folded as Gorus is
        "GÖRÜŞ",
        "gorush, gorus",
        "vardenis, pavardenis",
        "Vardas: vardenis",
        "Susan spoke near the border.",
        "Шушан Степанян написала в направлении границы.",
        "Shushan Stepanyan spoke of the border.",
        "Armenian and Azerbaijani officers, a Georgian and a Karabakhi.",
        "Тех, кто погиб на границе, помнят.",
        "Տեղի է ունեցել կրակոց սահմանին։",  # took place
        "Տեղում կան զոհեր սահմանին։",
        "Serviceman Vahan Petrosyan was killed at the border.",
        "Kut is a word.",
        "They had a berd.",
        "Ganja was seized.",
        "General Zod attacked.",
        "Sınırda Karakollarımız, Askerin silahı.",  # outposts, of the soldier; one letter from Karagöl and Askeran
        "Sərhəddə Əsgərin silahı.",
        "On the border a Signal was heard.",
        "turkey and goose",
    ],
)
def test_false_friends_are_no_places(text: str) -> None:
    assert places(text) == []
