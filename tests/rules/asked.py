"""A few categories and two towns, and what a rule over them makes of a text."""

from __future__ import annotations

from typing import Any

from monitor.model import Origin
from monitor.rules import CategoryConfig, PlaceConfig, Rulebook, RuleConfig

ORIGIN = Origin(id="mod", kind="rss", name="Ministry", party="AM", official=True)
CATEGORIES = [
    CategoryConfig(id="forces", terms={"en": ("soldier", "serviceman"), "ru": ("солдат", "военнослужащий")}),
    CategoryConfig(id="hurt", terms={"en": ("killed", "wounded"), "ru": ("погиб*", "ранен*")}),
    CategoryConfig(id="losses", terms={"any": ("@forces NEAR/5 @hurt",), "en": ("fatal wound",)}),
    CategoryConfig(id="exercises", terms={"en": ("exercise", "imaginary enemy")}, reach="paragraph"),
    CategoryConfig(id="denial", terms={"en": ("disinformation",)}, guard=True),
    CategoryConfig(id="rumour", terms={"en": ("allegedly",)}, guard=True, parties=("AZ",)),
]
PLACES = [
    PlaceConfig(id=name.lower(), kind="town", country="AM", within="syunik", names={"en": (name,)}, at=at, source="x")
    for name, at in (("Goris", (39.5111, 46.3417)), ("Kapan", (39.2076, 46.4058)))
]


def book(**rule: Any) -> Rulebook:
    return Rulebook([RuleConfig(**{"id": "r", "to": ("desk",), **rule})], CATEGORIES, PLACES)


def found(text: str, **rule: Any) -> list[str]:
    return [match.words for match in book(**rule).explain(text, ORIGIN).matches]


def why(text: str, **rule: Any) -> str:
    verdict = book(**rule).explain(text, ORIGIN)
    assert not verdict.alert
    return verdict.reasons[0]
