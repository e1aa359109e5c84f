from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from monitor import punctuality
from monitor.punctuality import Delay, Punctuality
from tests.make import NOON

MINUTE = timedelta(minutes=1)
BEFORE = NOON - 5 * MINUTE


def record(*totals: int, ours: int | None = None, outage: bool = False) -> Punctuality:
    each = (Delay(total=total, ours=total if ours is None else min(ours, total), outage=outage) for total in totals)
    return Punctuality().plus(each)


def test_a_delay_is_from_the_publishers_date_to_our_sight_of_it() -> None:
    published = [NOON - 2 * MINUTE, NOON - 12 * MINUTE]

    assert punctuality.delays(published, BEFORE, NOON, interval=300) == (
        Delay(total=120, ours=120),  # it was not there five minutes ago: all of it may be ours
        Delay(total=720, ours=300),  # nor was this, though it should have been
    )


@pytest.mark.parametrize(
    "when",
    [
        None,
        BEFORE - timedelta(days=1, seconds=1),
        datetime(2021, 11, 16, tzinfo=UTC),
        datetime(2021, 11, 15, 20, 0, tzinfo=UTC),  # midnight in Yerevan
    ],
    ids=["no date", "backdated", "a day", "a day there"],
)
def test_a_date_that_proves_nothing_is_passed_over(when: datetime | None) -> None:
    assert punctuality.delays([when], BEFORE, NOON, zone=ZoneInfo("Asia/Yerevan")) == ()


def test_a_post_from_the_future_was_seen_at_once() -> None:
    assert punctuality.delays([NOON + 3 * MINUTE], BEFORE, NOON) == (Delay(total=0, ours=0),)


def test_the_first_poll_proves_nothing() -> None:
    assert punctuality.delays([NOON - MINUTE], None, NOON) == ()
    assert punctuality.delays([NOON - MINUTE], NOON, NOON) == ()


@pytest.mark.parametrize(
    ("away", "outage"), [(5 * MINUTE, False), (10 * MINUTE, False), (12 * MINUTE, True), (timedelta(days=3), True)]
)
def test_an_outage_of_ours_is_known_by_the_interval(away: timedelta, outage: bool) -> None:
    (delay,) = punctuality.delays([NOON - MINUTE], NOON - away, NOON, interval=300)

    assert delay.outage is outage


def test_without_an_interval_nobody_calls_it_an_outage() -> None:
    (delay,) = punctuality.delays([NOON - MINUTE], NOON - timedelta(hours=9), NOON)

    assert not delay.outage


def test_the_last_twenty_are_kept_and_their_median_told() -> None:
    kept = record(*[9999] * 5, *range(20))

    assert [one.total for one in kept.delays] == list(range(20))
    assert kept.median == 9.5
    assert Punctuality().median is None


def test_a_record_is_a_short_text() -> None:
    kept = Punctuality().plus(
        [Delay(total=412, ours=60), Delay(total=35, ours=35), Delay(total=9000, ours=8800, outage=True)]
    )

    assert kept.text() == "412/60 35/35 9000/8800!"
    for one in (kept, Punctuality(), record(*[10**7] * 20, outage=True)):
        assert Punctuality.read(one.text()) == one
        assert len(one.text()) <= 400


@pytest.mark.parametrize(
    "text", [None, "", "garbage", "1/2/3", "12", "-1/2", "1/x", "٣/٣x", "9" * 5000 + "/1", "1/1!!"]
)
def test_what_is_no_record_is_one_still_to_be_begun(text: str | None) -> None:
    assert Punctuality.read(text) == Punctuality()


def test_what_is_read_is_as_sound_as_what_is_written() -> None:
    assert Punctuality.read("10/99") == record(10)
    assert len(Punctuality.read("1/1 " * 500).delays) == 20


@pytest.mark.parametrize(
    ("totals", "begins"),
    [
        ([400] * 2, False),  # too few to tell
        ([400] * 3, True),
        ([400] * 3 + [10] * 10, False),  # less than a quarter
        ([400] * 5 + [10] * 15, True),
        ([300] * 20, False),  # just in time
        ([], False),
    ],
)
def test_it_begins_when_a_quarter_and_three_missed_the_target(totals: list[int], begins: bool) -> None:
    assert punctuality.slow(record(*totals), 300, None, NOON) == (NOON if begins else None)


@pytest.mark.parametrize(("late", "over"), [(5, False), (3, False), (2, False), (1, True), (0, True)])
def test_it_is_over_when_fewer_than_a_tenth_do(late: int, over: bool) -> None:
    kept = record(*[400] * late, *[10] * (20 - late))

    assert punctuality.slow(kept, 300, BEFORE, NOON) == (None if over else BEFORE)


def test_without_a_target_nothing_is_slow() -> None:
    assert punctuality.slow(record(*[9999] * 20), None, BEFORE, NOON) is None
    assert punctuality.slow(Punctuality(), 300, BEFORE, NOON) == BEFORE  # a lost record proves nothing


def test_it_is_told_once_while_posts_come_and_go() -> None:
    kept, since = Punctuality(), None
    told: list[tuple[int, datetime | None]] = []
    for n in range(60):
        late = 12 <= n < 24 or n == 40
        kept = kept.plus([Delay(total=900 if late else 20, ours=20)])
        after = punctuality.slow(kept, 300, since, NOON + n * MINUTE)
        if after != since:
            told.append((n, after))
        since = after

    assert told == [(15, NOON + 15 * MINUTE), (43, None)]


def test_the_publishers_delay_is_told_as_theirs() -> None:
    kept = record(*[30] * 10, *[1500] * 8, ours=120)

    assert punctuality.cause(kept, 300) == "publisher"
    assert punctuality.words(kept, 300, 120).startswith(
        "8 of the last 18 posts were seen later than 5 minutes after their publication, typically after 25 minutes. "
        "The publisher shows them late: typically 23 minutes after their date they were not there yet."
    )


def test_asking_too_seldom_is_told_as_ours() -> None:
    kept = record(30, *[800] * 5)

    assert punctuality.cause(kept, 300) == "interval"
    assert "We ask too seldom: every 15 minutes, the target is 5 minutes." in punctuality.words(kept, 300, 900)
    assert "We ask too seldom: by a timetable, the target is 5 minutes." in punctuality.words(kept, 300)


def test_an_outage_is_told_as_ours() -> None:
    kept = record(30, *[90000] * 5, outage=True)

    assert punctuality.cause(kept, 300) == "outage"
    assert "typically after 25 hours. We did not ask in time" in punctuality.words(kept, 300, 120)


def test_posts_in_time_are_told_too() -> None:
    assert punctuality.words(record(30, 20), 300, 120) == "All of the last 2 posts were seen within 5 minutes."
