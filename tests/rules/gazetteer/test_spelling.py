"""Names a letter off: found and marked; and what is further off is not."""

from __future__ import annotations

import pytest

from tests.rules.gazetteer.shipped import PLACES, mentions, places


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


def test_a_word_without_end_is_no_name() -> None:
    assert places("V" + "ardenis" * 20_000 + " Goris") == ["goris"]
