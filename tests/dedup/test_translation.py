"""What is a translation and what is another statement: pairs in six languages, and the rules beneath them."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

from benchmarks import statements
from benchmarks import translations as told
from benchmarks.translations import Pair
from monitor.dedup.translation import translated, translation_marks, translation_of
from monitor.model import Entry, Media, Post, Verdict, changed
from monitor.rules import Rulebook
from tests.make import NOON, origin, post
from tests.rules.gazetteer.shipped import PLACES

BOOK = Rulebook((), (), PLACES)


def judged(said: Post, party: str) -> Verdict:
    return BOOK.explain(said.text, origin(party=party), title=said.title)


PAIRS = list(told.ours(judged))
# Too free, or with words for prisoners and the fallen that the tables do not know: rather no link than a wrong one.
MISSED = {
    ("tr en", "Milli Savunma"), ("en fr", "Foreign Minister"), ("fr ru", "Le ministre"), ("az en", "Erməni təxribatçı"),
    ("az ru", "Erməni təxribatçı"), ("en ru", "An Armenian sabotage"), ("en hy", "The Prime Minister"),
    ("en ru", "The Prime Minister"),
}  # fmt: skip
FIRE = "At 14:00 the enemy fired at our positions near Sotk and Kut. Seven soldiers were wounded."
FEU = "À 14h00, l'ennemi a tiré sur nos positions près de Sotk et de Kut. Sept soldats ont été blessés."
OGON = "В 14:00 противник обстрелял наши позиции у Сотка и Кута. Ранены семеро военнослужащих."


def missed(pair: Pair) -> bool:
    languages, text = pair.name.split(": ", 1)
    return any(languages == two and text.startswith(begins) for two, begins in MISSED)


def entry(text: str, spoken: str, minutes: float = 0, **fields: Any) -> Entry:
    moment = NOON + timedelta(minutes=minutes)
    given: dict[str, Any] = {"title": "", "language": spoken, "published": moment, "seen": moment}
    said = post(f"{spoken}-{minutes}", text=text, **(given | fields))
    return Entry(id=f"{minutes}", post=said, verdict=judged(said, "AM"))


def test_there_are_pairs_enough() -> None:
    assert sum(pair.what is None for pair in PAIRS) >= 50
    assert sum(pair.what is not None for pair in PAIRS) >= 60
    assert {one.post.language for pair in PAIRS for one in (pair.first, pair.later)} == {
        "hy",
        "en",
        "ru",
        "az",
        "tr",
        "fr",
    }


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.name)
def test_what_a_statement_is_of_one_in_another_language(pair: Pair) -> None:
    found = translation_of(pair.first, pair.later)
    marks = [set(translation_marks(one, pair.party)) for one in (pair.first, pair.later)]

    assert (found is not None) == (pair.what is None and not missed(pair))
    if found:
        assert 0.75 <= found.certainty < 1
        assert marks[0] & marks[1]


def test_a_translation_with_any_other_figure_is_another_statement() -> None:
    changed_ones = 0
    for pair in (pair for pair in PAIRS if pair.what is None):
        for figure in re.finditer(r"\d+", pair.later.post.text):
            text = pair.later.post.text
            other = f"{text[: figure.start()]}{int(figure[0]) + 3}{text[figure.end() :]}"
            changed_ones += 1
            assert translation_of(pair.first, changed(pair.later, post=changed(pair.later.post, text=other))) is None
    assert changed_ones > 150


def test_of_all_statements_none_is_a_translation_of_another() -> None:
    linked = told.strangers(statements.OURS, lambda _post, _party: Verdict(alert=False))

    assert linked.others > 300_000
    assert linked.wrongly == ()


def test_why_it_is_one_is_told_in_a_sentence() -> None:
    found = translation_of(entry(FIRE, "en"), entry(FEU, "fr", 12))

    assert found is not None
    assert found.why == "same places (Sotk, Kut), same numbers in order (7, 14:00), 12 minutes apart"


@pytest.mark.parametrize(
    ("later", "linked"),
    [
        (entry(OGON, "ru", 179), True),
        (entry(OGON, "ru", 181), False),
        (entry(FIRE, "en", 5), False),  # of one language
        (entry(OGON, "ru", 5, title="Обстановка на 16:00"), True),  # the other has no title
        (entry(OGON, "ru", 5, published=None, seen=None), False),
        (entry(f"{OGON} Стрельба продолжается.", "ru", 5), True),
        (entry(f"{OGON} Стрельба продолжалась. Обстановка остаётся напряжённой. Министерство призывает жителей "
               "следить только за официальной информацией и сохранять спокойствие.", "ru", 5), False),
    ],
)  # fmt: skip
def test_time_language_titles_and_length(later: Entry, linked: bool) -> None:
    assert (translation_of(entry(FIRE, "en"), later) is not None) is linked


def test_titles_of_two_hours_are_two_statements() -> None:
    first = entry(FIRE, "en", title="As of 15:00")

    assert translation_of(first, entry(OGON, "ru", 5, title="На 15:00"))
    assert not translation_of(first, entry(OGON, "ru", 5, title="На 16:00"))


def test_without_a_verdict_names_stand_for_places() -> None:
    first, later = (changed(one, verdict=None) for one in (entry(FIRE, "en"), entry(OGON, "ru", 5)))

    assert translation_of(first, later)
    assert not translation_of(first, changed(later, post=changed(later.post, text=OGON.replace("Кута", "Шоржи"))))


def test_one_picture_counts_for_it() -> None:
    picture = (Media(type="image", url="https://mod.example/1.jpg"),)
    said = ("The minister visited a military unit today and spoke with 40 officers of 6 brigades.", "en")
    told_in_russian = ("Министр посетил сегодня воинскую часть и побеседовал с 40 офицерами 6 бригад.", "ru", 3)

    assert not translation_of(entry(*said), entry(*told_in_russian))
    assert translation_of(entry(*said, media=picture), entry(*told_in_russian, media=picture))


def test_of_several_that_it_may_be_none_is_chosen_but_places_of_one_are_one() -> None:
    later, first, again = entry(OGON, "ru", 9), entry(FIRE, "en"), entry(f"⚡️ {FIRE}\n\n@mod", "en", 2, source="x")
    another = entry(FIRE.replace("fired at our positions", "opened fire on units"), "en", 4)

    found = translated(later, [again, first])
    assert found is not None
    assert found.entry == first
    assert translated(later, [first, another]) is None
    assert translated(later, [entry(FIRE.replace("14", "15"), "en")]) is None


def test_marks_are_few_and_of_one_party() -> None:
    many = entry(" ".join(f"At {hour}:10 near Sotk {hour * 7} shots." for hour in range(24)), "en")

    assert len(translation_marks(many, "AM")) == 8
    assert not set(translation_marks(many, "AM")) & set(translation_marks(many, "AZ"))
    assert translation_marks(entry("Follow official news only.", "en"), "AM") == ()


def test_a_hostile_text_takes_no_longer_than_its_length() -> None:
    for text in ("1 " * 50_000, "1." * 50_000, "Ա" * 100_000, "12 h " * 20_000, "a.m. " * 20_000, "«" * 100_000):
        assert translation_of(entry(text, "en"), entry(text, "ru", 1)) is None
