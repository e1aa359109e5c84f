from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from monitor.model import PollRecord, SourceState, Spend
from monitor.sources import SourceConfig
from monitor.web import standing
from monitor.web.standing import (
    SourceLine,
    briefly,
    brought,
    coming,
    facts,
    plainly,
    remarks,
    shown,
    size,
    source_lines,
)
from tests.web.memory import AGENCY, MINISTRY, NOON


def a_line(**state: Any) -> SourceLine:
    [line] = source_lines([MINISTRY], [SourceState(id="am-mod", **state)], NOON)
    return line


def settings(**given: Any) -> SourceConfig:
    return SourceConfig(**{"id": "am-mod", "kind": "rss", "url": "https://u:pass@mod.example/planted/feed", **given})


@pytest.mark.parametrize(
    ("state", "word", "mood", "trouble"),
    [
        ({}, "not asked yet", "wait", None),
        ({"health": "healthy"}, "healthy", "good", None),
        ({"health": "healthy", "due": -30}, "healthy", "good", None),
        ({"health": "healthy", "due": -600}, "overdue", "wait", "is 10 min late"),
        ({"due": -600}, "overdue", "wait", "is 10 min late"),
        ({"health": "healthy", "slow": NOON}, "slow", "wait", "is seen too late"),
        ({"health": "healthy", "asking": True}, "healthy", "good", None),
        ({"health": "late"}, "silent", "wait", "is silent for much longer than is its habit"),
        ({"health": "failing", "failures": 1, "due": 30}, "failing", "bad", "has failed 1 time"),
        ({"health": "failing", "failures": 5}, "failing", "bad", "has failed 5 times in a row"),
        ({"health": "blocked", "failures": 5}, "blocked", "bad", "has a wall before it"),
        ({"health": "gone", "failures": 9}, "gone", "bad", "is gone, says its publisher"),
        ({"health": "changed"}, "changed", "bad", "answers with something else than it used to"),
        ({"health": "late", "slow": NOON, "due": -120}, "silent", "wait",
         "is silent for much longer than is its habit; is 2 min late; is seen too late"),
    ],
)  # fmt: skip
def test_every_state_has_a_word_a_mood_and_its_trouble(
    state: dict[str, Any], word: str, mood: str, trouble: str | None
) -> None:
    due = NOON + timedelta(seconds=state["due"]) if "due" in state else None

    line = a_line(**{**state, "due": due})

    assert (line.word, line.mood, line.trouble) == (word, mood, trouble)
    assert line.word in standing.WORDS
    assert line.meaning or line.word == "slow"


def test_since_when_goes_with_the_word() -> None:
    since, slow = NOON - timedelta(days=3), NOON - timedelta(hours=3)

    assert a_line(health="blocked", since=since, slow=slow).since == since
    assert a_line(health="healthy", since=since, slow=slow).since == slow
    assert a_line(health="healthy", since=since, due=NOON - timedelta(hours=1)).since == NOON - timedelta(hours=1)


def test_when_a_source_is_asked_next() -> None:
    assert coming(SourceState(id="a", due=NOON + timedelta(minutes=4)), NOON) == "next in 4 min"
    assert coming(SourceState(id="a"), NOON, "not planned yet") == "next not planned yet"
    assert coming(SourceState(id="a", asking=True), NOON) == "being asked now"


def test_the_worst_come_first_then_by_name_and_unknown_ones_are_new() -> None:
    origins = [AGENCY, MINISTRY, *(type(AGENCY)(id=name, kind="rss", name=name) for name in ("b", "a", "c"))]
    states = [
        SourceState(id="am-mod", health="healthy"),
        SourceState(id="a", health="late"),
        SourceState(id="c", health="gone"),
        SourceState(id="b", health="blocked"),
        SourceState(id="not-configured", health="failing"),
    ]

    lines = source_lines(origins, states, NOON)

    assert [line.origin.id for line in lines] == ["b", "c", "a", "am-mod", "agency"]
    assert lines[-1].state.health == "new"


def test_the_target_comes_from_the_settings() -> None:
    [line] = source_lines([MINISTRY], [], NOON, {"am-mod": settings(slo="2m")})

    assert line.slo == 120


def test_everything_there_is_to_say_is_said_the_error_first() -> None:
    state = SourceState(
        id="am-mod",
        health="late",
        error="mod.example answered 503",
        silence="usually about 8 posts; none since noon",
        slow=NOON,
        delay="4 of the last 9 posts were seen later than 2 minutes. We ask too seldom.",
        gap=NOON - timedelta(hours=2),
        filled=12,
        flapping="the text of 1 post changes at every look",
        burst="31 posts since noon",
        moved="https://www.mod.example/planted",
        warnings=("3 items have no date", "2 ids stand for several posts"),
    )

    at = "2 h ago (2021-11-16 10:00:00 UTC)"
    assert [(one.kind, one.text) for one in remarks(state, NOON)] == [
        ("error", "mod.example answered 503"),
        ("warning", "Usually about 8 posts; none since noon."),
        ("warning", "4 of the last 9 posts were seen later than 2 minutes. We ask too seldom."),
        ("warning", f"May have missed posts before {at}: none that was known was left in its feed."),
        ("note", "When its feed last ran ahead of us, older pages gave 12 posts."),
        ("note", "The text of 1 post changes at every look."),
        ("note", "More than usual: 31 posts since noon."),
        ("warning", "Has moved for good, to https://www.mod.example/planted: change its address."),
        ("warning", "3 items have no date."),
        ("warning", "2 ids stand for several posts."),
    ]  # fmt: skip
    assert [one.text for one in briefly(state, NOON)] == [
        "mod.example answered 503",
        "Usually about 8 posts; none since noon.",
        "4 of the last 9 posts were seen later than 2 minutes.",
        "May have missed posts before 2 h ago.",
        "More than usual: 31 posts since noon.",
        "Has moved.",
        "2 warnings about its feed.",
    ]
    assert remarks(SourceState(id="am-mod", health="healthy"), NOON) == []


def test_a_table_does_not_speak_of_posts_missed_long_ago() -> None:
    state = SourceState(id="am-mod", health="healthy", gap=NOON - timedelta(days=8))

    assert [one.text for one in remarks(state, NOON)] == [
        "May have missed posts before 8 days ago (2021-11-08 12:00:00 UTC): none that was known was left in its feed."
    ]
    assert briefly(state, NOON) == []


@pytest.mark.parametrize(
    ("moved", "told"),
    [
        ("https://u:planted@www.mod.example:8443/planted?key=planted", "www.mod.example"),
        ("https://[planted", "an address that cannot be read"),
        ("planted", "an address without a host"),
        (None, None),
    ],
)
def test_a_page_shows_of_an_address_the_host_alone(moved: str | None, told: str | None) -> None:
    assert shown(SourceState(id="am-mod", moved=moved)).moved == told


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, "every 5 min"),
        ({"every": "90s"}, "every 1 min 30 s"),
        ({"every": "auto", "fastest": "30s", "slowest": "1h"}, "as it publishes, every 30 s to 1 h (auto)"),
        ({"every": "*/5 6-22 * * *", "timezone": "Asia/Baku"}, "by the timetable */5 6-22 * * *, Asia/Baku"),
    ],
)
def test_how_often_it_is_to_be_asked(given: dict[str, Any], told: str) -> None:
    assert standing.asked(settings(**given)) == told


def test_the_settings_tell_no_secret() -> None:
    told = dict(facts(settings(party="AM", official=True, slo="2m", hints="ignore")))

    assert told["Host"] == "mod.example"
    assert (told["Party"], told["Official"], told["Target"]) == ("AM", "yes", "seen within 2 min")
    assert told["Its hints"] == "ignored"
    assert plainly(settings())["host"] == "mod.example"
    for said in (str(told), str(plainly(settings()))):
        assert "planted" not in said
        assert "pass" not in said


def test_what_a_poll_brought_and_how_large_it_was() -> None:
    poll = PollRecord(at=NOON, outcome="new", seconds=1, next=NOON, new=2, versions=1, repeats=3, known=37)

    assert brought(poll) == "2 new · 1 version · 3 repeats · 37 known"
    assert brought(PollRecord(at=NOON, outcome="unchanged", seconds=1, next=NOON)) == ""
    assert [size(one) for one in (0, 812, 34_400, 1_240_000)] == ["", "812 B", "34 kB", "1.2 MB"]


def test_parts_without_a_sign_of_life_are_named() -> None:
    beats = {"poll": NOON - timedelta(seconds=30), "judge": NOON - timedelta(minutes=5)}

    assert standing.silent_parts(beats, NOON) == [("judge", 300.0)]


def test_what_a_source_costs_is_a_note_until_its_budget_is_used_up() -> None:
    def told(*, used_up: bool) -> list[standing.Remark]:
        spend = Spend(today=0.35, budget=0.4, day=NOON.date(), forecast=0.3, used_up=used_up)
        return remarks(SourceState(id="am-mod", health="healthy", spend=spend), NOON)

    (note,), (warning,) = told(used_up=False), told(used_up=True)
    assert (note.kind, note.brief) == ("note", "$0.35 of $0.40 spent today")
    assert note.text.endswith("at the pace of the last days a day costs $0.30.")
    assert (warning.kind, warning.brief) == ("warning", "$0.35 of $0.40 spent today, not asked before 00:00 UTC")
    assert warning.text.startswith("On 16 Nov its budget of $0.40 is used up")
