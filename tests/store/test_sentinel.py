from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from monitor.errors import StoreUnavailable
from monitor.store import Store, route
from tests import daemon
from tests.make import NOON, post
from tests.process import eventually
from tests.servers import LOOPBACK, raw_server
from tests.store import fleet
from tests.store.failovers import failovers
from tests.store.fleet import MASTER, Sentinels, Server, free_ports


async def test_failovers_lose_nothing_that_is_still_in_the_feed_and_double_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(route, "LOOK_AGAIN", float("inf"))  # by what the old master answers, or does not, alone
    tally = await failovers(tmp_path, 2)  # one that was asked for, one because the master was killed

    assert (tally.lost, tally.doubled) == (0, 0), str(tally)
    assert len(tally.gaps) == 2
    assert max(tally.lags) < 5, str(tally)


async def test_however_many_wait_for_the_master_the_sentinels_are_asked_once(tmp_path: Path) -> None:
    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)

    async with raw_server(hang_up) as sentinel:
        store = Store(f"redis+sentinel://{sentinel.authority}/{MASTER}")
        answers = await asyncio.gather(*(store.ping() for _ in range(20)), return_exceptions=True)
        await store.close()

    assert {type(answer) for answer in answers} == {StoreUnavailable}
    assert sentinel.connects == 1


@contextlib.asynccontextmanager
async def two_masters(folder: Path) -> AsyncIterator[tuple[Server, Server, Server]]:
    """A master, another one it knows nothing of, and a Sentinel that names the first; no failover ever comes."""
    ports = free_ports(3)
    first, second = (Server(folder / str(port), port, fleet._COMMON) for port in ports[:2])
    sentinel = Server(folder / "sentinel", ports[2], {"bind": LOOPBACK, **fleet._watched(first.port)}, "--sentinel")
    try:
        for server in (first, second, sentinel):
            await server.start()
        yield first, second, sentinel
    finally:
        for server in (first, second, sentinel):
            await server.close()


async def test_a_master_nobody_else_follows_any_more_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(route, "LOOK_AGAIN", 0.05)
    async with two_masters(tmp_path) as (first, second, sentinel):
        store = Store(f"redis+sentinel://{LOOPBACK}:{sentinel.port}/{MASTER}")
        await store.posts.admit("am-mod", [post(1)], NOON)

        await sentinel.call("SENTINEL", "REMOVE", MASTER)
        await sentinel.call("SENTINEL", "MONITOR", MASTER, LOOPBACK, second.port, 1)

        async def elsewhere() -> bool:
            await store.posts.admit("am-mod", [post(1)], NOON)
            return bool(await second.call("DBSIZE"))

        assert await first.call("DBSIZE")
        assert await eventually(elsewhere)  # although the first never refused
        await store.close()


async def test_a_sentinel_that_is_down_is_passed_over_and_without_any_it_is_said_what_is_wrong(tmp_path: Path) -> None:
    async with two_masters(tmp_path) as (_, _, sentinel):
        good, nobody = f"{LOOPBACK}:{sentinel.port}", f"{LOOPBACK}:1"
        store = Store(f"redis+sentinel://:planted@{nobody},{good}/{MASTER}?sentinel_password=planted")
        with pytest.raises(StoreUnavailable) as caught:
            await store.ping()
        await store.close()
        assert f"no Sentinel of redis+sentinel://{nobody},{good}/{MASTER} names a master" in str(caught.value)
        assert "without any password" in str(caught.value)
        assert "planted" not in str(caught.value)

        store = Store(f"redis+sentinel://{nobody},{good}/{MASTER}")
        await store.ping()
        await store.close()

        store = Store(f"redis+sentinel://{nobody},{good}/another")
        with pytest.raises(StoreUnavailable, match="No such master with that name"):
            await store.ping()
        await store.close()


async def test_servers_and_sentinels_have_their_own_logins(tmp_path: Path) -> None:
    ports = free_ports(2)
    server = Server(tmp_path / "server", ports[0], fleet._COMMON | {"requirepass": "d@ta/1"})
    watched = fleet._watched(ports[0]) | {"requirepass": "w@tch", f"sentinel auth-pass {MASTER}": "d@ta/1"}
    sentinel = Server(tmp_path / "sentinel", ports[1], {"bind": LOOPBACK, **watched}, "--sentinel")
    await server.start()
    await sentinel.start()
    store = Store(f"redis+sentinel://:d%40ta%2F1@{LOOPBACK}:{ports[1]}/{MASTER}/3?sentinel_password=w%40tch")
    await store.posts.admit("am-mod", [post(1)], NOON)

    assert "db3" in str(await server.call("INFO", "keyspace"))
    await store.close()
    await sentinel.close()
    await server.close()


async def test_the_daemon_recovers_from_a_failover_without_a_hand(tmp_path: Path) -> None:
    async with fleet.running(Sentinels(tmp_path / "fleet")) as servers, daemon.world(tmp_path) as world:
        text = world.config.read_text(encoding="utf-8").replace("url: embedded", f'url: "{servers.url}"')
        world.config.write_text(text, encoding="utf-8")
        world.posts.append(post("old", title="Before the start", text="Two were wounded."))
        async with daemon.running(world.config) as monitor:
            await eventually(lambda: polled(monitor))
            world.posts.append(post("a", title="Before the failover", text="Four were wounded."))
            await eventually(lambda: arrived(world, "Before the failover"))

            await (await servers.master()).kill()
            await eventually(lambda: ready(monitor, 503))
            world.posts.append(post("b", title="In the midst of it", text="Five were wounded."))
            await eventually(lambda: ready(monitor, 200))
            world.posts.append(post("c", title="After the failover", text="Six were wounded."))
            await eventually(lambda: arrived(world, "In the midst of it"))
            await eventually(lambda: arrived(world, "After the failover"))

            assert len(monitor.events("store.away")) == len(monitor.events("store.back")) > 0
            assert {world.arrived()[f"slack: {title}"] for title in ("In the midst of it", "After the failover")} == {1}


async def polled(monitor: daemon.Daemon) -> bool:
    return bool(monitor.events("source.posts"))


async def arrived(world: daemon.World, title: str) -> bool:
    return world.arrived()[f"slack: {title}"] > 0 and world.arrived()[f"mail: {title}"] > 0


async def ready(monitor: daemon.Daemon, status: int) -> bool:
    import httpx

    async with httpx.AsyncClient() as client:
        answer = await client.get(f"{monitor.page}readyz")
    return answer.status_code == status
