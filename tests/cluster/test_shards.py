"""Two monitors that know nothing of each other share a cluster, each on a shard of its own."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from monitor.store.shard import begin, slot
from tests.cluster.flow import WHOLE, flowing
from tests.cluster.verdict import complaints
from tests.store.fleet import Cluster, Server, running

HERE, THERE = "00", "01"
ONE = dict(list(WHOLE.items())[:1])

pytestmark = pytest.mark.timeout(300)


async def test_each_has_its_own_primary_and_the_death_of_one_is_nothing_to_the_other(tmp_path: Path) -> None:
    for shard in (HERE, THERE):
        (tmp_path / shard).mkdir()
    async with (
        running(Cluster(tmp_path / "fleet", replicas=True)) as cluster,
        flowing(tmp_path / HERE, cluster.url, ONE) as here,
        flowing(tmp_path / THERE, f"{cluster.url}?shard={THERE}", ONE) as there,
    ):
        ours, theirs = [await cluster.owner(slot(begin(shard))) for shard in (HERE, THERE)]
        assert ours is not theirs
        assert [await shards(one) for one in (ours, theirs)] == [{HERE}, {THERE}]

        async def left() -> bool:
            return await cluster.owner(slot(begin(HERE))) is not ours

        await here.failover(ours.kill, left)
        await asyncio.gather(here.passes(), there.passes())

    assert [complaints(flow) for flow in (here, there)] == [[], []]
    assert not there.failovers
    assert there.again() == 0


async def shards(primary: Server) -> set[str]:
    """Return the shards whose keys a server has."""
    found = {key.decode() for key in await primary.call("KEYS", "*")}
    return {key[key.index("{") + 1 : key.index("}")] for key in found}
