from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from monitor.model import Mention, Verdict
from monitor.rules.window import CountedConfig, Group, Level, Spoken, WindowConfig, Windows, alert, named, sentence
from tests.make import NOON, origin, post

SAID = Verdict(alert=True, topics=("border", "casualties"), rules=("border", "losses"), language="hy")


def window(**fields: Any) -> WindowConfig:
    given: dict[str, Any] = {"id": "w", "over": "1h", "to": ("desk",)}
    return WindowConfig(**(given | fields))


def mention(place: str | None, name: str = "Goris") -> Mention:
    return Mention(place=place, name=name, field="text", start=0, end=5, words=name)


def values(one: WindowConfig, verdict: Verdict = SAID, **fields: Any) -> list[tuple[str, str]]:
    return [(group.value, group.unit) for group in Windows([one], ["armenia"]).groups(verdict, origin(**fields))]


# --- which posts count, and where ---


def test_a_post_of_which_no_rule_speaks_counts_nowhere() -> None:
    assert values(window(), Verdict(alert=False)) == []
    assert values(window(), Verdict(alert=True, topics=("unjudged",))) == []


def test_a_silent_copy_counts() -> None:
    assert values(window(), Verdict(alert=False, topics=("border",), rules=("border",))) == [("", "")]


@pytest.mark.parametrize(
    ("wanted", "counts"),
    [
        ({}, True),
        ({"topics": ("casualties", "positions")}, True),
        ({"topics": ("positions",)}, False),
        ({"rules": ("losses",)}, True),
        ({"rules": ("casualties",)}, False),
        ({"sources": ("am-mod",)}, True),
        ({"sources": ("az-mod",)}, False),
        ({"parties": ("AM",)}, True),
        ({"parties": ("AZ",)}, False),
        ({"official": True}, False),
        ({"official": False}, True),
        ({"topics": ("border",), "parties": ("AZ",)}, False),
    ],
)
def test_every_filter_must_let_it_through(wanted: dict[str, Any], counts: bool) -> None:
    assert bool(values(window(posts=wanted))) is counts


def test_a_window_that_is_off_counts_nothing() -> None:
    assert values(window(enabled=False)) == []


def test_it_counts_once_for_each_decided_place_that_is_no_country() -> None:
    places = (mention("goris"), mention(None), mention("armenia"), mention("kapan", "Kapan"), mention("goris"))
    said = Verdict(alert=True, rules=("border",), places=places)

    assert values(window(same="place"), said) == [("goris", ""), ("kapan", "")]
    assert values(window(same="place")) == []


def test_a_list_of_places_is_no_news_of_each() -> None:
    said = Verdict(alert=True, rules=("border",), places=tuple(mention(f"p{n}") for n in range(500)))

    assert len(values(window(same="place"), said)) == 20


def test_party_source_and_language_are_groups_where_they_are_known() -> None:
    assert values(window(same="party")) == [("AM", "")]
    assert values(window(same="party"), party=None) == []
    assert values(window(same="source")) == [("am-mod", "")]
    assert values(window(same="language")) == [("hy", "")]
    assert values(window(same="language"), Verdict(alert=True, rules=("border",))) == []


def test_sources_and_parties_are_units() -> None:
    assert values(window(count="sources")) == [("", "am-mod")]
    assert values(window(count="parties")) == [("", "AM")]
    assert values(window(count="parties"), party=None) == []


def test_what_would_spoil_the_count_begins_a_new_one_and_nothing_else_does() -> None:
    name = Group(window(), "goris").name

    assert Group(window(severity="high", to=("duty",), at_least=5, times=2, topic="t"), "goris").name == name
    others = [window(id="v"), window(over="2h"), window(same="place"), window(count="sources")]
    others.append(window(posts=CountedConfig(official=True)))
    names = {name, Group(window(), "kapan").name, *(Group(other, "goris").name for other in others)}
    assert len(names) == 7


# --- mistakes ---


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"over": "30s"}, "greater than or equal to 60"),
        ({"over": "8d"}, "less than or equal to 604800"),
        ({"at_least": 1}, "greater than or equal to 2"),
        ({"times": 1}, "greater than 1"),
        ({"times": 2, "count": "sources"}, "times compares numbers of posts"),
        ({"same": "source", "count": "sources"}, "it never rings"),
        ({"same": "party", "count": "parties"}, "it never rings"),
        ({"count": "sources", "posts": {"sources": ["a", "b"]}}, "at_least: 3 of 2 sources"),
        ({"count": "parties", "posts": {"parties": ["AM"]}, "at_least": 2}, "at_least: 2 of 1 parties"),
        ({"same": "topic"}, "'place', 'party', 'source' or 'language'"),
        ({"topics": ["border"]}, "Extra inputs"),
    ],
)
def test_a_window_that_cannot_ring_is_refused(fields: dict[str, Any], why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        window(**fields)


# --- what is told ---


@pytest.mark.parametrize(
    ("fields", "number", "called", "said"),
    [
        (
            {"same": "place", "count": "sources", "posts": {"official": True}},
            3,
            "Goris",
            "3 official sources speak of Goris within 1 hour",
        ),
        ({"count": "posts", "over": "12h"}, 12, "", "12 posts within 12 hours"),
        ({"posts": {"topics": ["casualties"]}, "over": "90m"}, 5, "", "5 posts speak of casualties within 90 minutes"),
        (
            {"same": "place", "posts": {"topics": ["border", "casualties"]}},
            5,
            "Goris",
            "5 posts speak of Goris and of border or casualties within 1 hour",
        ),
        ({"same": "party", "over": "2d"}, 4, "AM", "4 posts of AM within 2 days"),
        ({"same": "language", "count": "sources"}, 4, "hy", "4 sources in hy speak within 1 hour"),
        ({"count": "parties", "at_least": 2}, 2, "", "2 parties speak within 1 hour"),
        (
            {"count": "parties", "same": "place", "posts": {"official": True}},
            3,
            "Goris",
            "official sources of 3 parties speak of Goris within 1 hour",
        ),
        ({"count": "sources", "posts": {"official": False}}, 3, "", "3 unofficial sources speak within 1 hour"),
    ],
)  # fmt: skip
def test_the_sentence(fields: dict[str, Any], number: int, called: str, said: str) -> None:
    assert sentence(Group(window(**fields), called, called), Level(number, number)) == said


def test_a_spike_says_what_is_usual() -> None:
    spike = Group(window(over="12h", times=2, posts={"topics": ["casualties"]}))
    told = alert(spike, Level(12, 12, 5.04, 336), [], NOON, NOON).verdict.reasons

    assert told == (
        "WINDOW w: 12 posts speak of casualties within 12 hours, 2.4 times the usual 5",
        "usual is the mean of the 14 days before: 5 within 12 hours",
    )


def test_a_spike_without_history_says_so() -> None:
    told = alert(Group(window(times=2)), Level(3, 3, None, 20), [], NOON, NOON).verdict.reasons

    assert told[0] == "WINDOW w: 3 posts within 1 hour"
    assert told[1].startswith("what is usual is not known yet (20 of the 72 hours")


def spoken(number: int) -> Spoken:
    return Spoken(post(number), origin("am-mod", official=True), NOON + timedelta(minutes=number))


def test_an_alert_says_why_and_names_its_posts() -> None:
    group = Group(
        window(id="several", same="place", count="sources", topic="border", severity="high"), "goris", "Goris"
    )
    end = NOON + timedelta(minutes=3)
    told = alert(group, Level(3, 5), [spoken(n) for n in (1, 2, 3)], end, NOON)

    assert told.notice is None
    assert told.post.title == "3 sources speak of Goris within 1 hour"
    assert told.verdict.reasons == ("WINDOW several: 3 sources speak of Goris within 1 hour",)
    assert (told.verdict.severity, told.verdict.topics, told.verdict.to) == ("high", ("border",), ("desk",))
    assert (told.origin.name, told.origin.official) == ("WINDOW several", True)
    assert told.post.text.split("\n\n") == [
        "16 Nov 12:01 UTC · Ministry of Tests · Statement 1\nhttps://example.org/1",
        "16 Nov 12:02 UTC · Ministry of Tests · Statement 2\nhttps://example.org/2",
        "16 Nov 12:03 UTC · Ministry of Tests · Statement 3\nhttps://example.org/3",
        "and 2 more",
    ]
    assert (told.post.seen, told.post.permalink) == (end, "https://example.org/3")


def test_the_same_ring_has_the_same_id_whatever_its_words() -> None:
    group, other = Group(window(same="place"), "goris"), Group(window(same="place"), "kapan")
    first = alert(group, Level(3, 3), [spoken(1)], NOON, NOON)

    assert alert(group, Level(4, 4), [], NOON, NOON + timedelta(1)).id == first.id
    assert alert(other, Level(3, 3), [spoken(1)], NOON, NOON).id != first.id
    assert alert(group, Level(3, 3), [spoken(1)], NOON + timedelta(1), NOON).id != first.id


def test_a_post_without_title_or_link_is_named_by_its_words() -> None:
    bare = spoken(1)._replace(post=post(title="", text="words " * 100, permalink=None))
    told = alert(Group(window()), Level(3, 1), [bare], NOON, NOON)

    assert told.post.text.startswith("16 Nov 12:01 UTC · Ministry of Tests · words words")
    assert told.post.text.endswith("words …")
    assert len(told.post.text) < 220


def test_where_posts_are_many_each_source_is_named_first() -> None:
    many = [(f"flood:{n}", "flood", NOON + timedelta(minutes=n)) for n in range(50)]
    rare = ("rare:1", "rare", NOON + timedelta(minutes=49))

    chosen = named([*reversed(many), rare])
    assert len(chosen) == 20
    assert chosen[-1] == rare
    assert chosen[:2] == many[:2]
