from __future__ import annotations

from monitor import dedup
from tests.make import post

WORDS = "Four servicemen are known for sure to be wounded after the attack in the eastern direction."


def test_white_space_and_links_make_no_version_but_a_figure_does() -> None:
    one = post(text=WORDS)

    assert dedup.content_hash(one) == dedup.content_hash(post(text=f"  {WORDS}\n", permalink="https://elsewhere/"))
    assert dedup.content_hash(one) != dedup.content_hash(post(text=WORDS.replace("Four", "Five")))
    assert dedup.content_hash(one) != dedup.content_hash(post(title="Other", text=WORDS))


def test_the_same_words_have_one_fingerprint_whatever_case_and_punctuation() -> None:
    one = post(title="As of 15:00", text=WORDS)

    assert dedup.fingerprint(one) == dedup.fingerprint(post(title="AS OF 15:00.", text=WORDS.upper() + " …"))
    assert dedup.fingerprint(one) == dedup.fingerprint(post(title="", text=f"As of 15:00\n\n{WORDS}"))
    assert dedup.fingerprint(one) != dedup.fingerprint(post(title="As of 16:00", text=WORDS))


def test_a_stamp_beneath_makes_no_other_words() -> None:
    stamped = [post(text=f"{WORDS}\n\n{stamp}") for stamp in ("Updated: 15:30", "Updated on 16 November")]

    assert len({dedup.fingerprint(one) for one in (*stamped, post(text=WORDS))}) == 1


def test_a_counter_beneath_makes_no_other_words() -> None:
    counted = [post(text=f"{WORDS}\n\nViews: {views}") for views in (12, 4180)]

    assert len({dedup.fingerprint(one) for one in (*counted, post(text=WORDS))}) == 1
    assert dedup.fingerprint(post(text=f"{WORDS} Views: 12")) != dedup.fingerprint(post(text=WORDS))


def test_another_number_or_address_makes_another_post_but_no_version() -> None:
    for one, other in (
        ("Update 1", "Update 2"),
        ("Обновление 1", "Обновление 2"),
        ("https://example.org/live/1", "https://example.org/live/2"),
    ):
        posts = [post(text=f"{line}\n{WORDS}") for line in (one, other)]
        assert len(set(map(dedup.fingerprint, posts))) == 2
        assert len(set(map(dedup.content_hash, posts))) == 1


def test_capitals_that_stand_for_two_letters_make_no_difference() -> None:
    one = post(title="", text="Sınır hattında ateş açıldı, iki asker yaralandı ve tahliye edildi, operasyon sürüyor.")
    other = post(title="", text="Հրադադարի խախտում և կրակոցներ սահմանին, երկու զինծառայող վիրավորվել է և տարհանվել։")

    assert dedup.fingerprint(one) == dedup.fingerprint(post(title="", text=one.text.replace("i", "İ").upper()))
    assert dedup.fingerprint(other) == dedup.fingerprint(post(title="", text=other.text.replace("և", "եվ").upper()))


def test_few_words_have_none() -> None:
    assert dedup.fingerprint(post(title="Release", text="No incidents.")) is None


def test_any_text_has_a_hash() -> None:
    assert dedup.content_hash(post(text="\ud800 lone")) != dedup.content_hash(post(text="other"))
