"""What windows add to a judge: posts counted together, and one alert for many."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from monitor.judge import Judge
from monitor.model import Alert, Post
from monitor.rules import PlaceConfig, Rulebook, RuleConfig
from monitor.rules.window import CountedConfig, WindowConfig, Windows
from monitor.store import Store
from monitor.store.connection import Connection
from tests.make import NOON, judge, judged_by, origin, post
from tests.wire import Wire, judged_until_dead

SOURCES = {
    name: origin(name, party=name[:2].upper(), official=name != "paper")
    for name in ("am-mod", "am-gov", "az-mod", "paper")
}
SEVERAL = WindowConfig(
    id="several",
    over=3600,
    same="place",
    count="sources",
    posts=CountedConfig(official=True),
    topic="border",
    severity="high",
    to=("duty",),
)


RULES = Rulebook(
    [RuleConfig(id="border", to=("desk",), terms={"en": ("border",)})],
    places=[
        PlaceConfig(id="armenia", kind="country", country="AM", names={"en": ("Armenia",)}),
        PlaceConfig(id="goris", kind="town", country="AM", within="armenia", names={"en": ("Goris",)}),
    ],
)


def watching(store: Store, name: str = "judge-1", windows: Sequence[WindowConfig] = (SEVERAL,)) -> Judge:
    return judge(store, RULES, SOURCES, name=name, windows=lambda: Windows(windows, ["armenia"]))


async def say(store: Store, source: str, minute: float, text: str = "", **fields: Any) -> Post:
    """Let a source say something at a minute after noon: of the border at Goris, if nothing else."""
    text = text or f"Fire at the border of Armenia, at Goris, {source} says at minute {minute}."
    seen = NOON + timedelta(minutes=minute)
    said = post(fields.pop("name", minute), source=source, text=text, seen=seen, **fields)
    await store.posts.admit(source, [said], seen, backfill=True)
    return said


async def told_by_windows(store: Store) -> list[Alert]:
    return [alert for alert in await store.alerts.recent() if alert.post.kind == "window"]


async def test_three_official_sources_on_one_place_within_the_hour_make_one_alert(store: Store) -> None:
    for source, minute in (("am-mod", 0), ("paper", 1), ("am-mod", 2), ("am-gov", 20), ("az-mod", 50), ("am-gov", 55)):
        await say(store, source, minute)
    await judged_by(watching(store))

    (told,) = await told_by_windows(store)
    assert told.verdict.reasons == ("WINDOW several: 3 official sources speak of Goris within 1 hour",)
    assert told.verdict.to == ("duty",)
    lines = told.post.text.splitlines()
    assert lines[0] == "16 Nov 12:00 UTC · Ministry of Tests · Statement 0"
    assert len([line for line in lines if line.startswith("https://")]) == 4
    assert [state.waiting for state in await store.outbox.states(["desk", "duty"])] == [6, 1]
    assert await store.posts.unjudged() == 0


async def test_a_source_that_repeats_itself_makes_no_three(store: Store) -> None:
    for minute in range(10):
        await say(store, "am-mod", minute)
    await say(store, "az-mod", 11)
    await judged_by(watching(store))

    assert await told_by_windows(store) == []


async def test_silent_copies_count_and_first_polls_do_not(store: Store) -> None:
    text = "There was fire at the border tonight, and shells fell at Goris and around it, say all of them."
    any_three = [SEVERAL.model_copy(update={"posts": CountedConfig()})]
    for source in ("am-mod", "am-gov"):
        await say(store, source, 1, text, title="")
    first_poll = post("first", source="paper", text=text, title="", seen=NOON)
    await store.posts.admit("paper", [first_poll], NOON)
    await judged_by(watching(store, windows=any_three))
    assert await told_by_windows(store) == []

    await say(store, "az-mod", 2, text, title="")
    await judged_by(watching(store, windows=any_three))
    assert len(await told_by_windows(store)) == 1
    assert not (await store.posts.recent(1))[0].alert


async def test_a_version_that_is_no_news_does_not_speak_again(store: Store) -> None:
    several = [SEVERAL.model_copy(update={"count": "posts"})]
    for minute in (0, 1):
        await say(store, "am-mod", minute, name=minute)
    for minute in (100, 101):
        text = f"Fire at the border, at Goris; am-mod says at minute {minute - 100}!"
        await say(store, "am-mod", minute, text, name=minute - 100)
    await say(store, "am-mod", 102)
    await judged_by(watching(store, windows=several))
    assert await told_by_windows(store) == []

    await say(store, "am-mod", 103)
    await say(store, "am-mod", 104)
    await judged_by(watching(store, windows=several))
    assert len(await told_by_windows(store)) == 1


async def test_two_judges_on_one_store_count_together_and_tell_once(server_url: str, store: Store) -> None:
    other = Store(server_url)
    for minute in range(30):
        await say(store, list(SOURCES)[minute % 4], minute)
    await judged_by(watching(store), watching(other, "judge-2"))
    await other.close()

    assert len(await told_by_windows(store)) == 1
    assert await store.posts.unjudged() == 0


async def test_a_crash_between_counting_and_raising_loses_no_alert_and_makes_no_second(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    for source, minute in (("am-mod", 0), ("am-gov", 20), ("az-mod", 50)):
        await say(store, source, minute)

    async def dies(*_: Any) -> list[bool]:
        raise SystemError

    with monkeypatch.context() as patch:
        patch.setattr(store.alerts, "conclude", dies)
        with pytest.raises(SystemError):
            await judged_by(watching(store))
    assert await store.alerts.recent() == []

    await say(store, "am-mod", 51)
    for _ in range(2):
        await judged_by(watching(store))
    assert len(await told_by_windows(store)) == 1


@pytest.mark.parametrize("done", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("step", range(24))
async def test_wherever_a_judge_dies_one_alert_is_raised(
    server_url: str, store: Store, monkeypatch: pytest.MonkeyPatch, step: int, done: bool
) -> None:
    for source, minute in (("am-mod", 0), ("am-gov", 20), ("az-mod", 50)):
        await say(store, source, minute)
    await judged_until_dead(server_url, monkeypatch, watching, step=step, done=done)
    await judged_by(watching(store))

    assert len(await told_by_windows(store)) == 1
    assert [state.waiting for state in await store.outbox.states(["desk", "duty"])] == [3, 1]


async def test_a_reload_that_takes_a_window_away_ends_it(store: Store) -> None:
    for source, minute in (("am-mod", 0), ("am-gov", 20)):
        await say(store, source, minute)
    await judged_by(watching(store))
    await say(store, "az-mod", 50)
    await judged_by(watching(store, windows=()))

    assert await told_by_windows(store) == []
    assert await store.posts.unjudged() == 0


async def test_without_a_window_nothing_is_counted(server_url: str, store: Store) -> None:
    await say(store, "am-mod", 0)
    await judged_by(watching(store, windows=()))
    raw = Connection(server_url)

    assert [key for key in await raw.call("KEYS", "*") if b"counted" in key or b"usual" in key] == []
    await raw.close()


async def test_a_batch_costs_one_round_trip_more_and_a_ring_a_few(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    wire = Wire(store, monkeypatch)

    async def cost(first: int, windows: Sequence[WindowConfig]) -> int:
        for minute in range(first, first + 40):
            await say(store, "am-mod", minute)
        return await wire.cost(watching(store, windows=windows))

    await cost(0, [SEVERAL])  # until now the server may not have known the scripts
    without = await cost(100, ())
    assert await cost(200, [SEVERAL]) == without + 1
    ringing = SEVERAL.model_copy(update={"count": "posts"})
    assert await cost(300, [ringing]) == without + 1 + 3
    assert len(await told_by_windows(store)) == 1
