"""The shipped places, and what they find in a text."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from monitor.model import Mention
from monitor.rules.field import Field
from monitor.rules.gazetteer import Gazetteer, PlaceConfig

FOLDER = Path(__file__).parents[3] / "config" / "places"
ROWS: list[dict[str, Any]] = [
    row for file in sorted(FOLDER.glob("*.yaml")) for row in yaml.safe_load(file.read_text("utf-8"))["places"]
]
PLACES = [PlaceConfig.model_validate(row) for row in ROWS]
SHIPPED = Gazetteer(PLACES)


def mentions(text: str, title: str = "", party: str | None = None) -> tuple[Mention, ...]:
    return SHIPPED.mentions([Field("title", title), Field("text", text)], party)


def places(text: str, party: str | None = None) -> list[str | None]:
    return [mention.place for mention in mentions(text, party=party)]
