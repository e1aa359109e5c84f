"""The page of a daemon: what the web is handed of it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from monitor.errors import StoreUnavailable
from monitor.web.app import build
from monitor.web.server import Server

if TYPE_CHECKING:
    from monitor.app import App


async def serve(app: App) -> tuple[Server, str]:
    """Begin to serve; return the server, and its address for people. Raises ConfigError where the address is taken."""
    host, port = app.settings.web.address
    application = build(
        store=app.store,
        sources=lambda: list(app.origins.values()),
        channels=lambda: [*(channel.id for channel in app.settings.channels), *app.watch.abandoned],
        explain=lambda post, origin: app.rulebook.judge(post, origin),  # noqa: PLW0108  # a reload brings another book
        metrics=lambda: _metrics(app),
        ready=app.unready,
        settings=lambda: app.settings.watched,
        hosts=app.settings.web.hosts,
        stopping=app.stopping,
    )
    server = Server(application, host=host, port=port, stopping=app.stopping)
    host, port = await server.start()
    return server, f"http://{f'[{host}]' if ':' in host else host}:{port}/"


async def _metrics(app: App) -> bytes:
    channels = [channel.id for channel in app.settings.channels]
    try:
        app.metrics.store_answers(
            await app.store.health.sources(app.settings.watched),
            await app.store.outbox.states(channels),
            await app.store.posts.unjudged(),
        )
    except StoreUnavailable:
        app.metrics.store_silent()
    return await asyncio.to_thread(app.metrics.render)  # of many sources it takes a second
