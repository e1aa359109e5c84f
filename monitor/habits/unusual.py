"""Whether a source publishes much less, or much more, than is its habit. Pure."""

from __future__ import annotations

import math
from datetime import UTC, datetime, tzinfo
from typing import NamedTuple

from monitor.habits.learning import QUARTER, Habit, expected, lately, unevenness, week

_HOUR = 3600.0  # seconds
_ENOUGH_HOURS, _ENOUGH_POSTS = 14 * 24, 20  # watched and seen, before anything is said of a source
_SILENCE, _SILENCE_OVER = math.log(1e3), math.log(1e3) / 2  # how unlikely in a day, as minus a logarithm
_AFTER_HOLIDAY = math.log(100)  # less is needed after a holiday, for that is rare itself
_BURST, _BURST_OVER = math.log(1e5), math.log(1e2)
_BURST_MORE = 6.0  # posts above what is usual, at the least
_SHORTEST_SILENCE = 2 * _HOUR
_MODEST = 12.0  # posts on its best day: a source that small may take any day off, not only a working day


class Silence(NamedTuple):
    """Much less than usual. `expected` posts in the `watched` seconds since the last one, `since`."""

    since: datetime
    expected: float
    watched: float

    def words(self, zone: tzinfo = UTC) -> str:
        hours = self.watched / _HOUR
        span = f"{hours:.0f} hours" if hours < 96 else f"{hours / 24:.0f} days"
        since = _moment(self.since, zone)
        return f"usually about {self.expected:.0f} posts in these {span} of watching; none since {since}"


class Burst(NamedTuple):
    """Much more than usual: `posts` since `since`, where `expected` are usual."""

    since: datetime
    posts: int
    expected: float

    def words(self, zone: tzinfo = UTC) -> str:
        usual = f"about {self.expected:.0f}" if self.expected >= 0.5 else "hardly one"
        return f"{self.posts} posts since {_moment(self.since, zone)}; usually {usual} in that time"


def _moment(when: datetime, zone: tzinfo) -> str:
    return when.astimezone(zone).strftime("%-d %b %H:%M %Z")


def silence(habit: Habit, *, already: bool = False) -> Silence | None:
    """Say whether a source is silent for much longer than is its habit, in the time watched until now.

    `already`: it was found so before; then that is over only with a new post. One day is forgiven, as a holiday: it
    may have gone like the quietest day of the week, or without any post where even the best day has few.
    """
    found = Silence(datetime.fromtimestamp(habit.last, UTC), habit.awaited, habit.quiet)
    uneven = unevenness(habit)
    if already:
        return found if habit.awaited >= _SILENCE_OVER * uneven else None
    if not _known(habit) or habit.awaited < _SILENCE * uneven:
        return None
    rates = week(habit)
    days = [sum(rates[day : day + 24]) for day in range(0, len(rates), 24)]
    quietest = min(days) if max(days) > _MODEST else 0.0
    holiday = min(habit.awaited, max(days)) * (1 - quietest / max(days))
    gaps = max(1.0, sum(days) / 7 / uneven)  # a day, each of which could be the unlikely one
    enough = max((_SILENCE + math.log(gaps)) * uneven, holiday + _AFTER_HOLIDAY * uneven)
    long = max(_SHORTEST_SILENCE, 3 * _HOUR * len(rates) / sum(rates))
    return found if habit.awaited >= enough and habit.quiet >= long else None


def burst(habit: Habit, now: datetime, zone: tzinfo = UTC, *, already: bool = False) -> Burst | None:
    """Say whether the last hour, or the last six, brought much more than usual.

    `already`: it was found so before; then that is over once neither is out of the ordinary any more.
    """
    quarter, recent = lately(habit, int(now.timestamp() // QUARTER))
    if not _known(habit) or sum(recent) < (1 if already else _BURST_MORE):
        return None
    for quarters in (4, len(recent)):
        since = datetime.fromtimestamp((quarter - quarters + 1) * QUARTER, UTC)
        count, usual = sum(recent[:quarters]), max(expected(habit, since, now, zone), 0.01)
        surprise = (count * math.log(count / usual) - count + usual) / habit.scatter if count > usual else 0.0
        if surprise >= _BURST_OVER if already else surprise >= _BURST and count - usual >= _BURST_MORE:
            return Burst(since, count, usual)
    return None


def _known(habit: Habit) -> bool:
    return habit.hours >= _ENOUGH_HOURS and habit.posts >= _ENOUGH_POSTS
