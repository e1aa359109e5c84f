"""A whole source against a server that speaks VK's API: looking up, paging, pins, renaming, silence."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor import poll
from monitor.errors import Unreachable, Unreadable
from monitor.store import Store
from tests.make import NOON
from tests.servers import HttpServer, Reply
from tests.sources.vk_server import OWNER, Api, Follower, failure, item, numbers
from tests.sources.watched import conditional
from tests.sources.watcher import said


@pytest.fixture
def api(server: HttpServer) -> Api:
    return Api(server)


@pytest.fixture
async def followed(api: Api) -> Follower:
    follower = Follower(api)
    api.items = [item(n) for n in range(1, 101)]
    await follower.poll()
    return follower


async def test_the_name_is_looked_up_once(api: Api) -> None:
    follower = Follower(api)
    api.items = [item(n) for n in range(1, 101)]

    assert numbers(await follower.poll()) == list(range(51, 101))
    assert api.asked == ["name", "50"]
    assert numbers(await follower.poll()) == list(range(51, 101))
    assert api.asked == ["50"]


@pytest.mark.parametrize("page", ["public1001", "club1001", "-1001"])
async def test_an_id_needs_no_looking_up(api: Api, page: str) -> None:
    api.items = [item(1)]
    follower = Follower(api, page)

    assert numbers(await follower.poll()) == [1]
    assert api.asked == ["50"]


async def test_the_pages_before_are_read_until_one_is_known(followed: Follower, api: Api) -> None:
    api.items += [item(n) for n in range(101, 104)]
    assert numbers(await followed.poll()) == list(range(1, 104))
    assert api.asked == ["50", "100 45"]

    api.items += [item(n) for n in range(104, 244)]
    batch = await followed.poll()
    assert api.asked == ["50", "100 45", "100 140"]
    assert numbers(batch) == list(range(4, 244))
    assert batch.warnings == ()
    assert batch.earlier
    assert "offset=240" in batch.earlier


async def test_a_pinned_post_is_old_and_hides_nothing(followed: Follower, api: Api) -> None:
    api.pinned = api.items.pop(4)
    batch = await followed.poll()
    assert api.asked == ["50"]
    assert batch.posts[0].native_id == f"{OWNER}_5"

    api.items += [item(n) for n in range(101, 240)]
    batch = await followed.poll()
    assert api.asked == ["50", "100 45", "100 140"]
    assert {5, *range(101, 240)} <= set(numbers(batch))

    api.pinned = item(251)  # the newest itself
    assert numbers(await followed.poll())[-1] == 251


async def test_a_pin_of_something_new_alone_asks_no_further(followed: Follower, api: Api) -> None:
    api.pinned = item(101)
    await followed.poll()

    assert api.asked == ["50"]


async def test_a_deleted_post_is_no_news(followed: Follower, api: Api) -> None:
    api.items.pop()
    assert numbers(await followed.poll()) == list(range(50, 100))
    api.items.append(item(100))
    await followed.poll()

    assert api.asked == ["50"]


async def test_after_a_very_long_silence_it_is_told_that_posts_may_be_missing(followed: Follower, api: Api) -> None:
    api.items += [item(n) for n in range(101, 1300)]
    batch = await followed.poll()

    assert len(api.asked) == 11
    assert len(batch.posts) == 1_000
    assert batch.warnings == ("10 pages were read, and all of it is new: older posts may be missing",)
    assert (await followed.poll()).warnings == ()
    assert api.asked == ["50"]


@pytest.mark.parametrize("failed", [Reply(502), said(failure(6)), said(failure(29)), Reply(200, b"<html>")])
async def test_a_limit_on_the_way_loses_nothing(followed: Follower, api: Api, failed: Reply) -> None:
    api.items += [item(n) for n in range(101, 250)]
    api.failures, api.watched = [None, None, failed], False
    batch = await followed.poll()

    assert numbers(batch) == list(range(105, 250))
    (warning,) = batch.warnings
    assert warning.startswith("posts before those of the first page are still to come: ")
    batch = await followed.poll()
    assert numbers(batch) == list(range(1, 250))
    assert batch.warnings == ()
    assert (await followed.poll()).unchanged


async def test_a_limit_on_the_way_loses_nothing_where_the_answer_stays_the_same(followed: Follower, api: Api) -> None:
    api.server.routes["/method/wall.get"] = lambda request: conditional(request, api.wall(request))
    api.items += [item(n) for n in range(101, 170)]
    api.failures, api.watched = [None, Reply(502)], False

    assert numbers(await followed.poll()) == list(range(120, 170))
    assert numbers(await followed.poll()) == list(range(1, 170))


async def test_what_a_page_before_calls_deleted_is_deleted(followed: Follower, api: Api) -> None:
    api.items += [item(n, is_deleted=n == 105) for n in range(101, 170)]

    assert (await followed.poll()).deletions == (f"{OWNER}_105",)


async def test_a_wall_that_begins_to_speak_is_read_from_the_start(api: Api) -> None:
    follower = Follower(api)
    assert (await follower.poll()).warnings == ()
    api.failures = [Reply(200, b'{"response": {"count": 0, "items": []}}')]
    assert (await follower.poll()).warnings == ()
    api.items = [item(n) for n in range(1, 61)]

    assert numbers(await follower.poll()) == list(range(1, 61))


async def test_an_empty_answer_is_told_and_forgets_nothing(followed: Follower, api: Api) -> None:
    kept, api.items = api.items, []
    batch = await followed.poll()

    assert batch.posts == ()
    assert batch.warnings == ("the wall shows no posts although it used to; nothing is taken for deleted",)
    api.items = [*kept, *(item(n) for n in range(101, 160))]
    assert set(range(101, 160)) <= set(numbers(await followed.poll()))


async def test_a_renamed_community_is_kept_and_told(followed: Follower, api: Api) -> None:
    api.name, api.names = "mod_am", {"mod_am": api.names["mod"], "mod": {"type": "group", "object_id": 666}}
    api.items.append(item(101))
    batch = await followed.poll()

    assert "name" not in api.asked  # whoever has taken the name over is not read
    assert numbers(batch)[-1] == 101
    assert batch.warnings == ("the account 'mod' is called 'mod_am' now: change its address in the configuration",)
    corrected = Follower(api, "mod_am")
    home, corrected.bookmark = batch.bookmark.cursor["home"], followed.bookmark
    batch = await corrected.poll()
    assert api.asked[0] == "name"
    assert batch.warnings == ()
    assert batch.bookmark.cursor["home"] == home  # no other place, so nothing of it is kept silent


async def test_a_name_nobody_has_is_told(api: Api) -> None:
    with pytest.raises(Unreachable, match="VK knows no community and no person of the name 'nobody'") as caught:
        await Follower(api, "nobody").poll()
    assert caught.value.status == 404
    api.server.routes["/method/utils.resolveScreenName"] = Reply(200, b"<html><body>log in</body></html>")
    with pytest.raises(Unreadable, match="a page for people"):
        await Follower(api).poll()


async def test_the_first_poll_is_silent_an_edit_is_a_version_and_a_long_silence_no_gap(api: Api, store: Store) -> None:
    follower, hour = Follower(api), NOON
    api.items, api.pinned = [item(n) for n in range(2, 101)], item(1)

    async def polled() -> poll.Polled:
        nonlocal hour
        hour += timedelta(hours=1)
        return await poll.poll(follower.settings, follower.source, store, hour)

    assert (await polled()).counts["new"] == 50
    api.items[-1] = item(100, "Five were wounded.", edited=item(100)["date"] + 60)
    assert dict((await polled()).counts) == {"known": 49, "version": 1}
    api.items += [item(n) for n in range(101, 250)]
    after = await polled()
    assert after.counts["new"] >= 149
    assert (after.after.gap, after.filled) == (None, None)
    silent = {entry.post.native_id for entry in await store.posts.recent(500) if entry.silent}
    assert f"{OWNER}_249" not in silent
    assert f"{OWNER}_1" in silent


async def test_what_even_the_walk_did_not_reach_is_filled_by_older_pages(api: Api, store: Store) -> None:
    follower = Follower(api)
    api.items = [item(n) for n in range(1, 101)]
    await poll.poll(follower.settings, follower.source, store, NOON)
    api.items += [item(n) for n in range(101, 1250)]
    after = await poll.poll(follower.settings, follower.source, store, NOON + timedelta(hours=1))

    assert after.filled
    assert after.filled.reached
    assert after.counts["new"] + after.filled.posts >= 1_149
    assert after.after.gap is None
