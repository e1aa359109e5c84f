from __future__ import annotations

import math
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from hypothesis import example, given
from hypothesis import strategies as st

from monitor import pace
from tests.properties import bounded

YEAR = 366 * 86400.0
units = st.sampled_from([("ms", 0.001), ("s", 1.0), ("m", 60.0), ("h", 3600.0), ("d", 86400.0), ("w", 604800.0)])
numbers = st.integers(0, 400) | st.decimals(0, 400, places=3)
moments = st.datetimes(datetime(2000, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  # in UTC


@bounded
@given(st.lists(st.tuples(numbers, units), min_size=1, max_size=4), st.sampled_from(["", " "]))
def test_a_length_is_the_sum_of_its_parts(parts: list[tuple[object, tuple[str, float]]], between: str) -> None:
    total = sum(float(str(number)) * unit for number, (_, unit) in parts)
    written = between.join(f"{number}{name}" for number, (name, _) in parts)
    with suppress(ValueError):
        assert math.isclose(pace.seconds(written), total, abs_tol=1e-9)
        assert total < YEAR
        return
    assert total >= YEAR * (1 - 1e-9)


@bounded
@given(st.text(max_size=20) | st.text("0123456789.smhdw +-e", max_size=20) | st.floats() | st.integers() | st.none())
@example(10**400)
@example(math.nan)
@example("9" * 400 + "s")
def test_anything_else_is_a_length_or_a_mistake_in_words(value: object) -> None:
    with suppress(ValueError):
        assert 0 <= pace.seconds(value) < YEAR
    with suppress(ValueError):
        interval = pace.every(value)
        assert isinstance(interval, str) or 1 <= interval < YEAR


@bounded
@given(st.floats(1, YEAR), moments, st.floats(0, 1))
def test_the_next_time_is_between_the_interval_and_a_tenth_more(interval: float, now: datetime, jitter: float) -> None:
    wait = pace.following(interval, now, jitter=jitter) - now
    assert timedelta(seconds=interval) - timedelta(milliseconds=1) <= wait
    assert wait <= timedelta(seconds=interval * 1.1) + timedelta(milliseconds=1)


@bounded
@given(st.integers(1, 10**9), st.floats(0.1, 60), st.floats(60, 86400), st.floats(0, 1))
def test_patience_grows_and_has_an_end(attempt: int, first: float, ceiling: float, dice: float) -> None:
    wait = pace.backoff(attempt, first=first, ceiling=ceiling, dice=dice)
    assert 0.75 * min(first, ceiling) <= wait <= ceiling
    assert pace.backoff(attempt + 1, first=first, ceiling=ceiling, dice=dice) >= wait
