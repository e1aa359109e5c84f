from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor.model import Alert, ChannelState, changed, decode, encode, post_key
from monitor.notices import CHANNEL, PHRASES, channel_dead, channel_failing, headline, notice
from tests.make import NOON, alert, delivery, origin

LATER = NOON + timedelta(minutes=10)
MINISTRY = origin(name="MFA of Armenia")


def silent(**given: Any) -> Alert:
    said: dict[str, Any] = {"since": NOON, "to": ("mail",)} | given
    return notice("silent", MINISTRY, " Nothing for\nnine hours ", " Look at its page.\n", LATER, **said)


def test_a_notice_is_an_alert_that_fired_on_nothing() -> None:
    one = silent(severity="high", to=["mail", "desk", "mail"])

    assert (one.notice, one.raised, one.origin, one.update) == ("silent", LATER, MINISTRY, False)
    assert (one.post.kind, one.post.source, one.post.published, one.post.seen) == ("notice", "am-mod", NOON, None)
    assert (one.post.title, one.post.text) == ("Nothing for nine hours", "Look at its page.")
    assert (one.verdict.severity, one.verdict.to) == ("high", ("mail", "desk"))
    assert (one.verdict.alert, one.verdict.topics, one.verdict.reasons, one.verdict.matches) == (True, (), (), ())
    assert decode(encode(one), Alert) == one


def test_told_twice_it_is_the_same_and_another_time_it_is_another() -> None:
    one = silent()

    assert changed(silent(), raised=LATER) == one
    assert notice("silent", MINISTRY, "other", "words", LATER + timedelta(days=1), since=NOON).id == one.id
    others = [
        silent(since=LATER),
        notice("failing", MINISTRY, "", "", LATER, since=NOON),
        notice("silent", origin("az-mod"), "", "", LATER, since=NOON),
    ]
    assert len({one.id, *(other.id for other in others)}) == 4


def test_without_a_beginning_it_begins_now() -> None:
    assert notice("gap", MINISTRY, "", "", LATER).post.published == LATER
    assert notice("gap", MINISTRY, "", "", LATER).id == notice("gap", MINISTRY, "", "", LATER, since=LATER).id


def test_its_key_has_the_form_of_every_posts_key() -> None:
    assert len(silent().post.key) == len(post_key("am-mod", "1"))
    assert silent().post.key.startswith("am-mod:")


@pytest.mark.parametrize("what", PHRASES)
def test_every_kind_is_called_something(what: str) -> None:
    assert headline(changed(silent(), notice=what)) == f"NOTICE · {PHRASES[what]} · MFA of Armenia"


def test_every_kind_is_explained_and_no_other() -> None:
    page = (Path(__file__).parent.parent / "docs" / "channels.md").read_text(encoding="utf-8")
    (table,) = re.findall(r"^\| kind \| when \|\n(.*?)\n\n", page, re.MULTILINE | re.DOTALL)

    first_cells = [line.split("|")[1] for line in table.splitlines()]
    assert set(re.findall(r"`([a-z-]+)`", " ".join(first_cells))) == set(PHRASES)


def test_a_kind_of_a_version_to_come_is_called_by_its_word_and_an_alert_is_no_notice() -> None:
    assert headline(silent()) == "NOTICE · source silent · MFA of Armenia"
    assert headline(changed(silent(), notice="strange")) == "NOTICE · strange · MFA of Armenia"
    assert headline(alert()) is None


FAILING = ChannelState(id="desk", waiting=3, failures=7, oldest=NOON, error="channel desk: Slack answered 503")


def test_a_channel_that_fails_is_told_to_the_others_once_an_alert_has_waited_ten_minutes() -> None:
    one = channel_failing(FAILING, LATER, ("desk", "mail"))

    assert one
    assert (one.notice, one.verdict.to, one.verdict.severity) == ("channel-failing", ("mail",), "high")
    assert (one.origin.kind, one.origin.id) == (CHANNEL, "desk")
    assert headline(one) == "NOTICE · channel failing · desk"
    assert one.post.text.startswith("3 alerts wait, the oldest for 10 minutes. The last error: channel desk")
    assert "monitor send-test desk" in one.post.text
    again = channel_failing(changed(FAILING, failures=99, waiting=20), LATER + timedelta(hours=3), ("mail",))
    assert again
    assert again.id == one.id  # while the same alert waits, it is the same trouble
    assert "the oldest for 3 hours" in again.post.text


@pytest.mark.parametrize(
    "state",
    [
        changed(FAILING, failures=0),
        changed(FAILING, oldest=None),
        changed(FAILING, oldest=NOON + timedelta(seconds=1)),
    ],
)
def test_a_channel_that_is_well_or_failed_just_now_is_not(state: ChannelState) -> None:
    assert channel_failing(state, LATER, ("mail",)) is None


def test_what_was_given_up_is_told_with_the_way_to_send_it_again() -> None:
    dead = delivery(channel="desk", state="dead", error="is_archived")
    one = channel_dead(ChannelState(id="desk", dead=2), dead, LATER, ("mail", "desk"))

    assert (one.notice, one.verdict.to, one.post.published) == ("channel-dead", ("mail",), NOON)
    assert one.post.title == "Channel desk: 2 alerts were given up"
    assert "The last error: is_archived." in one.post.text
    assert "monitor deliveries retry --channel desk" in one.post.text
