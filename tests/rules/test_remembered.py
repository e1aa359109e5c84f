"""What is remembered of words: within bounds, and no long numbers."""

from __future__ import annotations

from monitor.rules.remembered import Remembered


def learning() -> tuple[Remembered[int], list[str]]:
    asked: list[str] = []

    def learn(word: str) -> int:
        asked.append(word)
        return len(word)

    return Remembered(learn, most=3, longest=8), asked


def test_a_word_is_learned_once() -> None:
    known, asked = learning()

    assert [known["border"], known["border"]] == [6, 6]
    assert asked == ["border"]


def test_what_hardly_comes_again_is_told_and_not_kept() -> None:
    known, _ = learning()

    assert [known["2021"], known["584123"], known["unusually"]] == [4, 6, 9]
    assert list(known) == ["2021"]


def test_words_without_end_are_not_all_kept() -> None:
    known, _ = learning()
    for number in range(10):
        assert known[f"w{number}"] == 2

    assert len(known) <= 3
