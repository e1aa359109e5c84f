"""What two agencies of one party write up of one statement: both alert, and they are kept together."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.errors import StoreUnavailable
from monitor.model import Like, Post
from monitor.notifiers._why import explanation
from monitor.rules import Rulebook, RuleConfig
from monitor.store import Store
from tests.dedup.test_retold import AGAIN, FIRST, LATER
from tests.make import NOON, judge, judged_by, origin, post

RULES = Rulebook([RuleConfig(id="casualties", to=("desk",), terms={"en": ("wounded",)})])
SOURCES = {
    name: origin(name, name=name, party=party)
    for name, party in {"trend": "AZ", "azernews": "AZ", "report": "AZ", "apa": "AZ", "armenpress": "AM"}.items()
}


async def say(store: Store, source: str, minute: int, text: str) -> Post:
    moment = NOON + timedelta(minutes=minute)
    said = post(minute, source=source, title="", text=text, language="en", published=moment, seen=moment)
    await store.posts.admit(source, [said], moment, backfill=True)
    return said


async def judged(store: Store) -> None:
    await judged_by(judge(store, RULES, SOURCES))


async def likes(store: Store, post: Post) -> tuple[Like | None, list[str]]:
    (entry,) = await store.posts.history(post.key)
    return entry.like, [one.key for one in entry.repeats]


async def linked_to(store: Store, post: Post) -> tuple[str, str] | None:
    like, _ = await likes(store, post)
    return (like.key, like.kind) if like else None


@pytest.mark.parametrize("batch", [True, False], ids=["in one batch", "one after the other"])
async def test_a_retelling_alerts_and_is_kept_with_the_first(store: Store, batch: bool) -> None:
    first = await say(store, "trend", 0, FIRST)
    if not batch:
        await judged(store)
    later = await say(store, "azernews", 25, LATER)
    await judged(store)

    assert await linked_to(store, later) == (first.key, "retold")
    assert await likes(store, first) == (None, [later.key])
    second, told = await store.alerts.recent()
    assert (told.post.key, second.post.key) == (first.key, later.key)
    assert [place.key for place in second.places] == [first.key, later.key]
    assert [place.key for place in told.places] == ([first.key, later.key] if batch else [])
    assert second.verdict.reasons[0] == "others wrote this up: trend, 12:00 UTC"
    assert second.verdict.reasons[1:] == told.verdict.reasons
    assert explanation(second).startswith("Why:\n• others wrote this up: trend, 12:00 UTC\n• casualties: “wounded”\n")
    (entry,) = await store.posts.history(later.key)
    assert entry.verdict == second.verdict


@pytest.mark.parametrize("batch", [True, False], ids=["in one batch", "one after the other"])
async def test_all_who_write_it_up_are_kept_with_the_first(store: Store, batch: bool) -> None:
    said = {}
    for minute, (source, text) in enumerate({"trend": FIRST, "azernews": LATER, "report": AGAIN}.items()):
        said[source] = await say(store, source, minute, text)
        if not batch:
            await judged(store)
    await judged(store)

    of = (said["trend"].key, "retold")
    assert [await linked_to(store, post) for post in said.values()] == [None, of, of]
    third, *_ = await store.alerts.recent()
    assert third.verdict.reasons[0] == "others wrote this up: trend, 12:00 UTC; azernews, 12:01 UTC"


async def test_a_copy_of_a_retelling_is_kept_with_that_and_the_next_retelling_with_the_first(store: Store) -> None:
    first = await say(store, "trend", 0, FIRST)
    later = await say(store, "azernews", 5, LATER)
    copied = await say(store, "report", 9, f"The agency reports: {LATER}")
    again = await say(store, "apa", 12, AGAIN)
    await judged(store)

    assert await linked_to(store, later) == (first.key, "retold")
    assert await linked_to(store, copied) == (later.key, "same")
    assert await linked_to(store, again) == (first.key, "retold")


@pytest.mark.parametrize(
    ("source", "minute", "text"),
    [("armenpress", 25, LATER), ("azernews", 200, LATER), ("azernews", 25, LATER.replace("two", "three"))],
)
async def test_another_party_hour_or_figure_is_kept_apart(store: Store, source: str, minute: int, text: str) -> None:
    first = await say(store, "trend", 0, FIRST)
    later = await say(store, source, minute, text)
    await judged(store)

    assert await likes(store, later) == (None, [])
    assert await likes(store, first) == (None, [])
    assert [alert.places for alert in await store.alerts.recent()] == [(), ()]


async def test_a_judge_that_cannot_note_it_alerts_all_the_same(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    async def away(_noted: object) -> None:
        raise StoreUnavailable("away")

    monkeypatch.setattr(store.copies, "note", away)
    await say(store, "trend", 0, FIRST)
    await say(store, "azernews", 25, LATER)
    await judged(store)

    assert len(await store.alerts.recent()) == 2
