"""One name in several spellings, and names that are nearly the same and are not."""

from __future__ import annotations

import pytest

from monitor.dedup.spelling import one_name, typo


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("shoigu", "shoygu", True),
        ("sotk", "sotq", True),
        ("горис", "гориса", True),
        ("վարդենիս", "վարդենիսի", True),
        ("defence", "defense", True),
        ("garakils", "garakilsa", True),
        ("lachin", "kalbajar", False),
        ("martuni", "martakert", False),
        ("kapan", "kapaz", False),
        ("goris", "sotk", False),
    ],
)
def test_spellings_of_names(one: str, other: str, same: bool) -> None:
    assert one_name(one, other) is same
    assert one_name(other, one) is same


@pytest.mark.parametrize(
    ("one", "other", "slip"),
    [
        ("recieve", "receive", False),
        ("posiion", "position", True),
        ("units", "units", True),
        ("borders", "bordert", True),
        ("tanks", "tank", False),
        ("artillery", "mortars", False),
    ],
)
def test_a_slip_is_one_letter_of_a_long_word(one: str, other: str, slip: bool) -> None:
    assert typo(one, other) is slip
    assert typo(other, one) is slip
