"""What two agencies wrote up of one statement, each in its own words, and what only looks like that."""

from __future__ import annotations

import time
from collections import Counter
from datetime import timedelta
from itertools import groupby
from typing import Any

import pytest

from benchmarks import pairs, statements
from benchmarks.pairs import RETOLD, Pair
from monitor.dedup import copy_of, retelling
from monitor.dedup.retold import retold
from monitor.model import Entry, Like, Post, changed
from tests.make import NOON, origin, post

PAIRS = list(pairs.retellings())
GROUPS = [list(group) for _, group in groupby(PAIRS, key=lambda pair: pair.first)]
# Of our own retellings those that are found; the others alert as statements of their own.
FOUND = 26

FIRST = (
    "Major Anar Eyvazov told a briefing on November 16 that Armenian units attacked posts near Lachin at about 11:00. "
    "Two Azerbaijani servicemen were wounded by mortars; doctors do not fear for their lives. The provocation was "
    "planned, the spokesman believes."
)
LATER = (
    "Armenian forces launched a planned provocation near Lachin around 11:00, Anar Eyvazov has said at his briefing: "
    "posts had been attacked. Mortars wounded two Azerbaijani soldiers, for whose lives the doctors have no fear, the "
    "spokesman explained to journalists."
)
AGAIN = (
    "Armenian forces had planned the provocation in which posts near Lachin were attacked around 11:00, spokesman Anar "
    "Eyvazov explained to journalists. Mortars wounded two Azerbaijani servicemen; doctors do not fear for their lives."
)


def said(text: str, hours: float = 0, **fields: Any) -> Post:
    moment = NOON + timedelta(hours=hours)
    return post(f"{hours}-{len(text)}", text=text, title="", published=moment, seen=moment, **fields)


def changed_to(old: str, new: str) -> str:
    assert old in LATER
    return LATER.replace(old, new)


def test_there_are_pairs_enough_of_both_sorts_in_every_language() -> None:
    sorts = Counter((pair.language, pair.relation == RETOLD) for pair in PAIRS)

    assert sum(number for (_, again), number in sorts.items() if again) >= 24
    assert sum(number for (_, again), number in sorts.items() if not again) >= 24
    assert set(sorts) == {
        (language, again) for language in ("en", "ru", "hy", "az", "tr", "fr") for again in (True, False)
    }


@pytest.mark.parametrize(
    "pair", [pair for pair in PAIRS if pair.relation != RETOLD], ids=lambda pair: f"{pair.relation}: {pair.name}"
)
def test_what_only_looks_like_a_retelling_is_none(pair: Pair) -> None:
    assert retold(pair.first, pair.later) is None


def test_of_retellings_most_are_found_and_none_is_a_copy() -> None:
    again = [pair for pair in PAIRS if pair.relation == RETOLD]

    assert sum(retold(pair.first, pair.later) is not None for pair in again) == FOUND > len(again) / 2
    assert not [pair.name for pair in again if copy_of(pair.first, pair.later)]


def test_what_is_no_copy_by_its_figures_or_sides_is_no_retelling_either() -> None:
    assert not [one.name for one in pairs.ours() if one.relation not in pairs.COPIES and retold(one.first, one.later)]


def entry(n: int, said: Post) -> Entry:
    return Entry(id=f"{n}-0", post=changed(said, key=f"agency:{n}"))


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group[0].name)
def test_whatever_else_came_before_each_is_kept_with_the_first_or_with_none(group: list[Pair]) -> None:
    first = entry(0, group[0].first), origin()
    later = [(entry(n, pair.later), pair.relation == RETOLD) for n, pair in enumerate(group, start=1)]
    again = [
        (changed(one, like=found.like if (found := retelling(one, [first])) else None), origin())
        for one, is_again in later
        if is_again
    ]
    for one, is_again in later:
        if not is_again:
            assert retelling(one, [first, *again]) is None
            for other, _ in again:
                found = retelling(changed(other, like=None), [first, (one, origin())])
                assert found is None or found.like.key == "agency:0"


def test_who_retells_only_what_others_made_of_it_retells_nothing() -> None:
    first, again = entry(0, said(FIRST)), entry(1, said(LATER, 1))
    third = entry(2, said(AGAIN, 2))
    kept = changed(again, like=Like(key="agency:0", kind="retold", share=0.5))
    other = changed(first, post=changed(first.post, text=FIRST.replace("near Lachin", "near Kalbajar")))

    for known in ([first, kept], [kept]):
        found = retelling(third, [(one, origin()) for one in known])
        assert found
        assert (found.like.key, [it.entry for it in found.said]) == ("agency:0", known)
    assert retelling(third, [(other, origin()), (kept, origin())]) is None
    assert retelling(third, [(first, origin()), (again, origin())]) is None  # as if they were two statements


def test_of_all_labelled_statements_taken_for_one_party_s_and_minute_s_none_is_linked() -> None:
    met = pairs.strangers(statements.OURS)

    assert met.pairs > 100_000
    assert met.linked == []


def test_how_much_is_shared_and_whether_more_is_told_is_said() -> None:
    found = retold(said(FIRST), said(LATER, 1))
    more = retold(said(FIRST), said(f"{LATER} Armenian vehicles were destroyed.", 1))

    assert found
    assert (found.kind, found.more) == ("retold", False)
    assert 0.3 <= found.share <= 1
    assert more
    assert more.more


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("around 11:00", "around 11:40"),
        ("near Lachin", "near Kalbajar"),
        ("near Lachin", "near Lachin and Kalbajar"),
        ("two Azerbaijani", "three Azerbaijani"),
        ("wounded", "killed"),
        ("Mortars", "Drones"),
        ("Anar Eyvazov", "Kerim Valiyev"),
        ("Armenian forces launched", "Azerbaijani forces launched"),
        ("had been attacked", "had not been attacked"),
        ("had been attacked", "had been attacked again"),
        ("had been attacked", "had been taken"),
        ("the spokesman explained", "it is a lie, the spokesman explained"),
        ("around 11:00", "around 11:00 on November 14"),
    ],
)
def test_anything_else_of_weight_makes_it_another_statement(old: str, new: str) -> None:
    assert retold(said(FIRST), said(changed_to(old, new), 1)) is None


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("around 11:00", "around 1100 hrs"),
        ("around 11:00", "around 11 a.m. (GMT+4)"),
        ("near Lachin", "near Lachyn"),
        ("Anar Eyvazov", "Anar Eivazov"),
        ("wounded two", "wounded 2"),
        ("around 11:00", "around 11:00 on Nov. 16"),
    ],
)
def test_what_is_only_written_otherwise_does_not(old: str, new: str) -> None:
    assert retold(said(FIRST), said(changed_to(old, new), 1))


def test_a_deed_that_the_first_has_not_counts_as_more_only_in_the_same_person_s_words() -> None:
    nobody = FIRST.replace(
        "Major Anar Eyvazov told a briefing on November 16", "It was said on November 16 in Ganja and Barda"
    )
    later = LATER.replace("Anar Eyvazov has said at his briefing", "it was said in Ganja and Barda")

    assert retold(said(nobody), said(later, 1))
    assert retold(said(nobody), said(f"{later} Vehicles were destroyed.", 1)) is None


def test_it_is_of_the_same_hours_and_language() -> None:
    assert retold(said(FIRST), said(LATER, 4)) is None
    assert retold(said(FIRST), post(2, text=LATER, published=None, seen=None)) is None
    assert retold(said(FIRST, language="en"), said(LATER, 1, language="en-GB"))
    assert retold(said(FIRST, language="en"), said(LATER, 1, language="fr")) is None


def test_the_same_words_are_for_copies_to_judge() -> None:
    assert retold(said(FIRST), said(FIRST, 1)) is None
    assert copy_of(said(FIRST), said(FIRST, 0.5))


def test_nothing_and_very_much_are_told_apart_in_no_time() -> None:
    long = "Anar Eyvazov said that 7 posts near Lachin were shelled at 11:00, and " * 2000
    began = time.process_time()

    assert retold(said(""), said("", 1)) is None
    assert retold(said(long), said(long[5:], 1)) is None
    assert time.process_time() - began < 5
