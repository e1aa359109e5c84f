"""The judgement of cut polls, and a run of some seconds, so that the long one still runs when it is wanted."""

from __future__ import annotations

import asyncio
import random
import sys
from pathlib import Path
from typing import Any

import pytest

from monitor.model import Post
from tests.cuts.places import Place
from tests.cuts.plan import Plan, moments
from tests.cuts.polls import Cut, Done
from tests.cuts.report import table
from tests.cuts.run import run
from tests.cuts.verdict import Found, found, wrong
from tests.cuts.weather import Weather, weathered
from tests.make import post
from tests.polls import config
from tests.servers import Reply, Request
from tests.sources.watched import conditional

# --- what is published ---


def test_all_posts_are_published_in_time_and_most_of_them_many_at_once() -> None:
    plan = Plan(minutes=1, posts=500)

    found = moments(plan, [50, 20])

    assert sum(one.posts for one in found) == 500
    assert found == sorted(found)
    assert 0 <= found[0].at <= found[-1].at <= 57
    assert {one.place for one in found} == {0, 1}
    assert sum(one.posts for one in found if one.posts > 1) >= 300


# --- how a poll is cut ---


async def _walk(trace: list[str]) -> Done:
    try:
        for step in range(3):
            await asyncio.sleep(0)
            trace.append(f"step {step}")
    except asyncio.CancelledError:
        trace.append("cut")
        raise
    return _done(0, 1)


@pytest.mark.parametrize("steps", [1, 2, 3])
async def test_a_poll_is_cancelled_when_it_waits_for_the_nth_time(steps: int) -> None:
    trace: list[str] = []

    with pytest.raises(asyncio.CancelledError):
        await asyncio.create_task(_awaited(Cut(_walk(trace), steps)))

    assert trace == [*[f"step {n}" for n in range(steps - 1)], "cut"]


@pytest.mark.parametrize("steps", [0, 4])
async def test_a_poll_that_is_not_cut_or_later_than_it_ends_comes_to_its_end(steps: int) -> None:
    assert await asyncio.create_task(_awaited(Cut(_walk([]), steps))) == _done(0, 1)


async def _awaited(cut: Cut) -> Done:
    return await cut


# --- what goes wrong on the way ---


async def test_bad_weather_has_every_trouble_and_none_has_none() -> None:
    request = b"GET / HTTP/1.1\r\nHost: here\r\n\r\n"
    for bad, expected in ((0.0, {"whole"}), (1.0, {"500", "502", "429", "hung up", "half", "slow"})):
        weather = Weather(random.Random(1), bad)
        async with weathered(weather) as server:
            server.routes["/"] = Reply(200, b"words")
            await asyncio.gather(*(_said(server.port, request) for _ in range(60)))
        assert set(weather.told) == expected


async def _said(port: int, request: bytes) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    try:
        await reader.read()
    except ConnectionError:
        pass
    finally:
        writer.close()


def test_not_modified_is_said_of_the_very_bytes_only() -> None:
    first = conditional(Request("GET", "/", {}, b""), Reply(200, b"words"))
    asked = Request("GET", "/", {"if-none-match": first.headers["ETag"]}, b"")

    assert conditional(asked, Reply(200, b"words")).status == 304
    assert conditional(asked, Reply(200, b"others")).status == 200


# --- what it proves ---


def _done(began: float, ended: float, *, gap: bool = False, outcome: str = "new") -> Done:
    return Done("a", began, ended, gap, quiet=False, outcome=outcome)


def _place(*, goes_back: bool, published: list[float]) -> Place:
    return Place(config("a"), 2, lambda number: None, goes_back, published)


def _stored(*numbers: int) -> list[Post]:
    return [post(n, source="a") for n in numbers]


def test_what_is_missing_twice_or_another_version_is_counted() -> None:
    entries = [*_stored(1, 2, 2), post(1, source="a", revision=2), post(3, source="b")]

    result = found(_place(goes_back=True, published=[1, 2, 3]), entries, [_done(0, 1)], 4)

    assert result == Found(source="a", published=3, stored=2, twice=1, versions=1, missing=(3,), polls=5, cut=4)


def test_what_came_and_went_on_the_only_page_is_gone_and_what_was_shown_is_missing() -> None:
    unseen = [_done(0, 1), _done(4, 5, outcome="unreachable"), _done(9, 10, gap=True)]
    seen = [_done(0, 1), _done(4, 5), _done(9, 10, gap=True)]
    place = _place(goes_back=False, published=[0.5, 3, 6, 7, 8])

    assert found(place, _stored(1, 4, 5), unseen, 0)[5:7] == ((), 2)
    assert found(place, _stored(1, 4, 5), seen, 0)[5:7] == ((2,), 1)


def test_a_gap_is_untrue_where_less_than_a_page_came() -> None:
    place = _place(goes_back=True, published=[1, 2, 3, 4])

    assert found(place, _stored(1, 2, 3, 4), [_done(1.5, 1.6), _done(5, 6, gap=True)], 0).untrue == 0
    assert found(place, _stored(1, 2, 3, 4), [_done(3.5, 3.6), _done(5, 6, gap=True)], 0).untrue == 1


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({}, None),
        ({"stored": 7, "missing": (4, 5, 6)}, "a: 3 posts are missing: 4, 5, 6"),
        ({"stored": 8, "gone": 2}, "a: 2 posts came and went, and nobody was told"),
        ({"stored": 8, "gone": 2, "gaps": 1}, None),
        ({"twice": 1}, "a: 1 posts were stored again"),
        ({"versions": 2}, "a: 2 versions of posts that nobody edited"),
        ({"gaps": 1, "untrue": 1}, "a: 1 gaps were told where there was none"),
        ({"stored": 11}, "a: 1 posts that nobody published"),
    ],
)
def test_each_broken_promise_is_a_sentence(changes: dict[str, Any], sentence: str | None) -> None:
    result = Found(source="a", published=10, stored=10)._replace(**changes)

    assert wrong([result]) == ([sentence] if sentence else [])


# --- the run ---


async def test_polls_cut_for_some_seconds_store_every_post_once(tmp_path: Path) -> None:
    report = await run(Plan(minutes=0.08, posts=150, each=1, spell=1), tmp_path)

    sys.stdout.write(table(report))
    assert report.wrong == []
    assert sum(one.published for one in report.found) == 150 + len(report.found)
    assert report.cancelled > 5
    assert report.kills >= 1
