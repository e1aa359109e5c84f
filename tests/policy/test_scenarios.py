"""Nights of alerts, each played in a moment. How they are written: `story.py`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.policy.player import Player, Told
from tests.policy.story import Expected, Story, read

PAGE = Path(__file__).parents[2] / "docs" / "policy.md"
FILES = sorted((Path(__file__).parent / "scenarios").glob("*.yaml"))
STORIES: list[dict[str, Any]] = [one for path in FILES for one in yaml.safe_load(path.read_text(encoding="utf-8"))]
BLOCKS = re.findall(r"```yaml\n(- story:.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
STORIES += [one for block in BLOCKS for one in yaml.safe_load(block)]


@pytest.mark.parametrize("told", STORIES, ids=[one["story"] for one in STORIES])
def test_a_story(told: dict[str, Any]) -> None:
    story = read(told)
    player = Player(story)
    messages = player.play()

    assert sorted(differences(story, messages)) == [], "\n".join(["what was told:", *map(line, messages)])
    assert silenced(player) == {(channel, name) for channel, names in story.silenced.items() for name in names}
    assert [one.alert for one in player.waiting()] == []


def test_there_are_enough_of_them() -> None:
    assert len(STORIES) == len({one["story"] for one in STORIES}) >= 45
    assert len(BLOCKS) >= 4


def differences(story: Story, messages: list[Told]) -> Iterator[str]:
    """Yield what came and was not expected, and what was expected and did not come."""
    left = list(story.expected)
    roots = {one.lead: one.names for one in messages}
    for one in messages:
        found = next((wanted for wanted in left if fits(wanted, one, roots)), None)
        if found:
            left.remove(found)
        else:
            yield f"unexpected: {line(one)}"
    yield from (f"missing: {one.channel} {one.since:%d %H:%M} {' '.join(one.names)}" for one in left)


def fits(wanted: Expected, one: Told, roots: dict[str, tuple[str, ...]]) -> bool:
    thread = roots.get(one.root or "", ())
    return (
        (wanted.channel, wanted.names) == (one.channel, one.names)
        and wanted.since <= one.at < wanted.until
        and (wanted.root in thread if wanted.root else not thread)
    )


def line(one: Told) -> str:
    return f"{one.channel} {one.at:%d %H:%M:%S} {' '.join(one.names)}{' | in …' if one.root else ''}"


def silenced(player: Player) -> set[tuple[str, str]]:
    state = player.state
    settled = [one for one in state.deliveries.values() if one.state == "silenced"]
    return {(one.channel, state.alerts[one.alert].post.author or one.alert) for one in settled}
