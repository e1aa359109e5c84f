"""Where sentences end."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.rules.sentences import starts

SPLIT = [
    ("It ended. It began.", 2),
    ("Was it? It was! Yes…  And so on", 4),
    ("A line\nand another", 2),
    ("At 14:30, 17։00 and 13.40 on 18.11.2021 some 2.5 km away.", 1),
    ("S. Papikyan and Lt. Col. A. Eyvazov met on Nov. 16.", 1),
    ("See mod.gov.az and e.g. the U.S. list.", 1),
    ("Ушёл.Пришёл новый", 2),
    ("В 2021 г. Потери уточняются.", 2),
    ("В г. Горис и с. Тех тихо.", 1),
    ("ՊՆ-ից հայտնում են. ժամը 12։00-ին կրակ է բացվել։ Կորուստներ չկան։", 2),
    ("Նա ասաց: Կորուստներ չկան:", 2),
    ("The ministry: no losses", 1),
    ("The army (the 44. brigade) moved. “Well.” He left.", 3),
    ("", 1),
]


@pytest.mark.parametrize(("text", "count"), SPLIT)
def test_sentences(text: str, count: int) -> None:
    inner = [start for start in starts(text) if text[start:].strip("”")]
    assert len(inner) + 1 == count


@given(st.text(alphabet="aA1 .:։!?…\nԱբ»") | st.text())
def test_starts_ascend_within_the_text(text: str) -> None:
    found = starts(text)
    assert found == sorted(set(found))
    assert all(0 < start <= len(text) for start in found)
