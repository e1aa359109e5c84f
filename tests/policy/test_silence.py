from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from monitor.model import Silence, changed, decode, encode
from monitor.policy import silence
from tests.policy.test_selector import NOON, about

HOUR = timedelta(hours=1)


def made(when: dict[str, Any] | None = None, *, until: datetime | None = NOON + HOUR, **fields: str) -> Silence:
    given = {"reason": "an exercise", "by": "Anna"} | fields
    return silence.new({"parties": ["AM"]} if when is None else when, since=NOON, until=until, now=NOON, **given)


def test_it_holds_from_its_beginning_until_its_end() -> None:
    one = made()

    assert silence.active([one], NOON - HOUR) == []
    assert silence.active([one], NOON) == [one]
    assert silence.active([one], NOON + HOUR) == []
    assert silence.active([changed(one, ended=NOON + HOUR / 2)], NOON + HOUR / 2) == []


def test_of_several_the_one_that_lasts_longest_is_named() -> None:
    short, long = made(), made({"topics": ["border"]}, until=NOON + 2 * HOUR)

    assert silence.matching([short, long], about(), NOON) == long
    assert silence.matching([short, long], about("AM casualties"), NOON) == short
    assert silence.matching([short, long], about("AZ casualties"), NOON) is None


def test_no_notice_is_silenced() -> None:
    assert silence.matching([made({"all": True})], about("AM notice"), NOON) is None
    assert silence.matching([made({"all": True})], about("AZ casualties"), NOON)


def test_what_was_silenced_when_it_was_raised_counts_as_silenced_afterwards() -> None:
    theirs, ours = about("AM border"), about("AZ border")

    assert silence.unsilenced([made()], [theirs, ours], NOON + 5 * HOUR) == [ours]


def test_it_is_kept_as_it_was_asked_for() -> None:
    one = made({"parties": ["AM"], "severity": "high", "official": True})

    assert decode(encode(one), Silence) == one
    assert one.when == {"parties": ("AM",), "severity": "high", "official": True}
    assert silence.described(one) == "of AM, from official sources, high or above"
    assert made() == made()
    assert made().id != one.id


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"until": None}, "a silence without an end"),
        ({"until": NOON}, "before it has begun"),
        ({"until": NOON + timedelta(days=31)}, "more than 30 days"),
        ({"reason": " "}, "without a reason"),
        ({"by": ""}, "by nobody"),
        ({"when": {}}, "it would silence everything"),
        ({"when": {"all": False}}, "it would silence everything"),
        ({"when": {"all": True, "parties": ["AM"]}}, "beside other conditions"),
        ({"when": {"party": ["AM"]}}, "nothing can be selected by 'party'"),
        ({"when": {"severity": "grave"}}, "severity: input should be"),
    ],
)
def test_what_is_no_silence_is_refused(fields: dict[str, Any], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        made(**fields)
