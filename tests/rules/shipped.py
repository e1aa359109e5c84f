"""The shipped rules, and whose posts they are asked about."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from monitor.config import Settings, load
from monitor.model import Origin
from monitor.rules import Rulebook

CONFIG = Path(__file__).parents[2] / "config" / "monitor.yaml"
ORIGIN = Origin(id="ministry", kind="rss", name="A ministry")


@cache
def shipped() -> Settings:
    return load(CONFIG)


@cache
def book() -> Rulebook:
    return shipped().rulebook()
