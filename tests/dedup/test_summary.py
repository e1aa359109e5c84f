from __future__ import annotations

import pytest

from monitor.dedup import change
from monitor.dedup.difference import difference
from monitor.dedup.summary import excerpt
from monitor.model import Part
from tests.make import post

FILL = "The ministry follows the situation closely and will report on it in due time. "


@pytest.mark.parametrize(
    ("before", "after", "summary"),
    [
        ("4 wounded.", "7 wounded.", "4 wounded → 7 wounded"),
        (
            "Four servicemen, it is said, were hurt.",
            "Seven servicemen were hurt.",
            "Four servicemen → Seven servicemen",
        ),
        ("4 wounded, one dead, at 14:00.", "7 wounded, two dead, at 15:00.", "4 wounded → 7 wounded; 14:00 → 15:00"),
        ("Fire at Goris.", "Fire at Goris. No losses were suffered.", "new: “No losses were suffered”"),
        ("Fire near Goris, on posts.", "Fire on posts.", "gone: “near Goris”"),
        ("Раненых 4.", "Раненых 7.", "4 → 7"),
        ("So, it is.", "So it is.", "gone: “,”"),
    ],
)
def test_what_matters_most_is_said_in_one_line(before: str, after: str, summary: str) -> None:
    found = change(post(text=before), post(text=after))

    assert found
    assert found.summary == summary


def test_the_same_words_are_no_change() -> None:
    assert change(post(text="A. B."), post(text="A. B.")) is None


def test_counters_and_marks_are_passed_over() -> None:
    before = post(text="4 wounded.\n\nViews: 17", title="Statement")
    found = change(before, post(text="7 wounded.\n\nViews: 23", title="UPDATE 2-Statement"))

    assert found
    assert found.summary == "4 wounded → 7 wounded"


def test_many_changes_are_counted() -> None:
    before = " ".join(f"On day {n} all went well with number{n} and the others." for n in range(9))
    found = change(post(text=before), post(text=before.replace("day ", "day 1")))

    assert found
    assert found.summary.endswith("+6 more")
    assert len(found.summary) < 200


def test_a_title_that_changed_is_told_where_the_text_did_not() -> None:
    found = change(post(title="4 wounded", text="x"), post(title="7 wounded", text="x"))

    assert found
    assert found.summary == "4 wounded → 7 wounded"
    assert [part.words for part in found.parts] == ["4", "7", " wounded"]


def test_the_excerpt_is_the_sentence_around_what_matters_most() -> None:
    before = f"{FILL}It is calm, now. {FILL * 3}At Sotk 4 servicemen were wounded. {FILL * 3}"
    found = change(post(text=before), post(text=before.replace("calm, now", "calm now").replace("4", "7")))

    assert found
    assert [(part.kind, part.words) for part in found.parts] == [
        ("same", "At Sotk "), ("gone", "4"), ("new", "7"), ("same", " servicemen were wounded."),
    ]  # fmt: skip


def test_no_excerpt_is_long() -> None:
    for before, after in (("a " * 9000, "b " * 9000), ("x" * 9000, "y"), (FILL * 99, FILL * 50 + "7 " + FILL * 49)):
        parts = difference(before, after)
        at = next(n for n, part in enumerate(parts) if part.kind != "same")
        assert sum(len(part.words) for part in excerpt(parts, at)) < 600


def test_a_short_text_is_its_own_excerpt() -> None:
    parts = difference("a b", "a c")

    assert excerpt(parts, 1) == (
        Part(kind="same", words="a "), Part(kind="gone", words="b"), Part(kind="new", words="c"),
    )  # fmt: skip
