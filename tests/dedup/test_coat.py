from __future__ import annotations

import pytest

from monitor.dedup.coat import Sentence, Undressed, bare, undressed
from tests.make import post


def taken(text: str, title: str = "", **fields: str) -> Undressed:
    return undressed(post(title=title, text=text, **fields))


def plain(found: Undressed) -> list[str]:
    return [" ".join(sentence.words) for sentence in found.body]


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Fire. https://t.co/a1 www.mod.am/x t.me/mod/17", ["fire"]),
        ("Fire at #Sotk_east! #Army #News", ["fire at sotk east"]),
        ("#Army #News\nFire at #Sotk", ["fire at sotk"]),
        ("Fire at Sotk, says @mod_news today.", ["fire at sotk says today"]),
        ("(1/3) Fire. 🧵", ["fire"]),
        ("2/3\nFire", ["fire"]),
        ("Fire. 3/3", ["fire"]),
        ("1/2 of the village burns", ["1.2 of the village burns"]),
        ("On duty 24/7", ["on duty"]),
        ("Fire 🔥 1️⃣ 🇦🇲 — at ‘Sotk’", ["fire at sotk"]),
        ("Fire.\nMore: https://mod.am", ["fire"]),
        ("Fire.\n4 killed: https://mod.am", ["fire", "4 killed"]),
        ("14:00, 14.00; 25,000 25 000; 2,5 and 2.5%", ["14.00 14.00 25000 25000 2.5 and 2.5"]),
        ("На 14։00 ИСТИНА", ["на 14.00 истина"]),
        ("Gen. A. Papikyan spoke. He left.", ["gen", "a papikyan spoke", "he left"]),
        ("Ի՞նչ եղավ: Ոչինչ։", ["ինչ եղավ", "ոչինչ"]),
    ],
)
def test_what_is_left_without_the_coat(text: str, left: list[str]) -> None:
    assert plain(taken(text)) == left


def test_a_title_is_apart_unless_the_text_says_it_again() -> None:
    titled, again = taken("Fire at Sotk.", "Release"), taken("Fire at Sotk, and so on.", "Fire at So…")
    headed, listed = taken("Release\n\nFire at Sotk."), taken("Fire at Sotk.\nAnd at Goris.")

    assert titled.title == Sentence(("release",), quoted=False)
    assert headed == titled
    assert again.title is None
    assert listed.title is None
    assert taken("", "Fire at Sotk").body[0].words == ("fire", "at", "sotk")


def test_a_text_that_ends_in_dots_is_cut() -> None:
    assert taken("Fire at So… https://t.co/x\n#Army").cut
    assert taken("Fire at So... 🧵").cut
    assert not taken("Fire… at Sotk").cut
    assert undressed(post(text="Fire", flags=("partial",))).cut


def test_a_quotation_is_known_and_a_name_inside_is_none() -> None:
    assert [one.quoted for one in taken("«Fire.» “Water.” The «Lake» is dry.").body] == [True, True, False]


def test_nothing_is_left_of_a_coat_alone() -> None:
    assert taken("⚡️ https://t.co/x @mod #Army", "👇").sentences == ()


def test_bare_words_are_as_they_were_written() -> None:
    found = bare(post(title="⚡️ Release", text="Fire at #Sotk, at 14:00! https://t.me/mod/17\n\n@mod_news #Army"))

    assert (found.title, found.text) == ("⚡️ Release", "Fire at #Sotk, at 14:00!")
