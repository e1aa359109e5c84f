"""What holds for every answer, whatever made it: who may ask, how, and what a browser may do with it."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # without it a browser would not say that our own forms are ours
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


class Guard:
    """Refuse every other method than may be used here, and put the headers on every answer, also on errors.

    `writable`: forms may be sent; what becomes of them is decided further in.
    """

    def __init__(self, app: ASGIApp, *, writable: bool = False) -> None:
        self._app = app
        self._allowed = ("GET", "HEAD", "POST") if writable else ("GET", "HEAD")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(HEADERS)
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        app = self._app
        if scope["method"] not in self._allowed:
            allowed = ", ".join(self._allowed)
            app = PlainTextResponse(f"Only {allowed} are answered here.", 405, {"Allow": allowed})
        await app(scope, receive, guarded)
