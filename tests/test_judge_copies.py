"""What near copies add to a judge: an agency that tells a statement again alerts nobody, one that adds to it does."""

from __future__ import annotations

from contextlib import suppress

import pytest

from monitor.store import Store
from monitor.store.connection import Connection
from tests.make import judged_by, origin
from tests.test_judge_places import say, told, watching
from tests.wire import Wire

SOURCES = {
    "am-mod": origin("am-mod", name="Ministry", official=True),
    "az-mod": origin("az-mod", party="AZ", official=True),
    "agency": origin("agency", name="Agency", party=None),
    "paper": origin("paper", name="Paper", party=None),
}
FIRE = (
    "On November 16, at about 13:00, units of the enemy opened fire with artillery at our positions near Sotk. "
    "Four servicemen were wounded, two of them badly. The situation on the border is tense now."
)
LEAD = f"YEREVAN, NOVEMBER 16. The ministry reports on the situation near Sotk. {FIRE}"
RETOLD = (
    "At about 13:00 on November 16 troops of the enemy opened intense fire with artillery at our outposts "
    "in the surroundings of Sotk. Four servicemen got wounded, two of them badly. "
    "The border situation currently remains extremely tense."
)


async def judged(store: Store, *said: tuple[str, str], minutes: int = 5) -> None:
    for number, (source, text) in enumerate(said):
        await say(store, source, number * minutes, text)
    await judged_by(watching(store, sources=SOURCES))


@pytest.mark.parametrize(("text", "kind"), [(LEAD, "extended"), (RETOLD, "reworded"), (FIRE[:155], "shortened")])
async def test_a_near_copy_is_kept_with_the_first_and_silent(store: Store, text: str, kind: str) -> None:
    first = await say(store, "am-mod", 0, FIRE)
    copy = await say(store, "agency", 5, text)
    await judged_by(watching(store, sources=SOURCES))

    assert await told(store) == ["am-mod"]
    (itself,), (noted,) = await store.posts.history(copy.key), await store.posts.history(first.key)
    assert itself.like is not None
    assert (itself.like.key, itself.like.kind) == (first.key, kind)
    assert itself.verdict is not None
    assert itself.verdict.reasons[0] == "same statement as Ministry, 12:00 UTC, which has alerted"
    assert [(one.source, one.key, one.likeness) for one in noted.repeats] == [("agency", copy.key, kind)]


async def test_copies_of_a_copy_are_kept_with_the_first_of_all(store: Store) -> None:
    first = await say(store, "am-mod", 0, FIRE)
    await say(store, "agency", 5, LEAD)
    await judged_by(watching(store, sources=SOURCES))
    last = await say(store, "paper", 9, f"{LEAD} The agency wrote about this today evening, the readers were told.")
    await judged_by(watching(store, sources=SOURCES))

    (entry,) = await store.posts.history(last.key)
    assert entry.like is None or entry.like.key == first.key
    (noted,) = await store.posts.history(first.key)
    assert "agency" in {one.source for one in noted.repeats}


@pytest.mark.parametrize(
    "other",
    [
        FIRE.replace("Four", "Five"),
        FIRE.replace("Sotk", "Kapan"),
        FIRE.replace("tense", "calm"),
        FIRE.replace("opened", "did not open"),
        FIRE.replace("the enemy", "our army").replace("our positions", "enemy positions"),
        f"{FIRE} Later one of the wounded was killed.",
    ],
    ids=["figure", "place", "state", "denial", "sides", "more"],
)
async def test_what_says_anything_else_alerts_and_is_no_copy(store: Store, other: str) -> None:
    await judged(store, ("am-mod", FIRE), ("agency", other))

    assert await told(store) == ["am-mod", "agency"]
    assert [entry.like for entry in await store.posts.recent()] == [None, None]


async def test_no_unofficial_copy_silences_an_official_one_and_no_other_party_copies(store: Store) -> None:
    await judged(store, ("agency", LEAD), ("am-mod", FIRE), ("az-mod", RETOLD))

    assert await told(store) == ["agency", "am-mod", "az-mod"]
    likes = {entry.post.source: entry.like.key if entry.like else None for entry in await store.posts.recent()}
    assert likes["am-mod"] is not None
    assert likes["am-mod"].startswith("agency:")


async def test_the_same_source_again_after_the_hour_is_a_copy_of_its_own(store: Store) -> None:
    first = await say(store, "am-mod", 0, FIRE)
    again = await say(store, "am-mod", 120, f"{FIRE} ")
    await judged_by(watching(store, sources=SOURCES))

    assert await told(store) == ["am-mod"]
    (entry,) = await store.posts.history(again.key)
    assert entry.like is not None
    assert (entry.like.key, entry.like.kind) == (first.key, "same")


async def test_a_judge_that_dies_before_the_end_finds_the_same_copy_again(
    store: Store, server_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await say(store, "am-mod", 0, FIRE)
    await judged_by(watching(store, sources=SOURCES))
    copy = await say(store, "agency", 5, LEAD)
    dying = watching(store, "judge-1", SOURCES)

    async def dies(*_: object) -> None:
        raise ConnectionError

    with monkeypatch.context() as patched, suppress(ConnectionError):
        patched.setattr(store.alerts, "conclude", dies)
        await dying.step()
        await dying.step()
    await judged_by(watching(store, "judge-1", SOURCES))

    assert await told(store) == ["am-mod"]
    (entry,) = await store.posts.history(copy.key)
    assert entry.like is not None
    raw = Connection(server_url)
    assert int(await raw.call("GET", "m:{00}:compared")) == 2
    await raw.close()


async def test_a_batch_of_copies_costs_two_round_trips_more(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    wire = Wire(store, monkeypatch)

    async def cost(source: str, first: int) -> int:
        for minute in range(first, first + 20):
            await say(store, source, minute, f"{FIRE} It is report number {minute} of this year.")
        return await wire.cost(watching(store, sources=SOURCES))

    await cost("paper", 0)  # until now the server may not have known the scripts
    strangers = await cost("agency", 100)
    assert await cost("paper", 100) <= strangers + 2
