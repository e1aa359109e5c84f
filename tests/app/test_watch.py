"""What the daemon's watch tells the operators of its channels."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.app.watch import Watch
from monitor.config import Settings
from monitor.model import Alert
from monitor.store import Store
from monitor.store.connection import Connection
from monitor.telemetry import Metrics
from tests.app.test_app import NEWS, first_poll, rewritten, started
from tests.daemon import world
from tests.make import life, until
from tests.store.test_outbox import raised

NOW = datetime.now(UTC)
LONG_AGO = NOW - timedelta(minutes=11)


def watching(store: Store, *ops: str) -> Watch:
    channels = [{"id": each, "kind": "console"} for each in ("desk", "mail")]
    settings = Settings.model_validate({"channels": channels, "ops": {"to": ops}})
    return Watch(store, None, consumer="a", life=life(), settings=lambda: settings, metrics=Metrics())


async def told(store: Store, channel: str = "mail") -> list[Alert]:
    """Every notice that waits for a channel."""
    alerts = [await store.alerts.get(one.alert) for one in await store.outbox.listed(channel, "waiting")]
    return [one for one in alerts if one and one.notice]


async def fails(store: Store, *numbers: int, since: datetime = LONG_AGO) -> None:
    """Let alerts fail at the desk, and wait."""
    for number in numbers:
        await raised(store, number, now=since)
        ((delivery, _),) = await store.outbox.take("desk", "a", 10, block=0.01)
        await store.outbox.later(delivery, NOW, "answered 503", NOW + timedelta(minutes=5))


async def recovers(store: Store) -> None:
    """Let the alert that failed at the desk arrive there after all."""
    await store.outbox.requeue("desk", NOW + timedelta(minutes=6))
    ((delivery, _),) = await store.outbox.take("desk", "a", 10, block=0.01)
    await store.outbox.arrived(delivery, NOW, None)


async def dies(store: Store, *numbers: int) -> None:
    """Let alerts be given up at the desk."""
    for number in numbers:
        await raised(store, number, now=NOW + timedelta(seconds=number))
        ((delivery, _),) = await store.outbox.take("desk", "a", 10, block=0.01)
        await store.outbox.bury(delivery, NOW, "is_archived")


async def test_a_channel_that_fails_is_told_once_until_it_takes_alerts_again(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch = watching(store, "desk", "mail")
    await fails(store, 1)
    for _ in range(3):
        await watch._look()
    await watching(store, "mail")._look()  # another process, or this one after a restart

    (one,) = await told(store)
    assert (one.notice, one.origin.id, one.verdict.to) == ("channel-failing", "desk", ("mail",))
    assert "answered 503" in one.post.text
    assert await told(store, "desk") == []  # there it would wait with the rest

    await recovers(store)
    await watch._look()
    await fails(store, 2, since=LONG_AGO + timedelta(seconds=1))
    await watch._look()
    assert len(await told(store)) == 1, "one that takes every second alert is told once an hour, not for each"

    monkeypatch.setattr("monitor.app.watch._SAME_TROUBLE", 0.0)
    await watch._look()
    await recovers(store)
    await watch._look()
    await fails(store, 3, since=LONG_AGO + timedelta(seconds=2))
    await watch._look()

    assert [each.notice for each in await told(store)] == ["channel-failing"] * 2


async def test_a_short_failure_is_weather(store: Store) -> None:
    await fails(store, 1, since=datetime.now(UTC) - timedelta(minutes=9))
    await watching(store, "mail")._look()

    assert await told(store) == []


async def test_what_is_given_up_is_told_once_an_hour_and_not_again_after_a_restart(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch = watching(store, "mail")
    await watch._look()
    await dies(store, 1, 2)
    await watch._look()
    await watching(store, "mail")._look()

    (one,) = await told(store)
    assert one.post.title == "Channel desk: 2 alerts were given up"
    assert "is_archived" in one.post.text

    await dies(store, 3)
    await watch._look()
    assert len(await told(store)) == 1
    monkeypatch.setattr("monitor.app.watch._SAME_LETTERS", 0.0)  # an hour later
    await watch._look()
    await watch._look()
    assert [each.post.title for each in await told(store)] == [
        one.post.title,
        "Channel desk: 3 alerts were given up",
    ]


async def test_without_anybody_to_tell_nothing_is_kept(store: Store) -> None:
    await fails(store, 1)
    await watching(store)._look()

    assert await told(store) == []
    assert await store.outbox.channels() == ["desk"]


async def test_when_memory_is_short_the_watch_goes_on_and_tells_it_later(store: Store, server_url: str) -> None:
    watch = watching(store, "mail")
    await fails(store, 1)
    connection = Connection(server_url)
    await connection.call("CONFIG", "SET", "maxmemory", "1mb")
    try:
        await watch._look()
        assert "its memory is full" in str(watch.fault)
        assert await told(store) == []
    finally:
        await connection.call("CONFIG", "SET", "maxmemory", "0")
        await connection.close()
    await watch._look()

    assert len(await told(store)) == 1


async def test_the_whole_daemon_carries_a_notice_to_a_channel_that_works(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        rewritten(here, "rules:", "ops: {to: [desk, duty]}\n            rules:")
        here.slack_status = 404
        async with started(here.config):
            await first_poll(here)
            here.posts.append(NEWS)
            await until(lambda: len(here.mail.letters) == 2)

    subjects = sorted(str(letter["Subject"]) for letter in here.mail.letters)
    assert subjects[1] == "NOTICE · alerts given up · desk"
    assert "Four wounded" in subjects[0]
