from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.fetch import lifetime

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def date(seconds: float) -> str:
    return format_datetime(NOW + timedelta(seconds=seconds), usegmt=True)


def said(cache_control: str, **headers: str) -> float | None:
    return lifetime({"cache-control": cache_control, **headers}, NOW)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("max-age=300", 300.0),
        ("Max-AGE=300", 300.0),
        ("max-age=0", 0.0),
        ("public,max-age=300", 300.0),
        (" private ,  max-age=300 , immutable ", 300.0),
        ("max-age=60, max-age=600", 60.0),
        ('max-age="300"', 300.0),
        (r'max-age="3\00"', 300.0),
        ("s-maxage=900, max-age=300", 300.0),
        ("s-maxage=900", None),
        ("max-age=86401", 86400.0),
        ("max-age=99999999999999999999", 86400.0),
        ("max-age=" + "9" * 8000, 86400.0),
        ("no-store", 0.0),
        ("no-cache", 0.0),
        ("max-age=300, no-cache", 0.0),
        ("no-store, max-age=300", 0.0),
        ('no-cache="set-cookie", max-age=300', 300.0),
        ('no-cache="set-cookie", no-cache, max-age=300', 0.0),
        ('private="a, max-age=5, no-store", max-age=300', 300.0),
        (r'community="a\", no-store, \"b", max-age=300', 300.0),
        ("must-revalidate", 0.0),
        ("max-age=300, must-revalidate", 300.0),
        ("max-age=300, proxy-revalidate", 300.0),
        ("stale-while-revalidate=60, stale-if-error=600", None),
        ("x-max-age=5, xno-store", None),
        ("", None),
        (",,, ,", None),
        ("=5", None),
    ],
)
def test_cache_control(value: str, seconds: float | None) -> None:
    assert said(value) == seconds


@pytest.mark.parametrize("value", ["-1", "", "1.5", "1e3", "+5", "5s", "٣٠٠", '"', '""', "300; x", " 300", "0x10", "½"])
def test_a_max_age_that_is_no_number_says_nothing(value: str) -> None:
    assert said(f"max-age={value}") is None
    assert said(f"max-age={value}", expires=date(600)) is None


def test_a_quote_that_is_never_closed_swallows_the_rest() -> None:
    assert said('private="a, max-age=300') is None
    assert said('max-age=300, private="a, no-store') == 300.0


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"age": "100"}, 200.0),
        ({"age": "400"}, 0.0),
        ({"age": "100, 250"}, 200.0),
        ({"age": "-100"}, 300.0),
        ({"age": "old"}, 300.0),
        ({"age": "9" * 5000}, 0.0),
        ({"date": date(0)}, 300.0),
        ({"date": date(-100)}, 200.0),
        ({"date": date(-100), "age": "50"}, 200.0),
        ({"date": date(-100), "age": "150"}, 150.0),
        ({"date": date(500)}, 300.0),
        ({"date": "today"}, 300.0),
        ({"expires": date(-500)}, 300.0),
    ],
)
def test_what_others_used_up_is_taken_off(headers: dict[str, str], seconds: float) -> None:
    assert said("max-age=300", **headers) == seconds


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"expires": date(600), "date": date(0)}, 600.0),
        ({"expires": date(600)}, 600.0),
        ({"expires": date(600), "date": date(100)}, 500.0),
        ({"expires": date(600), "date": date(-100)}, 600.0),
        ({"expires": date(600), "date": date(0), "age": "50"}, 550.0),
        ({"expires": date(-600), "date": date(0)}, 0.0),
        ({"expires": date(10**7), "date": date(0)}, 86400.0),
        ({"expires": f"{date(60)}, {date(600)}", "date": date(0)}, 60.0),
        ({"expires": "Sunday, 22-Nov-26 12:10:00 GMT", "date": date(0)}, 600.0),
        ({"expires": "Sun Nov 22 12:10:00 2026", "date": date(0)}, 600.0),
        ({"expires": "Sun Nov 22 12:10:00 2026, Sun Nov 22 13:00:00 2026", "date": date(0)}, 600.0),
        ({"expires": "0"}, 0.0),
        ({"expires": "-1"}, 0.0),
        ({"expires": "never"}, 0.0),
        ({"expires": ""}, 0.0),
        ({"expires": date(600), "cache-control": "no-cache"}, 0.0),
        ({"expires": date(600), "cache-control": "must-revalidate"}, 600.0),
        ({"expires": date(600), "cache-control": "s-maxage=5"}, 600.0),
        ({"pragma": "no-cache"}, None),
        ({"last-modified": date(-600)}, None),
        ({"date": date(0), "age": "5"}, None),
        ({}, None),
    ],
)
def test_expires(headers: dict[str, str], seconds: float | None) -> None:
    # With a Date in the past, the time since then is taken off as well: 700 s of freshness, 100 s of them gone.
    assert lifetime(headers, NOW) == seconds


names = st.sampled_from(["cache-control", "expires", "date", "age", "pragma"])
tokens = st.sampled_from(
    ["max-age", "no-cache", "no-store", "must-revalidate", "=", '"', "\\", ",", " ", "60", "-", "é"]
)
values = st.one_of(st.text(st.characters(max_codepoint=255)), st.lists(tokens).map("".join), st.just(date(60)))


@given(st.dictionaries(names, values))
def test_whatever_is_said_it_is_a_time_within_a_day_or_nothing(headers: dict[str, str]) -> None:
    seconds = lifetime(headers, NOW)
    assert seconds is None or 0.0 <= seconds <= 86400.0


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(-(10**6), 10**6))
def test_age_only_ever_shortens(longest: int, age: int, made: int) -> None:
    alone = said(f"max-age={longest}")
    aged = said(f"max-age={longest}", age=str(age), date=date(made))
    assert alone is not None
    assert aged is not None
    assert aged == min(max(longest - max(age, -made, 0), 0), 86400)
    assert aged <= alone


@given(st.integers(0, 86400), st.lists(st.sampled_from(["public", "private", "s-maxage=5", 'x="a, b"', "max-age=7"])))
def test_the_first_of_several_rules_and_strangers_are_overlooked(first: int, others: list[str]) -> None:
    assert said(", ".join([f"max-age={first}", *others])) == first


@given(st.integers(0, 86400), st.integers(-100, 100))
def test_expires_and_max_age_agree(seconds: int, skew: int) -> None:
    there = {"date": date(skew), "expires": date(seconds + skew)}
    assert lifetime(there, NOW) == lifetime({"date": date(skew), "cache-control": f"max-age={seconds}"}, NOW)
