from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import httpx
import pytest

from monitor import habits
from monitor.habits import Habit
from monitor.model import Health, Origin, PollRecord, SourceState
from monitor.sources import SourceConfig
from tests.web.memory import AGENCY, MINISTRY, NOON, MemoryStore, a_post, a_site, an_entry, browser, record
from tests.web.told import is_absent, untold, words


def ago(**much: float) -> datetime:
    return datetime.now(UTC) - timedelta(**much)


def soon(**much: float) -> datetime:
    return datetime.now(UTC) + timedelta(**much)


SETTINGS = SourceConfig(
    id="am-mod",
    kind="rss",
    url="https://reader:planted@mod.example/planted/feed",
    name="Ministry of Defence",
    party="AM",
    every="auto",
    slo=120,
)


# --- all of them ---


def one_well_and_one_failing() -> list[SourceState]:
    return [
        SourceState(
            id="am-mod",
            health="healthy",
            since=ago(days=3),
            asked=ago(minutes=2),
            answered=ago(minutes=2),
            changed=ago(hours=5),
            due=soon(minutes=12, seconds=30),
            interval=900,
            pace="its ttl asks for 1h, at most 15m here",
            latency=74,
            posts=1,
        ),
        SourceState(
            id="agency",
            health="failing",
            since=ago(hours=3),
            asked=ago(minutes=4),
            answered=ago(hours=3),
            failures=3,
            error="agency: <b>answered</b> 503",
            gap=ago(days=1),
            filled=7,
            burst="31 posts since noon",
            moved="https://else.example/planted",
            warnings=("3 items have no date",),
        ),
    ]


async def test_the_page_of_sources_at_a_glance(memory: MemoryStore) -> None:
    memory.source_states = one_well_and_one_failing()
    memory.beats = {"judge": ago(minutes=5)}

    async with browser(a_site(memory, settings=lambda: {"am-mod": SETTINGS})) as visitor:
        page = (await visitor.get("/sources")).text

    said = words(page)
    assert "1 of 2 needs a look. 1 failing" in said
    assert "no sign of life for 5 min" in said
    assert said.index("News agency") < said.index("Ministry of Defence")
    assert "failing since 3 h ago has failed 3 times in a row agency: &lt;b&gt;answered&lt;/b&gt; 503" in said
    assert "4 min ago answered 3 h ago" in said
    for remark in ("missed posts before 1 day ago", "31 posts since noon", "Has moved", "have no date"):
        assert remark in said
    assert "healthy since 3 days ago 2 min ago 5 h ago 1 post in 12 min every 15 min its ttl asks for 1h" in said
    assert "1 min 14 s target 2 min" in said
    assert 'href="/sources/am-mod"' in page
    assert "planted" not in page


@pytest.mark.parametrize(
    ("health", "told"),
    [
        ("new", "◐ not asked yet"),
        ("healthy", "● healthy"),
        ("late", "◐ silent since 2 h ago Usually about 8 posts."),
        ("failing", "▲ failing since 2 h ago"),
        ("blocked", "▲ blocked since 2 h ago"),
        ("gone", "▲ gone since 2 h ago"),
        ("changed", "▲ changed since 2 h ago"),
    ],
)
async def test_each_state_has_its_word_and_its_mood(
    memory: MemoryStore, visitor: httpx.AsyncClient, health: Health, told: str
) -> None:
    sign, word = told.split(" ", 1)
    silence = "usually about 8 posts" if health == "late" else None
    memory.source_states = [SourceState(id="am-mod", health=health, since=ago(hours=2), silence=silence)]
    mood = {"●": "good", "◐": "wait", "▲": "bad"}[sign]

    for path in ("/sources", "/sources/am-mod"):
        page = (await visitor.get(path)).text
        assert word.split(" since")[0] in words(page)
        assert f'<span class="mood {mood}">{word.split(" since")[0]}</span>' in page
    assert word in words((await visitor.get("/sources")).text)


async def test_a_source_that_is_being_asked_has_no_next_time(memory: MemoryStore, visitor: httpx.AsyncClient) -> None:
    memory.source_states = [SourceState(id="am-mod", health="healthy", interval=300, asking=True)]

    assert "being asked now every 5 min" in words((await visitor.get("/sources")).text)
    assert "Next poll being asked now every 5 min" in words((await visitor.get("/sources/am-mod")).text)
    said = (await visitor.get("/api/sources/am-mod")).json()
    assert (said["due"], said["asking"], said["late"]) == (None, True, 0.0)


async def test_no_source_and_all_is_well(memory: MemoryStore) -> None:
    memory.source_states = [SourceState(id=one, health="healthy") for one in ("am-mod", "agency")]

    for sources, told in (
        ([], "No source is watched: the configuration names none."),
        ([AGENCY], "One source, and all is well."),
        ([AGENCY, MINISTRY], "2 sources, and all is well with them."),
    ):
        async with browser(a_site(memory, sources=lambda sources=sources: sources)) as visitor:
            assert told in words((await visitor.get("/sources")).text)


async def test_many_sources_are_searched_and_narrowed_and_no_page_has_them_all(memory: MemoryStore) -> None:
    origins = [
        Origin(id=f"s{n:03}", kind="rss", name=f"Source {n:03}", party="AM" if n == 7 else None) for n in range(250)
    ]
    memory.source_states = [SourceState(id=one.id, health="late" if one.id == "s249" else "healthy") for one in origins]

    async with browser(a_site(memory, sources=lambda: origins)) as visitor:

        async def shown(query: str) -> list[str]:
            return re.findall(r'href="/sources/(s\d+)"', (await visitor.get("/sources" + query)).text)

        everything = await shown("")
        assert (len(everything), everything[:2]) == (200, ["s249", "s000"])
        assert "The first 200 of 250 are shown" in (await visitor.get("/sources")).text
        assert await shown("?state=silent") == ["s249"]
        assert await shown("?q=SOURCE%20012") == ["s012"]
        assert await shown("?q=am") == ["s007"]
        assert await shown("?state=gone") == []
        assert "There is none like that." in (await visitor.get("/sources?state=gone")).text
        refused = await visitor.get("/sources?state=perfect")
        assert refused.status_code == 400
        assert "state is one of not asked yet, healthy, silent" in refused.text
        assert len((await visitor.get("/api/sources")).json()["sources"]) == 250
        assert [one["id"] for one in (await visitor.get("/api/sources?state=silent")).json()["sources"]] == ["s249"]


# --- one ---


def poll(**how: Any) -> PollRecord:
    return PollRecord(**{"at": ago(minutes=3), "outcome": "unchanged", "seconds": 0.42, "next": soon(minutes=2), **how})


def a_slow_one() -> SourceState:
    return SourceState(
        id="am-mod",
        health="healthy",
        asked=ago(minutes=3),
        answered=ago(minutes=3),
        slow=ago(hours=1),
        delay="4 of the last 9 posts were seen late. We ask too seldom.",
        latency=150,
        interval=120,
        pace="auto: about 7.5 posts an hour are to be expected",
        moved="https://www.mod.example/planted/feed",
    )


async def test_the_page_of_a_source_tells_everything(memory: MemoryStore) -> None:
    memory.source_states = [a_slow_one()]
    memory.records["am-mod"] = [
        poll(status=200, size=81_234, outcome="new", new=2, known=18),
        poll(outcome="unreachable", seconds=25.01, why="mod.example gave no whole answer"),
        poll(status=304),
    ]
    await memory.add(*(an_entry(a_post(str(n), title=f"Statement {n}")) for n in range(7)))
    await memory.add(an_entry(a_post("other", source="agency", title="Another")))

    async with browser(a_site(memory, settings=lambda: {"am-mod": SETTINGS})) as visitor:
        page = (await visitor.get("/sources/am-mod")).text

    missing = untold(
        page,
        "slow since 1 h ago It is seen too late.",
        "4 of the last 9 posts were seen late. We ask too seldom.",
        "Has moved for good, to www.mod.example: change its address.",
        "every 2 min auto: about 7.5 posts an hour",
        "2 min 30 s from publication, typically target 2 min",
        "Host mod.example Party AM Official no",
        "To be asked as it publishes, every 1 min to 15 min (auto)",
        "something new 200 81 kB 0.4 s 2 new · 18 known –",
        "unreachable – – 25.0 s – mod.example gave no whole answer",
        "nothing new 304 – 0.4 s – –",
    )
    said = words(page)
    assert missing == []
    assert [f"Statement {n}" in said for n in range(7)] == [False, False, True, True, True, True, True]
    assert "Another" not in said
    assert 'href="/?source=am-mod"' in page
    assert "planted" not in page
    assert '<table class="heat"' not in page


async def test_a_source_nobody_has_asked_yet_has_a_page(visitor: httpx.AsyncClient) -> None:
    said = words((await visitor.get("/sources/agency")).text)

    assert "not asked yet It has not been asked yet." in said
    assert "It has not been polled yet." in said
    assert "None of the latest posts is from this source." in said


async def test_the_habit_is_a_picture_with_words(memory: MemoryStore, visitor: httpx.AsyncClient) -> None:
    habit, start = Habit(), ago(days=21)
    for hour in range(500):
        moment = start + timedelta(hours=hour)
        habit = habits.observed(habit, moment, moment + timedelta(hours=1), [moment + timedelta(minutes=9)])
    memory.habits["am-mod"] = habit.text()

    page = (await visitor.get("/sources/am-mod")).text

    assert len(re.findall(r'<td class="d\d" title="\w{3} \d\d:00, [\d.]+ posts">', page)) == 168
    assert "Asia/Yerevan; the stronger the colour, the more. Learned from 500 posts" in words(page)


async def test_an_unknown_source_is_said_in_words(visitor: httpx.AsyncClient) -> None:
    await is_absent(visitor, "sources", "nobody", "%3Cscript%3E", told="No source with this id is watched here")


async def test_the_same_as_json(memory: MemoryStore) -> None:
    state = SourceState(
        id="am-mod", health="blocked", since=NOON, failures=4, error="a wall", moved="https://www.mod.example/planted"
    )
    memory.source_states = [state]
    memory.records["am-mod"] = [poll(status=403, outcome="blocked", why="a wall")]

    async with browser(a_site(memory, settings=lambda: {"am-mod": SETTINGS})) as visitor:
        one = (await visitor.get("/api/sources/am-mod")).json()
        every = (await visitor.get("/api/sources")).json()["sources"]
        report = (await visitor.get("/health")).json()

    assert one["polls"] == record(memory.records["am-mod"])
    assert one["settings"] == {
        "host": "mod.example", "every": "auto", "fastest": 60, "slowest": 900, "hints": "obey", "robots": "ignore",
        "backfill": "silent",
    }  # fmt: skip
    assert one["remarks"] == ["a wall", "Has moved for good, to www.mod.example: change its address."]
    of_state = record(state) | {"moved": "www.mod.example"}
    for told in (one, every[0], report["sources"][0]):
        assert told | of_state == told
        assert (told["name"], told["party"], told["slo"], told["state"]) == (
            "Ministry of Defence",
            "AM",
            120,
            "blocked",
        )
        assert told["trouble"] == "has a wall before it"
    assert [line["id"] for line in every] == ["am-mod", "agency"]
    assert "planted" not in str((one, every, report))
    assert report["troubles"] == ["Source am-mod: has a wall before it."]


async def test_times_are_shown_in_utc_wherever_they_came_from(memory: MemoryStore, visitor: httpx.AsyncClient) -> None:
    at = NOON.astimezone(timezone(timedelta(hours=4)))
    memory.records["agency"] = [poll(at=at)]

    page = (await visitor.get("/sources/agency")).text

    assert 'datetime="2021-11-16T12:00:00Z" title="2021-11-16 12:00:00 UTC">12:00:00</time>' in page
