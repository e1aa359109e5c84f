"""The letter itself, and the settings of a channel."""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from typing import Any

import pytest
from pydantic import ValidationError

from monitor.model import Alert, Delivery, Match, changed
from monitor.notifiers.email import message
from tests.notifiers.alerts import make_alert, make_delivery, make_notice
from tests.notifiers.letters import DUTY, config, html_of


def test_a_letter_says_who_when_why_and_where_twice(alert: Alert, delivery: Delivery) -> None:
    letter = message(alert, delivery, config(subject_prefix="[monitor]"))
    assert (
        letter["Subject"]
        == "[monitor] HIGH · border, casualties · Ministry of Defence · On the situation at the border"
    )
    plain, html = letter.iter_parts()
    assert (plain.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    for words in (
        "HIGH · border, casualties", "Ministry of Defence (AM, official)", "16 Nov 2021 15:00 (+04) = 11:00 UTC",
        "16 Nov 2021 11:02 UTC", "fire (border): “opened fire”, “border”", "On the situation at the border",
        "The situation is quiet now.", f"Channel ops · delivery {delivery.id}",
    ):  # fmt: skip
        assert words in plain.get_content()
        assert words in html.get_content()
    assert "near the border." in plain.get_content()
    assert "https://mod.example/en/news/7?a=1&b=2" in plain.get_content()
    assert 'href="https://mod.example/en/news/7?a=1&amp;b=2"' in html.get_content()
    assert "There are 2 <mark>casualties</mark>." in html.get_content()


def test_what_fired_is_marked_in_the_title_too_and_a_change_is_told() -> None:
    alert = make_alert(revision=2)
    title = Match(rule="border", topic="border", term="border", field="title", start=24, end=30, words="border")
    alert = changed(alert, verdict=changed(alert.verdict, matches=(title,), reasons=("a figure <changed>",)))
    html = html_of(message(alert, make_delivery(alert), config()))
    assert '<h3 dir="auto">On the situation at the <mark>border</mark></h3>' in html
    assert "<li><bdi>changed since the last version: a figure &lt;changed&gt;</bdi></li>" in html


def test_a_notice_is_a_letter_of_its_own() -> None:
    notice = make_notice()
    letter = message(notice, make_delivery(notice), config(subject_prefix="[monitor]"))
    assert letter["Subject"] == "[monitor] NOTICE · source silent · Ministry of Defence"
    assert letter["References"] is None
    html = html_of(letter)
    found = [
        html.index(words) for words in (
            "<h2>NOTICE · source silent · Ministry of Defence</h2>", '<h3 dir="auto">No new post for 9 hours</h3>',
            "stands still.</p>", "<b>Source:</b> <bdi>Ministry of Defence (AM, official), id mod-am</bdi>",
            "<b>Since:</b> <bdi>16 Nov 2021 06:00", "<b>Noticed:</b>", "<small>Channel ops",
        )
    ]  # fmt: skip
    assert found == sorted(found)
    hostile = make_notice(title="<script>", text="</p><script>alert(1)</script>")
    assert "<script" not in html_of(message(hostile, make_delivery(hostile), config()))


def test_the_headers_make_a_repeat_known_and_no_robot_answer(alert: Alert, delivery: Delivery) -> None:
    letter = message(alert, delivery, config(to=[DUTY, "Second <second@example.org>"]))
    assert letter["Message-ID"] == f"<{delivery.id}@example.org>"
    assert letter["Date"].datetime == alert.raised
    assert letter["From"] == "Monitor <monitor@example.org>"
    assert letter["To"] == "duty@example.org, Second <second@example.org>"
    assert (letter["Auto-Submitted"], letter["X-Auto-Response-Suppress"]) == ("auto-generated", "All")
    assert letter["References"] is None


def test_a_correction_refers_to_the_first_letter(alert: Alert, delivery: Delivery) -> None:
    third = make_alert(revision=3, text="We have 3 casualties.")
    letter = message(third, make_delivery(third), config())
    assert "UPDATE: version 3" in letter["Subject"]
    assert letter["References"] == letter["In-Reply-To"] == message(alert, delivery, config())["Message-ID"]
    assert letter["Message-ID"] != letter["References"]


def test_a_hostile_text_adds_no_header_and_no_markup(hostile: Alert) -> None:
    wire = message(hostile, make_delivery(hostile), config(subject_prefix="[m]\r\nBcc: d@example.org")).as_bytes()
    assert max(len(line) for line in wire.split(b"\r\n")) <= 998
    assert b"\n" not in wire.replace(b"\r\n", b"")
    read = message_from_bytes(wire, policy=default)
    assert sorted(name.lower() for name in read) == [
        "auto-submitted", "content-type", "date", "from", "message-id", "mime-version", "subject", "to",
        "x-auto-response-suppress",
    ]  # fmt: skip
    assert read["Subject"].startswith(
        "[m] Bcc: d@example.org HIGH · border, casualties · Ministry of Defence · = ?utf-8?q?=0ABcc:"
    )
    html = html_of(read)
    assert "<script" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "javascript:" not in html
    assert "src=" not in html
    assert "href=" not in html
    for part in read.iter_parts():
        assert not set("\x1b\x00\x07\x85\u2028\u202e") & set(part.get_content())
        assert len(part.get_content()) < 25_000


@pytest.mark.parametrize("end", ["\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x1c", "\r", "\n", "\r\n", "\x00"])
def test_no_line_end_of_any_kind_gets_into_a_subject(end: str) -> None:
    alert = make_alert(title=f"One{end}Bcc: two@example.org", author=f"a{end}b")
    wire = message(alert, make_delivery(alert), config()).as_bytes()
    read = message_from_bytes(wire, policy=default)
    assert read["Bcc"] is None
    assert "One" in read["Subject"]


@pytest.mark.parametrize(
    ("settings", "protection", "port"),
    [
        ({"host": "mail.example.org"}, "starttls", 587),
        ({"host": "mail.example.org", "port": 25}, "starttls", 25),
        ({"host": "mail.example.org", "port": 465}, "tls", 465),
        ({"host": "mail.example.org", "security": "tls"}, "tls", 465),
        ({"host": "mail.example.org", "security": "none"}, "none", 25),
        ({"host": "localhost"}, "none", 25),
        ({"host": "::1", "port": 1025}, "none", 1025),
        ({"host": "127.0.0.1", "port": 587}, "starttls", 587),
        ({"host": "localhost", "username": "u", "password": "p"}, "starttls", 587),
    ],
)
def test_how_the_way_is_protected(settings: dict[str, Any], protection: str, port: int) -> None:
    found = config(**settings)
    assert found.protection == protection
    assert found.place == (settings["host"], port)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"username": "u"}, "belong together"),
        ({"username": "u", "password": ""}, "belong together"),
        ({"username": "u", "password": "hunter2", "security": "none"}, "only sent over TLS"),
        ({"from": "nobody"}, "no e-mail address"),
        ({"from": "a@b\r\nBcc: c@d"}, "no e-mail address"),
        ({"to": []}, "at least 1"),
        ({"to": ["duty@example.org, other@example.org"]}, "no e-mail address"),
        ({"host": "mail.example.org/x"}, "pattern"),
        ({"ca_file": "/nowhere/at/all.pem"}, "file"),
    ],
)
def test_a_mistaken_configuration_says_what_is_wanted(settings: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words) as caught:
        config(**settings)
    assert "hunter2" not in str(caught.value)


def test_a_letter_of_long_ago_keeps_its_date() -> None:
    alert = make_alert()
    assert message(alert, make_delivery(alert), config())["Date"].datetime == datetime(
        2021, 11, 16, 11, 2, 5, tzinfo=UTC
    )
