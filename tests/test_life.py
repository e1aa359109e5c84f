from __future__ import annotations

import time

from monitor.life import LIFE, Life


def test_a_fresh_sign_lets_send_and_inherit() -> None:
    unsigned, sign = Life(grace=0), Life(grace=0)
    sign.signed(time.monotonic())

    assert (unsigned.fresh, unsigned.may_inherit) == (False, False)
    assert (sign.fresh, sign.may_inherit) == (True, True)


def test_a_process_that_was_paused_sends_nothing_before_it_has_signed_again() -> None:
    sign = Life()
    sign.signed(time.monotonic() - LIFE)

    assert not sign.fresh
    assert not sign.may_inherit


def test_after_the_store_was_away_others_get_time_to_sign_first() -> None:
    sign = Life()
    sign.signed(time.monotonic())
    sign.lost()
    sign.signed(time.monotonic())

    assert (sign.fresh, sign.may_inherit) == (True, False)

    longer_ago = Life(grace=0)
    longer_ago.lost()
    longer_ago.signed(time.monotonic() - LIFE)
    longer_ago.signed(time.monotonic())

    assert longer_ago.may_inherit


def test_a_process_just_started_inherits_nothing_yet() -> None:
    sign = Life()
    sign.signed(time.monotonic())

    assert (sign.fresh, sign.may_inherit) == (True, False)
