from __future__ import annotations

import json

import pytest

from monitor.errors import Blocked, MonitorError, Refused, Rejected, Resting, Unauthorized, Unreachable, Unreadable
from monitor.fetch import Answer
from monitor.poll.gone import evidence
from tests.make import post

URL = "https://mod.example/news/17"
SAID = post(
    17, title="Обстрел на границе", text="В результате обстрела ранены двое военнослужащих, сообщает ведомство."
)


def page(text: str, *, url: str = URL, charset: str = "utf-8") -> Answer:
    return Answer(200, {"content-type": f"text/html; charset={charset}"}, text.encode(charset), url)


@pytest.mark.parametrize(
    "error",
    [Unreachable("a", status=404), Rejected("a", status=410)],
)
def test_404_and_410_say_that_it_is_not_there(error: MonitorError) -> None:
    assert evidence.of_error(URL, error).what == "absent"


@pytest.mark.parametrize(
    "error",
    [
        Unreachable("no name"), Unreachable("a", status=500), Unreachable("a", status=503), Resting("a"),
        Unreachable("a", status=429), Unauthorized("a", status=403), Blocked("a", status=404), Refused("robots.txt"),
        Unreadable("packed wrongly"), Unauthorized("a", status=401), Unreachable("a", status=400),
    ],
)  # fmt: skip
def test_a_failure_says_nothing(error: MonitorError) -> None:
    assert evidence.of_error(URL, error).what == "nothing"


@pytest.mark.parametrize("charset", ["utf-8", "windows-1251", "no-such-thing", "undefined", "idna"])
def test_a_page_with_its_words_shows_it_in_whatever_encoding(charset: str) -> None:
    written = f"<h1>{SAID.title}</h1><p>{SAID.text.upper()}</p>"
    known = charset if charset == "windows-1251" else "utf-8"
    answer = Answer(200, {"content-type": f"text/html; charset={charset}"}, written.encode(known), URL)

    assert evidence.of_answer(SAID, URL, answer).what == "present"


def test_words_are_found_in_entities_and_in_json() -> None:
    entities = "".join(f"&#{ord(c)};" for c in f"{SAID.title} {SAID.text}")
    told = Answer(200, {}, json.dumps({"content": f"<p>{SAID.title} {SAID.text}</p>"}).encode(), URL)

    assert evidence.of_answer(SAID, URL, page(entities)).what == "present"
    assert evidence.of_answer(SAID, URL, told).what == "present"


def test_a_page_without_its_words_says_neither() -> None:
    other = "<title>Не найдено</title><p>Страница удалена. Другие новости: Обстрел на границе, учения, визит.</p>"

    assert evidence.of_answer(SAID, URL, page(other)).what == "unclear"
    home = evidence.of_answer(SAID, URL, page("Welcome", url="https://mod.example/"))
    assert (home.what, "front page" in home.said) == ("unclear", True)


def test_a_post_of_a_word_or_two_is_never_known_again_by_them() -> None:
    short = post(1, title="Release", text="")

    assert evidence.of_answer(short, URL, page("Release")).what == "unclear"


def test_an_answer_that_denies_it_counts_and_no_address_leaves_the_publishers_word() -> None:
    assert evidence.of_answer(SAID, URL, page("Post not found"), denied=True).what == "absent"
    assert evidence.without_address(0).what == "unclear"
    assert evidence.without_address(1).what == "absent"
