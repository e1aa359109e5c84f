"""A week of a ministry, played once through: everything gets its right outcome, and nothing else happens.

The table of it is `script`; where it breaks, `test_parts` says which part it is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from monitor.model import Entry
from monitor.store import Store
from tests.make import NOON
from tests.poll.ministry import waiting
from tests.week.press import a_room
from tests.week.script import LINKS, NOT_STORED, NOTICES, TAKEN, THAT_DO_NOT, THAT_MATTER, WEEK, Act, Stage

MIDNIGHT = NOON.replace(hour=0)
BULLETINS = 5  # of each source, before the week begins
QUIET = (1, None, None, None)
NO_VERSION = {"ararat", "lori"}  # a counter and a stamp in a line of their own are no words of anybody


@pytest.fixture
async def stage(store: Store, at_once: None) -> AsyncIterator[Stage]:
    """Yield the stage after the last act and another quiet day, with what the desk heard in each act compared."""
    async with a_room(store) as (room, elsewhere):
        stage = Stage(room, elsewhere)
        for act in WEEK:
            await played(stage, act)
        before = len(room.told)
        for _ in range(24):
            await room.hour()
        assert room.told[before:] == []
        yield stage


async def played(stage: Stage, act: Act) -> None:
    """Wait until the hour of an act, in which nothing else may be heard, then play it."""
    room = stage.room
    before = len(room.told)
    while room.now < MIDNIGHT + timedelta(days=act.day, hours=act.hour):
        await room.hour()
    assert room.told[before:] == [], f"before {act}"
    act.do(stage)
    await room.hour()
    assert [stage.named(alert) for alert in room.told[before:]] == list(act.heard)


async def test_the_week_of_a_ministry(stage: Stage) -> None:
    room, store = stage.room, stage.room.store
    stored = await everything(store)
    newest = {name: stored[key][0] for name, key in stage.keys.items() if key in stored}

    # Nothing is lost, doubled or left over.
    assert set(newest) == set(stage.keys) - NOT_STORED
    assert len(stored) == len(newest) + BULLETINS * len(room.press)
    assert max(Counter(name for name, _ in room.night.far.messages).values()) == 1
    assert await waiting(store, "desk") == []
    assert await store.outbox.listed("desk", "dead", 10) == []

    # What was edited is a later version, and what was taken down is marked; nothing else is any of it.
    edited = {*THAT_MATTER, *THAT_DO_NOT} - NO_VERSION
    assert {name for name, entry in newest.items() if entry.post.revision == 2} == edited
    assert {name for name, entry in newest.items() if entry.post.revision > 2} == set()
    assert {name for name, entry in newest.items() if entry.deletion} == set(TAKEN)
    assert not [entry for entry in newest.values() if entry.deletion and entry.deletion.restored]
    assert Counter(one.notice for one in await room.heard()) == NOTICES

    others = [history for key, history in stored.items() if key not in stage.keys.values()]
    assert {(len(known), it.alert, it.deletion, linked(stage, it)) for known in others for it in known} == {QUIET}

    # Copies, reposts and translations are kept with what they are of; what moved, with what it was.
    assert {name: link for name, entry in newest.items() if (link := linked(stage, entry))} == LINKS
    moved = {f"{stage.ministry.server.url}/news/statement-{n}" for n in stage.ministry.listed}
    assert len(moved) > len(THAT_MATTER) + len(THAT_DO_NOT) + BULLETINS
    assert moved <= {repeat.permalink for entry, *_ in stored.values() for repeat in entry.repeats}


async def everything(store: Store) -> dict[str, list[Entry]]:
    """Return all posts of the store by key, each with its versions, the newest first."""
    keys = {entry.post.key for entry in await store.posts.recent(500)}
    return {key: await store.posts.history(key) for key in keys}


def linked(stage: Stage, entry: Entry) -> tuple[str, str, str] | None:
    names = {key: name for name, key in stage.keys.items()}
    if entry.same_as:
        return "same_as", entry.same_as.likeness, names[entry.same_as.key]
    if entry.like:
        return "like", entry.like.kind, names[entry.like.key]
    if entry.translation_of:
        return "translation_of", entry.translation_of.language, names[entry.translation_of.key]
    return ("copy_of", "", names[entry.copy_of]) if entry.copy_of else None
