"""A whole source against a server that speaks Mastodon's API: looking up, paging, renaming, limits, silence."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor import poll
from monitor.errors import Unauthorized, Unreachable, Unreadable
from monitor.store import Store
from tests.make import NOON
from tests.servers import HttpServer, Reply, http_server
from tests.sources.mastodon_server import FIRST_ID, Follower, Instance, account, numbers, status
from tests.sources.watcher import said


@pytest.fixture
def instance(server: HttpServer) -> Instance:
    return Instance(server)


@pytest.fixture
async def followed(instance: Instance) -> Follower:
    follower = Follower(instance)
    instance.statuses = [status(n) for n in range(1, 6)]
    await follower.poll()
    return follower


async def test_the_account_is_looked_up_once(instance: Instance) -> None:
    follower = Follower(instance)
    instance.statuses = [status(n) for n in range(1, 6)]

    assert numbers(await follower.poll()) == [1, 2, 3, 4, 5]
    assert instance.asked == ["lookup", ""]
    instance.statuses.append(status(6))
    assert numbers(await follower.poll()) == [1, 2, 3, 4, 5, 6]
    assert instance.asked == [""]


async def test_a_renamed_account_is_kept_and_told(followed: Follower, instance: Instance) -> None:
    renamed = account("mod_of_tests")
    instance.account = renamed
    instance.statuses = [status(n, account=renamed) for n in range(1, 7)]
    batch = await followed.poll()

    assert numbers(batch)[-1] == 6
    assert batch.warnings == (
        "the account 'mod' is called 'mod_of_tests' now: change its address in the configuration",
    )
    home = followed.bookmark and followed.bookmark.cursor["home"]
    corrected = Follower(instance, url=f"{instance.server.url}/@mod_of_tests")
    corrected.bookmark = followed.bookmark
    batch = await corrected.poll()
    assert instance.asked[0] == "lookup"
    assert batch.warnings == ()
    assert batch.bookmark.cursor["home"] == home  # no other place, so nothing of it is kept silent


async def test_nothing_new_is_one_request_without_an_answer(followed: Follower, instance: Instance) -> None:
    instance.tag = 'W/"1"'
    instance.statuses.append(status(6))
    await followed.poll()
    batch = await followed.poll()

    assert batch.unchanged
    assert batch.status == 304
    assert instance.asked == [""]


async def test_after_a_long_silence_all_is_read_upwards_beside_something_known(
    followed: Follower, instance: Instance
) -> None:
    instance.statuses += [status(n) for n in range(6, 131)]
    batch = await followed.poll()

    assert numbers(batch) == list(range(2, 131))
    assert instance.asked == ["", f"&min_id={FIRST_ID + 1}", f"&min_id={FIRST_ID + 41}", f"&min_id={FIRST_ID + 81}"]
    assert batch.warnings == ()
    assert batch.earlier
    assert batch.earlier.endswith(f"max_id={FIRST_ID + 2}")
    assert (await followed.poll()).unchanged


async def test_what_a_poll_cannot_hold_comes_with_the_next_even_if_nothing_else_does(
    followed: Follower, instance: Instance
) -> None:
    instance.tag = 'W/"1"'
    instance.statuses += [status(n) for n in range(6, 601)]
    batch = await followed.poll()

    assert numbers(batch) == [*range(2, 402), *range(561, 601)]
    assert batch.warnings == ("after a long silence 10 pages of posts were read; the next polls bring the others",)
    batch = await followed.poll()
    assert numbers(batch) == list(range(363, 601))
    assert batch.warnings == ()
    assert (await followed.poll()).unchanged


async def test_a_limit_on_the_way_loses_nothing(followed: Follower, instance: Instance) -> None:
    instance.statuses += [status(n) for n in range(6, 131)]
    instance.failures = [None, None, Reply(502)]
    batch = await followed.poll()

    assert numbers(batch) == [*range(2, 42), *range(91, 131)]
    assert batch.warnings == (
        "posts between those known and the newest are still to come: 127.0.0.1 answered 502 Bad Gateway",
    )
    assert numbers(await followed.poll()) == list(range(3, 131))


async def test_a_limit_at_the_first_step_of_the_way_loses_nothing(followed: Follower, instance: Instance) -> None:
    instance.statuses += [status(n) for n in range(6, 61)]
    instance.failures = [None, Reply(502)]

    assert numbers(await followed.poll()) == list(range(21, 61))
    assert numbers(await followed.poll()) == list(range(2, 61))


async def test_an_account_that_begins_to_speak_after_we_did_is_read_from_the_start(instance: Instance) -> None:
    follower = Follower(instance)
    assert (await follower.poll()).warnings == ()
    instance.failures = [Reply(200, b"[ ]")]
    assert (await follower.poll()).warnings == ()
    instance.statuses = [status(n) for n in range(1, 61)]

    assert numbers(await follower.poll()) == list(range(1, 61))


async def test_an_empty_answer_is_told_and_forgets_nothing(followed: Follower, instance: Instance) -> None:
    kept, instance.statuses = instance.statuses, []
    batch = await followed.poll()

    assert batch.posts == ()
    assert batch.warnings == ("the account shows no posts although it used to; nothing is taken for deleted",)
    instance.statuses = [*kept, *(status(n) for n in range(6, 61))]
    assert numbers(await followed.poll()) == list(range(2, 61))


async def test_ids_are_ordered_as_numbers_not_as_words(instance: Instance) -> None:
    follower = Follower(instance)
    instance.statuses = [status(n, id=str(n)) for n in range(95, 100)]
    await follower.poll()
    instance.statuses += [status(n, id=str(n)) for n in range(100, 150)]

    assert len((await follower.poll()).posts) == 54


async def test_a_token_goes_to_the_accounts_own_server_only(instance: Instance) -> None:
    instance.needs = "tok-1"
    instance.statuses = [status(1)]
    with pytest.raises(
        Unauthorized, match=r"127\.0\.0\.1 shows posts only to those who are logged in .* give the token"
    ):
        await Follower(instance).poll()
    follower = Follower(instance, token="tok-1")
    assert numbers(await follower.poll()) == [1]

    async with http_server({"/page": said([status(9)])}) as other:
        instance.server.routes["/api/v1/accounts/1001/statuses"] = Reply(302, b"", {"Location": f"{other.url}/page"})
        await follower.poll()
        await follower.source.earlier(f"{other.url}/page")
        assert {request.headers.get("authorization") for request in other.requests} == {None}
    with pytest.raises(Unauthorized, match="check the credentials"):
        await Follower(instance, token="tok-2").poll()


async def test_a_name_nobody_has_is_told(instance: Instance) -> None:
    instance.account = None
    with pytest.raises(Unreachable, match=r"127\.0\.0\.1 knows no account of the name 'mod'") as caught:
        await Follower(instance).poll()
    assert caught.value.status == 404
    instance.server.routes["/api/v1/accounts/lookup"] = Reply(503)
    with pytest.raises(Unreachable, match="503"):
        await Follower(instance).poll()


async def test_an_account_that_is_gone_is_looked_up_again(followed: Follower, instance: Instance) -> None:
    instance.server.routes["/api/v1/accounts/1001/statuses"] = Reply(404)
    with pytest.raises(Unreachable, match="404"):
        await followed.poll()
    assert instance.asked == ["", "lookup"]

    instance.account = account(id_="2002")
    instance.statuses_of("2002")
    home = followed.bookmark and followed.bookmark.cursor["home"]
    batch = await followed.poll()
    assert batch.warnings == ("'mod' is another account now: its id was 1001 and is 2002",)
    assert batch.bookmark.cursor["home"] != home  # so that what it says is not taken for news
    await followed.poll()
    assert instance.asked == [""]


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (Reply(200, b"<!doctype html><title>x</title>"), Unreadable),
        (said({"error": "This resource is gone"}), Unreadable),
        (Reply(403, b'{"error": "x"}'), Unauthorized),
        (Reply(422, b'{"error": "x"}'), Unreachable),
        (Reply(503), Unreachable),
    ],
)
async def test_failures_leave_the_bookmark_alone(
    followed: Follower, instance: Instance, reply: Reply, error: type[Exception]
) -> None:
    instance.failures = [reply]
    with pytest.raises(error):
        await followed.poll()
    instance.statuses.append(status(6))

    assert numbers(await followed.poll())[-1] == 6


async def test_a_server_that_asks_for_patience_gets_it(followed: Follower, instance: Instance) -> None:
    instance.failures = [said({"error": "Too many requests"}, 429, {"Retry-After": "300"})]
    with pytest.raises(Unreachable) as caught:
        await followed.poll()

    assert (caught.value.status, caught.value.retry_after) == (429, 300)


async def test_boosts_and_answers_can_be_left_out(instance: Instance) -> None:
    instance.statuses = [status(1), status(2, reblog=status(3))]
    follower = Follower(instance, boosts=False, replies=False)

    assert numbers(await follower.poll()) == [1]
    assert instance.asked[1] == "&exclude_replies=true&exclude_reblogs=true"


async def test_the_first_poll_is_silent_an_edit_is_a_version_and_a_long_silence_no_gap(
    instance: Instance, store: Store
) -> None:
    follower, hour = Follower(instance), NOON
    instance.statuses = [status(n) for n in range(1, 6)]

    async def polled() -> poll.Polled:
        nonlocal hour
        hour += timedelta(hours=1)
        return await poll.poll(follower.settings, follower.source, store, hour)

    assert (await polled()).counts["new"] == 5
    instance.statuses[4] = status(5, "Five were wounded.", edited_at="2026-11-22T08:00:00.000Z")
    assert dict((await polled()).counts) == {"known": 4, "version": 1}
    instance.statuses += [status(n) for n in range(6, 131)]
    after = await polled()
    assert (after.counts["new"], after.after.gap, after.filled) == (125, None, None)
    assert [entry.silent for entry in await store.posts.recent(500)].count(True) == 5
