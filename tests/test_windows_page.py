"""Every example of docs/windows.md, played against a real store."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from monitor.model import Mention, Verdict
from monitor.rules.window import Group, Level, WindowConfig, Windows, alert, sentence
from monitor.store import Store
from monitor.store.windows import Ring, Tally
from tests.make import NOON, origin
from tests.store.counting import LATER, conclude

PAGE = (Path(__file__).parents[1] / "docs" / "windows.md").read_text("utf-8")
EXAMPLES = re.findall(r"```yaml\n(.*?)```\n\n\| seen [^\n]*\n\|[-|]+\n((?:\|[^\n]*\n)+)", PAGE, re.DOTALL)
SHIPPED = Path(__file__).parents[1] / "config" / "rules" / "windows.yaml"


class Row(NamedTuple):
    seen: datetime
    source: str
    speaks: tuple[str, ...]


def rows(seen: str, source: str, speaks: str) -> list[Row]:
    """Read a line of a table: one post, or many at even distances that end at noon."""
    words = tuple(speaks.split(", "))
    if often := re.fullmatch(r"every (\d+)h for (\d+)d", seen):
        hours, days = int(often[1]), int(often[2])
        return [Row(NOON - timedelta(hours=n), source, words) for n in reversed(range(0, days * 24, hours))]
    hour, minute = map(int, seen.split(":"))
    return [Row(NOON.replace(hour=hour, minute=minute), source, words)]


async def play(store: Store, window: WindowConfig, posts: list[Row]) -> list[str]:
    told = []
    for row in posts:
        places = [word for word in row.speaks if word[0].isupper()]
        topics = tuple(word for word in row.speaks if word[0].islower())
        said = Verdict(
            alert=True,
            topics=topics,
            rules=topics,
            places=tuple(
                Mention(place=one.lower(), name=one, field="text", start=0, end=1, words=one) for one in places
            ),
        )
        party = row.source[:2].upper() if row.source != "agency" else None
        groups = Windows([window]).groups(said, origin(row.source, party=party, official=party is not None))
        for group, ring in zip(groups, await tallied(store, groups, row), strict=True):
            if ring:
                level = Level(ring.number, len(ring.posts), ring.usual, ring.hours)
                await conclude(store, ring, alert(group, level, [], ring.end, NOON))
                told.append(sentence(group, level))
    return told


async def tallied(store: Store, groups: list[Group], row: Row) -> list[Ring | None]:
    key = f"{row.source}:{row.seen:%d%H%M}"
    given = [(one.name, one.history, key, one.unit, row.seen) for one in groups]
    asked = [(one.window.over, one.window.at_least, one.window.times) for one in groups]
    return await store.windows.tally([Tally(*one, *other) for one, other in zip(given, asked, strict=True)], LATER)


def test_the_page_has_examples() -> None:
    assert len(EXAMPLES) == PAGE.count("```yaml") == 4


@pytest.mark.parametrize(
    ("text", "table"), EXAMPLES, ids=[yaml.safe_load(text)["windows"][0]["id"] for text, _ in EXAMPLES]
)
async def test_examples(store: Store, text: str, table: str) -> None:
    (written,) = yaml.safe_load(text)["windows"]
    window = WindowConfig(**written)
    for line in table.splitlines():
        seen, source, speaks, rings = (cell.strip() for cell in line.strip("|").split("|"))

        assert await play(store, window, rows(seen, source, speaks)) == ([rings] if rings else []), line


def test_those_that_are_shipped_can_ring() -> None:
    written: list[Any] = yaml.safe_load(SHIPPED.read_text("utf-8"))["windows"]
    windows = [WindowConfig(**one) for one in written]

    assert [one.id for one in windows if one.enabled and one.to == ("console",)] == ["several-voices", "casualty-spike"]
