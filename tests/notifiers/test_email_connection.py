"""The way to a mail server: TLS, passwords, patience, and who hangs up."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest

from monitor.errors import Refused, Unauthorized, Unreachable
from monitor.model import Alert, Delivery
from monitor.notifiers import email
from monitor.notifiers.email import Notifier
from tests.notifiers.letters import ELSEWHERE, config
from tests.notifiers.mail import TLS, MailServer, mail_server, server_tls
from tests.servers import RawServer, raw_server


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
