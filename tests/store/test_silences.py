from __future__ import annotations

from datetime import datetime, timedelta

from monitor.model import Action, Silence
from monitor.store import Store
from tests.make import NOON

HOUR = timedelta(hours=1)


def asked(name: str, until: datetime, by: str = "Anna") -> tuple[Silence, Action]:
    one = Silence(id=name, when={"topics": ("fire",)}, reason="an exercise", by=by, since=NOON, until=until)
    return one, Action(at=NOON, by=by, what="silence", about=name, why=one.reason)


async def test_silences_are_kept_and_audited(store: Store) -> None:
    short, action = asked("short", NOON + HOUR)
    long, other = asked("long", NOON + 2 * HOUR, by="Boris")

    await store.silences.add(short, action)
    await store.silences.add(long, other)

    assert await store.silences.all() == [long, short]
    assert await store.silences.audit() == [other, action]
    assert await store.silences.audit(1) == [other]


async def test_one_is_ended_before_its_time_by_somebody_and_once(store: Store) -> None:
    await store.silences.add(*asked("one", NOON + 2 * HOUR))
    end = Action(at=NOON + HOUR, by="Boris", what="end", about="one")

    ended = await store.silences.end("one", NOON + HOUR, end)
    again = await store.silences.end("one", NOON + HOUR * 1.5, Action(at=NOON, by="Carla", what="end", about="one"))

    assert ended
    assert (ended.ended, ended.ended_by) == (NOON + HOUR, "Boris")
    assert again == ended
    assert [one.by for one in await store.silences.audit()] == ["Boris", "Anna"]


async def test_one_that_is_over_or_unknown_is_not_ended(store: Store) -> None:
    one, action = asked("one", NOON + HOUR)
    await store.silences.add(one, action)

    assert await store.silences.end("one", NOON + 2 * HOUR, action) == one
    assert await store.silences.end("other", NOON, action) is None
    assert await store.silences.audit() == [action]


async def test_those_long_over_are_forgotten_when_the_next_is_added(store: Store) -> None:
    await store.silences.add(*asked("old", NOON + HOUR))
    later = NOON + timedelta(days=91)
    one, _ = asked("new", later + HOUR)

    await store.silences.add(one, Action(at=later, by="Anna", what="silence", about="new"))

    assert await store.silences.all() == [one]
