"""The rows of places: what may be written, and what is shipped."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from monitor.rules.gazetteer import PlaceConfig
from tests.rules.gazetteer.shipped import FOLDER, PLACES, ROWS, SHIPPED

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
