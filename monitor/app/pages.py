"""The page of a daemon: what the web is handed of it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from monitor.config.routing import names
from monitor.errors import StoreUnavailable
from monitor.model import Origin, Post, Verdict, changed
from monitor.web.access import Access
from monitor.web.app import build
from monitor.web.orders import Orders
from monitor.web.server import Server
from monitor.web.written import Written

if TYPE_CHECKING:
    from monitor.app import App
    from monitor.rules import Rulebook


async def serve(app: App) -> tuple[Server, str]:
    """Begin to serve; return the server, and its address for people. Raises ConfigError where the address is taken."""
    web = app.settings.web
    host, port = web.address
    application = build(
        store=app.store,
        sources=lambda: list(app.origins.values()),
        channels=lambda: [*(channel.id for channel in app.settings.channels), *app.watch.abandoned],
        explain=lambda post, origin: explained(app.rulebook, post, origin),
        metrics=lambda: _metrics(app),
        ready=app.unready,
        settings=lambda: app.settings.watched,
        rules=lambda: Written(app.settings.rules, app.settings.categories, app.settings.windows),
        orders=lambda: Orders(app.settings.routes, app.settings.grouping, names(app.settings)),
        access=Access(web.token.get_secret_value() if web.token else None, web.url),
        hosts=[*web.hosts, *filter(None, [urlsplit(web.url or "").hostname])],
        stopping=app.stopping,
    )
    server = Server(application, host=host, port=port, stopping=app.stopping)
    host, port = await server.start()
    return server, f"http://{f'[{host}]' if ':' in host else host}:{port}/"


def explained(rulebook: Rulebook, post: Post, origin: Origin) -> Verdict:
    """Return what the rules say of a post, with its places and languages also where it is silent."""
    verdict = rulebook.judge(post, origin)
    told = rulebook.explain(post.text, origin, title=post.title)
    return changed(verdict, places=told.places, languages=told.languages)


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
