from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from monitor.errors import StoreUnavailable
from monitor.store import Store, keys
from monitor.store.connection import Connection
from monitor.store.shard import slot
from tests.make import NOON, alert, post
from tests.process import eventually
from tests.servers import LOOPBACK
from tests.store.failovers import moves
from tests.store.fleet import Cluster, Server, free_ports, running

OURS = slot(keys.POSTS)


pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def one_for_all(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Cluster]:
    async with running(Cluster(tmp_path_factory.mktemp("cluster"))) as cluster:
        yield cluster


@pytest_asyncio.fixture(loop_scope="module")
async def cluster(one_for_all: Cluster) -> Cluster:
    """Return the cluster, empty, with no slot on the move."""
    for node in one_for_all.nodes:
        await node.call("CLUSTER", "SETSLOT", OURS, "STABLE")
        await node.call("FLUSHALL")
    return one_for_all


async def test_all_keys_are_in_one_slot() -> None:
    made = [value for value in vars(keys).values() if isinstance(value, str) and value.startswith("m:")]
    made += [f("any{1}") for f in vars(keys).values() if callable(f) and getattr(f, "__module__", "") == keys.__name__]

    assert len(made) > 15
    assert {slot(key) for key in made} == {OURS}


async def test_the_slot_of_a_key_is_the_clusters_own(cluster: Cluster) -> None:
    assert await cluster.nodes[0].call("CLUSTER", "KEYSLOT", keys.POSTS) == OURS


async def test_every_step_works_on_a_cluster_wherever_one_enters_it(cluster: Cluster) -> None:
    owner = await cluster.owner(OURS)
    stranger = next(node for node in cluster.nodes if node is not owner)
    store = Store(f"redis+cluster://{LOOPBACK}:1,{LOOPBACK}:{stranger.port}")
    await store.posts.prepare()
    await store.posts.admit("am-mod", [post(1)], NOON)
    (entry,) = await store.posts.take("judge", 10, block=0.1)
    one = alert(entry.post, to=("desk",))
    await store.alerts.conclude([(entry, one.verdict, one)], NOON)
    await store.timetable.release("poller", {"am-mod": NOON})
    live = store.live("0-0/0-0")
    seen = [what async for _, what in _first(live, 3)]

    assert [type(what).__name__ for what in seen] == ["NoneType", "Entry", "Alert"]
    assert await store.caution() is None
    assert (await store.outbox.states(["desk"]))[0].waiting == 1
    assert await owner.call("XLEN", keys.POSTS) == 1
    await store.close()


async def test_monitors_on_two_shards_of_one_cluster_know_nothing_of_each_other(cluster: Cluster) -> None:
    mine, other = Store(cluster.url), Store(f"{cluster.url}?shard=01")
    for store in (mine, other):
        await store.posts.prepare()
    await other.posts.admit("am-mod", [post(1)], NOON)
    live = other.live("0-0/0-0/0-0")
    seen = [what async for _, what in _first(live, 2)]
    theirs = await cluster.owner(slot("m:{01}:"))

    assert [type(what).__name__ for what in seen] == ["NoneType", "Entry"]
    assert [len(await store.posts.recent()) for store in (mine, other)] == [0, 1]
    assert theirs is not await cluster.owner(OURS)
    assert await theirs.call("XLEN", "m:{01}:posts") == 1
    for store in (mine, other):
        await store.close()


async def test_slots_moved_under_load_lose_and_double_nothing(cluster: Cluster) -> None:
    tally = await moves(cluster, OURS, 1)

    assert (tally.lost, tally.doubled) == (0, 0), str(tally)
    assert not [why for why in tally.refusals if "CROSSSLOT" in why or "MOVED" in why], tally.refusals
    assert len(tally.gaps) == 2


async def test_when_a_node_dies_its_replica_is_followed(tmp_path: Path) -> None:
    async with running(Cluster(tmp_path, replicas=True)) as cluster:
        store = Store(f"redis+cluster://{LOOPBACK}:{cluster.nodes[0].port}")
        await store.posts.admit("am-mod", [post(1)], NOON)
        owner = await cluster.owner(OURS)
        assert owner is not cluster.nodes[0]

        await owner.kill()
        with pytest.raises(StoreUnavailable):
            await store.posts.admit("am-mod", [post(1), post(2)], NOON)
        await eventually(lambda: store.posts.admit("am-mod", [post(1), post(2)], NOON))

        assert [entry.post.title for entry in await store.posts.recent()] == ["Statement 2", "Statement 1"]
        await store.close()


async def half_moved(cluster: Cluster) -> tuple[Server, Server]:
    """Have our slot on its way from one node to another, with no key moved yet."""
    here = await cluster.owner(OURS)
    there = next(node for node in cluster.nodes if node is not here)
    await there.call("CLUSTER", "SETSLOT", OURS, "IMPORTING", await cluster.name(here))
    await here.call("CLUSTER", "SETSLOT", OURS, "MIGRATING", await cluster.name(there))
    return here, there


async def test_while_keys_are_on_the_move_what_needs_one_goes_on_and_what_needs_both_waits(cluster: Cluster) -> None:
    store = Store(cluster.url)
    await store.posts.admit("am-mod", [post(1)], NOON)
    here, there = await half_moved(cluster)

    await store.health.sign("judge")  # a new key: asked for on the far side, where no script is known yet
    assert [entry.post.title for entry in await store.posts.recent()] == ["Statement 1"]
    waiting = asyncio.create_task(store.posts.admit("am-mod", [post(2)], NOON))
    await asyncio.wait([waiting], timeout=0.5)
    assert not waiting.done()
    await cluster.move([OURS], here, there)

    assert (await waiting)["new"] == 1
    assert await there.call("XLEN", keys.POSTS) == 2
    await store.close()


async def test_a_move_that_does_not_end_is_said_to_be_what_is_waited_for(cluster: Cluster) -> None:
    store = Store(cluster.url)
    await store.posts.admit("am-mod", [post(1)], NOON)
    await half_moved(cluster)

    with pytest.raises(StoreUnavailable, match="moving our keys to another node"):
        await store.posts.admit("am-mod", [post(2)], NOON)
    await store.close()


async def test_many_follow_our_slot_at_once_although_each_knows_several_nodes(cluster: Cluster) -> None:
    connection = Connection(cluster.url)
    for _ in range(20):
        await connection.call("GET", keys.COMPARED)
        for node in cluster.nodes:  # as after a slot that moved key by key
            connection._line(connection.route.address.server((LOOPBACK, node.port)))
        connection.route.lost(await connection.route.find())
        connection.route.moved(("localhost", cluster.nodes[0].port))
        await asyncio.gather(*(connection.call("GET", keys.COMPARED) for _ in range(20)))
    await connection.close()


async def test_one_node_named_as_a_plain_server_says_that_it_is_a_cluster(cluster: Cluster) -> None:
    owner = await cluster.owner(OURS)
    stranger = next(node for node in cluster.nodes if node is not owner)
    connection = Connection(f"redis://{LOOPBACK}:{stranger.port}")

    with pytest.raises(StoreUnavailable, match=r"use redis\+cluster://"):
        await connection.call("GET", keys.POSTS)
    with pytest.raises(StoreUnavailable, match=r"use redis\+cluster://"):
        await connection.together([("GET", keys.POSTS)])
    await connection.close()


async def test_a_server_that_is_no_cluster_says_so(tmp_path: Path) -> None:
    server = Server(tmp_path, free_ports(1)[0], {"bind": LOOPBACK})
    await server.start()
    connection = Connection(f"redis+cluster://:planted@{LOOPBACK}:{server.port}")
    with pytest.raises(StoreUnavailable, match="says where our keys are") as caught:
        await connection.call("PING")
    assert "planted" not in str(caught.value)
    await connection.close()
    await server.close()


async def _first(live: AsyncIterator[tuple[str, object]], count: int) -> AsyncIterator[tuple[str, object]]:
    for _ in range(count):
        yield await anext(live)
    assert isinstance(live, AsyncGenerator)
    await live.aclose()
