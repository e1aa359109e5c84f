from __future__ import annotations

import time

import pytest

from monitor.model import Part
from monitor.web.marks import Piece, changes, excerpt, one_line, pieces, web_link


def test_marked_words_are_cut_out_by_code_points() -> None:
    text = "😀 вірш զոհ end"

    assert pieces(text, [(7, 10)]) == [Piece("😀 вірш "), Piece("զոհ", marked=True), Piece(" end")]


def test_overlapping_and_impossible_spans_still_give_the_whole_text() -> None:
    text = "abcdefghij"

    found = pieces(text, [(4, 6), (2, 5), (6, 7), (9, 99), (5, 5), (-3, 1), (50, 60)])

    assert "".join(piece.text for piece in found) == text
    assert [piece.text for piece in found if piece.marked] == ["a", "cdefg", "j"]


def test_words_may_be_several_things_at_once() -> None:
    text = "no losses near Sotk"

    assert pieces(text, [(3, 9)], [(0, 9, "@denial")], [(15, 19, "Sotk"), (15, 19, "Sotk")]) == [
        Piece("no ", guard="@denial"),
        Piece("losses", marked=True, guard="@denial"),
        Piece(" near "),
        Piece("Sotk", place="Sotk"),
    ]
    assert pieces("ab", [], [(0, 2, "one"), (1, 2, "two"), (0, 0, "none")]) == [
        Piece("a", guard="one"),
        Piece("b", guard="one; two"),
    ]


def test_a_list_of_thousands_of_places_is_cut_quickly() -> None:
    text = "Sotk " * 20_000
    places = [(at, at + 4, f"place {at}") for at in range(0, len(text), 5)]

    start = time.perf_counter()
    assert len(pieces(text, [], [], places)) == 40_000
    assert time.perf_counter() - start < 3


def test_an_excerpt_shows_the_words_that_fired_wherever_they_stand() -> None:
    text = "word " * 200 + "wounded " + "word " * 200
    at = text.index("wounded")

    found = excerpt(text, [(at, at + 7)])

    assert Piece("wounded", marked=True) in found
    assert found[0].text == "… "
    assert found[-1].text == " …"
    assert sum(len(piece.text) for piece in found) < 300


def test_a_short_text_is_its_own_excerpt() -> None:
    assert excerpt("Two words", [(0, 3)]) == [Piece("Two", marked=True), Piece(" words")]
    assert excerpt("", []) == []


def test_changes_are_told_word_by_word() -> None:
    found = changes("Two men were wounded today.", "Three men were wounded near the border today.")

    assert found == [
        Part(kind="gone", words="Two"),
        Part(kind="new", words="Three"),
        Part(kind="same", words=" men were wounded"),
        Part(kind="new", words=" near the border"),
        Part(kind="same", words=" today."),
    ]


def test_the_same_words_have_no_changes() -> None:
    assert changes("The same. Words.", "The same. Words.") == []
    assert changes("", "") == []


@pytest.mark.parametrize(
    ("before", "after"),
    [("a " * 20_000, "b " * 20_000), ("a " * 3_900, "a b " * 1_900), ("x y " * 1_900, "y z " * 1_900)],
)
def test_hostile_versions_are_compared_in_bounded_time(before: str, after: str) -> None:
    began = time.perf_counter()
    found = changes(before, after)

    assert time.perf_counter() - began < 2
    assert {change.kind for change in found} >= {"new"}


def test_long_unchanged_text_is_shortened_around_a_change() -> None:
    found = changes("same " * 500 + "old", "same " * 500 + "new")

    assert found[0].words.startswith(" … same")
    assert len(found[0].words) < 200
    assert found[1:] == [Part(kind="gone", words="old"), Part(kind="new", words="new")]


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        "java\nscript:alert(1)",
        " javascript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:x",
        "file:///etc/passwd",
        "//example.org/a",
        "/relative",
        "http://",
        "https:///path",
        "https://[broken/",
        "http:\\\\example.org",
        "",
        None,
    ],
)
def test_only_web_addresses_become_links(address: str | None) -> None:
    assert web_link(address) is None


@pytest.mark.parametrize("address", ["https://example.org/a?b=c#d", "http://127.0.0.1:8000/", "https://մօդ.հայ/"])
def test_web_addresses_stay_as_they_are(address: str) -> None:
    assert web_link(address) == address


def test_a_window_title_has_no_character_that_reorders_or_breaks_it() -> None:
    assert one_line("a\u202eb\nc\u2066d\x00 \ufeffe") == "ab cd e"
