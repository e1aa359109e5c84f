"""Why an alert rang and what is to be held against it, in every channel."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from monitor import kinds
from monitor.model import Alert, Guard, Match, Mention, Verdict, changed
from monitor.notifiers import PostRequest, slack, webhook
from monitor.notifiers import email as mailing
from monitor.notifiers._why import plain, reasons, remarks
from tests.notifiers.alerts import EVIL_TEXT, RUSSIAN, make_alert, make_delivery, make_explained, make_notice, spot
from tests.notifiers.letters import config, html_of
from tests.notifiers.mail import mail_server
from tests.notifiers.test_wording import SETTINGS
from tests.notifiers.workspace import Workspace, opened
from tests.servers import Reply, http_server

SAID = {
    "Says": "denial “не соответствуют действительности”",
    "Cancelled": "“Убитых” by “Убитых нет”",
    "Places": "Goris (“Гориса”), Lachin (“Лачина”)",
    "Language": "Russian",
}
ORDER = [
    "HIGH · border, casualties", "О ситуации на границе", "Ministry of Defence (AM, official)",
    "fire (border): “открыл огонь” (открыл* огонь); border: “границе” (граница)", "losses (casualties): “потерях”",
    *SAID.values(), "Original",
]  # fmt: skip


def remarked(**verdict: Any) -> dict[str, str]:
    return dict(remarks(changed(make_alert(text=RUSSIAN), verdict=Verdict(alert=True, **verdict))))


def causes(*matches: Match, **changes: Any) -> list[str]:
    alert = make_alert(text=RUSSIAN, **changes)
    verdict = Verdict(alert=True, matches=matches, reasons=("a figure changed",))
    return [why.cause for why in reasons(changed(alert, verdict=verdict))]


def fired(words: str, term: str = "", rule: str = "r", topic: str = "t") -> Match:
    return Match(rule=rule, topic=topic, term=term or words, **spot(words))


# --- why it rang ---


def test_a_rule_is_told_with_its_words_and_the_term_where_it_is_written_otherwise() -> None:
    said = causes(fired("открыл огонь", "открыл* огонь"), fired("границе", "=Границе"), fired("позициям", rule="t"))
    assert said == ["r (t): “открыл огонь” (открыл* огонь), “границе”; t: “позициям”"]
    assert causes(fired("потерях", "потери|жертвы|" + "раненые|" * 20)) == [
        "r (t): “потерях” (потери|жертвы|раненые|раненые|раненые| …)"
    ]


def test_what_is_too_much_is_counted() -> None:
    words = [word for word in RUSSIAN.split(".")[0].split() if len(word) > 2]
    assert causes(*map(fired, words))[0].endswith("“границе”, +3 more")
    sentences = make_alert(text="Shots. " * 9)
    matches = tuple(
        Match(rule="r", topic="r", term="shots", field="text", start=7 * n, end=7 * n + 5, words="Shots")
        for n in range(9)
    )
    for number, last in ((5, "r: “Shots”"), (6, "and in 1 more sentence"), (9, "and in 4 more sentences")):
        found = reasons(changed(sentences, verdict=Verdict(alert=True, matches=matches[:number])))
        assert found[-1].cause == last
        assert [why.sentence for why in found if why.pieces] == ["Shots."] * 5


def test_what_changed_comes_first_and_words_of_the_verdict_stand_where_no_term_does() -> None:
    assert causes(fired("границе"), revision=2) == [
        "changed since the last version: a figure changed", "r (t): “границе”"
    ]  # fmt: skip
    assert causes() == ["a figure changed"]
    assert [why.cause for why in reasons(changed(make_alert(), verdict=Verdict(alert=True)))] == [
        "no reason was recorded"
    ]


# --- what is to be held against it ---


def test_guards_places_and_language_are_told_in_this_order() -> None:
    assert remarks(make_explained()) == list(SAID.items())
    assert remarks(make_alert()) == []
    assert remarks(make_notice()) == []  # its language is ours


def test_a_category_that_cancels_is_named_and_a_rules_own_guard_is_its_words() -> None:
    quoted = Guard(guard="quotation", cancels=("убитые", "раненые", "убитые"), **spot("Сообщения"))
    own = Guard(guard="unless", **spot("Убитых нет"))
    assert remarked(guards=(own, quoted)) == {
        "Says": "“Убитых нет”",
        "Cancelled": "“убитые”, “раненые” by quotation “Сообщения”",
    }


def test_a_place_is_told_once_and_as_surely_as_it_was_named() -> None:
    sure = Mention(place="goris", name="Goris", **spot("Гориса"))
    near = changed(sure, near=True)
    either = Mention(place=None, candidates=("sotk", "sotk-2"), name="Sotk", **spot("Лачина"))
    same = Mention(place="lachin", name="лачина", **spot("Лачина"))
    assert remarked(places=(near,)) == {"Places": "Goris (“Гориса”, spelled nearly so)"}
    assert remarked(places=(near, same, sure, sure)) == {"Places": "Goris (“Гориса”), лачина"}
    assert remarked(places=(either, either)) == {"Places": "Sotk (“Лачина”, one of sotk, sotk-2)"}


@pytest.mark.parametrize(("number", "last"), [(5, "Place 4"), (8, "+3 more")])
def test_of_many_places_the_first_five_are_named(number: int, last: str) -> None:
    named = [f"Place {n}" for n in range(number)]
    places = tuple(
        Mention(place=name, name=name, field="text", start=0, end=7, words=name) for name in named
    )  # fmt: skip
    assert remarked(places=places)["Places"].split(", ") == [*named[:5], *[last] * (number > 5)]


def test_the_language_is_called_by_its_name() -> None:
    assert remarked(language="az") == {"Language": "Azerbaijani"}
    assert remarked(languages=("hy", "k\na\u202e")) == {"Language": "Armenian and k a"}


# --- in every channel ---


def of_slack(alert: Alert) -> str:
    said = slack.message(alert, make_delivery(alert), slack.Config.model_validate({"id": "ops", **SETTINGS["slack"]}))
    return json.dumps(said["blocks"], ensure_ascii=False)


def of_letter(alert: Alert) -> str:
    html = html_of(mailing.message(alert, make_delivery(alert), config()))
    return re.sub(r"</?(?:mark|bdi|b)>", "", html)


@pytest.mark.parametrize("said", [of_slack, of_letter, lambda alert: plain(alert, make_delivery(alert), limit=500)])
def test_what_was_said_and_by_whom_comes_first_then_why_then_what_to_hold_against_it(
    said: Callable[[Alert], str],
) -> None:
    found = [said(make_explained()).index(words) for words in ORDER]
    assert found == sorted(found)


def test_a_webhook_has_them_as_data_and_cuts_them_where_they_are_too_many() -> None:
    hook = webhook.Config.model_validate({"id": "ops", **SETTINGS["webhook"]})
    alert = make_explained()
    verdict = json.loads(webhook.message(alert, make_delivery(alert), hook))["data"]["verdict"]
    assert verdict["guards"][1]["cancels"] == ["Убитых"]
    assert (verdict["places"][0]["place"], verdict["places"][0]["at"]) == ("goris", [39.5111, 46.3417])
    assert (verdict["language"], verdict["languages"]) == ("ru", ["ru"])

    many = make_explained(guards=alert.verdict.guards * 500, places=alert.verdict.places * 500)
    body = webhook.message(many, make_delivery(many), hook)
    data = json.loads(body)["data"]
    assert len(body) < webhook.BODY_LIMIT
    assert (data["truncated"], len(data["verdict"]["guards"]), len(data["verdict"]["places"])) == (True, 5, 10)


@pytest.mark.parametrize("kind", kinds.names("notifiers"))
def test_hostile_guards_and_places_steer_nothing_and_keep_the_limits(kind: str) -> None:
    evil: dict[str, Any] = {"field": "text", "start": 0, "end": 9, "words": EVIL_TEXT}
    guards = tuple(Guard(guard=f"{EVIL_TEXT[:90]}{n}", cancels=(EVIL_TEXT,) * n, **evil) for n in range(30))
    places = tuple(
        Mention(place=None, candidates=(EVIL_TEXT[:90], str(n)), name=EVIL_TEXT, near=True, **evil) for n in range(99)
    )
    match = Match(rule="r" * 64, topic=EVIL_TEXT[:50], term=EVIL_TEXT, **evil)
    alert = make_explained(guards=guards, places=places, languages=("<!here>",) * 9, matches=(match,) * 9)
    module = kinds.load("notifiers", kind)
    message = module.message(alert, make_delivery(alert), module.Config.model_validate({"id": "ops", **SETTINGS[kind]}))

    said = html_of(message) if kind == "email" else str(message)
    assert not set("\x1b\x00\x07\x85\u2028\u202e") & set(said)
    if kind == "email":
        assert "<script" not in said
        assert max(map(len, message.as_bytes().split(b"\r\n"))) <= 998
    if kind == "slack":
        parts = [part for block in message["blocks"] for part in (block.get("text"), *block.get("fields", ())) if part]
        assert "<!" not in said
        assert all(0 < len(part["text"]) <= 3000 for part in parts)
        assert sum(len(part["text"]) for part in parts) < 13_000
    if kind == "console":
        assert len(said.splitlines()) == 7
        assert max(map(len, said.splitlines())) < 700


async def test_it_arrives_whole_on_real_servers(post: PostRequest) -> None:
    alert, workspace = make_explained(), Workspace()
    delivery = make_delivery(alert)
    async with mail_server() as mail:
        await mailing.Notifier(config(port=mail.port)).send(alert, delivery)
    async with opened(workspace, post) as notifier:
        await notifier.send(alert, delivery)
    async with http_server({"/in": Reply(204)}) as sink:
        settings = {"id": "ops", "url": f"{sink.url}/in", "unsigned": True, "allow_private": ["127.0.0.1"]}
        await webhook.Notifier(webhook.Config.model_validate(settings), post).send(alert, delivery)

    html, text = html_of(mail.letters[0]), workspace.messages[0]["text"]
    for label, words in SAID.items():
        assert f"<b>{label}:</b> <bdi>{words}</bdi>" in html
        assert f"{label}: {words}" in text
    assert "<mark>открыл огонь</mark> по позициям" in html
    assert json.loads(sink.requests[0].body)["data"]["verdict"]["guards"][0]["guard"] == "denial"


def test_the_page_on_channels_shows_what_is_said() -> None:
    page = (Path(__file__).parents[2] / "docs" / "channels.md").read_text(encoding="utf-8")
    alert = make_explained()
    assert " ".join(plain(alert, make_delivery(alert), limit=500).split()) in " ".join(page.split())
