"""What is known of a source's habit, and how it is learned from one answer after the other. Pure."""

from __future__ import annotations

import base64
import math
import operator
import struct
import zlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from itertools import groupby

from monitor.model import Value, changed

_CELLS = 168
_HOUR, _WEEK = 3600.0, 604800.0  # seconds
_HALF_LIFE = 1800.0  # seconds: how fast `rate` forgets what happens now
_KEPT = 0.5**0.25  # of a cell, from one week to the next: half of it after four
QUARTER, _RECENT = 900.0, 24  # seconds, and how many of them are remembered one by one
_FAR = 24  # hours by which a clock set back is waited for
_UNTRIED = 336.0  # hours of watching, in which every count is believed
_UNUSUAL = 3.0  # expected posts, beyond which a silence teaches no more
_MEMORY = 512.0  # posts: how long the two measures of its temper remember


class Habit(Value, frozen=True, kw_only=True):
    """What is known of a source's habit. A value to keep as `text()`; its fields are for this folder.

    hour      the hour now being watched, counted from 1970; `seconds` of it watched, `count` posts in it, `rate` posts
              an hour expected in it
    hours     watched in all; `posts`: counted in all
    awaited   posts expected in the time watched since the last one; `quiet`: seconds of that time
    last      the last post, seconds since 1970; 0.0 if there was none
    patience  how uneven its gaps are: 1 for posts that fall like rain, less for regular ones, more for clusters and
              days off: half the mean square of `awaited` when a post came, over its mean
    scatter   how uneven its hours are: variance over mean, 1 for rain
    quarter   the newest quarter of an hour with posts, counted from 1970; `recent`: posts in it and in those before
    cells     168 bytes of counts, then 168 of hours watched in fortieths, see `_rates`
    """

    hour: int = 0
    seconds: float = 0.0
    count: int = 0
    rate: float = 0.0
    hours: float = 0.0
    posts: int = 0
    awaited: float = 0.0
    quiet: float = 0.0
    last: float = 0.0
    patience: float = 2.0
    scatter: float = 1.5
    quarter: int = 0
    recent: bytes = bytes(_RECENT)
    cells: bytes = bytes(2 * _CELLS)

    @classmethod
    def read(cls, text: str | None) -> Habit:
        """Read what `text` wrote. Anything else, another version too, is a habit still to be learned."""
        try:
            body = base64.b64decode((text or "").removeprefix(_VERSION), validate=True)
            *values, check = _FORM.unpack(body)
        except (ValueError, struct.error):
            return cls()
        sound = text is not None and text.startswith(_VERSION) and check == zlib.crc32(body[:-4])
        return cls(**dict(zip(cls.__struct_fields__, values, strict=True))) if sound else cls()

    def text(self) -> str:
        """Return it in 593 ASCII characters."""
        body = _FORM.pack(*(getattr(self, name) for name in self.__struct_fields__), 0)[:-4]
        return _VERSION + base64.b64encode(body + struct.pack("<I", zlib.crc32(body))).decode()


_VERSION = "1"
_FORM = struct.Struct(f"<IdIddI5dI{_RECENT}s{2 * _CELLS}sI")


def observed(
    habit: Habit, since: datetime | None, now: datetime, posts: Sequence[datetime | None] = (), zone: tzinfo = UTC
) -> Habit:
    """Learn from one answer of the source.

    `since`: its answer before; None for the first, or if we did not watch in between: then the posts only end a
    silence. `posts`: for each new post when it was published, as far as is known. A date outside of the span, or
    none, counts as now.
    """
    if since is None:
        last = max((when for when in posts if when and when <= now), default=now)
        return changed(habit, awaited=0.0, quiet=0.0, last=last.timestamp()) if posts else habit
    times = sorted(when if when and since < when <= now else now for when in posts)
    for when, same in groupby(times):
        habit = published(watched(habit, since, when, zone), when, len(list(same)), zone)
        since = when
    return watched(habit, since, now, zone)


def watched(habit: Habit, since: datetime, until: datetime, zone: tzinfo = UTC) -> Habit:
    """Note that this span was watched and brought nothing. Of more than a week only the last one counts."""
    end = until.timestamp()
    at = max(since.timestamp(), end - _WEEK)
    while at < end:
        habit = _in_hour(habit, at, zone)
        stop = min(end, (at // _HOUR + 1) * _HOUR)
        span = stop - at
        habit = changed(
            habit,
            seconds=habit.seconds + span,
            awaited=habit.awaited + habit.rate * span / _HOUR,
            quiet=habit.quiet + span,
        )
        at = stop
    return habit


def published(habit: Habit, when: datetime, count: int = 1, zone: tzinfo = UTC) -> Habit:
    """Note posts of one moment, up to which the time before is noted as `watched`."""
    at = when.timestamp()
    habit = _in_hour(habit, at, zone)
    quarter, recent = lately(habit, int(at // QUARTER))
    return changed(
        habit,
        count=habit.count + count,
        posts=habit.posts + count,
        patience=_towards(habit.patience, habit.awaited**2 / 2, habit.awaited, habit.posts),
        awaited=0.0,
        quiet=0.0,
        last=max(habit.last, at),
        quarter=quarter,
        recent=bytes([min(255, recent[0] + count)]) + recent[1:],
    )


def expected(habit: Habit, since: datetime, until: datetime, zone: tzinfo = UTC) -> float:
    """Return how many posts are usual in a span."""
    rates, total = _rates(habit.cells), 0.0
    at, end = since.timestamp(), until.timestamp()
    while at < end:
        stop = min(end, (at // _HOUR + 1) * _HOUR)
        total += rates[_cell(int(at // _HOUR), zone)] * (stop - at) / _HOUR
        at = stop
    return total


def rate(habit: Habit, now: datetime, zone: tzinfo = UTC) -> float:
    """Return how many posts are to be expected in the hour to come.

    Half of that is habit, half is what happens now: the posts lately, each counting half as much after half an hour.
    """
    quarter, recent = lately(habit, int(now.timestamp() // QUARTER))
    newest = now.timestamp() - (quarter + 0.5) * QUARTER  # seconds since the middle of the newest quarter
    ages = ((count, max(0.0, newest + index * QUARTER)) for index, count in enumerate(recent) if count)
    pulse = sum(count * math.exp2(-age / _HALF_LIFE) for count, age in ages) * math.log(2) * _HOUR / _HALF_LIFE
    return (expected(habit, now, now + timedelta(hours=1), zone) + pulse) / 2


def unevenness(habit: Habit) -> float:
    """Return how many times longer than for rain a silence must be to mean as much."""
    return max(habit.patience, habit.scatter)


def week(habit: Habit) -> tuple[float, ...]:
    """Return how many posts are usual in each hour of the week, Monday's first is 0."""
    return _rates(habit.cells)


def _in_hour(habit: Habit, at: float, zone: tzinfo) -> Habit:
    """Return the habit with the hour of `at` open, and what the hour before it brought learned."""
    hour = int(at // _HOUR)
    if habit.hour - _FAR <= hour <= habit.hour:  # or the clock was set back: it is counted in the hour that is open
        return habit
    if hour < habit.hour:  # by so much that nobody waits until that hour comes round again: it is forgotten
        return changed(habit, hour=hour, seconds=0.0, count=0, last=min(habit.last, at), rate=_of(habit, hour, zone))
    # A hundredth of an hour teaches nothing; nor does a silence out of the ordinary, or it would become the habit.
    if habit.seconds >= 36.0 and (habit.count or habit.awaited < _UNUSUAL * unevenness(habit)):
        habit = _learned(habit, _cell(habit.hour, zone))
    return changed(habit, hour=hour, seconds=0.0, count=0, rate=_of(habit, hour, zone))


def _of(habit: Habit, hour: int, zone: tzinfo) -> float:
    return _rates(habit.cells)[_cell(hour, zone)]


def _learned(habit: Habit, cell: int) -> Habit:
    share = min(1.0, habit.seconds / _HOUR)
    usual = habit.rate * share
    # One flood must not become the habit: an hour counts as at most three times what is usual, and a few.
    count = min(habit.count, 3 * usual + 3) if habit.hours >= _UNTRIED else habit.count
    cells = bytearray(habit.cells)
    cells[cell] = _byte(_count(cells[cell]) * _KEPT**share + count)
    cells[_CELLS + cell] = min(255, round(cells[_CELLS + cell] * _KEPT**share + 40 * share))
    scatter = _towards(habit.scatter, (count - usual) ** 2, usual, habit.posts)
    return changed(habit, cells=bytes(cells), hours=habit.hours + share, scatter=max(1.0, scatter))


def _towards(ratio: float, upper: float, lower: float, posts: int) -> float:
    """Return a ratio after one more part of its sum above and below the line. Nothing at once more than doubles it."""
    memory = min(_MEMORY, posts + 8) + lower
    return min(2 * ratio, max(0.5, ratio + (upper - ratio * lower) / memory))


def lately(habit: Habit, quarter: int) -> tuple[int, bytes]:
    """Return the posts by quarter of an hour, the newest first, as of that quarter."""
    if habit.quarter > quarter + 1:  # the clock was set back: when those were is not known any more
        return quarter, bytes(_RECENT)
    quarter = max(quarter, habit.quarter)
    return quarter, (bytes(min(quarter - habit.quarter, _RECENT)) + habit.recent)[:_RECENT]


def _cell(hour: int, zone: tzinfo) -> int:
    local = datetime.fromtimestamp(hour * _HOUR, zone)
    return local.weekday() * 24 + local.hour


def _count(byte: int) -> float:
    """Return the posts that a cell's byte stands for: a power of two in sixteenths, as a week is worth four of them."""
    return 2.0 ** ((byte - 1) / 16) / 64 if byte else 0.0


def _byte(count: float) -> int:
    return min(255, round(16 * math.log2(count * 64)) + 1) if count >= 1 / 64 else 0


@lru_cache(maxsize=512)  # a source's cells change once an hour, and it is asked far more often
def _rates(cells: bytes) -> tuple[float, ...]:
    """Return posts an hour for each hour of the week."""
    counts = [_COUNTS[byte] for byte in cells[:_CELLS]]
    spans = [byte / 40 for byte in cells[_CELLS:]]
    total = sum(counts) + 0.2  # of an unknown source a post a day is expected, and this soon forgotten
    overall = total / (sum(spans) + 6)
    days = [(sum(counts[d : d + 24]) + 1) / (overall * sum(spans[d : d + 24]) + 1) for d in range(0, _CELLS, 24)]
    hours = [(sum(counts[h::24]) + 1) / (overall * sum(spans[h::24]) + 1) for h in range(24)]
    guesses = [overall * day * hour for day in days for hour in hours]
    rates = [guess * (n + 3) / (guess * span + 3) for guess, n, span in zip(guesses, counts, spans, strict=True)]
    scale = total / (sum(map(operator.mul, rates, spans)) + 6 * overall)
    return tuple(rate * scale for rate in rates)


_COUNTS = tuple(_count(byte) for byte in range(256))
