from __future__ import annotations

import random
import time

import pytest

from monitor.dedup import difference
from monitor.model import Part


def shown(before: str, after: str) -> str:
    signs = {"same": "{}", "gone": "[-{}]", "new": "[+{}]"}
    return "".join(signs[part.kind].format(part.words) for part in difference(before, after))


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("4 men were wounded.", "7 men were wounded.", "[-4][+7] men were wounded."),
        ("At 14:30 fire was opened.", "At 14:45 fire was opened.", "At [-14:30][+14:45] fire was opened."),
        ("Some 2,500 fled.", "Some 25,000 fled.", "Some [-2,500][+25,000] fled."),
        ("Ранены четверо.", "Ранены четверо, один погиб.", "Ранены четверо[+, один погиб]."),
        ("Վիրավորվել է չո՛րս զինծառայող։", "Վիրավորվել է յոթ զինծառայող։", "Վիրավորվել է [-չո՛րս][+յոթ] զինծառայող։"),
        ("Dörd əsgər yaralanıb.", "Yeddi əsgər yaralanıb.", "[-Dörd][+Yeddi] əsgər yaralanıb."),
        ("İki asker yaralandı.", "İki asker Goris yakınında yaralandı.", "İki asker [+Goris yakınında ]yaralandı."),
        ("Quatre blessés.", "Aucun blessé.", "[-Quatre blessés][+Aucun blessé]."),
        ("A fire. It is calm.", "A fire. Nobody was hurt. It is calm.", "A fire. [+Nobody was hurt. ]It is calm."),
        ("", "New.", "[+New.]"),
        ("Old.", "", "[-Old.]"),
        ("The same.", "The same.", "The same."),
    ],
)  # fmt: skip
def test_what_is_gone_and_what_is_new_stand_where_they_were(before: str, after: str, told: str) -> None:
    assert shown(before, after) == told


def test_a_sentence_that_was_written_anew_is_shown_whole() -> None:
    before = "All is calm. The ministry of defence denies the report of the loss of a post. More follows."
    after = "All is calm. Two posts changed hands in the night and were retaken at dawn. More follows."
    kinds = [part.kind for part in difference(before, after)]

    assert kinds == ["same", "gone", "new", "same"]


def test_sentences_that_changed_places_are_not_torn_apart() -> None:
    one, two = "The border was quiet all night long. ", "A delegation visited the capital on Monday. "

    assert shown(one + two + "End.", two + one + "End.") in (
        f"[-{one}]{two}[+{one}]End.",
        f"[+{two}]{one}[-{two}]End.",
    )


def test_the_other_way_round_the_same_words_are_the_same() -> None:
    before, after = "Four of the 10 men were wounded near Goris.", "Seven of the 10 men were wounded at Kapan."

    there, back = (
        [one for one in difference(*pair) if one.kind == "same"] for pair in ((before, after), (after, before))
    )
    assert there == back == [Part(kind="same", words=" of the 10 men were wounded "), Part(kind="same", words=".")]


def _long(seed: int, changed: float) -> tuple[str, str]:
    chance = random.Random(seed)
    words = [f"word{chance.randrange(3000)}" for _ in range(11_000)]
    others = [f"other{chance.randrange(3000)}" if chance.random() < changed else word for word in words]
    return _text(words), _text(others)


def _text(words: list[str]) -> str:
    return " ".join(word + "." * (n % 12 == 11) for n, word in enumerate(words))


LONG = 100_000


@pytest.mark.parametrize(
    ("before", "after"),
    [
        _long(1, 0.2),
        _long(2, 0.9),
        ("a b " * (LONG // 4), "b a c " * (LONG // 6)),
        ("a " * (LONG // 2), "b " * (LONG // 2)),
        (". " * (LONG // 2), "! " * (LONG // 2)),
        ("x" * LONG, "x" * (LONG - 1)),
        ("\n" * LONG, "a\n" * (LONG // 2)),
    ],
    ids=["some", "most", "turned", "all", "signs", "one word", "lines"],
)
def test_the_effort_is_bounded_whatever_the_texts_are(before: str, after: str) -> None:
    began = time.process_time()
    parts = difference(before, after)

    assert time.process_time() - began < 3
    assert "".join(part.words for part in parts if part.kind != "new") == before
    assert "".join(part.words for part in parts if part.kind != "gone") == after
