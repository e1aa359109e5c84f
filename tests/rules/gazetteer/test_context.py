"""Which place is meant where a name is borne by several, or is a common word too."""

from __future__ import annotations

import pytest

from tests.rules.gazetteer.shipped import mentions, places


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Fire in the direction of Berd.", ["berd"]),
        ("Fire near Berd.", ["berd"]),
        ("the villages of Kut, Tegh and Norabak", ["kut", "tegh", "norabak"]),
        ("from Sotk to Kut", ["sotk", "kut"]),
        ("Նա Տեղ գյուղում է։", ["tegh"]),
        ("Տեղ գյուղում կրակ է բացվել։", ["tegh"]),
        ("В селе Тех Горисского района", ["tegh", "goris"]),
        ("in the town of Vedi", ["vedi"]),
        ("Zod yaxınlığında", ["sotk"]),
        ("to Akna and Stepanakert", ["aghdam", "stepanakert"]),
    ],
)
def test_a_common_word_is_a_place_beside_one(text: str, found: list[str]) -> None:
    assert places(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Martuni and Hadrut were shelled.", ["martuni-karabakh", "hadrut"]),
        ("Martuni, Gegharkunik", ["martuni", "gegharkunik"]),
        ("Martuni, Armenia", ["martuni", "armenia"]),
        ("Fire near Martuni. It lies in Gegharkunik. Martuni is calm.", ["martuni", "gegharkunik", "martuni"]),
        ("Мартуни и Аскеран", ["martuni-karabakh", "askeran"]),
        ("İstisu və Basarkeçər istiqamətində", ["jermuk", "vardenis"]),
        ("Kəlbəcərin İstisu kəndində", ["kalbajar", "istisu"]),
        ("Agarak, Meghri", ["agarak-meghri", "meghri"]),
        ("the village of Agarak near Kapan", ["agarak-kapan", "kapan"]),
        ("Ağdam və Xocavənd rayonlarında", ["aghdam", "martuni-karabakh"]),
        ("Tovuz rayonunun Ağdam kəndi", ["tovuz", "aghdam-tovuz"]),
        ("Aghdam", ["aghdam"]),
        ("Vardenis", ["vardenis"]),
        ("the village of Vardenis in Aragatsotn", ["vardenis-aragatsotn", "aragatsotn"]),
        ("Shorzha and Artanish", ["shorzha-sevan", "artanish"]),  # the community of Chambarak is around both
        ("The tank stood on Ishkhanasar.", ["ishkhanasar"]),
        ("the village of Ishkhanasar near Sisian", ["ishkhanasar-village", "sisian"]),
        ("в селе Йухары Шорджа Варденисского района", ["verin-shorzha", "vardenis"]),
    ],
)
def test_the_words_around_decide(text: str, found: list[str]) -> None:
    assert places(text) == found


@pytest.mark.parametrize(
    ("text", "candidates", "name"),
    [
        ("Martuni was shelled.", ("martuni", "martuni-karabakh"), "Martuni"),
        ("Azerbaijan shelled Martuni.", ("martuni", "martuni-karabakh"), "Martuni"),  # an actor, not a place
        ("Fire in Martuni. Goris. Baku.", ("martuni", "martuni-karabakh"), "Martuni"),  # as much for one as the other
        ("Agarak", ("agarak-kapan", "agarak-meghri"), "Agarak"),
        ("Shorzha", ("nerkin-shorzha", "shorzha-sevan", "verin-shorzha"), "Nerkin Shorzha / Shorzha / Verin Shorzha"),
        ("Şorca, Sotk", ("nerkin-shorzha", "verin-shorzha"), "Nerkin Shorzha / Verin Shorzha"),
        ("İstisu", ("istisu", "jermuk"), "Istisu / Jermuk"),
    ],
)
def test_what_nothing_decides_stays_open(text: str, candidates: tuple[str, ...], name: str) -> None:
    [mention] = [one for one in mentions(text) if one.candidates]
    assert (mention.place, mention.candidates, mention.at) == (None, candidates, None)
    assert mention.name == name


def test_the_speaker_breaks_a_tie_and_decides_nothing_alone() -> None:
    assert places("Fire in Martuni. Goris. Baku.") == [None, "goris", "baku"]
    assert places("Fire in Martuni. Goris. Baku.", party="AM") == ["martuni", "goris", "baku"]
    assert places("Fire in Martuni. Goris. Baku.", party="AZ") == ["martuni-karabakh", "goris", "baku"]
    assert places("Fire in Martuni.", party="AM") == [None]
