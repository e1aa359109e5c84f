from __future__ import annotations

import pytest

from monitor import dedup
from monitor.dedup import stated, worded
from tests.make import post

SAID = "Four servicemen were wounded."


@pytest.mark.parametrize(
    "line",
    [
        "Views: 123", "123 views | 4 comments", "👁 1.2K", "Read 45 times", "Просмотров: 1 234", "Прочитано 45 раз",
        "Количество просмотров: 7", "Դիտումներ՝ 123", "Դիտվել է 45 անգամ", "Baxış sayı: 123", "Oxunub: 45 dəfə",
        "Görüntülenme: 12.345", "45 kez okundu", "Vues : 12", "Updated: 16 Nov 2021 15:30",
        "Last updated on 16 November 2021 at 15:30", "Обновлено: 16.11.2021, 15:30",
        "Последнее обновление 16 ноября 2021",
        "Թարմացվել է՝ 16.11.2021", "Son yenilənmə: 16 noyabr 2021, 15:30", "Güncelleme Tarihi: 16 Kasım 2021 15:30",
        "https://example.org/share?session=77", "→ www.example.org/77",
    ],
)  # fmt: skip
def test_a_line_that_is_no_word_of_anybody_makes_no_version(line: str) -> None:
    assert worded(f"{SAID}\n\n{line}").strip() == SAID
    assert dedup.content_hash(post(text=SAID)) == dedup.content_hash(post(text=f"{SAID}\n\n{line}"))


@pytest.mark.parametrize(
    "line",
    [
        "4 wounded", "Wounded: 4", "Updated: 7 wounded at 15:30", "Read 4 reports of the border", "Killed 2, wounded 4",
        "Обновлено в 15:30: семеро раненых", "Прочитано 45 имён погибших",
        "Comments by the minister: 3 posts were lost",
        "Views of the village of 300 people", "16 November 2021", "15:30", "4", "More: https://example.org/7",
        "Yaralı sayı: 4", "Вирусов: 4", "Вести с границы: 12 просмотров позиций противником",
    ],
)  # fmt: skip
def test_a_line_that_may_say_something_is_kept(line: str) -> None:
    assert worded(f"{SAID}\n{line}") == f"{SAID}\n{line}"


def test_where_there_is_nothing_else_it_is_all_there_is() -> None:
    assert worded("https://example.org/7") == "https://example.org/7"
    assert worded("") == ""


def test_an_advertisement_that_says_so_states_nothing() -> None:
    for label in ("Advertisement:", "Реклама\n", "ԳՈՎԱԶԴ:", "Reklam\n"):
        assert stated(f"{SAID}\n\n{label} Shoes for 999 only\n\nIt is calm.") == f"{SAID}\n\nIt is calm."
    assert stated("Реклама оружия запрещена: 4 дела.") == "Реклама оружия запрещена: 4 дела."
