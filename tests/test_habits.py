from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from monitor import habits
from monitor.habits import Burst, Habit, Silence
from tests.years import (
    DAY,
    DEATHS,
    HOUR,
    MONDAY,
    START,
    WEEK,
    YEREVAN,
    agency,
    falling,
    known,
    ministry,
    until_noticed,
    watch,
    years_watch,
)


def test_a_ministrys_nights_weekends_and_holidays_are_no_silence() -> None:
    seen = years_watch()

    assert len(seen.silences) <= 1
    assert seen.bursts == []


def test_the_death_of_a_ministrys_feed_is_noticed_within_days() -> None:
    waits = sorted(until_noticed(habit, when) for when, habit in years_watch().kept.items())

    assert len(waits) == len(DEATHS)
    assert waits[10] <= timedelta(hours=84)
    assert waits[-1] <= timedelta(hours=120)


def test_the_death_of_a_busy_agency_is_noticed_within_hours() -> None:
    deaths = tuple(START + 8 * WEEK + n * 7 * HOUR for n in range(20))
    times = falling(agency, 12 * WEEK, seed=3, together=2)
    seen = watch(times, 12 * WEEK, keep=deaths)
    waits = sorted(until_noticed(habit, when) for when, habit in seen.kept.items())

    assert len(seen.silences) <= 1
    assert waits[10] <= timedelta(hours=5)
    assert waits[-1] <= timedelta(hours=12)


def test_a_weekly_source_may_take_its_time() -> None:
    dice = random.Random(4)
    times = [START + n * WEEK + 2 * DAY + timedelta(hours=dice.gauss(9, 8)) for n in range(40)]
    seen = watch(times, 40 * WEEK)

    assert not seen.silences
    assert not seen.bursts
    assert 4 * WEEK < until_noticed(seen.habit, START + 40 * WEEK) <= 11 * WEEK


def test_nothing_is_said_before_a_source_is_known() -> None:
    rare = [START + n * DAY + 9 * HOUR for n in range(19)]
    quick = [START + n * timedelta(minutes=10) for n in range(13 * 144)]

    assert watch(rare, 200 * DAY).silences == []
    assert watch(quick, 14 * DAY).silences == []
    assert watch([*quick, *[START + 13 * DAY] * 200], 14 * DAY).bursts == []


def test_a_silence_is_found_once_and_lasts_until_something_is_published() -> None:
    silent = watch([MONDAY + 9 * DAY + 9 * HOUR], 9 * DAY, habit=known(), start=MONDAY)
    (when, silence), *others = silent.silences

    assert others == []
    assert MONDAY + DAY < when < MONDAY + 4 * DAY
    assert silence.expected == pytest.approx(habits.expected(known(), silence.since, when, YEREVAN), rel=0.15)
    assert habits.silence(silent.habit, already=True) is not None
    spoken = habits.observed(silent.habit, MONDAY + 9 * DAY, MONDAY + 9 * DAY + HOUR, [None], YEREVAN)
    assert habits.silence(spoken, already=True) is None


def test_a_long_silence_does_not_become_the_habit() -> None:
    silent = watch([], 20 * WEEK, habit=known(), start=MONDAY)
    usual = habits.expected(known(), MONDAY, MONDAY + WEEK, YEREVAN)

    assert habits.expected(silent.habit, MONDAY, MONDAY + WEEK, YEREVAN) > 0.8 * usual


def test_an_outage_of_ours_is_no_silence_and_teaches_nothing() -> None:
    outage = MONDAY + 33 * HOUR, MONDAY + 105 * HOUR
    times = [when + 12 * WEEK for when in falling(ministry, WEEK, seed=5)]
    dark = watch([], 72 * HOUR, habit=known(), start=outage[0], outage=outage)
    seen = watch(times, WEEK, habit=known(), start=MONDAY, outage=outage)

    assert dark.habit == known()
    assert not seen.silences
    assert not seen.bursts  # though the posts of three days were seen at once
    assert seen.habit.hours == pytest.approx(known().hours + 168 - 73, abs=1.1)


def test_posts_seen_after_an_outage_end_a_silence() -> None:
    silent = watch([], 9 * DAY, habit=known(), start=MONDAY).habit
    back = habits.observed(silent, None, MONDAY + 20 * DAY, [MONDAY + 10 * DAY, MONDAY + 30 * DAY], YEREVAN)

    assert habits.silence(silent, already=True)
    assert habits.silence(back, already=True) is None
    assert back.cells == silent.cells
    assert back.last == (MONDAY + 10 * DAY).timestamp()


def test_a_burst_is_found_at_once_and_once_and_ends() -> None:
    noon = MONDAY + DAY + 8 * HOUR
    times = [MONDAY + 5 * HOUR] + [noon + timedelta(minutes=5 * n) for n in range(12)]
    seen = watch(times, 3 * DAY, habit=known(), start=MONDAY, every=timedelta(minutes=10))
    (when, burst), *others = seen.bursts

    assert others == []
    assert when <= noon + HOUR
    assert burst.posts >= 7
    assert burst.expected < 2
    assert burst.since <= noon
    assert habits.burst(seen.habit, when + 3 * HOUR, YEREVAN, already=True) is None


def test_what_a_busy_day_brings_is_no_burst() -> None:
    morning = MONDAY + DAY + 5 * HOUR
    times = [morning + timedelta(minutes=20 * n) for n in range(27)]  # twice as many as usual

    assert watch(times, 3 * DAY, habit=known(), start=MONDAY).bursts == []


def test_one_flood_does_not_become_the_habit() -> None:
    usual = habits.expected(known(), MONDAY, MONDAY + WEEK, YEREVAN)
    flood = [MONDAY + 5 * HOUR + timedelta(minutes=2 * n) for n in range(300)]
    rest = [when + 12 * WEEK for when in falling(ministry, 2 * WEEK, seed=6) if when > START + DAY]
    seen = watch([*flood, *rest], 2 * WEEK, habit=known(), start=MONDAY)

    assert len(seen.bursts) == 1
    assert seen.silences == []
    assert habits.expected(seen.habit, MONDAY, MONDAY + WEEK, YEREVAN) < 1.35 * usual


def test_hours_are_those_of_the_sources_own_clock() -> None:
    tuesday = datetime(2021, 11, 16, tzinfo=YEREVAN)
    work, night, sunday = tuesday + 9 * HOUR, tuesday, tuesday + 5 * DAY + 9 * HOUR
    nine = 9 * HOUR

    assert habits.expected(known(), work, work + nine, YEREVAN) == pytest.approx(12, rel=0.3)
    assert habits.expected(known(), night, night + nine, YEREVAN) < 2
    assert habits.expected(known(), sunday, sunday + nine, YEREVAN) < 2


@pytest.mark.parametrize("zone", [ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Tehran")], ids=str)
def test_a_habit_goes_with_summer_time_and_half_hours(zone: ZoneInfo) -> None:
    times = [datetime(2021, 3, 1, 9, 30, tzinfo=zone) + n * DAY for n in range(70)]  # the wall clock's half past nine
    seen = watch(times, 10 * WEEK, start=START + 8 * WEEK, zone=zone)
    nine = datetime(2021, 5, 18, 9, tzinfo=zone)

    assert habits.expected(seen.habit, nine, nine + 2 * HOUR, zone) > 0.6


def test_sparse_sources_have_a_sensible_expectation() -> None:
    """Eight posts, all on working days at different hours: the other days and hours are known to be less likely."""
    times = [START + n * 3 * DAY + (8 + n) * HOUR for n in range(12) if (START + n * 3 * DAY).weekday() < 5]
    seen = watch(times, 5 * WEEK, zone=UTC)
    tuesday, sunday = START + 36 * DAY, START + 41 * DAY

    assert habits.expected(seen.habit, START, START + WEEK) == pytest.approx(len(times) / 5, rel=0.3)
    assert habits.expected(seen.habit, tuesday + 10 * HOUR, tuesday + 11 * HOUR) > 1.5 * habits.expected(
        seen.habit, sunday + 2 * HOUR, sunday + 3 * HOUR
    )


def test_a_source_asked_once_a_day_learns_from_the_dates_of_its_posts() -> None:
    times = falling(ministry, 8 * WEEK, seed=7)
    seldom, often = (watch(times, 8 * WEEK, habit=Habit(), every=every).habit for every in (DAY, HOUR))

    assert seldom == often


def test_the_rate_mixes_habit_with_what_happens_now() -> None:
    morning, night = MONDAY + 6 * HOUR, MONDAY + 21 * HOUR  # ten o'clock, and one o'clock at night
    burst = watch([night - timedelta(minutes=5 * n) for n in range(1, 13)], 21 * HOUR, habit=known(), start=MONDAY)

    assert 0.4 < habits.rate(known(), morning, YEREVAN) < 1.2
    assert habits.rate(known(), night, YEREVAN) < 0.2
    assert 4 < habits.rate(burst.habit, night, YEREVAN) < 10
    assert habits.rate(burst.habit, night + 3 * HOUR, YEREVAN) < 0.4
    assert 0 < habits.rate(Habit(), morning) < 0.1


def test_a_clock_that_is_set_back_does_no_harm() -> None:
    back = habits.observed(known(), MONDAY - DAY, MONDAY - DAY + HOUR, [None], YEREVAN)

    assert back.hour == known().hour
    assert back.posts == known().posts + 1
    assert habits.observed(known(), MONDAY, MONDAY - HOUR, (), YEREVAN) == known()


def test_a_habit_is_a_short_text() -> None:
    busiest = Habit(
        hour=2**31, seconds=3600, count=10**9, rate=1e9, hours=1e9, posts=2**32 - 1, awaited=1e300, last=4e9,
        quarter=2**32 - 1, recent=b"\xff" * 24, cells=b"\xff" * 336,
    )  # fmt: skip

    for habit in (Habit(), known(), busiest):
        text = habit.text()
        assert Habit.read(text) == habit
        assert len(text) < 600
        assert text.isascii()


def test_what_is_no_habit_is_one_still_to_be_learned() -> None:
    text = known().text()
    garbage = [
        None,
        "",
        "1",
        "garbage",
        "Ճ",
        "2" + text[1:],
        text[:-4],
        text[:300] + chr(ord(text[300]) ^ 1) + text[301:],
        text + text,
    ]

    assert [Habit.read(one) for one in garbage] == [Habit()] * len(garbage)


def test_silences_and_bursts_in_words() -> None:
    since = datetime(2021, 11, 16, 5, 10, tzinfo=UTC)

    assert Silence(since, 14.2, 26.3 * 3600).words(YEREVAN) == (
        "usually about 14 posts in these 26 hours of watching; none since 16 Nov 09:10 +04"
    )
    assert Silence(since, 9.0, 12 * 86400).words() == (
        "usually about 9 posts in these 12 days of watching; none since 16 Nov 05:10 UTC"
    )
    assert Burst(since, 12, 1.1).words(YEREVAN) == "12 posts since 16 Nov 09:10 +04; usually about 1 in that time"
    assert Burst(since, 12, 0.1).words() == "12 posts since 16 Nov 05:10 UTC; usually hardly one in that time"


def test_a_clock_that_was_far_ahead_for_a_while_neither_tells_of_a_burst_nor_stops_the_learning() -> None:
    habit = watch(falling(agency, 6 * WEEK, seed=3), 6 * WEEK).habit
    now = START + 6 * WEEK
    ahead = now + timedelta(days=300)
    wrong = habits.observed(habit, ahead - HOUR, ahead, [ahead - HOUR * n / 8 for n in range(8)], YEREVAN)

    assert habits.burst(wrong, now, YEREVAN) is None
    at, learned = now, wrong
    for _ in range(6):
        learned = habits.observed(learned, at, at + HOUR, [at + HOUR / 2], YEREVAN)
        at += HOUR
    assert learned.hours > wrong.hours + 3
    assert abs(learned.last - at.timestamp()) < 7200
