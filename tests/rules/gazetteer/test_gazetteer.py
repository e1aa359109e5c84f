"""Mentions of any text: where they stand, and in which time."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.rules.field import Field
from monitor.rules.gazetteer import Gazetteer
from tests.rules.gazetteer.shipped import mentions
from tests.rules.gazetteer.spellings import SPELLINGS

PIECES = st.sampled_from(
    [
        " ",
        ". ",
        "\n",
        "'",
        "-",
        "’",
        "\u0308",
        "İ",
        "ı",
        "և",
        *(name for _, name in SPELLINGS),
        "village",
        "Vahan",
        "of",
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES | st.text(max_size=6), max_size=30).map("".join), st.text(max_size=20))
def test_offsets_point_at_the_text(text: str, title: str) -> None:
    fields = {"title": title, "text": text}
    found = mentions(text, title)
    for one in found:
        assert fields[one.field][one.start : one.end] == one.words
        assert (one.place is None) == bool(one.candidates)
        assert len(one.candidates) != 1
    for before, after in pairwise(found):
        assert before.field != after.field or before.end <= after.start


def test_a_post_of_nothing_but_names_is_quick() -> None:
    text = "Martuni, Agarak, Shorzha, Goriss, in Vardneis " * 400
    assert len(mentions(text)) == 4 * 400  # all but Goriss


def test_without_places_there_are_no_mentions() -> None:
    assert Gazetteer(()).mentions([Field("text", "Goris")], None) == ()
