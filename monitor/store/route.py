"""Which server takes our commands just now: the one that was named, the master Sentinel names, or our slot's owner.

redis-py has clients for both, and neither would do. Its Sentinel pool believes the first Sentinel that answers, and
asks only where a connection is opened: one that lasts stays with a master whom nobody else follows any more. Its
cluster client sends what has no key (INFO) to any node, takes no SCRIPT without being told where, and gives up a step
or a transaction that meets the slot half moved. All our keys are in one slot, so both fleets come down to one
question, asked here: where to now?
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from monitor.errors import StoreUnavailable
from monitor.store.address import Address, Host
from monitor.store.line import FAULTS, client
from monitor.store.shard import begin, slot

ASK_WITHIN = 1.0  # seconds for a Sentinel or a node to say where to go
LOOK_AGAIN = 5.0  # seconds: so long at the most we follow a master whom nobody else follows any more


class Route:
    """`find()` gives the URL of a server, the same until it is `lost` or has `moved`. Shared by all connections."""

    def __init__(self, address: Address) -> None:
        self.address = address
        self._current: str | None = address.url or None
        self._nodes = list(address.hosts)
        self._finding = asyncio.Lock()
        self._failed: tuple[float, str] = (float("-inf"), "")
        self._asked = 0.0
        self._watch: asyncio.Task[None] | None = None

    async def find(self) -> str:
        """Return whom to send to. Raises StoreUnavailable where nobody can say."""
        if self._current is None:
            began = time.monotonic()
            async with self._finding:
                if self._failed[0] >= began:  # who waited for the same answer gets it
                    raise StoreUnavailable(self._failed[1])
                self._current = self._current or await self._look()
        elif self.address.way == "sentinel" and time.monotonic() - self._asked > LOOK_AGAIN and not self._watching:
            self._asked = time.monotonic()
            self._watch = asyncio.create_task(self._look_again())
        return self._current

    def lost(self, url: str) -> None:
        """Ask anew before the next command, unless somebody has done so since `url` was found."""
        if self._current == url:
            self._current = self.address.url or None

    def moved(self, host: Host) -> None:
        """Take note that our slot has a new owner."""
        self._current = self.address.server(host) if host[0] else None

    async def close(self) -> None:
        if self._watch:
            self._watch.cancel()
            await asyncio.wait([self._watch])

    @property
    def _watching(self) -> bool:
        return self._watch is not None and not self._watch.done()

    async def _look(self) -> str:
        try:
            return await (self._master() if self.address.way == "sentinel" else self._owner())
        except StoreUnavailable as error:
            self._failed = (time.monotonic(), str(error))
            raise

    async def _look_again(self) -> None:
        """See whether the Sentinels still name the master we have: cut off from them, it would take writes in vain."""
        had = self._current
        try:
            now = await self._master()
        except StoreUnavailable:
            return  # what we have still answers, or we would have been told
        if self._current == had:
            self._current = now

    async def _master(self) -> str:
        """Ask all Sentinels; believe the one that knows of the latest failover, and the master only if it agrees."""
        address = self.address
        answers = await asyncio.gather(*(self._ask(address.sentinel(one), self._named) for one in address.hosts))
        self._asked = time.monotonic()
        known = [answer for answer in answers if not isinstance(answer, str)]
        if not known:
            raise StoreUnavailable(f"no Sentinel of {address.place} names a master: {'; '.join(sorted(set(answers)))}")
        _, host = max(known)
        url = address.server(host)
        role = await self._ask(url, lambda server: server.execute_command("ROLE"))
        if isinstance(role, str):
            raise StoreUnavailable(f"the master of {address.place} does not answer: {role}")
        if role[0] != b"master":
            raise StoreUnavailable(f"the master of {address.place} is just changing")
        return url

    async def _named(self, sentinel: Any) -> tuple[int, Host]:
        """Return the number of the last failover that a Sentinel knows of, and the master since then."""
        about = await sentinel.execute_command("SENTINEL", "MASTER", self.address.master)
        host, port = await sentinel.execute_command("SENTINEL", "GET-MASTER-ADDR-BY-NAME", self.address.master)
        said = dict(zip(about[::2], about[1::2], strict=True))
        return int(said[b"config-epoch"]), (host.decode(), int(port))

    async def _owner(self) -> str:
        """Ask one node after the other who has our slot; the next time begin with another one."""
        why = "nobody has our slot"
        for node in list(self._nodes):
            self._nodes = [*self._nodes[1:], self._nodes[0]]
            spans = await self._ask(self.address.server(node), lambda one: one.execute_command("CLUSTER", "SLOTS"))
            if isinstance(spans, str):
                why = spans
                continue
            known = [_host(one, node) for _, _, *nodes in spans for one in nodes]
            others = dict.fromkeys(one for one in (*self.address.hosts, *known) if one != node)
            self._nodes = [*others, node]
            for first, last, owner, *_ in spans:
                if first <= slot(begin(self.address.shard)) <= last:
                    return self.address.server(_host(owner, node))
        raise StoreUnavailable(f"no node of {self.address.place} says where our keys are: {why}")

    @staticmethod
    async def _ask(url: str, question: Callable[[Any], Awaitable[Any]]) -> Any:
        """Return the answer of one server, or a text that says why there is none."""
        server = client(url, within=ASK_WITHIN)
        try:
            async with asyncio.timeout(ASK_WITHIN * 2):
                return await question(server)
        except TimeoutError:
            return "it does not answer"
        except FAULTS as error:
            return str(error)
        finally:
            await server.aclose()


def _host(node: Sequence[Any], who_says_so: Host) -> Host:
    """Read a node of CLUSTER SLOTS; one without an address is where the answer came from."""
    return (node[0] or b"").decode() or who_says_so[0], int(node[1])
