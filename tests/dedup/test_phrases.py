from __future__ import annotations

import pytest

from monitor.dedup.phrases import capitals, laid_out, outline
from tests.make import post


def sentences(text: str) -> list[tuple[str, ...]]:
    _, said = laid_out(post(text=text), frozenset())
    return [one.words for one in said]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Fire was opened. It was answered!", [("fire", "was", "opened"), ("it", "was", "answered")]),
        ("Said S. Papikyan on the road.", [("said", "papikyan", "on", "the", "road")]),
        ("He said: “All is calm.” Nobody was hurt", [("he", "said", "all", "is", "calm"), ("nobody", "was", "hurt")]),
        ("The border\nThe road\n\n\nThe river", [("the", "border"), ("the", "road"), ("the", "river")]),
        ("25 000 men, 2,5 km, 14:30.", [("25000", "men", "2.5", "km", "14.30")]),
        ("Կրակ է բացվել։ Դիրքերը փակ են։", [("կրակ", "բացվել"), ("դիրքերը", "փակ", "են")]),
        ("Sınırda ateş. Şəhər sakitdir", [("sinirda", "ates"), ("seher", "sakitdir")]),
    ],
)
def test_a_text_is_parted_into_sentences_of_folded_words(text: str, said: list[tuple[str, ...]]) -> None:
    assert sentences(text) == said


def test_a_text_that_is_plain_but_for_one_letter_is_folded_as_its_sentences_are() -> None:
    first, *_, last = sentences("ALL IS CALM in TIFLIS.\nİrəvan. Nobody in BAKU was hurt")

    assert (first, last) == (("all", "is", "calm", "in", "tiflis"), ("nobody", "in", "baku", "was", "hurt"))


def test_what_carries_a_sentence_is_kept_in_its_order_and_apart() -> None:
    _, (said,) = laid_out(post(text="On 16 November at 14:30 the enemy wounded three soldiers near Sotk."), frozenset())

    assert said.dates == ("m11-16",)
    assert said.clocks == ("14.30",)
    assert said.parties == ("enemy",)
    assert said.states == ("wounded", "3", "soldier")
    assert said.names == ("sotk",)


def test_an_outline_counts_words_by_what_their_sentences_carry() -> None:
    calm, other = (
        outline(post(text="All is quiet here. All is quiet now.")),
        outline(post(text="It is quiet there by night.")),
    )

    assert (calm.sentences, calm.words) == (2, 8)
    assert list(calm.carrying.values()) == [8]
    assert calm.carrying.keys() == other.carrying.keys()
    assert calm.carrying.keys().isdisjoint(outline(post(text="All is tense here.")).carrying)


def test_names_are_words_with_a_capital_behind_the_first_of_a_sentence() -> None:
    assert capitals(post(text="Units near Sotk fired. Units of Goris did not.\nVardenis was calm in NATO terms")) == {
        "sotk", "goris",
    }  # fmt: skip
