from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
import structlog
from pydantic import ValidationError

from monitor.deliver import Courier
from monitor.errors import MonitorError, Partly, Refused, Rejected, Unauthorized, Unreachable
from monitor.model import Alert, Delivery, changed
from monitor.notifiers import email
from monitor.notifiers.email import Config, Notifier, message
from monitor.store import Store
from monitor.telemetry import Metrics
from tests.make import life
from tests.notifiers.alerts import make_alert, make_delivery, make_notice
from tests.notifiers.mail import TLS, MailServer, mail_server, server_tls
from tests.servers import RawServer, raw_server
from tests.store.test_outbox import raised

ELSEWHERE = "0x7f.1"  # a name like any other, that leads to 127.0.0.1
DUTY, SECOND, THIRD = "duty@example.org", "second@example.org", "third@example.org"


def config(**changes: Any) -> Config:
    settings = {"id": "ops", "host": "127.0.0.1", "from": "Monitor <monitor@example.org>", "to": [DUTY], "timeout": 5}
    return Config.model_validate(settings | changes)


def html_of(letter: EmailMessage) -> str:
    part = letter.get_body(("html",))
    assert part is not None
    return str(part.get_content())


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


async def test_a_letter_arrives_at_this_machines_own_server(alert: Alert, delivery: Delivery) -> None:
    async with mail_server() as mail:
        receipt = await Notifier(config(port=mail.port, to=[DUTY, SECOND])).send(alert, delivery)
    assert "queued as 4F3" in receipt
    assert mail.recipients == [[DUTY, SECOND]]
    (letter,) = mail.letters
    assert letter["Message-ID"] == f"<{delivery.id}@example.org>"
    assert "<mark>casualties</mark>" in html_of(letter)


async def test_the_hostile_letter_arrives_whole(hostile: Alert) -> None:
    async with mail_server() as mail:
        await Notifier(config(port=mail.port)).send(hostile, make_delivery(hostile))
    assert mail.recipients == [[DUTY]]
    assert max(len(line) for line in mail.raw[0].split(b"\r\n")) <= 998


@pytest.mark.parametrize(
    ("answers", "taken", "left", "lost"),
    [
        ({SECOND: "550 no such person"}, [[DUTY, THIRD]], (), (SECOND,)),
        ({SECOND: "450 grey"}, [[DUTY, THIRD]], (SECOND,), ()),
        ({DUTY: "452 full", SECOND: "450 grey", THIRD: "550 no such person"}, [], (DUTY, SECOND), (THIRD,)),
    ],
)
async def test_who_was_refused_is_named_by_what_it_means(  # noqa: PLR0917  # pytest hands them over by name
    answers: dict[str, str],
    taken: list[list[str]],
    left: tuple[str, ...],
    lost: tuple[str, ...],
    alert: Alert,
    delivery: Delivery,
) -> None:
    async with mail_server() as mail:
        mail.rcpt = answers
        with structlog.testing.capture_logs() as logs, pytest.raises(Partly) as caught:
            await Notifier(config(port=mail.port, to=[DUTY, f"Second <{SECOND}>", THIRD])).send(alert, delivery)
    assert (caught.value.left, caught.value.lost) == (left, lost)
    assert mail.recipients == taken
    assert all(f"{who} ({answer})" in str(caught.value) for who, answer in answers.items())
    assert [log["event"] for log in logs if taken] == ["email.recipients_refused"] * len(taken)


async def test_only_those_left_are_served_and_a_letter_names_everybody(alert: Alert, delivery: Delivery) -> None:
    async with mail_server() as mail:
        await Notifier(config(port=mail.port, to=[DUTY, SECOND])).send(alert, changed(delivery, left=(SECOND,)))
    assert mail.recipients == [[SECOND]]
    assert mail.letters[0]["To"] == f"{DUTY}, {SECOND}"


async def test_an_address_given_twice_gets_one_letter(alert: Alert, delivery: Delivery) -> None:
    async with mail_server() as mail:
        await Notifier(config(port=mail.port, to=[DUTY, f"Duty <{DUTY}>"])).send(alert, delivery)
    assert mail.recipients == [[DUTY]]


async def test_each_recipient_gets_one_letter_or_ends_as_a_dead_letter(store: Store) -> None:
    one = await raised(store, to=("ops",), now=datetime.now(UTC))
    async with mail_server() as mail:
        settings = config(port=mail.port, to=[DUTY, SECOND, THIRD])
        courier = Courier(
            settings, Notifier(settings), store, consumer="courier-1", metrics=Metrics(), life=life()
        )  # fmt: skip

        async def carry() -> Delivery:
            for _ in range(2):  # the first step looks for what a crash left
                await courier.step()
            return (await store.outbox.deliveries(one.id))[0]

        mail.rcpt = {SECOND: "450 grey", THIRD: "550 no such person"}
        waiting = await carry()
        assert (waiting.state, waiting.left, waiting.lost) == ("waiting", (SECOND,), (THIRD,))
        assert waiting.due is not None

        mail.rcpt = {THIRD: "550 no such person"}
        await store.outbox.requeue("ops", waiting.due)
        dead = await carry()

    assert mail.recipients == [[DUTY], [SECOND]]
    assert (dead.state, dead.left) == ("dead", (THIRD,))
    assert THIRD in str(dead.error)


@pytest.mark.parametrize(
    ("duty", "second", "error"),
    [("550 no", "551 no", Rejected), ("451 later", "452 later", Unreachable)],
)
async def test_nobody_accepted(
    duty: str, second: str, error: type[MonitorError], alert: Alert, delivery: Delivery
) -> None:
    async with mail_server() as mail:
        mail.rcpt = {DUTY: duty, SECOND: second}
        with pytest.raises(error, match=duty) as caught:
            await Notifier(config(port=mail.port, to=[DUTY, SECOND])).send(alert, delivery)
    assert "channel ops: 127.0.0.1" in str(caught.value)
    assert mail.letters == []


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ("552 too much mail data", Rejected),
        ("554 spam", Rejected),
        ("451 later", Unreachable),
        ("421 bye", Unreachable),
    ],
)
async def test_what_the_server_says_of_the_letter(
    answer: str, error: type[MonitorError], alert: Alert, delivery: Delivery
) -> None:
    async with mail_server() as mail:
        mail.data = answer
        with pytest.raises(error, match=answer):
            await Notifier(config(port=mail.port)).send(alert, delivery)


def secure(mail: MailServer, **settings: Any) -> Notifier:
    return Notifier(config(port=mail.port, ca_file=TLS / "localhost.crt", **settings))


@pytest.mark.parametrize("security", ["starttls", "tls"])
async def test_a_password_goes_over_tls(security: str, alert: Alert, delivery: Delivery) -> None:
    way: dict[str, Any] = (
        {"starttls": True} if security == "starttls" else {"tls": server_tls(), "auth_require_tls": False}
    )
    async with mail_server(**way) as mail:
        notifier = secure(mail, security=security, username="monitor", password="right")
        await notifier.send(alert, delivery)
    assert mail.logins == [b"right"]
    assert len(mail.letters) == 1


async def test_a_wrong_password_is_for_a_person(alert: Alert, delivery: Delivery) -> None:
    async with mail_server(starttls=True) as mail:
        notifier = secure(mail, security="starttls", username="monitor", password="hunter2")
        with pytest.raises(Unauthorized, match="check username and password") as caught:
            await notifier.send(alert, delivery)
    assert "hunter2" not in str(caught.value)
    assert mail.letters == []


async def test_a_login_that_was_left_out_is_for_a_person(alert: Alert, delivery: Delivery) -> None:
    async with mail_server(starttls=True, auth_required=True) as mail:
        notifier = secure(mail, security="starttls")
        with pytest.raises(Unauthorized, match="530"):
            await notifier.send(alert, delivery)


@pytest.mark.parametrize("security", ["starttls", "tls"])
async def test_a_certificate_nobody_vouches_for_stops_everything(
    security: str, alert: Alert, delivery: Delivery
) -> None:
    way: dict[str, Any] = {"starttls": True} if security == "starttls" else {"tls": server_tls()}
    async with mail_server(**way) as mail:
        with pytest.raises(Unreachable, match=r"certificate is not to be trusted .*ca_file"):
            await Notifier(config(port=mail.port, security=security, username="u", password="p")).send(alert, delivery)
    assert (mail.logins, mail.letters) == ([], [])


async def test_a_certificate_of_another_name_stops_everything(alert: Alert, delivery: Delivery) -> None:
    async with mail_server(starttls=True) as mail:
        notifier = secure(mail, host=ELSEWHERE, allow_private=["127.0.0.1"], security="starttls")
        with pytest.raises(Unreachable, match=r"certificate is not to be trusted .*mismatch"):
            await notifier.send(alert, delivery)
    assert mail.letters == []


async def test_a_server_without_starttls_gets_nothing(alert: Alert, delivery: Delivery) -> None:
    async with mail_server() as mail:
        with pytest.raises(Unreachable, match="offers no STARTTLS"):
            await Notifier(config(port=mail.port, security="starttls")).send(alert, delivery)
    assert mail.letters == []


async def test_plain_text_where_tls_is_wanted_says_so(alert: Alert, delivery: Delivery) -> None:
    async with mail_server() as mail:
        with pytest.raises(Unreachable, match="is `security` right"):
            await Notifier(config(port=mail.port, security="tls")).send(alert, delivery)


async def test_an_address_inside_is_refused_unless_it_was_named(alert: Alert, delivery: Delivery) -> None:
    async with mail_server() as mail:
        with pytest.raises(Refused, match="allow_private"):
            await Notifier(config(host=ELSEWHERE, port=mail.port, security="none")).send(alert, delivery)
        assert mail.letters == []
        named = config(host=ELSEWHERE, port=mail.port, security="none", allow_private=["127.0.0.1"])
        await Notifier(named).send(alert, delivery)
        assert len(mail.letters) == 1


async def test_nobody_there(alert: Alert, delivery: Delivery) -> None:
    async with mail_server() as mail:
        pass
    with pytest.raises(Unreachable, match=r"127\.0\.0\.1 did not take the letter: Connection refused"):
        await Notifier(config(port=mail.port)).send(alert, delivery)


async def test_a_silent_server_costs_no_more_than_the_timeout(alert: Alert, delivery: Delivery) -> None:
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()

    async with raw_server(silent) as server:
        with pytest.raises(Unreachable, match=r"in time|[Tt]imed out"):
            await Notifier(config(port=server.port, timeout=0.2)).send(alert, delivery)


@pytest.mark.parametrize("greeting", [b"554 not today\r\n", b"421 busy\r\n", b"", b"HTTP/1.1 400 Bad Request\r\n\r\n"])
async def test_a_server_that_does_not_want_to_talk_is_asked_again(
    greeting: bytes, alert: Alert, delivery: Delivery
) -> None:
    async def unwilling(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(greeting)

    async with raw_server(unwilling) as server:
        with pytest.raises(Unreachable, match=r"channel ops: 127\.0\.0\.1"):
            await Notifier(config(port=server.port)).send(alert, delivery)


@contextlib.asynccontextmanager
async def rude_server(last_words: list[bytes], *, hangs_up: bool) -> AsyncIterator[RawServer]:
    """Serve one letter's worth of SMTP, and answer no QUIT: by silence, or by leaving."""

    async def rude(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for answer in (b"220 hello", b"250 hello", b"250 ok", b"250 ok", b"354 go on"):
            writer.write(answer + b"\r\n")
            await reader.readline()
        await reader.readuntil(b"\r\n.\r\n")
        writer.write(b"250 taken\r\n")
        await writer.drain()
        if not hangs_up:
            last_words.append(await reader.read())  # until the other side leaves

    async with raw_server(rude) as server:
        yield server


@pytest.mark.parametrize("hangs_up", [True, False])
async def test_an_accepted_letter_has_arrived_at_once_however_the_goodbye_goes(
    hangs_up: bool, alert: Alert, delivery: Delivery, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(email, "_GOODBYE", 0.5)
    said: list[bytes] = []
    async with rude_server(said, hangs_up=hangs_up) as server:
        began = time.monotonic()
        assert await Notifier(config(port=server.port)).send(alert, delivery) == "taken"
        assert time.monotonic() - began < 0.5
        await server.until(lambda: not server.open)
    assert said == ([] if hangs_up else [b"QUIT\r\n"])


def test_a_letter_of_long_ago_keeps_its_date() -> None:
    alert = make_alert()
    assert message(alert, make_delivery(alert), config())["Date"].datetime == datetime(
        2021, 11, 16, 11, 2, 5, tzinfo=UTC
    )
