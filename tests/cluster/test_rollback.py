"""A primary dies with seconds of writes that no replica ever got: what was lost is found again in the feeds."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from monitor.rules import Rulebook
from monitor.store import Store, keys, route
from monitor.store.shard import slot
from tests.cluster.flow import Flow, flowing
from tests.cluster.test_flow import has_left
from tests.cluster.verdict import complaints
from tests.make import NOON, judge, post
from tests.process import eventually
from tests.servers import LOOPBACK, Reply, Request
from tests.store.fleet import MASTER, Cluster, Server, running
from tests.store.test_sentinel import two_masters

pytestmark = pytest.mark.timeout(300)


async def cut_off(primary: Server) -> None:
    """Let no replica of a server follow it any more."""
    await primary.call("ACL", "SETUSER", "default", "-psync", "-sync")
    await primary.call("CLIENT", "KILL", "TYPE", "REPLICA")


async def replicated(primary: Server) -> None:
    """Wait until a replica has whatever was written before."""
    _, written, _ = await primary.call("ROLE")

    async def told() -> bool:
        _, _, replicas = await primary.call("ROLE")
        return any(int(known) >= written for *_, known in replicas)

    await eventually(told)


@contextlib.asynccontextmanager
async def asking(flow: Flow, feed: str) -> AsyncIterator[None]:
    """Be in the midst of a poll: the feed was asked, and answers when left."""
    asked, answer = asyncio.Event(), asyncio.Event()

    async def slow(request: Request) -> Reply:
        asked.set()
        await answer.wait()
        return flow.news.feeds[feed].answer(request)

    flow.news.http.routes[f"/{feed}"] = slow
    await asked.wait()
    yield
    flow.news.http.routes[f"/{feed}"] = flow.news.feeds[feed].answer
    answer.set()


async def test_on_a_cluster_what_a_dead_primary_had_alone_is_taken_in_again(tmp_path: Path) -> None:
    async with (
        running(Cluster(tmp_path / "fleet", replicas=True)) as cluster,
        flowing(tmp_path, cluster.url) as flow,
    ):
        primary = await cluster.owner(slot(keys.POSTS))
        async with asking(flow, "feed-0"):  # the replica knows that a monitor has it, and not that it was given back
            await replicated(primary)
            lost_since = time.monotonic()
            await cut_off(primary)
        await flow.passes()
        await flow.failover(primary.kill, lambda: has_left(cluster, primary), since=lost_since)
        await flow.passes()

    assert complaints(flow) == []
    assert flow.again() >= len(flow.news.feeds)


async def test_what_was_judged_at_a_master_that_nobody_followed_is_judged_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(route, "LOOK_AGAIN", 0.05)
    monkeypatch.setattr("monitor.judge._LOOK_BACK", 0.05)
    async with two_masters(tmp_path) as (first, second, sentinel), contextlib.AsyncExitStack() as end:
        store = Store(f"redis+sentinel://{LOOPBACK}:{sentinel.port}/{MASTER}")
        end.push_async_callback(store.close)
        await store.posts.prepare()
        await sentinel.call("SENTINEL", "REMOVE", MASTER)  # or it would put the second in its place
        await second.call("REPLICAOF", LOOPBACK, first.port)
        await store.posts.admit("am-mod", [post(1)], NOON)
        await store.posts.take("judge-1", 10, block=0.1)
        await replicated(first)
        await second.call("REPLICAOF", "NO", "ONE")  # both know that it was taken, the first alone that it is judged
        one = judge(store, Rulebook([]))
        await one.step()
        await one.step()  # nothing is left, as far as it knows
        assert await store.posts.unjudged() == 0
        await sentinel.call("SENTINEL", "MONITOR", MASTER, LOOPBACK, second.port, 1)

        async def judged_anew() -> bool:
            await one.step()  # nobody refused it anything
            return int((await second.call("XPENDING", keys.POSTS, keys.JUDGE))["pending"]) == 0

        await eventually(judged_anew)
