"""A document that has moved: when a redirect is believed, and for how long."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.errors import Unreachable
from monitor.model import Bookmark, changed
from monitor.sources import settled
from tests.servers import HttpServer, Reply
from tests.sources.watched import DAY, HOUR, START, Watch, Watched, tagged


async def a_week(watched: Watched) -> None:
    """Poll twice a day until permanent redirects count as settled, and the first poll after that is done."""
    for _ in range(16):
        await watched.poll(12 * HOUR)


async def test_a_week_of_permanent_redirects_is_believed(server: HttpServer, watch: Watch) -> None:
    server.routes |= {"/feed": Reply(301, b"", {"Location": "/new"}), "/new": tagged(b"a")}
    watched = watch()

    batch = await watched.poll()
    assert (batch.bookmark.moved, batch.bookmark.moved_since) == (f"{server.url}/new", watched.hour)
    since = watched.hour
    for _ in range(6):
        batch = await watched.poll(DAY)
        assert watched.paths == ["/feed", "/new"]
    assert batch.bookmark.moved_since == since

    await watched.poll(DAY)
    assert watched.paths == ["/feed", "/new"], "once more the old address, and from now on daily"
    assert watched.conditions == [None, None]
    batch = await watched.poll()
    assert watched.paths == ["/new"]
    assert watched.conditions == ['"1"']
    assert (batch.status, batch.unchanged, batch.bookmark.moved) == (304, True, f"{server.url}/new")

    await watched.poll(DAY)
    assert (watched.paths, watched.conditions) == (["/feed", "/new"], [None, None])
    await watched.poll()
    assert watched.paths == ["/new"]


async def test_a_mistaken_redirect_heals_within_a_day(server: HttpServer, watch: Watch) -> None:
    server.routes |= {"/feed": Reply(308, b"", {"Location": "/new"}), "/new": tagged(b"a")}
    watched = watch()
    await a_week(watched)
    server.routes["/feed"] = tagged(b"a\nb")
    await watched.poll()
    assert watched.paths == ["/new"]

    batch = await watched.poll(DAY)

    assert (watched.paths, watched.conditions) == (["/feed"], [None])
    assert len(batch.posts) == 2
    assert (batch.bookmark.moved, batch.bookmark.moved_since) == (None, None)
    await watched.poll()
    assert watched.paths == ["/feed"]


async def test_when_the_new_place_fails_the_configured_one_is_asked_at_once(server: HttpServer, watch: Watch) -> None:
    server.routes |= {"/feed": Reply(301, b"", {"Location": "/new"}), "/new": tagged(b"a")}
    watched = watch()
    await a_week(watched)
    server.routes |= {"/feed": tagged(b"back"), "/new": Reply(500)}

    batch = await watched.poll()

    assert (watched.paths, watched.conditions) == (["/new", "/feed"], ['"1"', None])
    assert [post.title for post in batch.posts] == ["back"]
    assert batch.bookmark.moved is None


async def test_a_new_place_that_failed_has_its_week_before_it_again(server: HttpServer, watch: Watch) -> None:
    answers = iter([Reply(500), Reply(200, b"a")])
    server.routes |= {"/feed": Reply(301, b"", {"Location": "/new"}), "/new": tagged(b"a")}
    watched = watch()
    await a_week(watched)
    server.routes["/new"] = lambda _: next(answers)

    batch = await watched.poll()

    assert watched.paths == ["/new", "/feed", "/new"]
    assert (batch.bookmark.moved, batch.bookmark.moved_since) == (f"{server.url}/new", watched.hour)


async def test_an_old_address_that_has_died_does_no_harm(server: HttpServer, watch: Watch) -> None:
    server.routes |= {"/feed": Reply(301, b"", {"Location": "/new"}), "/new": tagged(b"a")}
    watched = watch()
    await a_week(watched)
    server.routes["/feed"] = Reply(410)

    batch = await watched.poll(DAY)
    assert (watched.paths, batch.unchanged) == (["/feed", "/new"], True)
    batch = await watched.poll()
    assert (watched.paths, batch.status) == (["/new"], 304)


async def test_both_failing_is_a_failure(server: HttpServer, watch: Watch) -> None:
    server.routes |= {"/feed": Reply(301, b"", {"Location": "/new"}), "/new": tagged(b"a")}
    watched = watch()
    await a_week(watched)
    server.routes["/new"] = Reply(404)
    with pytest.raises(Unreachable, match="404"):
        await watched.poll()


@pytest.mark.parametrize("status", [302, 303, 307])
async def test_a_temporary_redirect_moves_nothing(server: HttpServer, watch: Watch, status: int) -> None:
    server.routes |= {"/feed": Reply(status, b"", {"Location": "/new"}), "/new": tagged(b"a")}
    watched = watch()
    await a_week(watched)
    assert watched.bookmark
    assert (watched.bookmark.moved, watched.paths) == (None, ["/feed", "/new"])


async def test_a_week_begins_anew_at_each_new_place(server: HttpServer, watch: Watch) -> None:
    server.routes |= {"/feed": Reply(301, b"", {"Location": "/a"}), "/a": tagged(b"a"), "/b": tagged(b"a")}
    watched = watch()
    for _ in range(6):
        await watched.poll(DAY)
    server.routes["/feed"] = Reply(301, b"", {"Location": "/b"})
    batch = await watched.poll(DAY)
    assert (batch.bookmark.moved, batch.bookmark.moved_since) == (f"{server.url}/b", watched.hour)
    await watched.poll(6 * DAY)
    assert watched.paths[0] == "/feed"


@pytest.mark.parametrize(
    ("home", "moved", "place"),
    [
        ("https://a.example/f", "https://b.example/f", "https://b.example/f"),
        ("http://a.example/f", "https://a.example/f", "https://a.example/f"),
        ("http://a.example/f", "http://b.example/f", "http://b.example/f"),
        ("https://a.example/f", "http://a.example/f", None),
        ("https://user:word@a.example/f", "https://a.example/g", None),
        ("https://a.example/f", "file:///etc/passwd", None),
    ],
)
def test_where_a_settled_move_may_lead(home: str, moved: str, place: str | None) -> None:
    known = Bookmark(moved=moved, moved_since=START)
    assert settled(known, home, START + 7 * DAY) == place
    assert settled(known, home, START + 7 * DAY - timedelta(seconds=1)) is None
    assert settled(changed(known, moved=None), home, START + 7 * DAY) is None
