from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from click.testing import Result

from monitor.cli.deliveries import fate
from monitor.model import delivery_id, encode
from monitor.notices import notice
from tests.cli.conftest import Command
from tests.cli.history import OLD, opened
from tests.daemon import running, world
from tests.make import NOON, alert, delivery, origin, post, until
from tests.store.test_outbox import raised

Called = Callable[..., Result]

LATER = NOON + timedelta(minutes=5)


def named(number: int, channel: str = "console") -> str:
    return delivery_id(alert(post(number)).id, channel)


@pytest.fixture
def past(config: Path) -> Path:
    """Console: 1 arrived, 2 given up, 3 put off. Spare: 4 given up, 5 never tried."""

    async def fill() -> None:
        async with opened(config) as store:
            await store.posts.prepare()
            for number, channel in ((1, "console"), (2, "console"), (3, "console"), (4, "spare"), (5, "spare")):
                await raised(store, number, to=(channel,), now=NOON + timedelta(minutes=number))
            ((one, _), (two, _), (three, _)) = await store.outbox.take("console", "a", 3, block=0.1)
            ((four, _),) = await store.outbox.take("spare", "a", 1, block=0.1)
            for begun in (one, two, three, four):
                await store.outbox.begin(begun, "a")
            await store.outbox.arrived(one, LATER, "ts-1")
            await store.outbox.bury(two, LATER, "channel_not_found")
            await store.outbox.later(three, NOON, "answered 503", LATER)
            await store.outbox.bury(four, LATER, "is_archived")

    asyncio.run(fill())
    return config


def states(config: Path) -> dict[str, str]:
    async def read() -> dict[str, str]:
        async with opened(config) as store:
            known = [(1, "console"), (2, "console"), (3, "console"), (4, "spare"), (5, "spare")]
            found = [await store.outbox.get(named(*one)) for one in known]
            return {f"{one.channel} {number}": one.state for (number, _), one in zip(known, found, strict=True) if one}

    return asyncio.run(read())


def test_given_up_comes_first_then_waiting_then_arrived(past: Path, called: Called) -> None:
    result = called("deliveries")

    heads, fates = result.stdout.splitlines()[::2], result.stdout.splitlines()[1::2]
    assert [line.split()[2:] for line in heads] == [
        ["dead", "spare", "Statement", "4"],
        ["dead", "console", "Statement", "2"],
        ["waiting", "spare", "Statement", "5"],
        ["waiting", "console", "Statement", "3"],
        ["arrived", "console", "Statement", "1"],
    ]
    assert heads[1].startswith("2021-11-16 12:02:00Z  ")
    assert [line.strip() for line in fates] == [
        f"{named(4, 'spare')}  given up after 1 attempt: is_archived",
        f"{named(2)}  given up after 1 attempt: channel_not_found",
        f"{named(5, 'spare')}  not tried yet",
        f"{named(3)}  1 attempt, again 2021-11-16 12:05:00Z: answered 503",
        f"{named(1)}  arrived 2021-11-16 12:05:00Z after 1 attempt",
    ]


def test_state_channel_and_count_narrow_the_list(past: Path, called: Called) -> None:
    def ids(*words: str) -> list[str]:
        return [line.split()[0] for line in called("deliveries", *words).stdout.splitlines()[1::2]]

    assert ids("--state", "dead") == [named(4, "spare"), named(2)]
    assert ids("--channel", "console", "--state", "waiting") == [named(3)]
    assert ids("--count", "1") == [named(4, "spare")]


def test_a_notice_is_called_one(past: Path, called: Called) -> None:
    async def tell() -> None:
        async with opened(past) as store:
            await store.health.tell(
                [notice("silent", origin(), "Nothing for nine hours", "Look.", NOON, to=("spare",))]
            )

    asyncio.run(tell())

    lines = called("deliveries", "--state", "waiting", "--channel", "spare").stdout.splitlines()
    assert lines[2].endswith("NOTICE · source silent · Ministry of Tests")


def test_json_has_the_fields_of_a_delivery_and_the_title(past: Path, called: Called) -> None:
    (line,) = map(json.loads, called("deliveries", "--state", "arrived", "--json").stdout.splitlines())

    arrived = delivery(
        alert(post(1)), "console", id=named(1), state="arrived", attempts=1, receipt="ts-1",
        queued=NOON + timedelta(minutes=1), arrived=LATER,
    )  # fmt: skip
    assert line == {**json.loads(encode(arrived)), "title": "Statement 1"}


def test_recipients_still_to_be_served_are_named() -> None:
    assert fate(delivery(state="dead", attempts=2, left=("c@example.org",), error="refused for c@example.org")) == (
        "given up after 2 attempts, only c@example.org still to be served: refused for c@example.org"
    )


@pytest.mark.parametrize(
    ("words", "count", "revived"),
    [
        (("{2}",), "1 dead letter goes", {"console 2"}),
        (("{2}", "{4}", "{2}"), "2 dead letters go", {"console 2", "spare 4"}),
        (("--channel", "spare"), "1 dead letter goes", {"spare 4"}),
        (("--channel", "spare", "{2}"), "2 dead letters go", {"console 2", "spare 4"}),
        (("--all",), "2 dead letters go", {"console 2", "spare 4"}),
    ],
)
def test_dead_letters_are_sent_again(
    words: tuple[str, ...], count: str, revived: set[str], past: Path, called: Called
) -> None:
    ids = {"{2}": named(2), "{4}": named(4, "spare")}
    before = states(past)

    result = called("deliveries", "retry", *(ids.get(word, word) for word in words))

    assert result.exit_code == 0, result.stderr
    assert result.stdout == f"{count} out again.\n"
    after = states(past)
    assert {name for name in after if (before[name], after[name]) == ("dead", "waiting")} == revived
    assert {name for name in after if before[name] != after[name]} == revived


def test_the_configuration_may_be_named_behind_retry_too(past: Path, command: Command) -> None:
    assert command("deliveries", "retry", "-c", past, "--all").stdout == "2 dead letters go out again.\n"
    assert command("deliveries", "retry", "-c", past, "--all").stdout.startswith("Nothing to send again")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "name what to send again: ids of deliveries, --channel CHANNEL, or --all"),
        (("4e29",), "no delivery '4e29'"),
        (("{2}", "4e29"), "no delivery '4e29'"),
        (("{1}",), "was not given up: arrived 2021-11-16 12:05:00Z"),
        (("--channel", "spar"), "no channel 'spar'; did you mean 'spare'?"),
    ],
)
def test_what_cannot_be_sent_again_is_one_sentence_and_nothing_moves(
    words: tuple[str, ...], told: str, past: Path, called: Called
) -> None:
    ids = {"{1}": named(1), "{2}": named(2)}
    before = states(past)

    result = called("deliveries", "retry", *(ids.get(word, word) for word in words))

    assert result.exit_code == 1
    assert told in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert states(past) == before


def test_a_dead_letter_of_a_channel_that_is_gone_stays_where_it_is(past: Path, called: Called) -> None:
    past.write_text(past.read_text(encoding="utf-8").replace("id: spare", "id: other"), encoding="utf-8")

    result = called("deliveries", "retry", named(4, "spare"))

    assert result.exit_code == 1
    assert "the configuration has no such channel" in result.stderr
    assert states(past)["spare 4"] == "dead"


async def test_a_running_daemon_sends_at_once_what_it_had_given_up(tmp_path: Path) -> None:
    async def asked(*words: str) -> str:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "monitor", *words, "-c", str(here.config), stdout=asyncio.subprocess.PIPE
        )
        told, _ = await process.communicate()
        return told.decode()

    async def measured(line: str) -> bool:
        async with httpx.AsyncClient() as web:
            return line in (await web.get(f"{daemon.page}metrics")).text

    async with world(tmp_path) as here:
        here.posts, here.slack_status = [OLD], 404
        async with running(here.config) as daemon:
            await until(lambda: bool(daemon.events("source.posts")))
            here.posts += [post("news", title="Four wounded")]
            await until(lambda: bool(daemon.events("delivery.dead")))
            assert "given up after 1 attempt: channel desk" in await asked("deliveries", "--channel", "desk")
            assert await measured('monitor_outbox_dead{channel="desk"} 1.0')

            here.slack_status = 200
            assert await asked("deliveries", "retry", "--channel", "desk") == "1 dead letter goes out again.\n"
            await until(lambda: len(here.slack_messages()) == 1)

            assert "Four wounded" in here.slack_messages()[0]
            await until(lambda: measured('monitor_deliveries_total{channel="desk",outcome="arrived"} 1.0'))
            assert await measured('monitor_outbox_dead{channel="desk"} 0.0')
            assert await measured('monitor_delivery_seconds_count{channel="desk"} 1.0')
            assert daemon.process.returncode is None
