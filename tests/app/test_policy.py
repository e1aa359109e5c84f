"""The policy in the whole daemon: taken over by a reload, and kept by parts that run apart."""

from __future__ import annotations

from pathlib import Path

from monitor.app import App
from monitor.model import Delivery
from tests.app.test_app import NEWS, first_poll, rewritten, started
from tests.daemon import World, world
from tests.make import post, until

# With a new figure it could not wait.
MORE = post("more", title="Four killed", text="Four servicemen are known for sure to be killed.")


async def deliveries(app: App, state: str) -> list[Delivery]:
    return await app.store.outbox.listed("desk", state)


async def held(app: App, count: int = 1) -> bool:
    return len([one for one in await deliveries(app, "waiting") if one.held]) == count


async def published(here: World, count: int) -> None:
    """Wait until the desk has got so many messages."""
    await until(lambda: len(here.slack_messages()) == count)


async def test_a_reload_takes_over_routes_grouping_and_quiet_hours(tmp_path: Path) -> None:
    async with world(tmp_path) as here, started(here.config) as app:
        await first_poll(here)
        rewritten(here, "to: [console, desk, duty], terms", "terms")
        rewritten(
            here,
            "            rules:",
            "            grouping: {interval: 1h}\n"
            "            routes: [{id: all, to: [console, desk, duty], then: [{after: 1h, to: [duty]}]}]\n"
            "            rules:",
        )
        await app.reload()
        here.posts.append(NEWS)
        await published(here, 1)
        here.posts.append(MORE)
        await until(lambda: held(app))

        (waiting,) = await deliveries(app, "waiting")
        (alert,) = await app.store.alerts.of([waiting.alert])
        assert alert.incident
        assert (waiting.bundle, alert.verdict.routes) == (f"incident:{alert.incident.incident}", ("all",))
        assert [one.route for one in await app.store.incidents.waiting()] == ["all"]

        rewritten(here, "grouping: {interval: 1h}", "grouping: {interval: 0s}")
        await app.reload()
        await app.store.outbox.requeue("desk", waiting.due or waiting.queued or alert.raised)
        await published(here, 2)


async def test_after_a_reload_links_are_still_signed_for_the_page_that_is_served(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        rewritten(
            here, "listen: 127.0.0.1:0", "listen: 127.0.0.1:0, url: https://desk.example, token: sixteen-letters-1"
        )
        async with started(here.config) as app:
            link = app._acknowledge("incident")
            rewritten(here, "sixteen-letters-1", "sixteen-letters-2")
            await app.reload()

            assert app.settings.web.token
            assert app.settings.web.token.get_secret_value() == "sixteen-letters-2"
            assert link
            assert app._acknowledge("incident") == link


async def test_what_one_part_joined_another_tells(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        rewritten(here, "            rules:", "            grouping: {interval: 1h}\n            rules:")
        async with started(here.config, ("poll", "judge")) as app:
            await first_poll(here)
            here.posts += [NEWS, MORE]
            await until(lambda: _raised(app, 2))
            assert "escalation" not in app._tasks
        assert here.slack_messages() == []

        async with started(here.config, ("deliver",)) as app:
            await published(here, 1)
            await until(lambda: held(app))
            assert set(app._tasks) == {"store", "loop", "escalation"}


async def _raised(app: App, count: int) -> bool:
    return len(await app.store.alerts.recent()) == count
