"""Nothing lost, each source polled once an interval, the work shared: whatever happens to servers and monitors."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.store import keys
from monitor.store.shard import slot
from tests.cluster.flow import flowing
from tests.cluster.verdict import complaints
from tests.store.fleet import Cluster, Sentinels, Server, running

OURS = slot(keys.POSTS)

pytestmark = pytest.mark.timeout(300)


async def test_on_a_cluster_slots_move_a_monitor_and_a_primary_die_and_nothing_is_lost(tmp_path: Path) -> None:
    async with running(Cluster(tmp_path / "fleet", replicas=True)) as cluster:
        first, second, third = await primaries_from_ours(cluster)
        async with flowing(tmp_path, cluster.url) as flow:
            await cluster.move([OURS], first, second)
            await flow.passes()
            await cluster.move_at_once(OURS, OURS, second, third)
            await flow.passes()
            await flow.kill(flow.monitors[0])
            await flow.passes()
            before = flow.asked_by()
            await flow.failover(third.kill, lambda: has_left(cluster, third))
            await flow.passes()

        assert complaints(flow) == []
        assert set(flow.asked_by() - before) == {"monitor-2", "monitor-3"}


async def test_with_sentinel_a_monitor_and_two_masters_go_and_nothing_is_lost(tmp_path: Path) -> None:
    async with running(Sentinels(tmp_path / "fleet")) as servers, flowing(tmp_path, servers.url) as flow:
        first = await servers.master()
        await flow.kill(flow.monitors[0])
        await flow.passes()
        before = flow.asked_by()
        await flow.failover(first.kill, lambda: follows(servers, first))
        await flow.passes()
        await first.start()
        await servers.settled()
        second = await servers.master()
        await flow.failover(servers.failover, lambda: follows(servers, second))
        await flow.passes()

    assert complaints(flow) == []
    assert set(flow.asked_by() - before) == {"monitor-2", "monitor-3"}


async def primaries_from_ours(cluster: Cluster) -> list[Server]:
    """Return the primaries, that of our slot first."""
    ours = await cluster.owner(OURS)
    return [ours, *(node for node in cluster.masters if node is not ours)]


async def has_left(cluster: Cluster, owner: Server) -> bool:
    return await cluster.owner(OURS) is not owner


async def follows(servers: Sentinels, before: Server) -> bool:
    """Whether who was the master is it for nobody any more, itself included."""
    demoted = not before.lives or (await before.call("ROLE"))[0] == b"slave"
    return demoted and await servers.master() is not before
