"""One document at one address: what is asked for, and what is remembered."""

from __future__ import annotations

from email.utils import format_datetime

import pytest

from monitor.errors import Refused, Unreadable
from monitor.model import Bookmark, Hints
from tests.servers import HttpServer, Reply
from tests.sources.watched import HOUR, START, TTL, Watch, tagged

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
