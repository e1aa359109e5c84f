"""The words of decisions, and what a story on a clock cannot show."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from monitor.model import Alert, Joined, Thread, changed
from monitor.policy import desk, silence
from monitor.policy.desk import Desk, Hold, Send, Silenced, Standing
from monitor.policy.settings import GroupingConfig, LimitConfig, QuietConfig
from tests.make import delivery
from tests.policy.story import said
from tests.policy.test_selector import NOON

NIGHT = QuietConfig.model_validate({"from": "22:00", "to": "07:00"})
MINUTE = timedelta(minutes=1)


def alert(words: str = "AM border goris", **fields: Any) -> Alert:
    return changed(said("a", words.split(), NOON), **fields)


def decided(
    policy: Desk, about: Alert, standing: Standing | None = None, now: datetime = NOON, **fields: Any
) -> desk.Decision:
    return desk.decide(about, delivery(about, **fields), policy, standing or Standing(), now)


def test_quiet_hours_in_words() -> None:
    yerevan = Desk(quiet=[NIGHT], zone=ZoneInfo("Asia/Yerevan"))
    evening = NOON + timedelta(hours=7)

    assert decided(yerevan, alert(), now=evening) == Hold(
        NOON + timedelta(hours=15), "quiet hours until 17 Nov 07:00 (Asia/Yerevan)", "quiet"
    )
    over = decided(yerevan, alert(), now=NOON + timedelta(hours=15), bundle="quiet")
    assert over == Send("quiet", "from quiet hours, which lasted until 07:00 (Asia/Yerevan)")


def test_an_incident_in_words() -> None:
    grouped = alert(incident=Joined(incident="i", number=2))
    thread = Thread(root="r", receipt=None, opened=NOON, last=NOON - 2 * MINUTE)

    assert decided(Desk(grouping=GroupingConfig()), grouped, Standing(thread=thread)) == Hold(
        NOON + 3 * MINUTE, "the incident was told at 11:58: gathered until 12:03", "incident:i"
    )


def test_a_limit_in_words() -> None:
    limited = Desk(limit=LimitConfig(messages=1, per=3600))

    assert decided(limited, alert(), Standing(sent=[NOON])) == Hold(
        NOON + 60 * MINUTE, "the channel had its 1 in 1 hour: gathered until 13:00", "limit"
    )


def test_a_silence_in_words() -> None:
    asked = silence.new({"parties": ["AM"]}, "exercise", "Anna", NOON, NOON + 60 * MINUTE, NOON)

    assert decided(Desk(), alert(), Standing(silences=[asked])) == Silenced(
        "silenced by Anna until 13:00 (UTC): exercise"
    )


def test_what_comes_when_the_limit_is_free_takes_along_what_waits() -> None:
    limited = Desk(limit=LimitConfig(messages=1, per=3600))

    assert decided(limited, alert()) == Send("limit", "beyond the channel's 1 messages in 1 hour")
    assert decided(limited, alert("AM border critical")) == Send()


@pytest.mark.parametrize("gather", ["storm", "catch-up"])
def test_what_was_overdue_before_it_was_looked_at_waits_for_the_others(gather: str) -> None:
    old = alert(f"AM border {gather}")
    now = NOON + timedelta(hours=1)
    first = decided(Desk(), old, now=now)

    assert isinstance(first, Hold)
    assert first.until == now + timedelta(seconds=10)
    assert isinstance(decided(Desk(), old, now=first.until, bundle=first.bundle), Send)


def test_a_plain_channel_sends_at_once_and_alone() -> None:
    assert decided(Desk(), alert()) == Send()
    assert decided(Desk(grouping=GroupingConfig()), alert(incident=Joined(incident="i"))) == Send()


def test_those_that_a_silence_took_meanwhile_do_not_go_along() -> None:
    asked = silence.new({"parties": ["AM"]}, "exercise", "Anna", NOON, NOON + 60 * MINUTE, NOON)
    ours, theirs = alert("AZ border"), alert("AM border")

    assert desk.along([ours, theirs], [asked], NOON) == [ours]
