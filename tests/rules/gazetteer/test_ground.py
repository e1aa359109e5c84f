"""What lies in what, and how far apart."""

from __future__ import annotations

from monitor.rules.gazetteer import Gazetteer, PlaceConfig
from tests.rules.gazetteer.shipped import SHIPPED


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
