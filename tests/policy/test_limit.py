from __future__ import annotations

from datetime import timedelta

from monitor.policy.limit import free_at
from monitor.policy.settings import LimitConfig
from tests.policy.test_selector import NOON

TWO = LimitConfig(messages=2, per=600)


def test_the_next_goes_when_the_oldest_that_counts_is_old_enough() -> None:
    sent = [NOON - timedelta(minutes=minutes) for minutes in (1, 9, 4, 20)]

    assert free_at(TWO, sent[3:], NOON) is None
    assert free_at(TWO, sent[2:], NOON) is None
    assert free_at(TWO, sent[1:], NOON) == NOON + timedelta(minutes=1)
    assert free_at(TWO, sent, NOON) == NOON + timedelta(minutes=6)
    assert free_at(TWO, sent, NOON + timedelta(minutes=6)) is None
