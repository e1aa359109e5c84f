"""Every part a process of its own, and each twice: one of each is killed, then the primary that all of them share."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from monitor.store import keys
from monitor.store.shard import slot
from tests.chaos.monitors import Monitor
from tests.cluster.flow import flowing
from tests.cluster.test_flow import has_left
from tests.cluster.verdict import complaints
from tests.process import eventually
from tests.store.fleet import Cluster, running

APART = {f"{part}-{n}": part for n in (1, 2) for part in ("poll", "judge", "deliver")} | {"page": "web"}

pytestmark = pytest.mark.timeout(300)


async def test_on_a_cluster_parts_are_processes_of_their_own_and_one_of_each_may_die(tmp_path: Path) -> None:
    async with (
        running(Cluster(tmp_path / "fleet", replicas=True)) as cluster,
        flowing(tmp_path, cluster.url, APART) as flow,
    ):
        for monitor in flow.monitors[:3]:
            await flow.kill(monitor)
        await flow.passes()
        arrived, asked = len(flow.far.arrivals), flow.asked_by()
        primary = await cluster.owner(slot(keys.POSTS))
        await flow.failover(primary.kill, lambda: has_left(cluster, primary))
        await flow.passes()
        await eventually(lambda: shown(flow.monitors[-1], flow.news.matching[-1]))

    assert complaints(flow) == []
    assert {one.monitor for one in flow.far.arrivals} == {"deliver-1", "deliver-2"}
    assert {one.monitor for one in flow.far.arrivals[arrived:]} == {"deliver-2"}
    assert set(flow.asked_by() - asked) == {"poll-2"}


async def shown(page: Monitor, mark: str) -> bool:
    """Whether the page calls itself ready and shows a post."""
    async with httpx.AsyncClient(base_url=page.events("monitor.started")[-1]["page"]) as reader:
        ready, posts = await reader.get("/readyz"), await reader.get("/api/posts")
    return ready.is_success and f"no.{mark}x" in posts.text
