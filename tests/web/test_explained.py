from __future__ import annotations

from typing import Any

from monitor.model import Guard, Mention, Verdict
from monitor.web import explained
from monitor.web.explained import Line

AT: dict[str, Any] = {"field": "text", "start": 0, "end": 4}
SOTK = Mention(place="sotk", name="Sotk", at=(40.2031, 45.86491), words="Sotk", **AT)


def test_a_guard_says_what_it_cancels_and_each_stands_once() -> None:
    guards = (
        Guard(guard="denial", words="no\nlosses", cancels=("losses", "losses"), **AT),
        Guard(guard="denial", words="no losses", cancels=("losses",), **AT),
        Guard(guard="unless", words="visit", **AT),
    )

    assert explained.guards(Verdict(alert=False, guards=guards)) == [
        Line("no losses", "@denial", "cancels “losses”", 2),
        Line("visit", "unless", "cancels nothing here", 1),
    ]
    assert explained.guard_notes(guards[2:], "text") == [(0, 4, "unless: cancels nothing here")]
    assert explained.guard_notes(guards, "title") == []


def test_a_place_says_where_it_is_and_how_surely() -> None:
    either = Mention(place=None, candidates=("kut", "kut-2"), name="Kut / Kut Lake", words="Kut", **AT)
    nearly = Mention(place="sotk", name="Sotk", at=(40.2031, 45.86491), near=True, words="Sotq", **AT)
    nowhere = Mention(place="tegh", name="Tegh", words="Tegh", **AT)

    assert explained.places((SOTK, SOTK, either, nearly, nowhere)) == [
        Line("Sotk", "Sotk", "40.2031, 45.8649", 2),
        Line("Kut", "Kut / Kut Lake", "one of kut, kut-2", 1),
        Line("Sotq", "Sotk", "40.2031, 45.8649; spelled nearly so", 1),
        Line("Tegh", "Tegh", "", 1),
    ]
    assert explained.place_notes((either, nowhere), "text") == [
        (0, 4, "Kut / Kut Lake: one of kut, kut-2"),
        (0, 4, "Tegh"),
    ]
