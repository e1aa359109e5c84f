"""The mail server, spoken to by a real client."""

import asyncio
import smtplib
from collections.abc import AsyncIterator
from email.message import EmailMessage

import pytest

from monitor.demo.post_office import PostOffice
from monitor.demo.sink import Sink


@pytest.fixture
async def office() -> AsyncIterator[tuple[PostOffice, Sink]]:
    mail = Sink()
    office = PostOffice(mail)
    await office.start()
    yield office, mail
    await office.stop()


def letter(number: int, text: str = "Բարև\r\n.a dot\r\n..two dots\r\n") -> EmailMessage:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "a@example.org", "b@example.org", "Սահման"
    made["Message-ID"] = f"<{number:032x}@example.org>"
    made.set_content(text, cte="8bit")
    return made


def send(port: int, *letters: EmailMessage) -> None:
    with smtplib.SMTP("127.0.0.1", port, timeout=5) as client:
        for one in letters:
            client.send_message(one)


async def test_it_takes_letters_and_keeps_their_ids_in_order(office: tuple[PostOffice, Sink]) -> None:
    server, mail = office
    await asyncio.to_thread(send, server.port, letter(1), letter(2))

    assert [arrival.marks for arrival in mail.arrivals] == [f"<{n:032x}@example.org>" for n in (1, 2)]


async def test_a_letter_stands_in_the_thread_of_the_first_that_it_refers_to(office: tuple[PostOffice, Sink]) -> None:
    server, mail = office
    answer = letter(2)
    answer["References"] = f"{letter(1)['Message-ID']} <other@example.org>"
    await asyncio.to_thread(send, server.port, letter(1), answer)

    assert {arrival.thread for arrival in mail.arrivals} == {letter(1)["Message-ID"]}


async def test_it_keeps_repeats(office: tuple[PostOffice, Sink]) -> None:
    server, mail = office
    await asyncio.to_thread(send, server.port, letter(1))
    await asyncio.to_thread(send, server.port, letter(1))

    assert len(mail.arrivals) == 2


async def test_a_letter_cut_off_before_its_dot_was_never_taken(office: tuple[PostOffice, Sink]) -> None:
    server, mail = office
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    for line in (b"EHLO me\r\n", b"MAIL FROM:<a@example.org>\r\n", b"RCPT TO:<b@example.org>\r\n", b"DATA\r\n"):
        writer.write(line)
    writer.write(b"Message-ID: <1@example.org>\r\n\r\nhalf a let")
    async with asyncio.timeout(5):
        await reader.readuntil(b"354")
    writer.close()
    await writer.wait_closed()
    await asyncio.to_thread(send, server.port, letter(2))

    assert [arrival.marks for arrival in mail.arrivals] == [f"<{2:032x}@example.org>"]


async def test_an_unknown_word_is_answered_and_the_talk_goes_on(office: tuple[PostOffice, Sink]) -> None:
    def talk() -> tuple[int, int]:
        with smtplib.SMTP("127.0.0.1", office[0].port, timeout=5) as client:
            return client.docmd("VRFY", "someone")[0], client.noop()[0]

    assert await asyncio.to_thread(talk) == (502, 250)
