"""Where and when an agency filed what it took over."""

from __future__ import annotations

import pytest

from monitor.dedup.coat import bare
from monitor.dedup.filed import filed_alike, unfiled
from tests.make import post

SAID = "Ten reservists were wounded. The bridge is closed."


@pytest.mark.parametrize(
    "line",
    [
        "YEREVAN. ",
        "YEREVAN, November 16. /AGENCY/. ",
        "Yerevan, 16 November 2021: ",
        "MOSCOW, Nov 16 (Agency) - ",
        "TBILISI — ",
        "ANKARA (AA) - ",
        "BAKU, Azerbaijan, Nov. 16. ",
        "ЕРЕВАН, 16 ноября. /АГЕНТСТВО/. ",
        "ЕРЕВАН, 16 ноября – ",
        "ԵՐԵՎԱՆ, 16 ՆՈՅԵՄԲԵՐԻ, ԱՐՄԵՆՊՐԵՍ։ ",
        "Bakı, 16 noyabr, AZƏRTAC\n",
        "İSTANBUL (AA) – ",
        "EREVAN, 16 novembre. ",
    ],
)
def test_a_date_line_is_taken_off(line: str) -> None:
    assert unfiled(f"{line}{SAID}") == SAID
    assert bare(post(text=f"{line}{SAID}")).text == SAID


@pytest.mark.parametrize(
    "text",
    [
        SAID,
        f"KUT. {SAID}",
        f"URGENT. {SAID}",
        f"Baku. {SAID}",
        "Moscow says: nobody was wounded.",
        "YEREVAN IS CALM. NOBODY WAS WOUNDED.",
        "Yerevan, Gyumri and Vanadzor were shelled.",
        "Baku: the post is ours.",
        f"YEREVAN, KAPAN: {SAID}",
        f"YEREVAN (2 killed). {SAID}",
        f"YEREVAN, 12 killed. {SAID}",
        f"Baku. 4 wounded. {SAID}",
        f"Баку, 4 ранены. {SAID}",
        f"MOSCOW, Losses 12. {SAID}",
        "YEREVAN",
        "",
    ],
)
def test_what_may_be_told_is_left(text: str) -> None:
    assert unfiled(text) == text


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("YEREVAN, November 16. /AGENCY/. ", "Yerevan, 16 November 2021: ", True),
        ("YEREVAN. ", "YEREVAN, November 16. ", True),
        ("YEREVAN. ", "", True),
        ("", "", True),
        ("YEREVAN: ", "BAKU: ", False),
        ("YEREVAN, Sotk, November 16. ", "YEREVAN, Kapan, November 16. ", False),
        ("YEREVAN, November 16. ", "YEREVAN, November 17. ", False),
        ("Yerevan, 16 November 2021: ", "Yerevan, 17 November 2021: ", False),
    ],
)
def test_two_cities_or_two_days_are_two_filings(one: str, other: str, alike: bool) -> None:
    assert filed_alike(f"{one}{SAID}", f"{other}{SAID}") is alike
