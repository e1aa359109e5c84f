from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from monitor.dedup import continued, marked_version, unmarked
from monitor.dedup.marked import Marked
from monitor.model import Post, changed
from tests.make import NOON, post

TITLE = "Four servicemen wounded"
TEXT = "Four servicemen were wounded at the border in the night, the ministry of defence said. The situation is calm."


@pytest.mark.parametrize(
    ("title", "number"),
    [
        (f"UPDATE 2-{TITLE}", 2),
        (f"UPDATED: {TITLE}", None),
        (f"CORRECTED-{TITLE}", None),
        (f"(adds details) {TITLE}", None),
        (f"{TITLE} (Updated)", None),
        (f"{TITLE} (updated on 16 November)", None),
        (f"{TITLE} - UPDATED", None),
        (f"{TITLE} (2nd version)", 2),
        (f"{TITLE} (версия 3)", 3),
        (f"ОБНОВЛЕНО: {TITLE}", None),
        (f"{TITLE} (дополнено)", None),
        (f"ԹԱՐՄԱՑՎԱԾ. {TITLE}", None),
        (f"{TITLE} (տարբերակ 2)", 2),
        (f"YENİLƏNİB – {TITLE}", None),
        (f"{TITLE} (GÜNCELLENDİ)", None),
        (f"Güncelleme: {TITLE}", None),
        (f"{TITLE} (mise à jour)", None),
    ],
)
def test_agencies_mark_later_versions_in_many_ways(title: str, number: int | None) -> None:
    assert marked_version(post(title=title)) == Marked(number)
    assert unmarked(post(title=title)).title == TITLE


@pytest.mark.parametrize(
    "title",
    [
        "Update on the situation at the border",
        "Updated rules of crossing are in force",
        "The list was corrected: four names",
        "Version 2 of the plan",
        "Правила обновлены",
        "Обновлённая информация о раненых",
        "Yenilənmiş siyahı",
        "Talks (third round)",
        "Four wounded (two gravely)",
        "",
    ],
)
def test_the_same_words_in_a_sentence_mark_nothing(title: str) -> None:
    said = post(title=title, text=f"{TITLE}. The list (updated daily) is on the site. More follows.")

    assert marked_version(said) is None
    assert unmarked(said) is said


@pytest.mark.parametrize(
    ("line", "first"),
    [
        ("(Details added: first version posted on 10:30)", datetime(2021, 11, 16, 6, 30, tzinfo=UTC)),
        ("(Обновлено: первая версия опубликована в 23:15)", datetime(2021, 11, 15, 19, 15, tzinfo=UTC)),
        ("(Թարմացված. առաջին տարբերակը՝ 10:30)", datetime(2021, 11, 16, 6, 30, tzinfo=UTC)),
        ("(Updated: first posted at 99:99)", None),
        ("(Updated)", None),
    ],
)
def test_the_last_line_may_say_when_the_first_version_came(line: str, first: datetime | None) -> None:
    said = post(text=f"{TEXT}\n\n{line}", published=NOON)

    assert marked_version(said, "Asia/Yerevan") == Marked(None, first)
    assert marked_version(said) == marked_version(said, "No/Such") == Marked(None, None)
    assert unmarked(said).text == TEXT


def at(hours: float, name: str, **fields: str) -> Post:
    return post(name, published=NOON + timedelta(hours=hours), **({"title": TITLE, "text": TEXT} | fields))


LATER = at(2, "later", title=f"UPDATE 1-{TITLE}", text=f"{TEXT} Two of them are in hospital.")


def test_a_marked_version_goes_on_with_the_post_that_it_extends() -> None:
    first, second = at(0, "first"), at(1, "second")

    assert continued(LATER, [first]) == first
    assert continued(LATER, [first, second]) == second
    assert continued(LATER, [second, changed(second, revision=2), first]) == changed(second, revision=2)


def test_of_several_the_mark_may_name_one() -> None:
    marked = changed(LATER, text=f"{LATER.text}\n\n(Details added: first version posted at 16:00)")

    assert continued(marked, [at(0, "first"), at(1, "second")], "Asia/Yerevan") == at(0, "first")


@pytest.mark.parametrize(
    "other",
    [
        at(0, "other", title="Five servicemen wounded"),
        at(0, "other", text="The minister received an ambassador. They spoke of trade and of much else."),
        at(-30, "too old"),
        at(3, "after it"),
        at(0, "short", text="Four wounded."),
        at(0, "elsewhere", source="az-mod"),
        LATER,
    ],
    ids=lambda one: one.native_id.rpartition("/")[2],
)  # fmt: skip
def test_what_it_does_not_extend_it_does_not_go_on_with(other: Post) -> None:
    assert continued(LATER, [other]) is None


def test_without_a_mark_nothing_is_continued() -> None:
    assert continued(changed(LATER, title=TITLE), [at(0, "first")]) is None


def test_a_hostile_title_costs_no_more_than_its_length() -> None:
    for title in ("(" * 100_000, "(updated " * 20_000, "update " * 20_000, "- " * 50_000, "(first " + "a" * 100_000):
        marked_version(post(title=title, text=title))
