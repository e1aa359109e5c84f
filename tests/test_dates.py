from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from monitor import dates

YEREVAN = ZoneInfo("Asia/Yerevan")  # four hours ahead of UTC all year
BERLIN = ZoneInfo("Europe/Berlin")


def at(year: int, month: int, day: int, *clock: int) -> datetime:
    hour, minute, second, fraction = (*clock, 0, 0, 0, 0)[:4]
    return datetime(year, month, day, hour, minute, second, fraction, UTC)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("Sun, 22 Nov 2026 10:00:00 +0400", at(2026, 11, 22, 6)),
        ("22 Nov 26 10:00 EST", at(2026, 11, 22, 15)),
        ("Mon, 06 Jul 98 08:49:37 GMT", at(1998, 7, 6, 8, 49, 37)),
        ("Sun Nov 22 10:00:00 UTC 2026", at(2026, 11, 22, 10)),
        ("Sun, 22 Nov 2026 10:00:00 PDT", at(2026, 11, 22, 17)),
        ("Sun, 22 Nov 2026 10:00:00 GMT+4", at(2026, 11, 22, 6)),
        ("Sun, 22 Nov 2026 10:00:00 (UTC+04:00)", at(2026, 11, 22, 6)),
        ("Sun, 22 Nov 2026 10:00:00 MSK", at(2026, 11, 22, 7)),
        ("22.11.2026 10:00 AMT", at(2026, 11, 22, 6)),
        ("22.11.2026 10:00 AZT", at(2026, 11, 22, 6)),
        ("22.11.2026 10:00 GET", at(2026, 11, 22, 6)),
        ("Sun, 22 Nov 2026 24:00:00 Z", at(2026, 11, 23)),
        ("2026-11-22T10:00:00Z", at(2026, 11, 22, 10)),
        ("2026-11-22t10:00:00.123456789z", at(2026, 11, 22, 10, 0, 0, 123457)),
        ("2026-11-22T10:00+04:00", at(2026, 11, 22, 6)),
        ("2026-11-22T10:00:00-00:00", at(2026, 11, 22, 10)),
        ("20261122T103000Z", at(2026, 11, 22, 10, 30)),
        ("1992-05-01T00:00:00Z", at(1992, 5, 1)),
        ("2026-11-22 10:00:00 +0000 UTC", at(2026, 11, 22, 10)),
        ("2016-12-31T23:59:60Z", at(2017, 1, 1)),
    ],
)
def test_a_text_that_names_its_zone_is_read_whatever_the_source_says(text: str, moment: datetime) -> None:
    assert dates.parse(text, None) == moment
    assert dates.parse(text, BERLIN) == moment


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2020/1/10 14:33:00", at(2020, 1, 10, 10, 33)),
        ("22.11.2026 14:30", at(2026, 11, 22, 10, 30)),
        ("03.04.2026 14:30", at(2026, 4, 3, 10, 30)),
        ("22-11-2026 10:00", at(2026, 11, 22, 6)),
        ("11/22/2026 10:00", at(2026, 11, 22, 6)),
        ("22 November 2021, 18:30", at(2021, 11, 22, 14, 30)),
        ("18:30, 22 November 2021", at(2021, 11, 22, 14, 30)),
        ("13 September, 2022 02:30", at(2022, 9, 12, 22, 30)),
        ("Sat, Dec 16 2023 02:02:33 PM", at(2023, 12, 16, 10, 2, 33)),
        ("Dec 16th, 2023 12:05 a.m.", at(2023, 12, 15, 20, 5)),
        ("Sun Nov  6 08:49:37 2022", at(2022, 11, 6, 4, 49, 37)),
        ("22 ноября 2026 г., 10:00", at(2026, 11, 22, 6)),
        ("22 нояб. 2026 10:00", at(2026, 11, 22, 6)),
        ("22 նոյեմբերի, 2026, 10:00", at(2026, 11, 22, 6)),
        ("2026 թ. նոյեմբերի 22, 10:00", at(2026, 11, 22, 6)),
        ("22 noyabr 2026, 10:00", at(2026, 11, 22, 6)),
        ("5 İyun 2024 10:00", at(2024, 6, 5, 6)),
        ("22 Kasım 2026 saat 10:00", at(2026, 11, 22, 6)),
        ("22 KASIM 2026 10:00", at(2026, 11, 22, 6)),
        ("1 ŞUBAT 2026 10:00", at(2026, 2, 1, 6)),
        ("Sun, 22 Nov 2026 10:00:00 IST", at(2026, 11, 22, 6)),  # one of three zones of that name
    ],
)
def test_a_time_without_a_known_zone_is_the_sources_own_or_unknown(text: str, moment: datetime) -> None:
    assert dates.parse(text, YEREVAN) == moment
    assert dates.parse(text, None) is None


def test_every_month_is_known_in_every_language_and_form() -> None:
    lines = [line.split() for line in dates._MONTHS.strip().splitlines()]
    assert len(lines) == 12
    for number, names in enumerate(lines, 1):
        for name in names:
            assert dates.parse(f"3 {name} 2024", None) == at(2024, number, 3), name


@pytest.mark.parametrize("text", ["Nov 22, 2026", "22 November 2026", "2026-11-22", "22.11.2026", "2026/11/22"])
def test_a_day_without_a_time_is_midnight_in_the_sources_zone_else_in_utc(text: str) -> None:
    assert dates.parse(text, None) == at(2026, 11, 22)
    assert dates.parse(text, YEREVAN) == at(2026, 11, 21, 20)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "yesterday",
        "12:30",
        "2026",
        "2026-11",
        "1700000000",
        "03/04/2026",  # March or April
        "03-04-2026 10:00",
        "31 June 2026",
        "2026-13-01",
        "2026-11-22T25:00:00Z",
        "2026-11-22T10:61:00Z",
        "2026-11-22T24:30:00Z",
        "2026-11-22T10:00:00+19:00",
        "0001-01-01T00:00:00Z",
        "1889-05-01T00:00:00Z",
        "2199-01-01T00:00:00Z",
        "22 Foo 2026",
        "1" * 5000,
        "2026-11-22T10:00:00Z" + " " * 3 + "x" * 200,
    ],
)
def test_what_is_ambiguous_or_impossible_is_unknown(text: str) -> None:
    assert dates.parse(text, YEREVAN) is None


def test_the_sources_zone_knows_summer_time() -> None:
    assert dates.parse("01.07.2026 12:00", BERLIN) == at(2026, 7, 1, 10)
    assert dates.parse("01.12.2026 12:00", BERLIN) == at(2026, 12, 1, 11)
