"""One alert of several, in every channel: nothing is cut in two, and what is left out is counted."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor.model import Alert, Incident, changed
from monitor.notifiers import console, slack, webhook
from monitor.notifiers import email as mailing
from monitor.notifiers._why import plain, reasons
from monitor.notifiers._wording import headline, subject, that_fit
from monitor.policy import digest
from tests.notifiers.alerts import EVIL_TEXT, EVIL_TITLE, make_alert, make_delivery, make_explained, make_notice
from tests.notifiers.letters import config, html_of
from tests.notifiers.workspace import HOOK

LINK = "https://mod.example/en/news/7?a=1&b=2"
HELD = "from quiet hours, which lasted until 07:00 (UTC)"
OPEN = webhook.Config.model_validate({"id": "ops", "url": "https://a.example", "unsigned": True})


def several(titles: Sequence[str], **changes: Any) -> list[Alert]:
    start = make_alert()
    return [
        changed(make_alert(title=title, **changes), id=f"a{number}", raised=start.raised + timedelta(seconds=number))
        for number, title in enumerate(titles)
    ]


def told(alerts: Sequence[Alert], incident: Incident | None = None, why: str = HELD) -> Alert:
    now = make_alert().raised + timedelta(hours=5)
    return digest.alert(alerts, why, now, id="d1", incident=incident, to=("ops",))


def three() -> Alert:
    first, second, third = several(["Fire near Goris", "Նկատվել է <!channel> կրակ", "*Shots* & more"])
    grave = changed(second, verdict=changed(second.verdict, severity="critical"))
    return told([first, grave, third])


FOR = "for “opened fire”, “border”, “casualties”"


def line(clock: str, severity: str, title: str) -> str:
    return f"16 Nov {clock} UTC · Ministry of Defence · {severity} · border · casualties · {title} · {FOR}"


LINES = [
    line("11:02", "high", "Fire near Goris"), line("11:02", "critical", "Նկատվել է <!channel> կրակ"),
    line("11:02", "high", "*Shots* & more"),
]  # fmt: skip
HEAD = f"DIGEST · 3 statements {HELD} · CRITICAL · border, casualties"


def test_as_text_it_is_what_gathered_them_the_gravest_and_all_of_them() -> None:
    alert = three()
    assert plain(alert, make_delivery(alert), limit=5000).split("\n\n") == [
        HEAD, "The gravest: Նկատվել է <!channel> կրակ", "Told: 16 Nov 2021 16:02 UTC",
        "Why:\n• rules that fired: fire, losses", *(f"{words}\n{LINK}" for words in LINES),
        f"Channel ops · delivery {make_delivery(alert).id}",
    ]  # fmt: skip
    assert subject(alert, 300) == f"{HEAD} · the gravest: Նկատվել է <!channel> կրակ"


def test_of_one_alone_its_title_stands_first() -> None:
    alert = told(several(["Fire near Goris"]))
    head = f"DIGEST · 1 statement {HELD} · HIGH · border, casualties"
    assert plain(alert, make_delivery(alert), limit=5000).split("\n\n")[:2] == [head, "Fire near Goris"]
    assert subject(alert, 300) == f"{head} · Fire near Goris"


def test_a_title_that_says_no_more_than_the_headline_is_not_said_twice() -> None:
    alert = told(several(["Fire near Goris"]))
    bare = changed(alert, post=changed(alert.post, title=f"1 statement {HELD}"))
    assert subject(bare, 300) == headline(bare)
    assert "" not in console.message(bare, make_delivery(bare), console.Config(id="ops")).splitlines()
    assert len(slack.message(bare, make_delivery(bare), HOOK)["blocks"]) == 5
    assert "<h3" not in html_of(mailing.message(bare, make_delivery(bare), config()))


def test_of_notices_there_are_no_rules_to_tell() -> None:
    alert = told([make_notice(), changed(make_notice(), id="n2")])
    assert [why.cause for why in reasons(alert)] == [f"DIGEST: 2 notices {HELD}"]
    assert "NOTICE · source silent · Ministry of Defence" in plain(alert, make_delivery(alert), limit=5000)


def test_a_place_of_a_digest_has_no_words_of_any_text() -> None:
    alert = told([make_explained(), *several(["x"])])
    assert "\nPlaces: Goris, Lachin\n" in plain(alert, make_delivery(alert), limit=5000)


@pytest.mark.parametrize(("count", "so_far"), [(5, "5 statements so far"), (1, "1 statement so far")])
def test_a_digest_of_one_incident_says_how_far_that_is(count: int, so_far: str) -> None:
    alerts = several(["a", "b"])
    now = alerts[0].raised
    known = Incident(
        id="abc", opened=now, last=now, title="a", severity="high", alerts=("a0", "a1"), count=count
    )  # fmt: skip
    alert = told(alerts, known, "on one incident")
    assert [line for line in plain(alert, make_delivery(alert), limit=5000).split("\n") if "part of" in line] == [
        f"• part of the incident opened 11:02 UTC ({so_far})"
    ]
    assert so_far in console.message(alert, make_delivery(alert), console.Config(id="ops"))


def test_on_a_console_it_is_a_list() -> None:
    alert = three()
    assert console.message(alert, make_delivery(alert), console.Config(id="ops")).splitlines() == [
        HEAD, "The gravest: Նկատվել է <!channel> կրակ", *(f"  · {words} {LINK}" for words in LINES),
        "  why: rules that fired: fire, losses", "  told: 16 Nov 2021 16:02 UTC",
        f"  Channel ops · delivery {make_delivery(alert).id}",
    ]  # fmt: skip


def test_in_a_letter_each_has_its_link() -> None:
    html = html_of(mailing.message(three(), make_delivery(three()), config()))
    assert f"<h2>{HEAD}</h2>" in html
    assert html.count('<a href="https://mod.example/en/news/7?a=1&amp;b=2" rel="noreferrer">') == 3
    assert f"casualties · Նկատվել է &lt;!channel&gt; կրակ · {FOR}</bdi><br><a" in html
    assert not [words for words in ("Original", "No usable link", "Language", "Who:", "Published") if words in html]


def test_in_slack_each_has_its_link_and_nobody_is_mentioned() -> None:
    blocks = slack.message(three(), make_delivery(three()), HOOK)["blocks"]
    assert [block["type"] for block in blocks] == ["header", *["section"] * 4, "context"]
    link = "<https://mod.example/en/news/7?a=1&amp;b=2|open>"
    escaped = ["Fire near Goris", "Նկատվել է &lt;\u200b!channel&gt; կրակ", "*Shots* &amp; more"]
    assert blocks[4]["text"]["text"].split("\n") == [
        f"• {line('11:02', severity, title)} {link}"
        for severity, title in zip(("high", "critical", "high"), escaped, strict=True)
    ]


def named(text: str) -> list[str]:
    return re.findall(r"\bStatement [0-9]+ \w+ end\b", text)


def beyond(text: str) -> int:
    return sum(map(int, re.findall(r"and ([0-9]+) more$", text, re.MULTILINE)))


@pytest.mark.parametrize("number", [2, 50, 51, 500])
@pytest.mark.parametrize("kind", ["slack", "email", "console", "webhook", "text"])
def test_whatever_is_left_out_is_counted_and_nothing_is_cut_in_two(kind: str, number: int) -> None:
    alert = told(several([f"Statement {n} {'x' * 110} end" for n in range(number)]))
    delivery = make_delivery(alert)
    said = {
        "slack": lambda: "\n".join(
            block["text"]["text"] for block in slack.message(alert, delivery, HOOK)["blocks"][4:] if "text" in block
        ),
        "email": lambda: re.sub(r"</?bdi>|</p>", "", html_of(mailing.message(alert, delivery, config()))),
        "console": lambda: console.message(alert, delivery, console.Config(id="ops")),
        "webhook": lambda: str(json.loads(webhook.message(alert, delivery, OPEN))["data"]["post"]["text"]),
        "text": lambda: plain(alert, delivery, limit=900),
    }[kind]()
    assert number == len(re.findall(r"^\W*(?:<p>)?16 Nov", said, re.MULTILINE)) + beyond(said)
    list_only = "\n".join(part for part in said.split("\n") if "16 Nov 11:" in part)
    assert len(named(list_only)) == list_only.count("16 Nov 11:") >= 2


def test_the_page_on_channels_shows_a_digest() -> None:
    page = (Path(__file__).parents[2] / "docs" / "channels.md").read_text(encoding="utf-8")
    night = datetime(2021, 11, 16, 21, 40, tzinfo=UTC)
    evening = changed(make_alert(seen=night, permalink="https://mod.example/en/news/7"), raised=night)
    later = night + timedelta(hours=2, minutes=25)
    after = make_alert(seen=later, title="Press release", permalink="https://mod.example/en/news/8")
    why = "from quiet hours, which lasted until 07:00 (Asia/Yerevan)"
    alert = digest.alert([evening, changed(after, raised=later)], why, night + timedelta(hours=5, minutes=20), id="d")
    assert plain(alert, make_delivery(alert, "desk"), limit=5000) in page


def test_the_first_lines_that_fit_and_how_many_more() -> None:
    assert that_fit(["aa", "bb", "and 3 more"], 20) == (["aa", "bb", "and 3 more"], 0)
    assert that_fit(["aa", "bb", "and 3 more"], 19) == (["aa", "bb"], 3)
    assert that_fit(["aa", "bb", "• and 3 more"], 4) == (["aa"], 4)
    assert that_fit(["aa", "bb", "cc"], 8) == (["aa", "bb"], 1)
    assert that_fit(["aa"], 0) == ([], 1)
    assert that_fit([], 0) == ([], 0)


def test_hostile_statements_steer_nothing_and_keep_the_limits() -> None:
    evil = several([EVIL_TITLE] * 60, text=EVIL_TEXT, permalink="https://a.example/" + "&" * 450)
    alert = told([changed(one, origin=changed(one.origin, name="<!here>|x>\u202e")) for one in evil])
    delivery = changed(make_delivery(alert), root="r" * 32, acknowledge="https://desk.example/" + "&" * 80)
    blocks = slack.message(alert, delivery, HOOK)["blocks"]
    texts = [
        part["text"] for block in blocks
        for part in (block.get("text"), *block.get("fields", ()), *block.get("elements", ())) if part
    ]  # fmt: skip
    assert all(0 < len(text) <= 3000 for text in texts)
    assert sum(map(len, texts)) < 13_000
    assert not re.search(r"<(?!https://|\u200b)", "".join(texts))
    shown = (console.message(alert, delivery, console.Config(id="ops")), html_of(
        mailing.message(alert, delivery, config())), "".join(texts))  # fmt: skip
    assert not set("\x1b\x00\x07\x85\u2028\u202e") & set("".join(shown))
    assert len(webhook.message(alert, delivery, OPEN)) < webhook.BODY_LIMIT
    raw = mailing.message(alert, delivery, config()).as_bytes()
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert b"\nBcc:" not in raw.split(b"\r\n\r\n")[0]
