"""What a changed text still shares with the one it was made of."""

from __future__ import annotations

import random

import pytest

from monitor.dedup import bands
from monitor.dedup.shingles import BANDS, folded

WORDS = [
    f"{a}{b}{c}" for a in ("bor", "kal", "ver", "tom", "sil") for b in "aeiou" for c in ("dan", "men", "tus", "rik")
]
RANDOM = random.Random(7)  # the same texts at every run
TEXTS = [[RANDOM.choice(WORDS) for _ in range(120)] for _ in range(50)]


def shared(one: str, other: str) -> int:
    return len({*bands(one)} & {*bands(other)})


def changed(words: list[str], part: float) -> list[str]:
    return [RANDOM.choice(WORDS) if RANDOM.random() < part else word for word in words]


@pytest.mark.parametrize(("part", "least"), [(0.1, 50), (0.2, 50), (0.3, 49), (0.4, 46)])
def test_texts_with_a_part_of_their_words_changed_are_found(part: float, least: int) -> None:
    assert sum(shared(" ".join(words), " ".join(changed(words, part))) > 1 for words in TEXTS) >= least


def test_so_are_those_cut_to_a_third_and_those_put_in_another_order() -> None:
    cut = [shared(" ".join(words), " ".join(words[:40])) for words in TEXTS]
    moved = [shared(" ".join(words), " ".join(words[60:] + words[:60])) for words in TEXTS]

    assert sum(many > 1 for many in cut) >= 49
    assert min(moved) > BANDS // 2


def test_bands_are_the_same_in_every_process_and_fit_into_64_bits() -> None:
    found = bands(
        "Units of the neighbouring state opened heavy fire towards several border positions yesterday evening."
    )

    assert found[:2] == (15500986901952613836, 13167495106815771818)
    assert len(found) <= BANDS
    assert all(0 <= band < 1 << 64 for band in found)


def test_a_short_text_has_none() -> None:
    assert bands("No incidents were recorded.") == ()


def test_spellings_fall_together() -> None:
    assert folded("ATƏŞ Ёлка İstanbul ՀԱՅ") == folded("atəş елка istanbul հայ")
