"""What the robots.txt of a host asks of us (RFC 9309). The only file that knows protego."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import httpx

from monitor.errors import Blocked, MonitorError, Refused, Rejected, Unauthorized, Unreachable
from monitor.fetch import address

if TYPE_CHECKING:
    from protego import Protego

KEPT = 24 * 3600.0  # seconds a copy is used before it is asked for again (2.4)
FORSAKEN = 30 * 86400.0  # seconds without any answer after which the file counts as absent (2.3.1.4)
AGAIN = 60.0  # seconds before a file that could not be had is asked for again
PARSED = 500 * 1024  # bytes that are read of it (2.5)
LONGEST_DELAY = 60.0  # seconds of `Crawl-delay`; some files ask for hours, by mistake
_ORIGINS = 1000

_AGENT = re.compile(r"(\s*user[- ]?agent\s*:?\s*)([^#]*)", re.IGNORECASE)
_TOKEN = re.compile(r"[A-Za-z_-]+")
_ANYBODY_ELSE = "x"

Ask = Callable[[str], Awaitable[bytes]]


@dataclass(frozen=True, slots=True)
class Rules:
    """What one file asks of one product. Without a file everything is allowed."""

    token: str
    file: Protego | None = None

    def allow(self, url: str) -> bool:
        return self.file is None or self.file.can_fetch(url, self.token)

    @property
    def delay(self) -> float:
        """Seconds wanted between two requests: `Crawl-delay`, which no standard knows and many files have."""
        wanted = self.file.crawl_delay(self.token) if self.file else None
        return min(wanted or 0.0, LONGEST_DELAY)


@dataclass(slots=True)
class _Origin:
    rules: Rules | None = None
    due: float = float("-inf")
    failing: float | None = None
    why: str = ""
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class Robots:
    """The robots.txt of every origin that was asked about, for a day each.

    user_agent  its product token is what the files know us by
    clock       seconds, of any beginning, that never go back
    """

    def __init__(self, user_agent: str, clock: Callable[[], float] = time.monotonic) -> None:
        self.token = token(user_agent)
        self._clock = clock
        self._origins: dict[tuple[str, str, int], _Origin] = {}

    async def check(self, target: httpx.URL, ask: Ask) -> float:
        """Return the seconds to leave between requests to `target`'s host; `ask` fetches the file if it is due.

        Raises Refused if the file asks not to fetch the address, Unreachable if the file cannot be had, for then
        nothing may be fetched (2.3.1.4).
        """
        origin = self._origin(address.origin(target))
        async with origin.lock:
            if self._clock() >= origin.due:
                await self._renew(origin, str(target.copy_with(raw_path=b"/robots.txt", fragment=None)), ask)
        host = address.host(target)
        if origin.rules is None:
            raise Unreachable(
                f"the robots.txt of {host} cannot be had, so nothing there may be asked for: {origin.why}"
            )
        if not origin.rules.allow(str(target)):
            raise Refused(
                f"the robots.txt of {host} asks not to fetch this address; `robots: ignore` at the source overrules it"
            )
        return origin.rules.delay

    def _origin(self, name: tuple[str, str, int]) -> _Origin:
        if name not in self._origins and len(self._origins) >= _ORIGINS:
            del self._origins[next(iter(self._origins))]
        return self._origins.setdefault(name, _Origin())

    async def _renew(self, origin: _Origin, url: str, ask: Ask) -> None:
        """Fetch the file again. One that cannot be had leaves the last good copy in force, however old (2.4)."""
        try:
            rules = await asyncio.to_thread(parse, await ask(url), self.token)
        except MonitorError as error:
            if not _absent(error):
                self._missed(origin, str(error))
                return
            rules = Rules(self.token)
        origin.rules, origin.failing, origin.due = rules, None, self._clock() + KEPT

    def _missed(self, origin: _Origin, why: str) -> None:
        now = self._clock()
        origin.failing = now if origin.failing is None else origin.failing
        origin.why = why
        origin.due = now + AGAIN
        if origin.rules is None and now - origin.failing >= FORSAKEN:
            origin.rules = Rules(self.token)


def _absent(error: MonitorError) -> bool:
    """Whether the host answered without such a file (2.3.1.3), or a wall did: of that the request itself will tell."""
    if isinstance(error, Unauthorized | Rejected):
        return True
    return isinstance(error, Unreachable | Blocked) and error.status is not None and error.status < 500


def token(user_agent: str) -> str:
    """Return the product token of a User-Agent (2.2.1): the letters it begins with."""
    found = _TOKEN.match(user_agent)
    return found[0] if found else _ANYBODY_ELSE


def parse(body: bytes, name: str) -> Rules:
    """Read a file, of whatever content, for the product `name`.

    The names of all other products become one: what they may do is of no interest, and a file of ten thousand names
    with ten thousand rules each costs no more than a short one. A line that was cut off is dropped.
    """
    from protego import Protego  # noqa: PLC0415  # only for who obeys such files

    whole = body if len(body) <= PARSED else body[: max(body.rfind(b"\n", 0, PARSED), 0)]
    lines = (_for_us(line, name.lower()) for line in whole.decode("utf-8-sig", "replace").splitlines())
    return Rules(name, Protego.parse("\n".join(lines)))


def _for_us(line: str, name: str) -> str:
    agent = _AGENT.match(line)
    if not agent:
        return line
    asked = agent[2].strip().rstrip("*").lower()
    return agent[1] + (name if asked == name else _ANYBODY_ELSE if asked else "*" if "*" in agent[2] else "")
