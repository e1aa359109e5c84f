from __future__ import annotations

import asyncio
import contextlib
import io
import os
import pty
from typing import Any

import pytest

from monitor.errors import Unreachable
from monitor.model import Alert, Delivery
from monitor.notifiers.console import Config, Notifier, message
from tests.notifiers.alerts import make_alert, make_delivery, make_explained, make_notice

PLAIN = Config(id="console")


def test_an_alert_is_six_lines_that_say_it_all(alert: Alert, delivery: Delivery) -> None:
    causes = "fire (border): “opened fire”, “border” · losses (casualties): “casualties”"
    sentence = "At about 13:00 units of the armed forces opened fire on positions near the border."
    assert message(alert, delivery, PLAIN).splitlines() == [
        "HIGH · border, casualties · Ministry of Defence (AM, official)",
        "On the situation at the border",
        f"  why: {causes} – {sentence}",
        "  published: 16 Nov 2021 15:00 (+04) = 11:00 UTC, first seen: 16 Nov 2021 11:02 UTC",
        "  original: https://mod.example/en/news/7?a=1&b=2",
        f"  Channel ops · delivery {delivery.id}",
    ]


def test_what_is_to_be_held_against_it_is_a_line_of_its_own() -> None:
    alert = make_explained()
    lines = message(alert, make_delivery(alert), PLAIN).splitlines()
    assert len(lines) == 7
    assert lines[3] == (
        "  says: denial “не соответствуют действительности” · cancelled: “Убитых” by “Убитых нет”"
        " · places: Goris (“Гориса”), Lachin (“Лачина”) · language: Russian"
    )


def test_a_notice_is_five_lines_that_say_it_all() -> None:
    notice, since = make_notice(), "since: 16 Nov 2021 06:00 (+04) = 02:00 UTC"
    assert message(notice, make_delivery(notice), PLAIN).splitlines() == [
        "NOTICE · source silent · Ministry of Defence",
        "No new post for 9 hours",
        f"  {notice.post.text.replace(chr(10) * 2, ' ')}",
        f"  source: Ministry of Defence (AM, official), id mod-am, {since}, noticed: 16 Nov 2021 11:02 UTC",
        f"  Channel ops · delivery {make_delivery(notice).id}",
    ]


def test_what_is_unknown_is_said_to_be() -> None:
    alert = make_alert(revision=2, published=None, permalink=None, title="", text="Nothing of note.")
    lines = message(alert, make_delivery(alert), PLAIN).splitlines()
    assert lines[0].startswith("HIGH · border, casualties · UPDATE: version 2 · ")
    assert lines[1] == "Nothing of note."
    assert lines[2] == "  why: it fired"
    assert "published: time not given" in lines[3]
    assert "no usable link" in lines[4]


def test_a_hostile_text_steers_no_terminal(hostile: Alert) -> None:
    said = message(hostile, make_delivery(hostile), PLAIN)
    assert said.count("\n") == 6
    assert len(said.splitlines()) == 6  # no other line ends either
    assert all(character.isprintable() or character in "\n\u200f\u200d" for character in said)
    assert max(map(len, said.splitlines())) < 500


def seen_on_a_terminal(alert: Alert, **settings: Any) -> str:
    """Let the notifier write to a real pseudo-terminal and return what came out there."""
    outer, inner = pty.openpty()
    with os.fdopen(inner, "w", encoding="utf-8") as stream:
        notifier = Notifier(Config.model_validate({"id": "console", **settings}), stream=stream)
        asyncio.run(notifier.send(alert, make_delivery(alert)))
        shown = os.read(outer, 20_000).decode()
    os.close(outer)
    return shown


def test_colours_are_for_terminals_that_want_them(alert: Alert, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "\x1b[33m" in seen_on_a_terminal(alert)
    assert "\x1b[1mopened fire\x1b[0m on positions" in seen_on_a_terminal(alert)
    assert "\x1b" not in seen_on_a_terminal(alert, colour="never")
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in seen_on_a_terminal(alert)
    assert "\x1b[33m" in seen_on_a_terminal(alert, colour="always")


async def test_anything_else_gets_plain_lines(alert: Alert, delivery: Delivery) -> None:
    stream = io.StringIO()
    await Notifier(PLAIN, stream=stream).send(alert, delivery)
    assert stream.getvalue() == message(alert, delivery, PLAIN)


async def test_standard_output_is_looked_up_when_an_alert_comes(
    alert: Alert, delivery: Delivery, capsys: pytest.CaptureFixture[str]
) -> None:
    await Notifier(PLAIN).send(alert, delivery)
    assert capsys.readouterr().out == message(alert, delivery, PLAIN)


async def test_an_output_that_knows_only_ascii_still_shows_the_alert(delivery: Delivery) -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, "ascii")
    await Notifier(PLAIN, stream=stream).send(make_alert(title="Հայտարարություն"), delivery)
    assert b"HIGH ? border" in raw.getvalue()


async def test_a_closed_output_is_tried_again_later(alert: Alert, delivery: Delivery) -> None:
    stream = io.StringIO()
    stream.close()
    with pytest.raises(Unreachable, match="channel console: standard output"):
        await Notifier(PLAIN, stream=stream).send(alert, delivery)


async def test_a_stuck_terminal_holds_one_thread_and_nobody_else(alert: Alert, delivery: Delivery) -> None:
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    with contextlib.suppress(BlockingIOError):
        while True:
            os.write(writing, b"." * 65536)  # fill the pipe: nobody reads
    os.set_blocking(writing, True)
    with os.fdopen(writing, "w", encoding="utf-8") as stream:
        notifier = Notifier(PLAIN, stream=stream)
        first = asyncio.create_task(notifier.send(alert, delivery))
        await asyncio.sleep(0)  # it has begun; the loop is free to go on
        with pytest.raises(Unreachable, match="still holds"):
            await notifier.send(alert, delivery)
        written = bytearray()
        while delivery.id.encode() not in written:
            written += await asyncio.to_thread(os.read, reading, 1 << 20)
        await first
    os.close(reading)
