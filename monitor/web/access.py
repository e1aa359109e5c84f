"""Who may write: whoever has the token, in person with a session or as a program, and only from our own page."""

from __future__ import annotations

import base64
import binascii
import hmac
import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from monitor import signing

COOKIE = "monitor_session"
LASTS = 12 * 3600  # seconds of a session

_READ_ONLY = "This page only reads. Whoever runs the monitor turns writing on with web.token or web.token_file."
_SIGN_IN = "Sign in first: at /login, or with the header `Authorization: Bearer <token>`."
_WRONG = "That is not the token."
_ELSEWHERE = "This was asked for by another page than this monitor's own, so nothing was done."
_PURPOSE = "session"  # what is signed
_FREE_TRIES, _LONGEST_WAIT, _MOST_VISITORS = 5, 60.0, 1000


class Tries:
    """Wrong tokens by visitor: after a few each further one costs twice the wait of the one before."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._wrong: dict[str, tuple[int, float]] = {}  # how many, and when the next try is allowed

    def wait(self, visitor: str) -> float:
        """Return the seconds until a visitor may try again."""
        return max(0.0, self._wrong.get(visitor, (0, 0.0))[1] - self._clock())

    def wrong(self, visitor: str) -> None:
        count = self._wrong.pop(visitor, (0, 0.0))[0] + 1
        pause = 0.0 if count < _FREE_TRIES else min(_LONGEST_WAIT, 2.0 ** min(count - _FREE_TRIES, 10))
        self._wrong[visitor] = (count, self._clock() + pause)
        while len(self._wrong) > _MOST_VISITORS:
            del self._wrong[next(iter(self._wrong))]

    def right(self, visitor: str) -> None:
        self._wrong.pop(visitor, None)


class Access:
    """The door for writers. `token`: None where the page only reads; `url`: the page's public address, if it has one.

    A session is a name and an end, signed; nothing of it is kept here, so it outlives a restart, and a new token ends
    all.
    """

    def __init__(
        self, token: str | None = None, url: str | None = None, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.token = token
        self.url = url
        self._tries = Tries(clock)

    @property
    def writable(self) -> bool:
        return self.token is not None

    @property
    def read_only(self) -> str | None:
        """Why nobody may write, in a sentence; None where who has the token may."""
        return None if self.writable else _READ_ONLY

    def writer(self, request: Request) -> str | None:
        """Return the name of the session, or None for a program with the token, which names somebody itself.

        Raises HTTPException: 401 without either, 403 where another page asks, 429 after too many wrong tokens.
        """
        given = request.headers.get("authorization")
        if given is not None:
            scheme, _, token = given.partition(" ")
            self.prove(request, token.strip() if scheme.lower() == "bearer" else "")
            self.ours(request, said=False)
            return None
        name = self.name(request)
        if name is None:
            raise HTTPException(401, self.read_only or _SIGN_IN, {"WWW-Authenticate": "Bearer"})
        self.ours(request, said=True)
        return name

    def prove(self, request: Request, token: str) -> None:
        """Return if that is the token. Raises HTTPException 401, or 429 where the visitor has to wait."""
        visitor = request.client.host if request.client else ""
        if wait := self._tries.wait(visitor):
            seconds = str(int(wait) + 1)
            raise HTTPException(429, f"Too many wrong tokens. Try again in {seconds} s.", {"Retry-After": seconds})
        if self.token is None or not hmac.compare_digest(token.encode("utf-8", "replace"), self.token.encode()):
            self._tries.wrong(visitor)
            raise HTTPException(401, _WRONG, {"WWW-Authenticate": "Bearer"})
        self._tries.right(visitor)

    def ours(self, request: Request, *, said: bool) -> None:
        """Return if our own page asks, as the browser tells (Fetch Metadata, and Origin of RFC 6454).

        `said`: it must have told; else silence is taken for a program. Raises HTTPException 403.
        """
        site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
        if site not in (None, "same-origin"):
            raise HTTPException(403, _ELSEWHERE)
        if origin is None:
            if said and site is None:
                raise HTTPException(403, _ELSEWHERE)
            return
        try:
            asked = urlsplit(origin)
        except ValueError:
            raise HTTPException(403, _ELSEWHERE) from None
        own = urlsplit(self.url) if self.url else None
        here = asked.scheme in ("http", "https") and asked.netloc == request.headers.get("host")
        if not here and (own is None or (asked.scheme, asked.netloc) != (own.scheme, own.netloc)):
            raise HTTPException(403, _ELSEWHERE)

    def name(self, request: Request) -> str | None:
        """Return who is signed in; None where nobody is."""
        packed, _, signature = request.cookies.get(COOKIE, "").partition(".")
        if self.token is None or not signing.holds(signature, self.token, _PURPOSE, packed):
            return None
        try:
            name, until = json.loads(base64.urlsafe_b64decode(f"{packed}=="))
        except (ValueError, binascii.Error):
            return None
        return str(name) if datetime.now(UTC).timestamp() < until else None

    def begin(self, request: Request, response: Response, name: str) -> None:
        """Let a session begin. The cookie is for this site alone, no script reads it; over HTTPS it stays there."""
        if self.token is None:
            raise HTTPException(403, _READ_ONLY)
        until = int(datetime.now(UTC).timestamp()) + LASTS
        packed = base64.urlsafe_b64encode(json.dumps([name, until]).encode()).decode().rstrip("=")
        value = f"{packed}.{signing.sign(self.token, _PURPOSE, packed)}"
        origin = request.headers.get("origin", "")
        secure = request.url.scheme == "https" or origin.startswith("https://")
        response.set_cookie(COOKIE, value, max_age=LASTS, path="/", secure=secure, httponly=True, samesite="strict")

    @staticmethod
    def end(response: Response) -> None:
        response.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict")
