from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from monitor.cli.standing import at_a_glance, poll_line, story
from monitor.model import Origin, PollRecord, SourceState, Spend
from monitor.sources import SourceConfig
from monitor.web.standing import source_lines
from tests.cli.conftest import Command
from tests.make import NOON

Called = Callable[..., Result]

MINISTRY = Origin(id="am-mod", kind="rss", name="Ministry", party="AM")


def lines(result: Result) -> list[dict[str, Any]]:
    """The output as JSON lines."""
    assert result.exit_code == 0, result.stderr
    return [json.loads(line) for line in result.stdout.splitlines()]


def settings(**given: Any) -> SourceConfig:
    return SourceConfig(**{"id": "am-mod", "kind": "rss", "url": "https://mod.example/planted/feed", **given})


def told(its: SourceConfig | None = None, **state: Any) -> tuple[str, list[str]]:
    """What is said of a source: in one line, and at length."""
    its = its or settings()
    [line] = source_lines([MINISTRY], [SourceState(id="am-mod", **state)], NOON, {"am-mod": its})
    return at_a_glance(line, NOON, 8), story(line, its, NOON)


def before(**much: float) -> Any:
    return NOON - timedelta(**much)


def after(**much: float) -> Any:
    return NOON + timedelta(**much)


# --- in words ---


def test_a_healthy_source_is_one_calm_line() -> None:
    line, _ = told(
        health="healthy", since=before(days=3), changed=before(hours=5), due=after(minutes=4), interval=300, posts=7
    )

    assert line == "am-mod    healthy        since 3 days ago    new 5 h ago       next in 4 min"


@pytest.mark.parametrize(
    ("state", "word", "end"),
    [
        ({}, "not asked yet", "since –             new never         next –"),
        ({"health": "failing", "failures": 3, "error": "no answer", "pace": "failure number 3"}, "failing",
         "has failed 3 times in a row; no answer"),
        ({"health": "blocked", "failures": 3, "error": "a wall"}, "blocked", "has a wall before it; a wall"),
        ({"health": "late", "silence": "usually 8 posts"}, "silent",
         "is silent for much longer than is its habit; Usually 8 posts"),
        ({"health": "healthy", "gap": before(hours=2)}, "healthy", "May have missed posts before 2 h ago"),
        ({"health": "healthy", "interval": 900, "pace": "its ttl asks for 1h"}, "healthy",
         "every 15 min: its ttl asks for 1h"),
        ({"health": "healthy", "pace": "it sleeps"}, "healthy", "by its timetable: it sleeps"),
        ({"health": "healthy", "spend": Spend(today=0.35, budget=1.0, day=NOON.date())}, "healthy",
         "$0.35 of $1.00 spent today"),
        ({"health": "healthy", "due": before(minutes=10)}, "overdue", "is 10 min late"),
        ({"health": "healthy", "asking": True}, "healthy", "new never         being asked now"),
        ({"health": "failing", "failures": 1, "asking": True}, "failing", "  being asked now    has failed 1 time"),
    ],
)  # fmt: skip
def test_a_line_says_what_is_wrong_and_why_the_pace_is_another(state: dict[str, Any], word: str, end: str) -> None:
    line, _ = told(**state)

    assert line[10:].startswith(word)
    assert line.endswith(end)


def test_why_tells_everything_in_sentences() -> None:
    _, said = told(
        settings(slo="2m", party="AM"),
        health="failing",
        since=before(hours=3),
        asked=before(minutes=4),
        answered=before(hours=3),
        changed=before(hours=9),
        due=after(minutes=11),
        failures=14,
        error="mod.example gave no whole answer within 25 s",
        gap=before(days=2),
        posts=1204,
        interval=900,
        pace="failure number 14: asked less often",
        latency=95,
        moved="https://www.mod.example/feed",
    )

    facts = (
        "Host: mod.example; Party: AM; Official: no; Language: as its posts say; Time zone: as its posts say; "
        "Its hints: obeyed, up to 15 min; robots.txt: not asked; Target: seen within 2 min; First poll: silent"
    )
    assert said == [
        "Ministry (am-mod): failing, since 2021-11-16 09:00:00Z (3 h ago).",
        "It has failed 14 times in a row.",
        "It goes on being asked, ever less often, and nothing else is held up by it.",
        "mod.example gave no whole answer within 25 s",
        "May have missed posts before 2 days ago (2021-11-14 12:00:00 UTC): none that was known was left in its feed.",
        "Has moved for good, to https://www.mod.example/feed: change its address.",
        "Last asked 4 min ago, last answered 3 h ago; something new came last 9 h ago, 1204 posts so far.",
        "To be asked every 5 min. Next in 11 min, every 15 min as it is now: failure number 14: asked less often.",
        "Its posts are typically seen 1 min 35 s after their publication. The target is 2 min.",
        facts,
    ]


def test_a_pace_that_is_simply_the_setting_is_told_once() -> None:
    _, said = told(health="healthy", interval=300, posts=1)

    assert "Last asked never, last answered never; something new came last never, 1 post so far." in said
    assert "To be asked every 5 min. Next not planned yet." in said


def test_what_is_being_asked_now_has_no_next_time() -> None:
    assert "To be asked every 5 min. Being asked now." in told(health="healthy", asking=True)[1]
    assert "To be asked every 5 min. Next 1 Jan 2022." in told(due=after(days=46))[1]


def test_a_target_without_a_figure_is_said() -> None:
    assert (
        "How long after their publication its posts are seen is not known yet. The target is 1 min."
        in told(settings(slo=60))[1]
    )
    assert not any("publication" in sentence for sentence in told()[1])


def test_a_poll_is_one_line() -> None:
    new = PollRecord(at=NOON, outcome="new", seconds=0.42, next=NOON, status=200, size=81_234, new=2, known=18)
    bad = PollRecord(at=NOON, outcome="unreachable", seconds=25, next=NOON, why="no answer")

    assert poll_line(new) == "2021-11-16 12:00:00Z  new           200   81 kB    0.4 s  2 new · 18 known"
    assert poll_line(bad) == "2021-11-16 12:00:00Z  unreachable     –       –   25.0 s  –  no answer"


def test_hostile_words_do_not_steer_the_terminal() -> None:
    evil = "\x1b[2Jgone\u202e\r\nam-mod healthy"
    line, said = told(health="failing", error=evil, pace=evil, moved=evil, warnings=(evil,))
    poll = poll_line(PollRecord(at=NOON, outcome="unreadable", seconds=1, next=NOON, why=evil))

    for text in (line, *said, poll):
        assert text.isprintable()


# --- as commands ---


def test_sources_say_how_they_are_and_why_one_is_off(filled: Path, called: Called) -> None:
    failing, off = called("sources").stdout.splitlines()

    assert failing.split()[:3] == ["am-mod", "failing", "since"]
    assert failing.endswith("has failed 2 times in a row; no answer")
    assert off.split(maxsplit=2) == ["az-mod", "off", "its feed is gone"]
    (state,) = lines(called("sources", "--json"))
    assert (state["failures"], state["asked"]) == (2, "2021-11-16T12:00:00Z")


def test_why_of_one_source(filled: Path, called: Called) -> None:
    said = called("sources", "why", "am-mod").stdout.splitlines()

    assert said[0].startswith("Ministry (am-mod): failing")
    assert "no answer" in said
    assert said[-2:] == [
        "Its last polls, the newest first:",
        "  2021-11-16 12:00:00Z  unreachable     –       –   25.0 s  –  no answer",
    ]


def test_why_as_json_wherever_the_options_stand(filled: Path, command: Command) -> None:
    (first,) = lines(command("sources", "-c", filled, "--json", "why", "am-mod"))
    (second,) = lines(command("sources", "why", "am-mod", "--json", "-c", filled))

    assert first == second
    assert (first["health"], first["trouble"], first["remarks"]) == (
        "failing",
        "has failed 2 times in a row",
        ["no answer"],
    )
    assert [one["outcome"] for one in first["polls"]] == ["unreachable"]
    assert (first["settings"]["host"], first["settings"]["enabled"]) == ("example.org", True)


def test_why_of_a_source_that_is_off_or_was_never_asked(config: Path, called: Called) -> None:
    assert called("sources", "why", "az-mod").stdout == "az-mod (az-mod) is off: its feed is gone\n"
    assert called("sources", "why", "am-mod").stdout.splitlines()[-1] == "It has not been polled yet."


def test_why_of_a_source_nobody_knows_names_the_nearest(called: Called) -> None:
    result = called("sources", "why", "am-mo")

    assert result.exit_code == 1
    assert result.stderr == "no source 'am-mo'; did you mean 'am-mod'?\n"
