"""Where the alerts of a soak arrive: a Slack and a webhook that count every mark, and now and then are busy."""

from __future__ import annotations

import contextlib
import random
import re
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from tests.servers import Reply, Request, http_server

_MARK = re.compile(rb"no\.\d{7}x")
_BUSY = 0.01  # share of the messages that are answered with 503, and not taken


@dataclass
class Sinks:
    url: str = ""
    arrived: dict[str, Counter[str]] = field(default_factory=lambda: {"desk": Counter(), "archive": Counter()})
    busy: int = 0


@contextlib.asynccontextmanager
async def sinks(seed: int) -> AsyncIterator[Sinks]:
    here, dice = Sinks(), random.Random(f"sinks {seed}")

    def taking(request: Request) -> Reply:
        if dice.random() < _BUSY:
            here.busy += 1
            return Reply(503)
        marks = set(_MARK.findall(request.body))
        here.arrived[request.path.strip("/")].update(mark.decode() for mark in marks)
        return Reply(200, b"ok")

    async with http_server({"/desk": taking, "/archive": taking}) as server:
        here.url = server.url
        yield here
