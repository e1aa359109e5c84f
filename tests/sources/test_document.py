"""One document at one address: what is asked for, what is remembered, and whom to believe."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from monitor.errors import Refused, Unreachable, Unreadable
from monitor.fetch import Fetcher
from monitor.model import Batch, Bookmark, Hints, Post, Reading, changed, decode, encode
from monitor.sources import Document, SourceConfig, due_in_full, settled
from tests.servers import ALLOW_LOOPBACK, HttpServer, Reply, Request, http_server

START = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TTL = Hints(ttl=600.0)


async def lines(body: bytes, headers: Mapping[str, str], url: str) -> Reading:
    """One post a line; `!` warns, `page X` names the page before this, `ttl` is a hint."""
    words = body.decode().splitlines()
    if words[:1] == ["<html>"]:
        raise Unreadable("an HTML page came instead of a feed")
    return Reading(
        posts=tuple(
            Post(key=f"mod:{w}", source="mod", kind="lines", native_id=w, title=w) for w in words if w[:1] != "!"
        ),
        warnings=tuple(w[1:] for w in words if w[:1] == "!" and not w.startswith("!page")),
        hints=TTL if "ttl" in words else Hints(),
        earlier=next((w.removeprefix("!page ") for w in words if w.startswith("!page")), None),
    )


@dataclass
class Watched:
    """A document, its server, and the hour on the wall."""

    server: HttpServer
    document: Document
    hour: datetime = START
    bookmark: Bookmark | None = None
    asked: list[Request] = field(default_factory=list)

    async def poll(self, after: timedelta = HOUR) -> Batch:
        """Poll `after` the last time; the bookmark goes through its stored form, `asked` are the requests made."""
        self.hour += after
        self.document.now = lambda: self.hour
        self.server.requests.clear()
        batch = await self.document.poll(self.bookmark)
        self.bookmark = decode(encode(batch.bookmark), Bookmark)
        self.asked = list(self.server.requests)
        return batch

    @property
    def paths(self) -> list[str]:
        return [request.path for request in self.asked]

    @property
    def conditions(self) -> list[str | None]:
        return [request.headers.get("if-none-match") for request in self.asked]


Watch = Callable[..., Watched]


@pytest.fixture
async def server() -> AsyncIterator[HttpServer]:
    async with http_server({}) as server:
        yield server


@pytest.fixture
def watch(server: HttpServer) -> Watch:
    def document(path: str = "/feed", **settings: object) -> Watched:
        url = f"{server.url}{path}"
        config = SourceConfig.model_validate(
            {"id": "mod", "kind": "lines", "url": url, "allow_private": ALLOW_LOOPBACK, **settings}
        )
        return Watched(server, Document(config, Fetcher(user_agent="test-monitor/1.0"), lines))

    return document


def tagged(body: bytes, tag: str = '"1"', **headers: str) -> Callable[[Request], Reply]:
    """An honest server: 304 for its own tag."""

    def answer(request: Request) -> Reply:
        same = request.headers.get("if-none-match") == tag
        return Reply(304 if same else 200, b"" if same else body, {"ETag": tag, **headers})

    return answer


# --- what a batch holds -----------------------------------------------------------------------------------------------


async def test_a_first_answer_is_read_and_told(server: HttpServer, watch: Watch) -> None:
    date = format_datetime(START + HOUR, usegmt=True)
    headers = {"Cache-Control": "max-age=300", "Date": date, "Last-Modified": date, "ETag": '"1"'}
    server.routes["/feed"] = Reply(200, b"a\nb\nttl\n!page http://a.example/2", headers)
    watched = watch()

    batch = await watched.poll()

    assert [post.title for post in batch.posts] == ["a", "b", "ttl"]
    assert (batch.status, batch.fresh, batch.unchanged) == (200, 300.0, False)
    assert batch.size == len(b"a\nb\nttl\n!page http://a.example/2")
    assert batch.earlier == "http://a.example/2"
    assert (batch.bookmark.etag, batch.bookmark.last_modified) == ('"1"', date)
    assert (batch.bookmark.hints, batch.bookmark.full) == (TTL, watched.hour)
    assert watched.conditions == [None]


async def test_hints_are_kept_over_answers_without_news(server: HttpServer, watch: Watch) -> None:
    server.routes["/feed"] = tagged(b"a\nttl", **{"Cache-Control": "max-age=60"})
    watched = watch()
    await watched.poll()

    not_modified = await watched.poll()
    assert (not_modified.status, not_modified.unchanged, not_modified.size) == (304, True, 0)
    assert (not_modified.bookmark.hints, not_modified.fresh) == (TTL, 60.0)

    server.routes["/feed"] = Reply(200, b"a\nttl")
    same = await watched.poll()
    assert (same.status, same.unchanged, same.size, same.fresh) == (200, True, 5, None)
    assert same.bookmark.hints == TTL

    server.routes["/feed"] = Reply(200, b"a\nb")
    assert (await watched.poll()).bookmark.hints == Hints()


async def test_no_validator_is_kept_for_what_was_read_with_warnings(server: HttpServer, watch: Watch) -> None:
    server.routes["/feed"] = Reply(200, b"a\n!cut off", {"ETag": '"1"', "Last-Modified": "yesterday"})
    watched = watch()

    batch = await watched.poll()

    assert batch.warnings == ("cut off",)
    assert (batch.bookmark.etag, batch.bookmark.last_modified) == (None, None)
    assert batch.bookmark.body_hash
    assert (await watched.poll()).unchanged


async def test_a_failure_leaves_the_bookmark_to_the_caller(server: HttpServer, watch: Watch) -> None:
    server.routes["/feed"] = Reply(200, b"<html>")
    with pytest.raises(Unreadable):
        await watch().poll()


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


# --- moving -----------------------------------------------------------------------------------------------------------


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


# --- older pages ------------------------------------------------------------------------------------------------------


async def test_an_older_page_is_read_without_any_memory(server: HttpServer, watch: Watch) -> None:
    server.routes |= {
        "/feed": tagged(b"c"),
        "/feed/2": Reply(200, b"b\n!page http://a.example/3", {"ETag": '"2"', "Cache-Control": "max-age=9"}),
    }
    watched = watch()
    await watched.poll()

    batch = await watched.document.earlier(f"{server.url}/feed/2")

    assert "if-none-match" not in server.requests[-1].headers
    assert [post.title for post in batch.posts] == ["b"]
    assert (batch.earlier, batch.status, batch.fresh) == ("http://a.example/3", 200, 9.0)
    assert batch.bookmark == Bookmark()


@pytest.mark.parametrize("page", ["file:///etc/passwd", "ftp://a.example/2", "javascript:alert(1)", "data:text/xml,a"])
async def test_an_older_page_is_a_web_page(watch: Watch, page: str) -> None:
    with pytest.raises(Refused, match="no http or https address"):
        await watch().document.earlier(page)


async def test_an_older_page_is_guarded_and_never_less_protected(watch: Watch) -> None:
    with pytest.raises(Refused, match="only public addresses"):
        await watch().document.earlier("http://10.0.0.1/2")
    with pytest.raises(Refused, match="names a page that leads from https to unprotected http"):
        await watch(url="https://a.example/feed").document.earlier("http://a.example/feed?page=2")


async def test_robots_are_obeyed_where_the_settings_say_so(server: HttpServer, watch: Watch) -> None:
    server.routes |= {"/robots.txt": Reply(200, b"User-agent: *\nDisallow: /feed"), "/feed": tagged(b"a")}
    assert (await watch().poll()).posts
    obeying = watch(robots="obey")
    with pytest.raises(Refused, match="`robots: ignore`"):
        await obeying.poll()
    with pytest.raises(Refused, match="`robots: ignore`"):
        await obeying.document.earlier(f"{server.url}/feed/2")


def test_a_full_answer_by_a_clock_that_was_far_ahead_is_not_waited_for() -> None:
    assert due_in_full(Bookmark(full=START + 30 * DAY), "am-mod", START)
    assert not due_in_full(Bookmark(full=START + HOUR), "am-mod", START)
