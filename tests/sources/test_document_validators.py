"""A document's validators: when they are believed, and when it is asked for in full all the same."""

from __future__ import annotations

from monitor.model import Bookmark
from monitor.sources import due_in_full
from tests.servers import HttpServer, Reply, Request
from tests.sources.watched import DAY, HOUR, START, Watch, tagged

# --- once a day in full -----------------------------------------------------------------------------------------------


async def test_once_a_day_nothing_is_said_of_validators(server: HttpServer, watch: Watch) -> None:
    server.routes["/feed"] = tagged(b"a")
    watched = watch()
    await watched.poll()
    first = watched.hour

    await watched.poll(23 * HOUR)
    assert watched.conditions == ['"1"']
    batch = await watched.poll(5 * HOUR)
    assert watched.conditions == [None]
    assert (batch.status, batch.unchanged, batch.warnings) == (200, True, ())
    assert batch.bookmark.full == first + 28 * HOUR
    assert batch.bookmark.unconditional == 0
    await watched.poll()
    assert watched.conditions == ['"1"']


def test_sources_polled_together_are_not_all_asked_in_full_together() -> None:
    known = Bookmark(full=START)
    hours = [next(h for h in range(200) if due_in_full(known, f"s{i}", START + h * HOUR / 4)) / 4 for i in range(200)]
    assert (min(hours), max(hours)) == (24.25, 27.0)
    assert len(set(hours)) == 12


async def test_a_server_that_says_304_for_ever_is_found_out_and_no_longer_believed(
    server: HttpServer, watch: Watch
) -> None:
    body = b"a"
    server.routes["/feed"] = lambda request: (
        Reply(304) if "if-none-match" in request.headers else Reply(200, body, {"ETag": '"1"'})
    )
    watched = watch()
    await watched.poll()
    body = b"a\nb"
    assert (await watched.poll()).unchanged

    found_out = await watched.poll(28 * HOUR)
    assert [post.title for post in found_out.posts] == ["a", "b"]
    assert "said 'not modified' although its posts had changed" in found_out.warnings[0]
    assert watched.conditions == [None, '"1"']

    body = b"a\nb\nc"
    after = await watched.poll()
    assert watched.conditions == [None]
    assert len(after.posts) == 3
    assert after.warnings == found_out.warnings

    await watched.poll(8 * DAY)
    body = b"a\nb\nc\nd"
    assert (await watched.poll()).unchanged, "it gets another chance"
    assert watched.conditions == ['"1"']


async def test_an_honest_server_with_news_on_that_day_is_not_suspected(server: HttpServer, watch: Watch) -> None:
    server.routes["/feed"] = tagged(b"a")
    watched = watch()
    await watched.poll()
    await watched.poll()
    server.routes["/feed"] = tagged(b"a\nb", '"2"')

    batch = await watched.poll(28 * HOUR)

    assert (len(batch.posts), batch.warnings) == (2, ())
    assert watched.conditions == [None, '"1"']


async def test_a_body_that_is_never_the_same_twice_is_no_lie(server: HttpServer, watch: Watch) -> None:
    count = 0

    def answer(request: Request) -> Reply:
        nonlocal count
        count += 1
        same = request.headers.get("if-none-match") == '"1"'
        return Reply(304) if same else Reply(200, b"a\nb" if count % 2 else b"b\na", {"ETag": '"1"'})

    server.routes["/feed"] = answer
    watched = watch()
    await watched.poll()
    await watched.poll()
    await watched.poll()

    batch = await watched.poll(28 * HOUR)

    assert (batch.unchanged, batch.warnings) == (False, ())
    assert watched.conditions == [None]


def test_a_full_answer_by_a_clock_that_was_far_ahead_is_not_waited_for() -> None:
    assert due_in_full(Bookmark(full=START + 30 * DAY), "am-mod", START)
    assert not due_in_full(Bookmark(full=START + HOUR), "am-mod", START)


# --- validators that lead to nothing ----------------------------------------------------------------------------------


async def test_servers_that_overlook_their_own_validators_are_counted(server: HttpServer, watch: Watch) -> None:
    server.routes["/feed"] = Reply(200, b"a", {"ETag": '"1"'})
    watched = watch()
    counts = [(await watched.poll()).bookmark.unconditional for _ in range(4)]
    assert counts == [0, 1, 2, 3]

    server.routes["/feed"] = tagged(b"a")
    assert (await watched.poll()).bookmark.unconditional == 0

    server.routes["/feed"] = Reply(200, b"a", {"ETag": '"1"'})
    assert (await watched.poll()).bookmark.unconditional == 1
    server.routes["/feed"] = Reply(200, b"a\nb", {"ETag": '"2"'})
    assert (await watched.poll()).bookmark.unconditional == 0


async def test_a_server_without_validators_is_not_counted(server: HttpServer, watch: Watch) -> None:
    server.routes["/feed"] = Reply(200, b"a")
    watched = watch()
    assert [(await watched.poll()).bookmark.unconditional for _ in range(3)] == [0, 0, 0]


async def test_a_bookmark_of_another_address_is_worth_nothing(server: HttpServer, watch: Watch) -> None:
    server.routes |= {"/feed": tagged(b"a"), "/other": tagged(b"b")}
    watched = watch()
    await watched.poll()
    elsewhere = watch("/other")
    elsewhere.bookmark = watched.bookmark

    batch = await elsewhere.poll()

    assert elsewhere.conditions == [None]
    assert [post.title for post in batch.posts] == ["b"]


async def test_a_304_of_an_address_we_were_not_led_to_before_proves_nothing(server: HttpServer, watch: Watch) -> None:
    server.routes |= {
        "/feed": Reply(302, b"", {"Location": "/a"}),
        "/a": tagged(b"a"),
        "/b": tagged(b"b"),
    }
    watched = watch()
    await watched.poll()
    assert (await watched.poll()).unchanged
    assert watched.conditions == ['"1"', '"1"']

    server.routes["/feed"] = Reply(302, b"", {"Location": "/b"})
    batch = await watched.poll()

    assert watched.paths == ["/feed", "/b", "/feed", "/b"]
    assert watched.conditions == ['"1"', '"1"', None, None]
    assert [post.title for post in batch.posts] == ["b"]
    assert batch.bookmark.unconditional == 0
