"""The judge of the chaos run must not be blind: what it is there to notice, it notices."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.chaos.sinks import CHANNELS, Arrival, Behaviour, Channel
from tests.chaos.verdict import Cause, Incident, cause, complaints, tallies


def arrival(
    at: float = 0.0,
    *,
    how: Behaviour = "taken",
    post: str = "000001",
    channel: Channel = "desk",
    monitor: str = "one",
    delivery: str | None = None,
) -> Arrival:
    return Arrival(channel, monitor, post, delivery or f"id of {post}", at, how)


def everywhere(post: str, at: float = 0.0) -> list[Arrival]:
    return [arrival(at, post=post, channel=channel) for channel in CHANNELS]


def test_all_that_should_arrive_and_nothing_else_is_no_complaint() -> None:
    assert complaints(tallies(["000001"], everywhere("000001"), []), []) == []


def test_a_loss_on_one_channel_is_noticed() -> None:
    found = tallies(["000001", "000002"], [*everywhere("000001"), *everywhere("000002")[1:]], [])

    assert found["desk"].lost == ("000002",)
    assert complaints(found, []) == ["desk: 1 posts never arrived: 000002"]


def test_an_alert_about_a_quiet_post_is_noticed() -> None:
    said = complaints(tallies(["000001"], [*everywhere("000001"), arrival(post="000007")], []), [])

    assert said == ["desk: 1 posts arrived though they should alert nobody: 000007"]


def test_a_repeat_under_another_id_is_noticed_even_where_it_is_excused() -> None:
    twice = [*everywhere("000001"), arrival(1.0, delivery="other")]
    killed = [Incident("killed", "one", 0.1, 0.2)]

    assert complaints(tallies(["000001"], twice, killed), killed) == [
        "desk: 1 posts came under more than one delivery id: 000001"
    ]


def test_a_repeat_without_a_reason_is_noticed() -> None:
    found = tallies(["000001"], [*everywhere("000001"), arrival(9.0)], [])

    assert found["desk"].repeats == Counter(unexplained=1)
    assert complaints(found, []) == ["desk: 1 repeats that nothing explains"]


def test_more_repeats_than_a_kill_can_cause_are_noticed() -> None:
    twice = [one for post in ("000001", "000002") for one in (*everywhere(post), arrival(9.0, post=post))]
    killed = [Incident("killed", "one", 0.1, 0.2)]

    assert complaints(tallies(["000001", "000002"], twice, killed), killed) == ["desk: 2 repeats after 1 kills"]


@pytest.mark.parametrize(
    ("before", "incident", "expected"),
    [
        (arrival(how="dropped"), None, "answer lost"),
        (arrival(how="late"), None, "answer lost"),
        (arrival(), Incident("killed", "one", 0.5, 0.6), "killed"),
        (arrival(), Incident("killed", "other", 0.5, 0.6), "unexplained"),  # its sender lived
        (arrival(), Incident("killed", "one", 4.0, 4.1), "unexplained"),  # it had time to record it
        (arrival(), Incident("stopped", "one", 0.5, 1.5), "unexplained"),  # a graceful stop excuses nothing
        (arrival(), Incident("paused", "one", 0.5, 12.5), "paused"),
        (arrival(), Incident("paused", "two", 3.0, 19.5), "paused"),  # the second sender woke in the middle of its send
        (arrival(), Incident("paused", "two", 3.0, 12.0), "unexplained"),
        (arrival(), Incident("store", "kill", 0.2, 3.0), "unexplained"),  # its sender lived on, and noted it then
    ],
)
def test_what_excuses_a_repeat(before: Arrival, incident: Incident | None, expected: Cause) -> None:
    again = arrival(20.0, monitor="two")

    assert cause(before, again, [incident] if incident else []) == expected


@pytest.mark.parametrize(
    ("ended", "away", "expected"),
    [
        (Incident("killed", "one", 2.5, 2.6), Incident("store", "kill", 0.2, 3.0), "store away"),
        (Incident("stopped", "one", 2.5, 9.0), Incident("store", "kill", 0.2, 8.0), "store away"),
        (Incident("killed", "other", 2.5, 2.6), Incident("store", "kill", 0.2, 3.0), "unexplained"),
        (Incident("killed", "one", 8.0, 8.1), Incident("store", "kill", 0.2, 3.0), "unexplained"),  # too late to matter
        (Incident("killed", "one", 5.5, 5.6), Incident("store", "kill", 5.0, 9.0), "unexplained"),  # noted long before
    ],
)
def test_a_sender_that_ended_while_the_store_was_away_could_not_note_it(
    ended: Incident, away: Incident, expected: Cause
) -> None:
    assert cause(arrival(), arrival(20.0, monitor="two"), [ended, away]) == expected
