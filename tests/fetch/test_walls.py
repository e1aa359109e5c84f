"""Walls are told by their marks, and nothing else is taken for one."""

from __future__ import annotations

import asyncio
import gzip
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.errors import Blocked, MonitorError, Rejected, Unauthorized, Unreachable, Unreadable
from monitor.fetch import Fetcher
from monitor.fetch.walls import LOOKED_AT, sentence, wall
from tests.fetch.wall_pages import CAPTCHA, CHALLENGE, HTML, LINKS, LOGIN, NO_WALLS, WALLS, page
from tests.servers import ALLOW_LOOPBACK, Reply, Script, http_server, raw_server, read_request


@pytest.mark.parametrize("name", WALLS)
def test_walls_are_told_by_their_marks(name: str) -> None:
    who, status, headers, body = WALLS[name]
    assert wall(status, headers, body) == who


@pytest.mark.parametrize("name", NO_WALLS)
def test_what_only_speaks_of_walls_is_none(name: str) -> None:
    assert wall(*NO_WALLS[name]) is None


def test_where_a_page_was_wanted_a_form_on_it_is_no_wall() -> None:
    assert wall(200, HTML, LOGIN, accept="text/html, */*;q=0.1") is None
    assert wall(200, HTML, CAPTCHA, accept="text/html") is None
    assert wall(200, HTML, CHALLENGE, accept="text/html") == "Cloudflare"


def test_only_the_beginning_is_looked_at() -> None:
    late = b"<html>" + b" " * LOOKED_AT + CHALLENGE
    assert wall(200, HTML, late) is None
    assert wall(200, HTML, b"<html>" + b" " * (LOOKED_AT - 2000) + CHALLENGE) == "Cloudflare"


@pytest.mark.parametrize(
    "part",
    [
        b"<input ",
        b"<!--",
        b"<!-- -->",
        b"<?x ",
        b"<?x?>",
        b"<!doctype ",
        b"<input type=",
        b" ",
        b"<a ",
        b"<",
        b"\0<",
        b"[",
    ],
)
@pytest.mark.parametrize("lead", [b"", b"<html><form>"])
def test_hostile_pages_take_no_time(part: bytes, lead: bytes) -> None:
    began = time.process_time()
    wall(200, HTML, lead + part * (LOOKED_AT // len(part)))
    assert time.process_time() - began < 0.5


@given(
    st.integers(100, 599), st.binary(max_size=200), st.sampled_from([b"<rss>", b"<feed ", b'{"', b"[", b"<?xml?><a>"])
)
def test_no_document_is_ever_a_wall(status: int, rest: bytes, start: bytes) -> None:
    if status != 511:
        assert wall(status, HTML, start + rest) is None


pieces = st.sampled_from(
    [b"<", b"<!--", b"-->", b"<?", b">", b"<html", b"<title>", b"<a ", b"captcha-delivery.com/", b"\xff"]
)


@given(st.integers(100, 599), st.dictionaries(st.sampled_from(["server", "content-type"]), st.text()), st.lists(pieces))
def test_any_answer_is_judged(status: int, headers: dict[str, str], parts: list[bytes]) -> None:
    assert wall(status, headers, b"".join(parts)) in (None, "DataDome", "a captive portal")


def test_the_sentence_says_who_and_what_to_do() -> None:
    assert sentence("www.mid.example", "www.mid.example", "Cloudflare") == (
        "www.mid.example hides behind a bot check of Cloudflare: it answered with a page for people instead of what "
        "was asked for; ask its operator to let this monitor in, nothing is evaded"
    )
    elsewhere = sentence("www.mid.example", "login.example", "a log-in page")
    assert elsewhere.startswith(
        "www.mid.example leads to login.example, which hides behind a log-in page: it answered "
    )
    portal = sentence("www.mid.example", "portal.example", "a captive portal")
    assert "instead of www.mid.example: log this machine in" in portal


# --- over the wire ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [200, 202, 401, 403, 405, 418, 429, 500, 503])
@pytest.mark.parametrize("packed", [False, True])
async def test_a_wall_is_blocked_whatever_its_status(fetcher: Fetcher, status: int, packed: bool) -> None:
    body = gzip.compress(CHALLENGE) if packed else CHALLENGE
    headers = {"Content-Type": "text/html", "Retry-After": "7", **({"Content-Encoding": "gzip"} if packed else {})}
    async with http_server({"/feed": Reply(status, body, headers)}) as server:
        with pytest.raises(Blocked, match=r"^127\.0\.0\.1 hides behind a bot check of Cloudflare") as error:
            await fetcher.get(f"{server.url}/feed", allow_private=ALLOW_LOOPBACK)
    assert (error.value.status, error.value.retry_after) == (status, 7.0)


@pytest.mark.parametrize(
    ("status", "kind"), [(403, Unauthorized), (404, Unreachable), (410, Rejected), (503, Unreachable)]
)
async def test_without_marks_it_stays_what_it_was(fetcher: Fetcher, status: int, kind: type[MonitorError]) -> None:
    reply = Reply(status, page("No", "<h1>No</h1>"), {"Content-Type": "text/html"})
    async with http_server({"/feed": reply}) as server:
        with pytest.raises(kind):
            await fetcher.get(f"{server.url}/feed", allow_private=ALLOW_LOOPBACK)


@pytest.mark.parametrize(("status", "kind"), [(404, Unreachable), (410, Rejected)])
async def test_a_page_that_is_missing_or_gone_is_never_a_wall(
    fetcher: Fetcher, status: int, kind: type[MonitorError]
) -> None:
    reply = Reply(status, CHALLENGE, {"Content-Type": "text/html", "CF-Mitigated": "challenge"})
    async with http_server({"/feed": reply}) as server:
        with pytest.raises(kind) as error:
            await fetcher.get(f"{server.url}/feed", allow_private=ALLOW_LOOPBACK)
    assert getattr(error.value, "status", None) == status


def _refuses(*parts: bytes, hang: bool = False) -> Script:
    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        for part in (b"HTTP/1.1 403 No\r\nContent-Type: text/html\r\n", *parts):
            writer.write(part)
            await writer.drain()
        if hang:
            await reader.read()

    return script


@pytest.mark.parametrize(
    "rest",
    [
        (b"Content-Length: 100\r\n\r\nbroken off",),
        (b"Content-Encoding: gzip\r\n\r\nno gzip",),
        (b"Content-Encoding: br\r\n\r\n\x1b",),
        (b"\r\n", b"<html>" + b"x" * 10**6),
        (b"Content-Encoding: gzip\r\n\r\n", gzip.compress(bytes(10**7))),
    ],
)
async def test_the_page_of_a_refusal_cannot_make_it_worse(fetcher: Fetcher, rest: tuple[bytes, ...]) -> None:
    async with raw_server(_refuses(*rest)) as server:
        with pytest.raises(Unauthorized):
            await fetcher.get(server.url, allow_private=ALLOW_LOOPBACK)


async def test_a_refusal_that_never_ends_is_judged_by_what_has_come(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.fetch.client.ERROR_PAGE", 0.1)
    fetcher = Fetcher(user_agent="test")
    async with raw_server(_refuses(b"\r\n", CHALLENGE, hang=True)) as server:
        with pytest.raises(Blocked):
            await fetcher.get(server.url, allow_private=ALLOW_LOOPBACK)
        await server.until(lambda: server.open == 0)


async def test_a_wall_at_the_end_of_redirects_is_told_with_the_way_there(fetcher: Fetcher) -> None:
    async with http_server({"/login": Reply(200, LOGIN, HTML)}, host="127.0.0.2") as portal, http_server({}) as server:
        server.routes["/feed"] = Reply(302, b"", {"Location": f"{portal.url}/login"})
        with pytest.raises(Blocked, match=r"^127\.0\.0\.1 leads to 127\.0\.0\.2, which hides behind a log-in page: "):
            await fetcher.get(f"{server.url}/feed", allow_private=ALLOW_LOOPBACK)


async def test_a_page_that_is_no_wall_is_the_readers_to_judge(fetcher: Fetcher) -> None:
    async with http_server({"/feed": Reply(200, page("Ministry", LINKS), HTML)}) as server:
        assert (await fetcher.get(f"{server.url}/feed", allow_private=ALLOW_LOOPBACK)).status == 200


async def test_a_wall_too_large_to_read_is_unreadable(fetcher: Fetcher) -> None:
    async with http_server({"/feed": Reply(200, CHALLENGE + b" " * 2**18, HTML)}) as server:
        with pytest.raises(Unreadable):
            await fetcher.get(f"{server.url}/feed", allow_private=ALLOW_LOOPBACK)
