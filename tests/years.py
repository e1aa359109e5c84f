"""Years of a ministry and of an agency: what they publish, and what is learned of it."""

from __future__ import annotations

import random
from collections.abc import Callable, Collection, Iterable
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pytest

from monitor import habits
from monitor.habits import Burst, Habit, Silence

YEREVAN = ZoneInfo("Asia/Yerevan")
START = datetime(2021, 1, 4, tzinfo=UTC)  # a Monday
HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(weeks=1)
HOLIDAYS = (date(2021, 4, 6), date(2021, 5, 28), date(2021, 9, 21))


def ministry(when: datetime) -> float:
    """Posts an hour: twelve on a working day from 9 to 18, hardly any at night, at weekends and on holidays."""
    local = when.astimezone(YEREVAN)
    works = local.weekday() < 5 and local.date() not in HOLIDAYS
    return 12 / 9 if works and 9 <= local.hour < 18 else 0.02


def agency(when: datetime) -> float:
    """Posts an hour: three hundred a day, few at night."""
    return 18.0 if 8 <= when.astimezone(YEREVAN).hour < 22 else 4.8


def falling(rate: Callable[[datetime], float], span: timedelta, *, seed: int, together: int = 1) -> list[datetime]:
    """Return times of posts that fall like rain, `together` of them on average within some minutes."""
    dice, found = random.Random(seed), []
    for hour in range(span // HOUR):
        when = START + hour * HOUR
        left = dice.expovariate(1)
        while left < rate(when) / together:
            size = 1
            while dice.random() < 1 - 1 / together:
                size += 1
            found += [when + HOUR * dice.random() + timedelta(minutes=10 * n * dice.random()) for n in range(size)]
            left += dice.expovariate(1)
    return sorted(found)


class Watch(NamedTuple):
    habit: Habit
    silences: list[tuple[datetime, Silence]]
    bursts: list[tuple[datetime, Burst]]
    kept: dict[datetime, Habit]


def watch(
    times: Iterable[datetime],
    span: timedelta,
    *,
    habit: Habit | None = None,
    start: datetime = START,
    every: timedelta = HOUR,
    zone: tzinfo = YEREVAN,
    keep: Collection[datetime] = (),
    outage: tuple[datetime, datetime] | None = None,
) -> Watch:
    """Poll a source for a while. Silences and bursts are noted when they begin."""
    found = Watch(Habit(), [], [], {})
    silence: Silence | None = None
    burst: Burst | None = None
    since = start if habit else None
    habit, now = habit or Habit(), start
    waiting = sorted((when for when in times if when > start), reverse=True)
    while now < start + span:
        now += every
        if outage and outage[0] < now <= outage[1]:
            since = None
            continue
        fresh = []
        while waiting and waiting[-1] <= now:
            fresh.append(waiting.pop())
        habit = habits.observed(habit, since, now, fresh, zone)
        since = now
        before = silence, burst
        silence = habits.silence(habit, already=silence is not None)
        burst = habits.burst(habit, now, zone, already=burst is not None)
        if silence and not before[0]:
            found.silences.append((now, silence))
        if burst and not before[1]:
            found.bursts.append((now, burst))
        if now in keep:
            found.kept[now] = habit
    return found._replace(habit=habit)


def until_noticed(habit: Habit, now: datetime, zone: tzinfo = YEREVAN) -> timedelta:
    """Return how long after its last post a source's death is noticed."""
    for _ in range(200 * 24):
        habit = habits.observed(habit, now, now + HOUR, (), zone)
        now += HOUR
        if silence := habits.silence(habit):
            return now - silence.since
    pytest.fail("it was never noticed")


DEATHS = tuple(START + 40 * WEEK + n * 31 * HOUR for n in range(20))


@cache
def years_watch() -> Watch:
    return watch(falling(ministry, 52 * WEEK, seed=1), 52 * WEEK, keep=DEATHS)


@cache
def known() -> Habit:
    """Return the habit of the ministry on Monday, 29 March 2021, at 4 in the morning of Yerevan."""
    return watch(falling(ministry, 12 * WEEK, seed=2), 12 * WEEK).habit


MONDAY = START + 12 * WEEK
