"""What retells another post and what says something else: pairs in six languages, and the rules beneath them."""

from __future__ import annotations

import time
from collections import Counter
from datetime import timedelta

import pytest

from benchmarks import pairs as told
from benchmarks.pairs import COPIES, Pair
from monitor.dedup import bands, copy_of
from monitor.model import Post
from tests.make import NOON, post

PAIRS = list(told.ours())
FIRE = (
    "On November 16, at 13:00, units of the enemy opened fire at our positions near Sotk. Four servicemen were wounded."
)
CALM = "The situation on the whole length of the border is calm, units of the army keep everything under control."
# What a copy may look like that is told twice: rather that than one statement too few.
MISSED = ("en: On 16 November, at around 13:00", "en: At about 13:00 on November 16 troops")


def said(text: str, source: str = "ministry", hours: float = 0, title: str = "") -> Post:
    moment = NOON + timedelta(hours=hours)
    return post(f"{source}-{hours}", source=source, title=title, text=text, published=moment, seen=moment)


def test_there_are_pairs_enough_of_every_kind_and_language() -> None:
    kinds, languages = Counter(pair.relation for pair in PAIRS), Counter(pair.language for pair in PAIRS)

    assert len(PAIRS) >= 100
    assert min(kinds[kind] for kind in (*COPIES, "update", "counterclaim", "other")) >= 3
    assert set(languages) == {"en", "ru", "hy", "az", "tr", "fr"}


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: f"{pair.relation}: {pair.name}")
def test_what_a_later_post_is_of_an_earlier_one(pair: Pair) -> None:
    found = copy_of(pair.first, pair.later)

    if pair.relation not in COPIES:
        assert found is None
    elif not pair.name.startswith(MISSED):
        assert found
        assert found.kind == pair.relation
        assert 0 < found.share <= 1
        assert len({*bands(pair.first.text)} & {*bands(pair.later.text)}) > 1


def test_statements_of_different_groups_are_never_copies() -> None:
    firsts = list({pair.first.text: pair.first for pair in PAIRS}.values())

    assert not [(a.text, b.text) for a in firsts for b in firsts if a is not b and copy_of(a, b)]


def test_the_same_words_filed_in_two_cities_or_on_two_days_are_two_reports() -> None:
    assert copy_of(said(f"YEREVAN. {CALM}"), said(f"#News\nYEREVAN, 16 November. {CALM}", "agency", 1))
    assert not copy_of(said(f"YEREVAN: {CALM}"), said(f"BAKU: {CALM}", "agency", 1))
    assert not copy_of(said(f"YEREVAN. 4 killed. {CALM}"), said(f"YEREVAN. 4 wounded. {CALM}", "agency", 1))
    assert not copy_of(said(f"BAKU, 16 November. {CALM}"), said(f"BAKU, 17 November. {CALM}", "agency", 1))


@pytest.mark.parametrize(
    ("text", "source", "hours", "copied"),
    [
        (CALM, "agency", 5.9, True),
        (CALM, "agency", 6.1, False),  # the next report, in the same words
        (CALM, "ministry", 0.9, True),
        (CALM, "ministry", 1.1, False),  # the same source says it again
        (FIRE, "agency", 47, True),  # it names its day
        (FIRE, "ministry", 47, True),
        (FIRE, "agency", 8 * 24, False),
    ],
)
def test_the_same_words_later_are_another_report_but_for_those_that_name_their_day(
    text: str, source: str, hours: float, copied: bool
) -> None:
    assert bool(copy_of(said(text), said(text, source, hours))) is copied


def test_without_any_time_nothing_is_known() -> None:
    assert copy_of(post(title="", text=FIRE), post(2, title="", text=FIRE)) is None


@pytest.mark.parametrize(
    ("one", "other", "copied"),
    [
        ("Release", "Statement of the Ministry", True),
        ("Release", "Release", True),
        ("Situation near Goris", "Situation near Kapan", False),
        ("Release", "Three killed", False),
        ("Four wounded", "Four servicemen wounded", True),
        ("Four of 25 000 wounded", "Four of 25,000 wounded", True),
    ],
)
def test_a_title_counts_for_what_it_says_beyond_the_text(one: str, other: str, copied: bool) -> None:
    assert bool(copy_of(said(FIRE, title=one), said(FIRE, "agency", 1, title=other))) is copied


def test_few_words_are_no_copy_and_a_very_long_text_is_not_compared() -> None:
    assert copy_of(said("No incidents."), said("No incidents.", "agency")) is None
    assert copy_of(said(f"{CALM} " * 81), said(f"{CALM} " * 81, "agency")) is None


def test_many_words_that_are_nearly_others_cost_no_more_than_their_number() -> None:
    stems = [f"{a}{b}{c}" for a in "bcdfghjklm" for b in "aeiou" for c in ("nd", "rt", "lk", "mp")]
    one = " ".join(f"{stem}{other}" for stem in stems for other in ("am", "os"))
    longer = f"{one} " + " ".join(f"{stem}{other}" for stem in stems for other in ("ik", "ut"))

    assert copy_of(said(one), said(longer, "agency")) is None
    assert copy_of(said(f"{longer} " * 6), said(f"{longer} " * 6, "agency")) is None


def test_a_word_without_end_costs_no_more_than_its_length() -> None:
    began = time.process_time()

    assert copy_of(said(f"{FIRE} {'q' * 200_000}"), said(f"{FIRE} {'w' * 200_000}", "agency")) is None
    assert time.process_time() - began < 3


@pytest.mark.parametrize(("first", "second"), [(1, 2), (2, 1), (5, 2), (11, 12)])
def test_reports_that_count_themselves_apart_are_two_though_a_number_stands_in_both(first: int, second: int) -> None:
    words = "Two servicemen were wounded near the border when a position came under fire, the ministry says. " * 4
    one, other = (
        said(f"Report {number}. {words}", hours=number / 60, title=f"Statement {number}") for number in (first, second)
    )

    assert copy_of(one, other) is None
