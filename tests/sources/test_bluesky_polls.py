"""A whole source against an AppView: resolving, paging, renaming, silence, failures."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor import poll
from monitor.errors import Unreachable, Unreadable
from monitor.poll.earlier import Filled
from monitor.store import Store
from tests.make import NOON
from tests.servers import HttpServer, Reply
from tests.sources.bluesky_server import DID, NAMES, AppView, Follower, texts, view
from tests.sources.watcher import said


@pytest.fixture
def appview(server: HttpServer) -> AppView:
    made = AppView(server)
    made.feed = [view(n) for n in range(1, 6)]
    return made


async def test_the_name_is_resolved_once(appview: AppView) -> None:
    follower = Follower(appview)

    assert len((await follower.poll()).posts) == 5
    assert appview.asked == ["name", "50"]
    appview.feed.append(view(6))
    assert texts(await follower.poll())[0] == "Statement 6."
    assert appview.asked == ["50"]
    assert (await follower.poll()).unchanged


async def test_a_did_needs_no_resolving_and_no_name(appview: AppView) -> None:
    batch = await Follower(appview, DID).poll()

    assert appview.asked == ["50"]
    assert batch.warnings == ()


async def test_a_renamed_account_is_kept_and_told_and_its_old_name_is_not_followed(appview: AppView) -> None:
    follower = Follower(appview)
    await follower.poll()
    appview.names = {"mod.example": "did:plc:stranger"}
    appview.feed.append(view(6))
    for one in appview.feed:
        one["post"]["author"]["handle"] = "new.example"
    batch = await follower.poll()

    assert texts(batch)[0] == "Statement 6."
    assert batch.warnings == (
        "the account 'mod.example' is called 'new.example' now: change its address in the configuration",
    )
    appview.failures = [said({"error": "AccountDeactivated"}, 400)]
    with pytest.raises(Unreachable, match=rf"shows no posts of the account {DID} \(400\): it was deleted, deact"):
        await follower.poll()
    assert appview.asked == ["50"]


async def test_a_name_nobody_has_is_told(appview: AppView) -> None:
    appview.names = {}
    with pytest.raises(Unreachable, match=r"knows no account of the name 'mod\.example'"):
        await Follower(appview).poll()
    appview.server.routes[NAMES] = Reply(503)
    with pytest.raises(Unreachable, match="503"):
        await Follower(appview).poll()


async def test_a_name_that_does_not_hold_for_a_while_is_no_new_name(appview: AppView) -> None:
    for one in appview.feed:
        one["post"]["author"]["handle"] = "handle.invalid"

    assert (await Follower(appview).poll()).warnings == ()


async def test_an_empty_answer_is_told_and_means_nothing_else(appview: AppView) -> None:
    follower = Follower(appview)
    await follower.poll()
    kept, appview.feed = appview.feed, []

    assert (await follower.poll()).warnings == (
        "the account shows no posts although it used to; nothing is taken for deleted",
    )
    appview.feed = kept
    assert (await follower.poll()).warnings == ()


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (Reply(200, b"<!doctype html><title>x</title>"), Unreadable),
        (said({"error": "InternalServerError", "message": "x"}), Unreadable),
        (said({"error": "UpstreamFailure"}, 502), Unreachable),
    ],
)
async def test_failures_leave_the_bookmark_alone(appview: AppView, reply: Reply, error: type[Exception]) -> None:
    follower = Follower(appview)
    await follower.poll()
    appview.failures = [reply]
    with pytest.raises(error):
        await follower.poll()

    assert (await follower.poll()).unchanged


async def test_a_server_that_asks_for_patience_gets_it(appview: AppView) -> None:
    appview.failures = [said({"error": "RateLimitExceeded"}, 429, {"Retry-After": "300"})]
    with pytest.raises(Unreachable) as caught:
        await Follower(appview).poll()

    assert (caught.value.status, caught.value.retry_after) == (429, 300)


async def test_after_a_long_silence_the_pages_before_the_newest_fill_the_gap(appview: AppView, store: Store) -> None:
    follower, hour = Follower(appview), NOON

    async def polled() -> poll.Polled:
        nonlocal hour
        hour += timedelta(hours=1)
        return await poll.poll(follower.settings, follower.source, store, hour)

    assert (await polled()).counts["new"] == 5
    appview.feed += [view(n) for n in range(6, 231)]
    appview.server.requests.clear()
    after = await polled()
    assert after.filled == Filled(175, reached=True)
    assert after.after.gap is None
    assert appview.asked == ["50", "100 50", "100 150"]
    entries = await store.posts.recent(500)
    assert (len(entries), [entry.silent for entry in entries].count(True)) == (230, 5)
