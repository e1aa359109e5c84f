"""The statements: complete, dated, and told apart as the demo promises."""

import asyncio
from datetime import timedelta
from importlib import resources

import pytest
import yaml

from monitor.demo.day import CLOSES, OPENS, SECONDS, Clock, Statement, statements
from monitor.demo.ministry import FEEDS, WITHOUT_VALIDATORS
from monitor.demo.settings import CHANNELS
from monitor.model import Origin, Post
from monitor.rules import Rulebook, RuleConfig

DAY = statements()
BEFORE = [one for one in DAY if one.at < OPENS]


def only(field: str) -> Statement:
    [found] = [one for one in DAY if getattr(one, field)]
    return found


def original(one: Statement) -> Statement:
    return next(other for other in DAY if other.id == one.after)


@pytest.mark.parametrize("one", DAY, ids=lambda one: one.id)
def test_a_statement_has_thirty_to_ninety_words_in_the_hours_of_the_day(one: Statement) -> None:
    words = len(one.text.split())

    assert 28 <= words <= 90
    assert one.at < CLOSES
    assert one.source in FEEDS
    assert bool(one.because) == (one.fate == "silent")


def test_ids_are_unique_and_five_languages_are_heard() -> None:
    assert len({one.id for one in DAY}) == len(DAY)
    assert {one.language for one in DAY} == {"en", "ru", "hy", "az", "tr"}


def test_the_first_poll_holds_something_that_would_ring_on_any_other_day() -> None:
    assert {one.source for one in BEFORE} == set(FEEDS)
    assert all(one.fate == "silent" for one in BEFORE)
    assert any("wounded" in one.text for one in BEFORE)


def test_the_repeat_says_the_same_words_within_the_hour_in_the_same_source() -> None:
    again = only("repeats")
    first = original(again)

    assert (again.title, again.text, again.source) == (first.title, first.text, first.source)
    assert again.native_id != first.native_id
    assert timedelta(0) < again.at - first.at < timedelta(hours=1)


def test_the_copy_says_the_same_words_elsewhere() -> None:
    copy = only("copies")
    first = original(copy)

    assert (copy.title, copy.text) == (first.title, first.text)
    assert copy.source != first.source


def test_the_edit_keeps_its_id_and_changes_the_number() -> None:
    edit = only("edits")
    first = original(edit)

    assert edit.native_id == first.native_id
    assert (first.revision, edit.revision) == (1, 2)
    assert "4 wounded" in first.text
    assert "7 wounded" in edit.text


def test_what_must_be_read_first_is_in_a_feed_that_can_tell() -> None:
    assert not {original(one).source for one in DAY if one.after} & WITHOUT_VALIDATORS


@pytest.mark.parametrize("one", [one for one in DAY if one.at > OPENS and not one.after], ids=lambda one: one.id)
def test_the_demos_rules_ring_for_news_and_not_for_decoys(one: Statement) -> None:
    raw = yaml.safe_load(resources.files("monitor.demo").joinpath("rules.yaml").read_text("utf-8"))
    rulebook = Rulebook([RuleConfig(**rule) for rule in raw["rules"]])
    post = Post(key="am:0", source="am", kind="rss", native_id=one.id, title=one.title, text=one.text)
    verdict = rulebook.judge(post, Origin(id="am", kind="rss", name="A ministry"))

    assert verdict.alert == (one.fate == "alert")
    assert verdict.language == one.language
    assert verdict.to in ((), CHANNELS)


def test_the_clock_stands_until_started() -> None:
    assert Clock(1).now() == OPENS


async def test_the_clock_runs_through_the_day_in_the_seconds_it_says() -> None:
    clock = Clock(300)
    clock.start()
    async with asyncio.timeout(5):
        await clock.reaches(CLOSES)

    assert clock.now() >= CLOSES
    assert clock.seconds == SECONDS / 300
