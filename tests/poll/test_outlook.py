from __future__ import annotations

from monitor.errors import Resting, Unreachable, Unreadable
from monitor.poll import Outlook

AWAY = Unreachable("away")


def test_when_nobody_of_several_can_be_reached_it_is_us() -> None:
    outlook = Outlook()
    for source in ("a", "a", "a", "b"):
        outlook.saw(source, AWAY)
    assert not outlook.cut_off, "two sources may well be down together"

    outlook.saw("c", AWAY)

    assert outlook.cut_off


def test_who_was_not_asked_proves_nothing() -> None:
    outlook = Outlook()
    for source in ("a", "b", "c"):
        outlook.saw(source, AWAY)

    outlook.saw("d", Resting("not asked", retry_after=900))

    assert outlook.cut_off


def test_any_answer_proves_that_the_way_out_is_open() -> None:
    for answer in (None, Unreachable("busy", status=503), Unreadable("an HTML page came")):
        outlook = Outlook()
        for source in ("a", "b", "c"):
            outlook.saw(source, AWAY)

        outlook.saw("d", answer)

        assert not outlook.cut_off
