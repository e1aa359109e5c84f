from __future__ import annotations

from itertools import pairwise

from hypothesis import example, given
from hypothesis import strategies as st

from monitor import dedup
from monitor.dedup.coat import undressed
from tests.make import NOON, post
from tests.properties import bounded

LETTERS = "abcxyzÀéñABCабвгдежёъАБЯЁաբգեևուՈՒԱԲəğıöşüçİIƏĞŞ0123456789"
words = st.lists(st.text(LETTERS, min_size=1, max_size=9), min_size=10, max_size=20)
blanks = st.text(" \t\n\u00a0\u2003", min_size=1, max_size=4)
marks = st.sampled_from([" ", ". ", " — ", ", «", "» ", "!\n\n", " … ", "_"])
anything = st.text(st.characters(categories=["L", "M", "N", "P", "S", "Z", "C"]), max_size=100)


@bounded
@given(words, blanks, blanks)
def test_blanks_make_no_version(said: list[str], one: str, other: str) -> None:
    assert dedup.content_hash(post(text=one.join(said))) == dedup.content_hash(post(text=other.join(said) + other))


@bounded
@given(words, st.sampled_from([str.upper, str.lower, str.title, str.casefold]), marks)
@example(["sınır", "hattında", "durum"] * 5, str.upper, " ")
def test_case_and_punctuation_are_the_same_words(said: list[str], case: object, mark: str) -> None:
    assert callable(case)
    told = post(title="", text=" ".join(said))
    assert dedup.fingerprint(told) == dedup.fingerprint(post(title="", text=case(mark.join(said))))


@bounded
@given(words, words)
def test_other_words_are_another_version(said: list[str], other: list[str]) -> None:
    same = said == other
    assert (dedup.content_hash(post(text=" ".join(said))) == dedup.content_hash(post(text=" ".join(other)))) == same


@bounded
@given(anything, anything)
def test_any_text_has_a_hash_and_perhaps_a_fingerprint(title: str, text: str) -> None:
    assert len(dedup.content_hash(post(title=title, text=text))) == 20
    found = dedup.fingerprint(post(title=title, text=text))
    assert found is None or len(found) == 20


@bounded
@given(anything, anything, anything)
def test_any_two_texts_can_be_compared_and_any_is_the_same_as_itself(title: str, text: str, other: str) -> None:
    one, two = post(title=title, text=text, seen=NOON), post(text=other, seen=NOON)
    assert dedup.same_statement(one, one) in ("same", None)
    assert (dedup.same_statement(one, two) is None) == (dedup.same_statement(two, one) is None)
    assert len(dedup.marks(one, "AM")) <= 2
    assert dedup.bare(one).key == one.key


@bounded
@given(words, st.integers(0, 19), st.sampled_from(["", "7"]))
def test_one_word_more_less_or_other_is_another_statement(said: list[str], at: int, word: str) -> None:
    at %= len(said)
    other = [*said[:at], *([word] if word else []), *said[at + 1 :]]
    one, two = (post(title="", text=f"A {' '.join(each)} z.", seen=NOON) for each in (said, other))
    same = undressed(one).body == undressed(two).body
    assert (dedup.same_statement(one, two) is None) or same


@bounded
@given(st.lists(st.sampled_from(["a", "b", "c.", "4", "7", "\n\n", " "]), max_size=40), st.integers(0, 40), anything)
def test_applying_a_difference_gives_both_texts_back(said: list[str], at: int, put: str) -> None:
    before, after = " ".join(said), " ".join([*said[:at][::-1], put, *said[at + 1 :]])
    parts = dedup.difference(before, after)
    assert "".join(part.words for part in parts if part.kind != "new") == before
    assert "".join(part.words for part in parts if part.kind != "gone") == after
    assert dedup.difference(before, after) == parts
    assert all(one.kind != other.kind for one, other in pairwise(parts))


@bounded
@given(anything, anything)
def test_any_text_may_hold_marks_and_counters(title: str, text: str) -> None:
    one = post(title=title, text=text, seen=NOON)
    assert len(dedup.unmarked(one).text) <= len(text)
    assert dedup.change(one, one) is None
    assert len(dedup.stated(text)) <= len(text)
