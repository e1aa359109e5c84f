"""What holds for every route: status, headers, methods, hosts, hostile words, a store that is away."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from monitor.model import Media, Origin, Place, PollRecord, Post, SourceState
from monitor.web import app
from monitor.web.policy import HEADERS
from monitor.web.site import HERE, STATIC, static_address
from tests.web.memory import NOON, MemoryStore, a_post, a_site, a_verdict, alerted, browser

KNOWN = a_post()
NAMED = {"{key}": KNOWN.key, "{id}": KNOWN.source, "{name}": "style.css"}
PATHS = [re.sub(r"\{\w+\}", lambda name: NAMED[name[0]], path) for path in app.ROUTES if path != "/api/live"]
NEEDS_STORE = [path for path in PATHS if path not in ("/healthz", "/readyz", "/metrics", "/static/style.css")]


@pytest.fixture
def memory() -> MemoryStore:
    memory = MemoryStore()
    entry, alert, delivery = alerted(KNOWN)
    memory.stream += [entry, alert]
    memory.outgoing.append(delivery)
    return memory


@pytest.mark.parametrize("path", [*PATHS, "/nothing-here", "/api/nothing-here"])
async def test_every_answer_carries_the_headers(visitor: httpx.AsyncClient, path: str) -> None:
    answer = await visitor.get(path)

    assert answer.status_code == (404 if "nothing" in path else 200)
    for name, value in HEADERS.items():
        assert answer.headers[name] == value
    assert "access-control-allow-origin" not in answer.headers
    assert answer.headers["cache-control"] == ("no-cache" if "static" in path else "no-store")


def test_the_policy_lets_nothing_in_from_elsewhere() -> None:
    policy = HEADERS["Content-Security-Policy"]

    assert policy.startswith("default-src 'none'; ")
    assert set(re.findall(r"'[^']+'", policy)) == {"'none'", "'self'"}
    assert not re.search(r"https?:|\*|unsafe|data:", policy)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
async def test_nothing_can_be_written(visitor: httpx.AsyncClient, method: str) -> None:
    for path in [*PATHS, "/api/live", "/nothing-here"]:
        answer = await visitor.request(method, path)
        assert answer.status_code == 405
        assert answer.headers["allow"] == "GET, HEAD"


async def test_a_head_request_is_answered(visitor: httpx.AsyncClient) -> None:
    assert {(await visitor.head(path)).status_code for path in PATHS} == {200}


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:8080", "[::1]:8080", "watch.example.org"])
async def test_known_names_are_answered(memory: MemoryStore, host: str) -> None:
    async with browser(a_site(memory, hosts=["watch.example.org"]), host) as visitor:
        assert (await visitor.get("/")).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example"])
async def test_a_strange_name_is_refused(memory: MemoryStore, host: str) -> None:
    async with browser(a_site(memory, hosts=["watch.example.org"]), host) as visitor:
        answer = await visitor.get("/")
        assert answer.status_code == 400
        assert KNOWN.key not in answer.text


@pytest.mark.parametrize("path", NEEDS_STORE)
async def test_a_store_that_is_away_is_told_calmly(memory: MemoryStore, visitor: httpx.AsyncClient, path: str) -> None:
    memory.away = True

    answer = await visitor.get(path)

    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "5"
    assert "The store does not answer just now." in answer.text
    assert "secret-detail" not in answer.text
    assert "Traceback" not in answer.text
    if not path.startswith(app._FOR_MACHINES):
        assert '<meta http-equiv="refresh" content="5">' in answer.text


async def test_a_mistake_of_ours_shows_no_traceback(memory: MemoryStore) -> None:
    def broken(post: Post, origin: Origin) -> None:
        raise RuntimeError("inner-detail")

    async with browser(a_site(memory, explain=broken)) as visitor:
        answer = await visitor.get(f"/posts/{KNOWN.key}")

    assert answer.status_code == 500
    assert "inner-detail" not in answer.text
    assert answer.headers["content-security-policy"]


async def test_static_files_are_kept_for_good_under_their_hash(visitor: httpx.AsyncClient) -> None:
    for name, kind in STATIC.items():
        answer = await visitor.get(static_address(name))
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert answer.headers["content-type"] == kind
        assert answer.content == (HERE / "static" / name).read_bytes()
    for name in ("../app.py", "..%2fapp.py", "%2e%2e%2fapp.py", "nothing.js", "__init__.py"):
        assert (await visitor.get(f"/static/{name}")).status_code == 404


def test_every_route_is_documented() -> None:
    text = (Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")
    documented = set(re.findall(r"^#+ `GET ([^` ?]+)", text, re.MULTILINE))

    assert documented == set(app.ROUTES)


class Scan(HTMLParser):
    """What a browser would make of a page: its elements, and whatever in them could run or load."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: set[str] = set()
        self.attributes: set[str] = set()
        self.targets: set[str] = set()
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        for name, value in attrs:
            self.attributes.add(name)
            if name in ("href", "src", "action"):
                self.targets.add((value or "").split(":")[0] if ":" in (value or "").split("/")[0] else "")


EVIL = "\"><script>alert(1)</script><img src=x onerror=alert(2)>'\u202e</bdi></li>{{31*1010}}\r\n\r\nevent: x\n"


async def test_hostile_words_run_nowhere(memory: MemoryStore) -> None:
    post = a_post(
        "evil" + EVIL,
        EVIL + "wounded",
        title=EVIL,
        author=EVIL,
        language='en" onmouseover="alert(3)',
        permalink="javascript:alert(4)//https://example.org",
        media=(
            Media(type="image", url='https://example.org/"onclick="alert(5)', alt=EVIL),
            Media(type="image", url=EVIL),
        ),
        repost_of=EVIL,
        flags=(EVIL,),
    )
    verdict = a_verdict(post, reasons=(EVIL,), topics=(EVIL,), rules=(EVIL,), to=(EVIL,))
    origin = Origin(id="am-mod", kind="rss", name=EVIL, party=EVIL)
    entry, alert, delivery = alerted(post, verdict, origin)
    entry = type(entry)(id="2-0", post=post, verdict=verdict, alert=alert.id, previous=KNOWN,
                        places=(Place(permalink=EVIL, native_id=EVIL, seen=alert.raised),))  # fmt: skip
    memory.stream += [entry, alert]
    memory.outgoing.append(type(delivery)(id="x", alert=alert.id, channel=EVIL, state="dead", error=EVIL))
    said: dict[str, Any] = dict.fromkeys(("error", "pace", "moved", "delay", "silence", "burst"), EVIL)
    memory.source_states = [
        SourceState(
            id="am-mod", health="failing", warnings=(EVIL, EVIL + "2"), slow=NOON, due=NOON, interval=60, **said
        )
    ]
    memory.records["am-mod"] = [PollRecord(at=NOON, outcome=EVIL, seconds=1, next=NOON, why=EVIL)]

    async with browser(a_site(memory, sources=lambda: [origin], channels=lambda: [EVIL])) as visitor:
        for path in (
            "/",
            "/alerts",
            "/?alerts=1",
            f"/posts/{post.key}",
            "/sources",
            f"/sources?q={quote(EVIL)}",
            "/sources/am-mod",
            "/deliveries",
        ):
            answer = await visitor.get(path)
            seen = Scan(answer.text)
            assert answer.status_code == 200
            assert not {name for name in seen.attributes if name.startswith("on") or name == "style"}
            assert not seen.elements & {"img", "iframe", "object", "embed", "base", "style", "svg"}
            assert seen.targets <= {"", "https"}
            assert "31310" not in answer.text  # what a template would make of it
            assert len(re.findall("<script", answer.text)) == (1 if path in ("/", "/?alerts=1") else 0)
