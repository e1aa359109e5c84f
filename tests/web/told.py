"""What a visitor is told."""

from __future__ import annotations

import re

import httpx


def words(page: str) -> str:
    """What a person reads: no tags, one space between words."""
    return " ".join(re.sub(r"<[^>]+>", " ", page[page.index("<main") :]).split())


def untold(page: str, *expected: str) -> list[str]:
    """Return what a person does not read there."""
    said = words(page)
    return [one for one in expected if one not in said]


async def is_absent(visitor: httpx.AsyncClient, room: str, *ids: str, told: str) -> None:
    """Ask a room for ids that it has not: each page is a 404 that says so and repeats nothing, and so is its JSON."""
    for one in ids:
        answer = await visitor.get(f"/{room}/{one}")
        assert answer.status_code == 404
        assert "<script" not in answer.text
    assert told in (await visitor.get(f"/{room}/{ids[0]}")).text
    machine = await visitor.get(f"/api/{room}/{ids[0]}")
    assert (machine.status_code, list(machine.json())) == (404, ["error"])
