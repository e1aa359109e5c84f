"""The whole daemon in this very process: how it comes up, stands without its store, and is changed while it runs."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import threading
import time
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from monitor.app import PARTS, App, Part
from monitor.config import Settings, load
from monitor.model import changed
from monitor.rules import Rulebook
from tests.config.test_config import MISTAKES
from tests.daemon import World, world
from tests.make import post, until
from tests.servers import Reply, Request

NEWS = post("news", title="Four wounded", text="Four servicemen are known for sure to be wounded.")


@contextlib.asynccontextmanager
async def started(config: Path, parts: tuple[Part, ...] = PARTS) -> AsyncIterator[App]:
    """Run the daemon until it says that everything moves; stop it in good order, within seconds."""
    app = App(load(config), config, parts=parts)
    up = asyncio.Event()

    async def ready(_: App) -> None:
        up.set()

    running = asyncio.create_task(app.run(ready))
    waiting = asyncio.create_task(up.wait())
    await asyncio.wait({running, waiting}, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    try:
        yield app
    finally:
        began = time.monotonic()
        app.stopping.set()
        await running
        assert time.monotonic() - began < 10


async def asked(app: App, path: str) -> httpx.Response:
    assert app.address
    async with httpx.AsyncClient(base_url=app.address) as web:
        return await web.get(path)


def rewritten(here: World, old: str, new: str) -> None:
    text = here.config.read_text(encoding="utf-8")
    assert old in text
    here.config.write_text(text.replace(old, new), encoding="utf-8")


async def first_poll(here: World) -> None:
    """Wait until the ministry has been asked twice: whatever it publishes from now on is news."""
    await until(lambda: len([r for r in here.http.requests if r.path == "/feed"]) >= 2)


# --- ready, or not ----------------------------------------------------------------------------------------------------


async def test_everything_in_order_is_ready(tmp_path: Path) -> None:
    async with world(tmp_path) as here, started(here.config) as app:
        await first_poll(here)

        assert await app.unready() == []
        assert (await asked(app, "/readyz")).json() == {"ready": True, "reasons": []}


async def test_without_its_store_it_comes_up_says_why_it_is_not_ready_and_stops(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        rewritten(here, "url: embedded", 'url: "redis://:planted@127.0.0.1:1/0"')
        async with started(here.config) as app:
            alive, ready = await asked(app, "/healthz"), await asked(app, "/readyz")

            assert (alive.status_code, alive.text) == (200, "ok")
            assert ready.status_code == 503
            assert "the store at redis://127.0.0.1:1/0 does not answer" in ready.text
            assert "planted" not in ready.text
            assert "monitor_store_up 0.0" in (await asked(app, "/metrics")).text
            assert not here.http.requests  # nothing is asked for what could not be stored


async def test_a_part_that_has_ended_is_named(tmp_path: Path) -> None:
    async with world(tmp_path) as here, started(here.config) as app:
        judge = app._tasks["judge"]
        await until(lambda: not judge.cancel())  # Python 3.11 loses a cancellation that meets the end of a write

        (reason,) = await app.unready()
        assert reason.startswith("judge has ended")
        assert (await asked(app, "/readyz")).status_code == 503


async def test_an_embedded_store_that_dies_is_started_again_and_everything_goes_on(tmp_path: Path) -> None:
    async with world(tmp_path) as here, started(here.config) as app:
        await first_poll(here)
        assert app.embedded
        before = app.embedded.pid
        assert before
        os.kill(before, signal.SIGKILL)
        here.posts.append(NEWS)
        await until(lambda: here.arrived().total() == 2)
        await until(lambda: _ready(app))

        assert app.embedded.pid not in (None, before)
        assert here.arrived() == {"slack: Four wounded": 1, "mail: Four wounded": 1}


async def _ready(app: App) -> bool:
    return await app.unready() == []


# --- changed while it runs --------------------------------------------------------------------------------------------


async def test_a_reload_adds_removes_and_changes_channels(tmp_path: Path) -> None:
    async with world(tmp_path) as here, started(here.config) as app:
        other: list[Request] = []

        def elsewhere(request: Request) -> Reply:
            other.append(request)
            return Reply(200, b"ok")

        here.http.routes["/elsewhere"] = elsewhere
        await first_poll(here)
        # The desk moves, the duty officer goes, a new webhook comes.
        rewritten(here, "/slack", "/elsewhere")
        rewritten(here, "id: duty, kind: email", "id: night, kind: email")
        rewritten(here, "to: [console, desk, duty]", "to: [console, desk, night]")
        await app.reload()
        here.posts.append(NEWS)
        await until(lambda: len(other) == 1 and len(here.mail.letters) == 1)

        assert here.slack_messages() == []
        assert await app.unready() == []
        states = {state.id: state.arrived for state in await app.store.outbox.states(["desk", "duty", "night"])}
        assert states == {"desk": 1, "duty": 0, "night": 1}


async def test_a_channel_that_stays_keeps_its_courier_through_a_reload(tmp_path: Path) -> None:
    async with world(tmp_path) as here, started(here.config) as app:
        couriers = app._couriers.tasks
        rewritten(here, "pause: 0", "pause: 1")
        await app.reload()

        kept = {channel for channel, courier in app._couriers.tasks.items() if couriers[channel] is courier}
        assert kept == {"deliver:console", "deliver:duty"}


async def test_a_bad_reload_changes_nothing(tmp_path: Path) -> None:
    async with world(tmp_path) as here, started(here.config) as app:
        settings, couriers = app.settings, app._couriers.tasks
        rewritten(here, "kind: slack", "kind: slak")
        await app.reload()

        assert app.settings is settings
        assert app._couriers.tasks == couriers


async def test_a_reload_holds_nothing_up_while_rules_are_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    loop, made = threading.get_ident(), []
    of = Settings.rulebook

    def rulebook(settings: Settings) -> Rulebook:
        made.append(threading.get_ident())
        return of(settings)

    async with world(tmp_path) as here, started(here.config) as app:
        monkeypatch.setattr(Settings, "rulebook", rulebook)
        await app.reload()

    assert made
    assert loop not in made


async def test_no_broken_configuration_ever_takes_effect(tmp_path: Path) -> None:
    async with world(tmp_path) as here, started(here.config) as app:
        settings, good = app.settings, here.config.read_text(encoding="utf-8")
        for wrong, _ in MISTAKES:
            here.config.write_text(wrong, encoding="utf-8")
            await app.reload()

            assert app.settings is settings, wrong
        assert len(MISTAKES) >= 20
        assert await app.unready() == []

        here.config.write_text(good, encoding="utf-8")
        await app.reload()

        assert app.settings is not settings
        assert app.settings == settings


async def test_a_source_added_by_a_reload_is_polled_and_one_removed_is_left_alone(tmp_path: Path) -> None:
    async with world(tmp_path) as here, started(here.config) as app:
        here.http.routes["/second"] = here.http.routes["/feed"]
        await first_poll(here)
        rewritten(here, "am-mod, kind: rss", "az-mod, kind: rss")
        rewritten(here, "/feed", "/second")
        await app.reload()
        await until(lambda: len([r for r in here.http.requests if r.path == "/second"]) >= 2)
        last_of_the_first = len([r for r in here.http.requests if r.path == "/feed"])
        await until(lambda: len([r for r in here.http.requests if r.path == "/second"]) >= 4)

        assert len([r for r in here.http.requests if r.path == "/feed"]) == last_of_the_first


# --- parts ------------------------------------------------------------------------------------------------------------


async def test_one_part_alone_does_only_its_own_work(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        here.posts.append(changed(NEWS))
        async with started(here.config, ("web",)) as app:
            assert (await asked(app, "/readyz")).status_code == 200
            assert await app.store.timetable.due() == {}
            assert await app.store.health.heartbeats() == {}
        assert here.http.requests == []
    async with world(tmp_path) as here, started(here.config, ("poll",)) as app:
        here.posts.append(changed(NEWS))
        await first_poll(here)
        assert app.address is None
        assert set(await app.store.health.heartbeats()) == {"poll"}


async def test_a_channel_that_leaves_with_alerts_waiting_is_still_shown(tmp_path: Path) -> None:
    async with world(tmp_path) as here, started(here.config) as app:
        here.slack_status = 500
        await first_poll(here)
        here.posts.append(NEWS)
        await until(lambda: len(here.mail.letters) == 1)
        rewritten(here, "id: desk, kind: slack", "id: other, kind: slack")
        rewritten(here, "to: [console, desk, duty]", "to: [console, other, duty]")
        await app.reload()
        await until(lambda: app.watch.abandoned == ("desk",))

        assert "desk" in (await asked(app, "/channels")).text
        assert (await asked(app, "/readyz")).status_code == 200
