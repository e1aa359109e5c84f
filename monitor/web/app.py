"""The application: every route in one table, and what is said when something does not work."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from monitor.errors import StoreUnavailable
from monitor.model import Origin, Post, Verdict
from monitor.web import Rooms, deliveries, feeds, health, incidents, login, post, rule, silences, source, timeline
from monitor.web.access import Access
from monitor.web.live import Item, Live, stream
from monitor.web.lookback import Lookback
from monitor.web.orders import Orders
from monitor.web.policy import Guard
from monitor.web.site import Site, json, respond, static
from monitor.web.written import Written

if TYPE_CHECKING:
    from monitor.sources import SourceConfig

Endpoint = Callable[[Site, Request], Awaitable[Response]]

ROUTES: dict[str, Endpoint] = {
    "/": timeline.timeline,
    "/posts/{key}": post.page,
    "/alerts": timeline.alerts_page,
    "/sources": source.listing,
    "/sources/{id}": source.page,
    "/rules": rule.listing,
    "/rules/{id}": rule.page,
    "/channels": health.channels_page,
    "/deliveries": deliveries.page,
    "/incidents": incidents.listing,
    "/incidents/{id}": incidents.page,
    "/silences": silences.page,
    "/audit": silences.audit,
    "/login": login.page,
    "/acknowledge/{incident}/{signature}": incidents.link,
    "/api/posts": timeline.posts,
    "/api/posts/{key}": post.api,
    "/api/alerts": timeline.alerts,
    "/api/sources": source.api_listing,
    "/api/sources/{id}": source.api,
    "/api/rules": rule.api_listing,
    "/api/rules/{id}": rule.api,
    "/api/deliveries": deliveries.api,
    "/api/incidents": incidents.api_listing,
    "/api/incidents/{id}": incidents.api,
    "/api/silences": silences.api,
    "/api/audit": silences.api_audit,
    "/api/live": stream,
    "/feeds/posts.atom": feeds.posts_atom,
    "/feeds/posts.json": feeds.posts_json,
    "/feeds/alerts.atom": feeds.alerts_atom,
    "/feeds/alerts.json": feeds.alerts_json,
    "/health": health.health,
    "/healthz": health.healthz,
    "/readyz": health.readyz,
    "/metrics": health.metrics,
    "/static/{name}": static,
}
WRITES: dict[str, Endpoint] = {
    "/login": login.sign_in,
    "/logout": login.sign_out,
    "/incidents/{id}/acknowledge": incidents.take,
    "/acknowledge/{incident}/{signature}": incidents.link_take,
    "/silences": silences.add,
    "/silences/{id}/end": silences.end,
    "/api/incidents/{id}/acknowledge": incidents.api_take,
    "/api/silences": silences.api_add,
    "/api/silences/{id}/end": silences.api_end,
}
_FOR_MACHINES = ("/api/", "/feeds/", "/health", "/readyz", "/metrics", "/static/")
_LOCAL = ("localhost", "127.0.0.1", "[::1]")
_TITLES = {
    400: "The question is not clear",
    401: "Sign in first",
    403: "Not from here",
    404: "Not found",
    429: "Too many tries",
    503: "Not now",
}
_STORE_GONE = "The store does not answer just now. Nothing is lost by that: polling waits, and goes on when it is back."
_PLACED_WITHIN = 1.0  # seconds the start waits for the live stream
_ANSWER_WITHIN = 10.0  # seconds for the store, however many questions a page has


def build(
    *,
    store: Rooms,
    sources: Callable[[], Sequence[Origin]],
    channels: Callable[[], Sequence[str]],
    explain: Callable[[Post, Origin], Verdict],
    metrics: Callable[[], Awaitable[bytes]],
    ready: Callable[[], Awaitable[list[str]]],
    stopping: asyncio.Event,
    settings: Callable[[], Mapping[str, SourceConfig]] = dict,
    rules: Callable[[], Written] = Written,
    orders: Callable[[], Orders] = Orders,
    access: Access | None = None,
    hosts: Sequence[str] = (),
    **live: Any,
) -> ASGIApp:
    """Make the application. See `Site` for what it is handed, `Live` for what else may be set.

    Nothing can be written where `access` has no token. `hosts` are the names it answers to besides those of this
    machine; `*.example.org` takes all below. The live streams end when `stopping` is set.
    """

    def html(item: Item) -> str:
        return site.row(item)  # the site is made below: it needs the stream, and the stream its rows

    following = Live(store, html, stopping, **live)
    access, seen = access or Access(), Lookback(store)
    site = Site(store, sources, channels, explain, metrics, ready, following, settings, rules, seen, orders, access)
    app = Starlette(
        routes=[
            Route(path, _bound(site, endpoint), methods=[method])
            for method, table in (("GET", ROUTES), ("POST", WRITES))
            for path, endpoint in table.items()
        ],
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=[*_LOCAL, *hosts], www_redirect=False)],
        exception_handlers=_handlers(),
        lifespan=_lifespan(site),
    )
    return Guard(app, writable=access.writable)  # outside of everything, so that even a failure carries its headers


def _bound(site: Site, endpoint: Endpoint) -> Callable[[Request], Awaitable[Response]]:
    """Hand the site to an endpoint, and give up on a store that keeps a visitor waiting."""

    async def answer(request: Request) -> Response:
        try:
            async with asyncio.timeout(_ANSWER_WITHIN):
                return await endpoint(site, request)
        except TimeoutError:
            raise StoreUnavailable(f"no answer within {_ANSWER_WITHIN:.0f} seconds") from None

    return answer


def _handlers() -> dict[Any, Any]:
    """Say what went wrong, in a sentence: as a page to people, as JSON to machines. No traceback leaves the log."""

    def say(request: Request, status: int, title: str, sentence: str, *, again: int | None = None) -> Response:
        if request.url.path.startswith(_FOR_MACHINES):
            response = json({"error": sentence}, status)
        else:
            response = respond("message.html", status, here=None, title=title, sentence=sentence, again=again)
        if again:
            response.headers["Retry-After"] = str(again)
        return response

    async def refused(request: Request, error: HTTPException) -> Response:
        response = say(request, error.status_code, _TITLES.get(error.status_code, "Not possible"), error.detail)
        response.headers.update(error.headers or {})
        return response

    async def store_gone(request: Request, _error: StoreUnavailable) -> Response:
        return say(request, 503, "The store does not answer", _STORE_GONE, again=5)

    async def failed(request: Request, _error: Exception) -> Response:
        return say(request, 500, "Something went wrong here", "It is the monitor's fault, and its log says more.")

    return {HTTPException: refused, StoreUnavailable: store_gone, Exception: failed}


def _lifespan(site: Site) -> Callable[[Starlette], Any]:
    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncGenerator[None, None]:
        follower = asyncio.create_task(site.live.run(), name="web: live")
        await site.live.placed(within=_PLACED_WITHIN)
        try:
            yield
        finally:
            follower.cancel()
            with suppress(asyncio.CancelledError):
                await follower

    return lifespan
