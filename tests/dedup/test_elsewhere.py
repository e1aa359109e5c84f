from __future__ import annotations

from datetime import timedelta

from monitor.dedup import elsewhere, places, repeat, same_as
from monitor.model import Entry, Origin, SameAs
from tests.make import NOON, origin, post

WORDS = "Units of the neighbouring state opened fire at our positions near Sotk. Four servicemen were wounded."


def entry(source: str, minute: float, text: str = WORDS, said_before: SameAs | None = None) -> Entry:
    moment = NOON + timedelta(minutes=minute)
    said = post(f"{source}-{minute}", source=source, title="", text=text, published=moment, seen=moment)
    return Entry(id="", post=said, same_as=said_before)


def known(*entries: Entry) -> list[tuple[Entry, Origin]]:
    return [(one, origin(one.post.source, name=one.post.source.upper())) for one in entries]


def test_the_first_place_is_the_one_seen_first() -> None:
    x, telegram, site = entry("x", 2, WORDS[:90] + "…"), entry("telegram", 5), entry("site", 9)
    said = elsewhere(site, known(telegram, x))

    assert [(one.entry, one.likeness) for one in said] == [(x, "extended"), (telegram, "same")]
    assert same_as(said) == SameAs(key=x.post.key, likeness="extended")
    assert [one.name for one in places(said, site.post, origin("site", name="SITE"))] == ["X", "TELEGRAM", "SITE"]


def test_what_the_first_known_place_was_of_another_goes_on() -> None:
    telegram = entry("telegram", 5, said_before=SameAs(key="x:1", likeness="extended"))

    assert same_as(elsewhere(entry("site", 9), known(telegram))) == SameAs(key="x:1", likeness="same")


def test_a_source_says_a_statement_once() -> None:
    x, first, second = (
        entry("x", 1),
        entry("telegram", 2, f"Sotk\n\n{WORDS}"),
        entry("telegram", 30, f"Goris\n\n{WORDS}"),
    )

    assert len(elsewhere(first, known(x))) == 1
    assert elsewhere(second, known(x, first)) == ()


def test_alone_there_is_nothing_to_say() -> None:
    one = entry("site", 1)

    assert elsewhere(one, known(entry("site", 0), entry("x", 0, "Others." * 20))) == ()
    assert same_as(()) is None
    assert places((), one.post, origin()) == ()


def test_a_later_place_is_noted_with_its_source() -> None:
    later = entry("site", 9).post
    noted = repeat(later, "extended", NOON)

    assert (noted.source, noted.key, noted.permalink) == ("site", later.key, later.permalink)
    assert (noted.published, noted.seen, noted.likeness) == (later.published, later.seen, "extended")
