from __future__ import annotations

import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from monitor.dedup import marks, same_statement
from monitor.model import Post
from tests.make import NOON, post

PAIRS: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "pairs.yaml").read_text(encoding="utf-8"))
WORDS = "Units of the neighbouring state opened fire at our positions near Sotk. Four servicemen were wounded."


def said(words: str | list[str], hours: float = 0) -> Post:
    title, text = words if isinstance(words, list) else ("", words)
    moment = NOON + timedelta(hours=hours)
    return post(title=title, text=text, published=moment, seen=moment)


def test_there_are_pairs_enough_of_both_kinds() -> None:
    kinds = [pair["is"] for pair in PAIRS]

    assert len(kinds) >= 60
    assert min(map(kinds.count, ("same", "shortened", "extended", "other"))) >= 8


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: f"{pair['is']}: {str(pair['later'])[:40]}")
def test_what_a_later_post_is_of_an_earlier_one(pair: dict[str, Any]) -> None:
    first, later = said(pair["first"]), said(pair["later"], pair.get("hours", 0.1))
    found = same_statement(first, later)

    assert (found or "other") == pair["is"]
    turned = {"same": "same", "shortened": "extended", "extended": "shortened", None: None}[found]
    assert same_statement(later, first) == turned
    if found:
        assert set(marks(first, "AM")) & set(marks(later, "AM"))


def test_another_party_has_other_marks_and_few_words_have_none() -> None:
    assert not set(marks(said(WORDS), "AM")) & set(marks(said(WORDS), "AZ"))
    assert marks(said(["Release", "No incidents."]), "AM") == ()


@pytest.mark.parametrize(("hours", "same"), [(5.9, True), (6.1, False), (-6.1, False)])
def test_the_same_words_hours_apart_are_another_report(hours: float, same: bool) -> None:
    assert (same_statement(said(WORDS), said(WORDS, hours)) == "same") is same


def test_where_a_publisher_gives_no_time_it_is_when_we_saw_it() -> None:
    first = post(title="", text=WORDS, published=NOON - timedelta(hours=9), seen=NOON)
    later = post(title="", text=WORDS, seen=NOON + timedelta(minutes=5))

    assert same_statement(first, later) == "same"
    assert same_statement(first, post(title="", text=WORDS, seen=NOON + timedelta(hours=7))) is None
    assert same_statement(first, post(title="", text=WORDS)) is None


def test_a_long_text_of_one_sentence_again_and_again_is_compared_in_time_that_its_length_asks_for() -> None:
    one, other = said("So it is. " * 10_000 + "A"), said("So it is. " * 10_000 + "B")

    assert same_statement(one, other) is None


def test_a_title_of_one_word_again_and_again_is_sought_as_quickly() -> None:
    titled, told = said(["so " * 20_000 + "it", WORDS]), said(["It is", "So. " * 60_000])
    began = time.process_time()

    assert same_statement(titled, told) is None
    assert time.process_time() - began < 4
