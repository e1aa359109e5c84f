from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from monitor.policy.clock import length, said
from tests.policy.test_selector import NOON


def test_the_day_is_named_where_it_is_not_today() -> None:
    yerevan = ZoneInfo("Asia/Yerevan")

    assert said(NOON, yerevan, NOON) == "16:00"
    assert said(NOON + timedelta(hours=9), yerevan, NOON) == "17 Nov 01:00"
    assert said(NOON - timedelta(days=12), yerevan, NOON) == "4 Nov 16:00"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "a moment"), (1, "1 second"), (60, "1 minute"), (90, "90 seconds"), (150, "2 minutes"), (3600, "1 hour"),
        (5400, "90 minutes"), (86_400, "1 day"), (90_000, "25 hours"), (200_000, "2 days"),
    ],
)  # fmt: skip
def test_lengths(seconds: float, words: str) -> None:
    assert length(seconds) == words
