"""Who is missing from what a source shows: five that were taken away, and what only looks like it."""

from __future__ import annotations

import pytest

from monitor.model import Batch, Bookmark, Health, SourceState, post_key
from monitor.poll.gone import window
from tests.make import NOON, post

BEFORE = tuple("hgfedcba")


@pytest.mark.parametrize(
    ("now", "gone"),
    [
        ("hgedcba", "f"),  # one from the middle
        ("gfedcba", "h"),  # the newest
        ("kihgfdcb", "e"),  # beside new ones, while the oldest fell off
        ("hgfcba", "ed"),  # two at once
        ("hgedcba9", "f"),  # an older one moved up into its place
    ],
)
def test_what_has_gone_from_before_something_still_shown_is_missing(now: str, gone: str) -> None:
    assert window.missing(BEFORE, tuple(now)).keys == tuple(gone)


@pytest.mark.parametrize(
    "now",
    [
        "kjihgfed",  # the oldest fell off
        "hgf",  # the window shrank, or the answer was cut: what is gone stood at its end
        "hgfedcba",  # nothing changed
        "zyxwvuts",  # all ids renewed, or a window that moved on too far
        "hgfdceba"[::-1],  # the publisher turned the order round, and dropped none
        "gabcdef",  # it sorts otherwise: places mean nothing
        "",  # nothing at all
    ],
)
def test_nothing_is_missing_where_the_window_only_moved_shrank_or_was_ordered_anew(now: str) -> None:
    assert window.missing(BEFORE, tuple(now)).keys == ()


def test_of_a_complete_feed_also_what_fell_off_its_end_is_missing() -> None:
    assert window.missing(BEFORE, tuple("hgfed"), complete=True).keys == tuple("cba")
    assert window.missing(BEFORE, tuple("zy"), complete=True).keys == ()


def test_half_of_what_should_be_there_is_a_purge_and_less_or_few_are_not() -> None:
    wide = tuple(f"{n}" for n in range(20))
    assert window.missing(wide, (wide[0], *wide[11:])).is_purge
    assert not window.missing(wide, (*wide[:8], *wide[13:])).is_purge
    assert not window.missing(tuple("abcd"), ("d",)).is_purge


def test_an_answer_that_may_be_a_part_is_no_window() -> None:
    whole = Batch(posts=(post(1),), window=("s:a", "s:b", "s:a"))

    assert window.window_of(whole) == ("s:a", "s:b")
    assert window.window_of(Batch(window=("a",), warnings=("the feed is cut",))) is None
    assert window.window_of(Batch(window=("a",), unchanged=True)) is None
    assert window.window_of(Batch(window=())) is None
    assert window.window_of(Batch(posts=(post(1),))) is None


@pytest.mark.parametrize(
    ("health", "failures", "good"),
    [("healthy", 0, True), ("late", 0, True), ("failing", 1, False), ("blocked", 4, False), ("gone", 9, False),
     ("changed", 3, False), ("new", 0, False)],
)  # fmt: skip
def test_after_a_trouble_nothing_is_compared(health: Health, failures: int, *, good: bool) -> None:
    assert window.is_in_order(SourceState(id="s", health=health, failures=failures, asked=NOON)) is good


def test_another_address_or_another_account_has_its_own_window() -> None:
    here = Bookmark(cursor={"home": "1", "at": "2", "account": "3", "newest": "7"})

    assert window.is_same_place(here, Bookmark(cursor={**here.cursor, "newest": "9"}))
    assert not window.is_same_place(None, here)
    for name in ("home", "at", "account"):
        assert not window.is_same_place(here, Bookmark(cursor={**here.cursor, name: "other"}))


def test_a_window_is_remembered_up_to_a_number_and_read_back() -> None:
    keys = tuple(post_key("am-mod", f"{n}") for n in range(window.MOST + 5))

    assert window.read("am-mod", window.written(keys)) == keys[: window.MOST]
    assert window.read("am-mod", None) == ()


@pytest.mark.parametrize(
    ("now", "gone"),
    [
        ("ehgfdcba", ""),  # one was published anew
        ("ehgdcba", "f"),  # so it was, and another was taken away
        ("kiehgdcba", "f"),  # beside new ones
        ("dahgfcb", "e"),  # two moved up; the last one but them still stands behind what is missing
        ("dcahgb", ""),  # three of six: where half of it has moved, places mean nothing
    ],
)
def test_what_moved_up_to_the_front_hides_nothing_that_is_missing(now: str, gone: str) -> None:
    assert window.missing(BEFORE, tuple(now)).keys == tuple(gone)
