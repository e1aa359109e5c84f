"""What goes wrong between a source and us: no answer, half of one, an error; and honest "not modified" in between."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from tests.servers import HttpServer, Reply, Request, Route, raw_server, read_request, wire
from tests.sources.watched import conditional

_SLOWEST = 0.03  # seconds an answer takes
_TROUBLES = ("500", "429", "502", "hung up", "half", "slow")


@dataclass
class Weather:
    """`bad`: the share of the answers that go wrong. `told`: how many answers of each kind were given."""

    dice: random.Random
    bad: float
    told: Counter[str] = field(default_factory=Counter)

    async def give(self, request: Request, reply: Reply, writer: asyncio.StreamWriter) -> None:
        trouble = self.dice.choice(_TROUBLES) if self.dice.random() < self.bad else "whole"
        await asyncio.sleep(self.dice.uniform(0, _SLOWEST) * (20 if trouble == "slow" else 1))
        if trouble == "hung up":
            writer.transport.abort()
        elif trouble == "half":
            whole = wire(reply)
            writer.write(whole[: self.dice.randrange(len(whole))])
        elif trouble in ("500", "502", "429"):
            writer.write(wire(Reply(int(trouble), headers={"Retry-After": "1"} if trouble == "429" else {})))
        else:
            reply = conditional(request, reply)
            trouble = "304" if reply.status == 304 else trouble
            writer.write(wire(reply))
        self.told[trouble] += 1


@contextlib.asynccontextmanager
async def weathered(weather: Weather) -> AsyncIterator[HttpServer]:
    """Serve as `tests.servers.http_server`, through this weather, and remember no requests."""
    routes: dict[str, Route] = {}

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await read_request(reader)
        route = routes.get(request.path.partition("?")[0], Reply(404))
        reply = route if isinstance(route, Reply) else route(request)
        await weather.give(request, reply if isinstance(reply, Reply) else await reply, writer)

    async with raw_server(answer) as raw:
        yield HttpServer(raw, routes, [])
