"""What a mail server makes of a letter and of each of those it is for."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import structlog

from monitor.deliver import Courier
from monitor.errors import MonitorError, Partly, Rejected, Unreachable
from monitor.model import Alert, Delivery, changed
from monitor.notifiers.email import Notifier
from monitor.store import Store
from monitor.telemetry import Metrics
from tests.make import life
from tests.notifiers.alerts import make_delivery
from tests.notifiers.letters import DUTY, SECOND, THIRD, config, html_of
from tests.notifiers.mail import mail_server
from tests.store.test_outbox import raised


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
