from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.model import Suspect, changed
from monitor.poll.gone import course
from monitor.poll.gone.evidence import Seen
from tests.make import NOON

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
NEW = Suspect(key="am-mod:1", since=NOON, due=NOON + MINUTE)
ABSENT, PRESENT = Seen("absent", "404"), Seen("present", "there")
UNCLEAR, NOTHING = Seen("unclear", "a page"), Seen("nothing", "503")


def after(suspect: Suspect, *looks: tuple[float, Seen]) -> tuple[Suspect | None, list[course.What]]:
    """Return what becomes of a suspect by looks, each so many minutes after noon, and what each made of it."""
    found: list[course.What] = []
    now: Suspect | None = suspect
    for minutes, seen in looks:
        assert now is not None
        now, what = course.after_look(now, seen, NOON + minutes * MINUTE)
        found.append(what)
    return now, found


@pytest.mark.parametrize(
    "looks",
    [
        ((1, ABSENT), (11, ABSENT)),
        ((1, ABSENT), (6, ABSENT), (11, ABSENT)),  # a look too soon counts once
        ((1, NOTHING), (31, ABSENT), (41, ABSENT)),  # an outage before
        ((1, ABSENT), (11, NOTHING), (41, ABSENT)),  # and one between
        ((1, UNCLEAR), (31, ABSENT), (61, ABSENT)),
    ],
)
def test_found_missing_twice_some_time_apart_it_is_deleted(looks: tuple[tuple[float, Seen], ...]) -> None:
    suspect, what = after(NEW, *looks)

    assert suspect is not None
    assert (suspect.state, what[-1], set(what[:-1])) == ("deleted", "deleted", {"waits"})
    assert suspect.evidence[-1] == f"16 Nov 2021 {NOON + looks[-1][0] * MINUTE:%H:%M:%S} UTC: 404."


@pytest.mark.parametrize(
    "looks",
    [
        ((1, PRESENT),),  # a post that was pinned, or moved
        ((1, ABSENT), (11, PRESENT)),  # a fault that passed
    ],
)
def test_found_there_it_is_no_suspect_any_more_and_is_left_alone_for_a_day(
    looks: tuple[tuple[float, Seen], ...],
) -> None:
    suspect, what = after(NEW, *looks)

    assert suspect is not None
    assert (suspect.state, what[-1]) == ("present", "present")
    assert suspect.due == NOON + looks[-1][0] * MINUTE + DAY
    assert course.after_look(suspect, ABSENT, suspect.due).suspect is None


@pytest.mark.parametrize("seen", [UNCLEAR, NOTHING])
def test_what_says_nothing_clear_is_asked_ever_less_often_and_given_up_in_the_end(seen: Seen) -> None:
    suspect: Suspect | None = NEW
    what, looks, waits = "waits", 0, []
    while suspect is not None:
        now, looks = suspect.due, looks + 1
        suspect, what = course.after_look(suspect, seen, now)
        waits += [suspect.due - now] if suspect else []

    assert what == "undecided"
    assert waits == sorted(waits)
    assert looks < 80


def test_the_publishers_own_word_counts_once_and_again_after_a_while() -> None:
    told = changed(NEW, said=1, heard=NOON, absent=NOON)
    assert after(told, (10, ABSENT))[1] == ["deleted"]
    assert after(told, (10, UNCLEAR))[1] == ["waits"]
    assert course.heard(told, NOON + 9 * MINUTE) is None

    again = course.heard(told, NOON + 10 * MINUTE)
    assert again is not None
    assert after(again, (11, UNCLEAR))[1] == ["deleted"]
    assert after(again, (11, PRESENT))[1] == ["present"]


def test_a_deleted_post_is_looked_for_a_month_and_restored_where_it_is_back() -> None:
    deleted, _ = after(NEW, (0, ABSENT), (10, ABSENT))
    assert deleted is not None
    at, suspect, days = NOON + 10 * MINUTE, deleted, []
    while following := course.after_look(suspect, ABSENT, suspect.due).suspect:
        days.append((suspect.due - at) / DAY)
        suspect = following
    assert days == [1, 7]
    assert suspect.due - at == course.KNOWN

    assert course.after_look(deleted, PRESENT, deleted.due).what == "restored"
    assert course.after_look(deleted, UNCLEAR, deleted.due).what == "waits"


def test_a_deleted_post_that_its_source_shows_again_is_looked_at_first() -> None:
    deleted, _ = after(NEW, (0, ABSENT), (10, ABSENT))
    assert deleted is not None
    shown = course.shown(deleted, NOON + DAY)
    assert shown is not None
    assert shown.due == NOON + DAY

    assert course.after_look(shown, UNCLEAR, NOON + DAY).what == "restored"
    old_copy = course.after_look(shown, ABSENT, NOON + DAY).suspect  # of the feed, at some cache
    assert old_copy is not None
    assert (old_copy.state, old_copy.shown) == ("deleted", None)


def test_one_that_was_there_and_is_missing_anew_is_looked_at_some_hours_after_the_last_time() -> None:
    there, _ = after(NEW, (1, ABSENT), (11, PRESENT))
    assert there is not None
    soon = course.missed_again(there, "missing", NOON + 12 * MINUTE)
    late = course.missed_again(there, "missing", NOON + DAY)

    assert soon is not None
    assert (soon.state, soon.since, soon.absent) == ("suspected", NOON + 12 * MINUTE, None)
    assert soon.due == NOON + 11 * MINUTE + DAY / 4
    assert late is not None
    assert late.due == NOON + DAY + MINUTE
    assert course.missed_again(soon, "missing", NOON + DAY) is None


def test_a_suspect_that_its_source_shows_again_is_none() -> None:
    shown = course.shown(NEW, NOON + MINUTE)

    assert shown is not None
    assert shown.state == "present"
    assert course.shown(shown, NOON + MINUTE) is None


def test_evidence_keeps_the_first_and_the_last_of_what_is_said_again_and_again() -> None:
    found: tuple[str, ...] = ()
    for n in range(100):
        found = course.noted(found, "503", NOON + n * MINUTE)
    assert [line[12:17] for line in found] == ["12:00", "13:39"]
