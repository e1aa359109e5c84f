"""A whole source against a server that speaks X's API: looking up, paging, breaking off, limits, renaming."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest

from monitor import poll
from monitor.errors import MonitorError, Unauthorized, Unreachable, Unreadable
from monitor.store import Store
from tests.make import NOON
from tests.servers import HttpServer, Reply, http_server
from tests.sources.watcher import said
from tests.sources.x_server import Api, Follower, error, numbers, tweet, tweet_id, user


@pytest.fixture
def api(server: HttpServer) -> Api:
    return Api(server)


@pytest.fixture
async def followed(api: Api) -> Follower:
    follower = Follower(api)
    api.tweets = [tweet(n) for n in range(1, 6)]
    await follower.poll()
    return follower


async def test_the_account_is_looked_up_once_and_then_asked_for_what_is_new_alone(api: Api) -> None:
    follower = Follower(api, budget=10)
    api.tweets = [tweet(n) for n in range(1, 31)]

    assert numbers(await follower.poll()) == list(range(11, 31))
    assert api.asked == ["lookup", "20"]
    api.tweets += [tweet(40), tweet(41)]
    assert numbers(await follower.poll()) == [30, 40, 41]
    assert api.asked == ["100 #29"]


async def test_nothing_new_is_an_answer_without_data_and_free(followed: Follower, api: Api) -> None:
    await followed.poll()
    cost = api.cost
    batch = await followed.poll()

    assert api.asked == ["63 #5"]  # from the newest on: no overlap twice
    assert (batch.unchanged, batch.posts, batch.warnings, api.cost) == (True, (), (), cost)


async def test_a_post_that_was_shown_late_is_found(followed: Follower, api: Api) -> None:
    api.tweets.append(tweet(4, id=str(int(tweet_id(5)) - 9000), edit_history_tweet_ids=[str(int(tweet_id(5)) - 9000)]))

    assert len((await followed.poll()).posts) == 2


async def test_an_edit_is_the_same_post_under_a_new_id(followed: Follower, api: Api) -> None:
    api.tweets[-1] = tweet(8, "Corrected.", edit_history_tweet_ids=[tweet_id(5), tweet_id(8)])
    (post,) = (await followed.poll()).posts

    assert (post.native_id, post.text, post.flags) == (tweet_id(5), "Corrected.", ("edited",))
    assert followed.bookmark
    assert followed.bookmark.cursor["newest"] == tweet_id(8)


async def test_an_account_that_begins_to_speak_after_we_did_is_read_from_the_start(api: Api) -> None:
    follower = Follower(api, budget=10)
    await follower.poll()
    api.tweets = [tweet(n) for n in range(1501, 1631)]

    assert len((await follower.poll()).posts) == 130


async def test_what_a_failure_leaves_is_read_by_the_next_poll_after_what_is_new(api: Api) -> None:
    follower = Follower(api, budget=10)
    api.tweets = [tweet(1)]
    await follower.poll()
    api.tweets += [tweet(n) for n in range(2, 252)]
    api.failures = [None, Reply(503)]
    batch = await follower.poll()

    assert numbers(batch) == list(range(152, 252))
    assert batch.warnings == (
        "posts between those known and the newest are still to come: 127.0.0.1 answered 503 Service Unavailable",
    )
    assert batch.joined
    api.tweets.append(tweet(300))
    batch = await follower.poll()
    assert numbers(batch) == [*range(1, 152), 251, 300]
    assert api.asked == ["100 #250", "100 #0 #152", "100 #0 #152 t#52"]
    assert batch.warnings == ()
    await follower.poll()
    assert (await follower.poll()).unchanged


async def test_a_limit_that_is_reached_stops_the_walk_and_loses_nothing(api: Api) -> None:
    follower = Follower(api, budget=10)
    api.tweets = [tweet(1)]
    await follower.poll()
    api.tweets += [tweet(n) for n in range(2, 152)]
    api.headers = {"x-rate-limit-remaining": "0"}
    batch = await follower.poll()

    assert (len(batch.posts), len(api.asked)) == (100, 1)
    assert batch.warnings == (
        "X takes no more requests for some minutes: the next polls bring the posts that are missing",
    )
    api.headers = {}
    assert len((await follower.poll()).posts) == 52


async def test_more_than_a_poll_can_hold_comes_with_the_next(api: Api) -> None:
    follower = Follower(api, budget=1000)
    api.tweets = [tweet(1)]
    await follower.poll()
    api.tweets += [tweet(n) for n in range(2, 1202)]
    batch = await follower.poll()

    assert (len(batch.posts), len(api.asked)) == (1000, 10)
    assert batch.warnings == ("10 pages of posts were read; the next polls bring the others",)
    assert numbers(await follower.poll()) == [*range(1, 202), 1201]


async def test_spans_that_break_off_again_and_again_are_joined_and_all_is_read(api: Api) -> None:
    follower = Follower(api, budget=1000)
    api.tweets = [tweet(1)]
    await follower.poll()
    api.headers, found = {"x-rate-limit-remaining": "0"}, set[int]()
    for round_ in range(8):
        api.tweets += [tweet(1000 * round_ + n) for n in range(2, 152)]
        found |= set(numbers(await follower.poll()))
    assert follower.bookmark
    assert len(follower.bookmark.cursor["unread"].split()) == 5
    api.headers = {}
    for _ in range(3):
        found |= set(numbers(await follower.poll()))

    assert len(found - {1}) == 8 * 150


async def test_a_renamed_account_keeps_its_id_and_is_told(followed: Follower, api: Api) -> None:
    api.user = user("mod_new")
    api.tweets.append(tweet(9))
    batch = await followed.poll()

    assert numbers(batch) == [5, 9]
    assert batch.warnings == ("the account 'mod' is called 'mod_new' now: change its address in the configuration",)
    corrected = Follower(api, url="https://twitter.com/mod_new/")
    corrected.bookmark, before = followed.bookmark, followed.bookmark
    batch = await corrected.poll()
    assert api.asked[0] == "lookup"
    assert batch.warnings == ()
    assert batch.joined
    assert before
    assert batch.bookmark.cursor["home"] == before.cursor["home"]


async def test_a_name_nobody_has_is_told_in_xs_words(api: Api) -> None:
    api.user = None
    with pytest.raises(
        Unreachable, match=r"no posts of 'mod': Not Found Error: Could not find user .* \[mod\]"
    ) as caught:
        await Follower(api).poll()
    assert caught.value.status == 404


async def test_the_token_goes_to_the_api_only_and_is_in_no_error(followed: Follower, api: Api) -> None:
    async with http_server({"/page": said({"meta": {"result_count": 0}})}) as other:
        api.failures = [Reply(302, b"", {"Location": f"{other.url}/page"})]
        await followed.poll()
        assert {request.headers.get("authorization") for request in other.requests} == {None}
    api.token = "another"
    with pytest.raises(Unauthorized, match=r"X does not let us in \(401\): look at the token") as caught:
        await followed.poll()
    assert "tok-of" not in str(caught.value)


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (Reply(200, b"<!doctype html><title>x</title>"), Unreadable),
        (said({"errors": [error("Forbidden", "User has been suspended: [1001].")]}), Unreachable),
        (said({"title": "CreditsDepleted"}, 402), Unreachable),
        (Reply(403, b"{}"), Unauthorized),
        (Reply(503), Unreachable),
    ],
)
async def test_failures_leave_the_bookmark_alone(
    followed: Follower, api: Api, reply: Reply, kind: type[MonitorError]
) -> None:
    api.tweets.append(tweet(6))
    api.failures = [reply]
    with pytest.raises(kind):
        await followed.poll()

    assert numbers(await followed.poll()) == [5, 6]


@pytest.mark.parametrize("word", ["Retry-After", "x-rate-limit-reset"])
async def test_a_server_that_asks_for_patience_gets_it(followed: Follower, api: Api, word: str) -> None:
    until = {"Retry-After": "300", "x-rate-limit-reset": str(int(time.time()) + 300)}[word]
    api.failures = [said({"title": "Too Many Requests"}, 429, {word: until, "x-rate-limit-remaining": "0"})]
    with pytest.raises(Unreachable) as caught:
        await followed.poll()

    assert caught.value.status == 429
    assert caught.value.retry_after == pytest.approx(300, abs=5)


async def test_replies_and_reposts_can_be_left_out(api: Api) -> None:
    await Follower(api, replies=False, reposts=False).poll()

    assert api.asked == ["lookup", "20 replies,retweets"]


async def test_the_first_poll_is_silent_what_is_new_is_no_gap_and_an_edit_a_version(api: Api, store: Store) -> None:
    follower, hour = Follower(api), NOON
    api.tweets = [tweet(n) for n in range(1, 6)]

    async def polled() -> poll.Polled:
        nonlocal hour
        hour += timedelta(hours=1)
        return await poll.poll(follower.settings, follower.source, store, hour)

    assert (await polled()).counts["new"] == 5
    api.tweets.append(tweet(9))
    assert dict((await polled()).counts) == {"known": 1, "new": 1}
    await polled()
    api.tweets += [tweet(20), tweet(30), tweet(31, "No.", edit_history_tweet_ids=[tweet_id(9), tweet_id(31)])]
    after = await polled()
    assert dict(after.counts) == {"new": 2, "version": 1}
    api.tweets.append(tweet(100))
    await polled()
    await polled()
    api.tweets += [tweet(200), tweet(201)]
    after = await polled()
    assert (after.counts["new"], after.counts["known"], after.after.gap, after.filled) == (2, 0, None, None)
    assert [entry.silent for entry in await store.posts.recent(500)].count(True) == 5
