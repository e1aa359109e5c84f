"""What an analyst writes: one place."""

from __future__ import annotations

import re
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from monitor.rules.rule import RuleId
from monitor.rules.terms import language_mistake

PlaceKind = Literal["country", "region", "district", "town", "village", "mountain", "river", "lake", "road", "site"]

_name = re.compile(r"[^\W\d_][\w '’.-]*[\w.]")


class PlaceConfig(BaseModel):
    """One place, a row of `config/places/`.

    country  the state in whose internationally recognised territory it lies, ISO 3166-1 alpha-2
    in       id of the district, region or country around it; only a country has none
    borders  ids of regions and districts of another state that it touches; said of one of the two is enough
    at       latitude and longitude in degrees (WGS 84)
    source   where the coordinates are from, and under which licence
    names    by language (or `any`), the English one first; each is found in all its inflected forms. One that begins
             with a capital is found with a capital only
    common   its names, or those listed, are also words, persons or other places: counted only beside another place
             or a word like "village"
    unlike   words a letter away from one of its names that mean something else, in whatever form
    """

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    id: RuleId
    kind: PlaceKind
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
    within: Annotated[str | None, Field(alias="in")] = None
    borders: tuple[str, ...] = ()
    at: tuple[Annotated[float, Field(ge=-90, le=90)], Annotated[float, Field(ge=-180, le=180)]] | None = None
    source: str = ""
    names: dict[str, tuple[str, ...]]
    common: bool | tuple[str, ...] = False
    unlike: tuple[str, ...] = ()

    @field_validator("names")
    @classmethod
    def _usable(cls, value: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        found = [language_mistake(tag) for tag in value]
        found += [
            f"{name!r} is no name; wanted are letters, in which a space, a hyphen or an apostrophe may stand"
            for names in value.values()
            for name in names
            if not _name.fullmatch(name)
        ]
        if mistakes := [sentence for sentence in found if sentence]:
            raise ValueError("; ".join(mistakes))
        if not value.get("en"):
            raise ValueError("the English name is missing, which alerts show; wanted is one like en: [Vardenis]")
        return value

    @field_validator("unlike")
    @classmethod
    def _single(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if wrong := [word for word in value if not word.isalpha()]:
            raise ValueError(f"{wrong[0]!r} under unlike is not one word of letters; names of several words need none")
        return value

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.at and not self.source:
            raise ValueError("it has coordinates (at) without a source; say where they are from, and the licence")
        if self.within == self.id:
            raise ValueError(f"it lies in itself; wanted under `in` is what is around {self.id!r}")
        if (self.kind == "country") != (self.within is None):
            raise ValueError("`in` is missing: what is around it" if self.within is None else "a country has no `in`")
        if isinstance(self.common, tuple) and (strange := set(self.common).difference(*self.names.values())):
            raise ValueError(f"common has {min(strange)!r}, which is none of its names")
        return self

    @property
    def name(self) -> str:
        """Its usual name in English."""
        return self.names["en"][0]

    def is_common(self, name: str) -> bool:
        return self.common if isinstance(self.common, bool) else name in self.common
