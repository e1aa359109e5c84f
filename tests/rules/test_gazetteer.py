"""Places by all their names: found, decided or left open, and never where a word only looks like one."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from monitor.model import Mention
from monitor.rules.field import Field
from monitor.rules.gazetteer import Gazetteer, PlaceConfig

FOLDER = Path(__file__).parents[2] / "config" / "places"
ROWS: list[dict[str, Any]] = [
    row for file in sorted(FOLDER.glob("*.yaml")) for row in yaml.safe_load(file.read_text("utf-8"))["places"]
]
PLACES = [PlaceConfig.model_validate(row) for row in ROWS]
SHIPPED = Gazetteer(PLACES)


def mentions(text: str, title: str = "", party: str | None = None) -> tuple[Mention, ...]:
    return SHIPPED.mentions([Field("title", title), Field("text", text)], party)


def places(text: str, party: str | None = None) -> list[str | None]:
    return [mention.place for mention in mentions(text, party=party)]


# --- Names in all their forms ---

FORMS = {
    "kalbajar": """Kalbajar Kelbajar Karvachar Kelbadjar Kalbadschar Kelbecer Kelbecer'in Kelbecer’de Kelbecerde
        Kəlbəcər Kəlbəcərin Kəlbəcərə Kəlbəcəri Kəlbəcərdə Kəlbəcərdən KƏLBƏCƏR Кельбаджар Кельбаджара Кельбаджаре
        Кельбаджаром Кельбаджарский Кельбаджарском кельбаджарского Кяльбаджаре Карвачара Քարվաճառ Քարվաճառի Քարվաճառում
        Քարվաճառից Քարվաճառը ՔԱՐՎԱՃԱՌ Քարվաճարի""",
    "goris": """Goris Goris's Goris’s Gorus Gorusun Gorusda Gorusdan Горис Гориса Горисе Горисом горисском Գորիս Գորիսի
        Գորիսում Գորիսից Գորիսը Goris'e""",
    "vardenis": """Vardenis Basarkechar Basargechar Basarkeçər Basarkeçərin Basarkeçərdə Basarkeçer'den BASARKEÇƏR
        Варденис Варденисе Вардениса варденисском Басаркечара Վարդենիս Վարդենիսի Վարդենիսում Վարդենիսից""",
    "lachin": "Lachin Laçın Laçının Laçında Laçından Laçın'da LAÇIN Лачин Лачине Лачинского Բերձոր Բերձորի Բերձորում",
    "sisian": "Sisian Qarakilsə Qarakilsədə Qarakilsənin Гаракилса Сисиане Սիսիանի Սիսիանում Karakilise'de",
    "shushi": "Shushi Shusha Şuşa Şuşada Şuşadan Şuşanın Шуша Шуше Шушу Шуши Շուշի Շուշիի Շուշիում Chouchi",
    "stepanakert": "Stepanakert Khankendi Xankəndi Xankəndidə Степанакерте Ханкенди Ստեփանակերտում Hankendi'de",
    "nakhchivan": "Nakhchivan Naxçıvan Naxçıvanda Naxçıvanın Нахичевани Нахичеванью Նախիջևանի Նախիջեւանում Nahçıvan'da",
    "berd": "Tovuzgala Tovuzqala Tovuzqalada Товузкалы",
    "karabakh": "Karabakh Qarabağda Карабахе Карабаха Ղարաբաղում Արցախի Karabağ'da",
    "syunik": "Syunik Сюнике Сюникской Սյունիքում Zəngəzurda",
    "tovuz": "Tovuz Tovuzda Tovuzun Товузе Թովուզի",
}


SPELLINGS = [(place, name) for place, names in FORMS.items() for name in names.split()]


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


# --- Which of several ---


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


# --- A letter off ---


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("Взрыв в Кельбаджре", "kalbajar"),  # one missing
        ("Взрыв в Кельбаджаарском районе", "kalbajar"),  # one too many, and an ending
        ("in the direction of Vardneis", "vardenis"),  # two swapped
        ("in the direction of Kelbajer", "kalbajar"),  # another one
        ("Վարդանիսի ուղղությամբ", "vardenis"),
        ("Basarkaçərin istiqamətində", "vardenis"),
        ("near Stepanakrt", "stepanakert"),
    ],
)
def test_a_misspelt_name_is_found_and_marked(text: str, place: str) -> None:
    [mention] = mentions(text)
    assert (mention.place, mention.near) == (place, True)


@pytest.mark.parametrize(
    "text",
    [
        "in the direction of vardneis",  # no capital
        "in the direction of Bardenis",  # another first letter
        "in the direction of Vardneiss",  # two letters off
        "He met Meghra there.",  # short, and nothing says that it is a place
        "in the direction of Goriss",  # something added at the end
        "in the direction of Kapaan",  # a name of five letters
    ],
)
def test_what_is_further_off_is_not(text: str) -> None:
    assert places(text) == []


NAMES = sorted({name for place in PLACES for names in place.names.values() for name in names if name[0].isupper()})


def test_a_name_is_never_taken_for_another_one_misspelt() -> None:
    wrong = []
    for name in NAMES:
        bearers = {place.id for place in PLACES for names in place.names.values() if name in names}
        found = mentions(f"1: {name} (direction).")
        if len(found) != 1 or found[0].near or not bearers & {found[0].place, *found[0].candidates}:
            wrong.append((name, found))
    assert wrong == []


# --- Properties ---

PIECES = st.sampled_from(
    [
        " ",
        ". ",
        "\n",
        "'",
        "-",
        "’",
        "\u0308",
        "İ",
        "ı",
        "և",
        *(name for _, name in SPELLINGS),
        "village",
        "Vahan",
        "of",
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES | st.text(max_size=6), max_size=30).map("".join), st.text(max_size=20))
def test_offsets_point_at_the_text(text: str, title: str) -> None:
    fields = {"title": title, "text": text}
    found = mentions(text, title)
    for one in found:
        assert fields[one.field][one.start : one.end] == one.words
        assert (one.place is None) == bool(one.candidates)
        assert len(one.candidates) != 1
    for before, after in pairwise(found):
        assert before.field != after.field or before.end <= after.start


def test_a_post_of_nothing_but_names_is_quick() -> None:
    text = "Martuni, Agarak, Shorzha, Goriss, in Vardneis " * 400
    assert len(mentions(text)) == 4 * 400  # all but Goriss


def test_a_word_without_end_is_no_name() -> None:
    assert places("V" + "ardenis" * 20_000 + " Goris") == ["goris"]


# --- Where places are ---


def test_what_lies_in_what() -> None:
    assert {"goris", "khndzoresk", "syunik", "tegh"} <= SHIPPED.inside("syunik")
    assert "shushi" not in SHIPPED.inside("syunik")
    assert {"verin-shorzha", "vardenis"} <= SHIPPED.inside("vardenis")
    assert SHIPPED.inside("norabak") == {"norabak"}
    assert SHIPPED.inside("nowhere") == frozenset()


def test_what_is_near() -> None:
    assert {"goris", "akner", "verishen", "khndzoresk"} <= SHIPPED.near("goris", 10)
    assert "kapan" not in SHIPPED.near("goris", 10)
    assert "kapan" in SHIPPED.near("goris", 40)
    assert SHIPPED.near("sotk", 50) == {"sotk"}  # it has no coordinates
    assert SHIPPED.near("nowhere", 50) == frozenset()


def test_distances_are_great_circles() -> None:
    two = [
        PlaceConfig(id="a", kind="country", country="AA", at=(0.0, 179.5), source="made up", names={"en": ("Xyz",)}),
        PlaceConfig(id="b", kind="country", country="BB", at=(0.0, -179.5), source="made up", names={"en": ("Zyx",)}),
    ]
    assert Gazetteer(two).near("a", 111.2) == {"a", "b"}
    assert Gazetteer(two).near("a", 111.1) == {"a"}


def test_a_circle_of_places_ends() -> None:
    two = [
        PlaceConfig(id=one, kind="village", country="AA", within=other, names={"en": ("Xyz",)})
        for one, other in ("ab", "ba")
    ]
    assert Gazetteer(two).inside("a") == {"a", "b"}


def test_without_places_there_are_no_mentions() -> None:
    assert Gazetteer(()).mentions([Field("text", "Goris")], None) == ()


# --- The shipped rows ---


def test_ids_are_unique() -> None:
    ids = [place.id for place in PLACES]
    assert len(ids) == len(set(ids)) > 200


def test_everything_lies_in_something_of_its_own_country() -> None:
    for place in PLACES:
        around = SHIPPED.get(place.within) if place.within else None
        assert place.kind == "country" or around
        assert not around or around.country == place.country
    countries = [SHIPPED.inside(place.id) for place in PLACES if place.kind == "country"]
    assert frozenset().union(*countries) == {place.id for place in PLACES}


def test_coordinates_have_a_source_with_its_licence() -> None:
    located = [place for place in PLACES if place.at]
    assert len(located) > 40
    assert {place.source for place in located} == {
        "OpenStreetMap, ODbL",
        "countries-states-cities, ODbL",
        "Wikipedia, CC BY-SA",
    }
    assert not any(place.source for place in PLACES if not place.at)


def test_no_two_rows_are_one_place() -> None:
    assert {place.id: others for place in PLACES if (others := SHIPPED.near(place.id, 1) - {place.id})} == {}


def test_every_place_of_the_caucasus_has_its_name_in_armenian_or_azerbaijani() -> None:
    missing = [place.id for place in PLACES if place.country in ("AM", "AZ") and not {"hy", "az"} & place.names.keys()]
    assert missing == []


def test_a_row_is_a_line() -> None:
    lines = sum(file.read_text("utf-8").count("\n  - {id: ") for file in FOLDER.glob("*.yaml"))
    assert lines == len(ROWS)


# --- What may be written ---


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"names": {"hy": ["Գորիս"]}}, "the English name is missing"),
        ({"names": {"en": ["Gor*"]}}, "'Gor*' is no name"),
        ({"names": {"en": ["Goris|Gorus"]}}, "is no name"),
        ({"names": {"en": ["G"]}}, "is no name"),
        ({"names": {"en": ["Goris"], "Armenian!": ["Գորիս"]}}, "is no language"),
        ({"at": (39.5, 46.3)}, "without a source"),
        ({"at": (99.5, 46.3), "source": "x"}, "less than or equal to 90"),
        ({"in": "goris"}, "lies in itself"),
        ({"in": None}, "`in` is missing"),
        ({"kind": "country"}, "a country has no `in`"),
        ({"unlike": ["two words"]}, "'two words' under unlike is not one word"),
        ({"common": ["Gorus"]}, "'Gorus', which is none of its names"),
    ],
)
def test_a_mistake_is_named(change: dict[str, Any], said: str) -> None:
    row = {"id": "goris", "kind": "town", "country": "AM", "in": "syunik", "names": {"en": ["Goris"]}}
    PlaceConfig.model_validate(row)
    with pytest.raises(ValidationError) as caught:
        PlaceConfig.model_validate({**row, **change})
    assert said in str(caught.value)
