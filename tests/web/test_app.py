"""What holds for every route: status, headers, methods, hosts, hostile words, a store that is away."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from monitor.model import (
    Acknowledgement,
    Action,
    Alert,
    Guard,
    Match,
    Media,
    Mention,
    Origin,
    PollRecord,
    Post,
    Repeat,
    Silence,
    SourceState,
    Spot,
    Verdict,
    changed,
)
from monitor.web import app
from monitor.web.policy import HEADERS
from monitor.web.site import HERE, STATIC, static_address
from tests.web.memory import NOON, MemoryStore, a_post, a_site, a_verdict, alerted, an_entry, browser
from tests.web.people import an_incident

KNOWN = a_post()
NAMED = {
    "posts/{key}": KNOWN.key,
    "sources/{id}": KNOWN.source,
    "rules/{id}": "casualties",
    "incidents/{id}": "a1b2c3d4e5f6a7b8c9d0",
    "static/{name}": "style.css",
}
PATHS = [
    re.sub(r"(\w+/)\{\w+\}", lambda name: name[1] + NAMED[name[0]], path)
    for path in app.ROUTES
    if path != "/api/live" and not path.startswith("/acknowledge/")  # the one flows, the other wants a signature
]
NEEDS_STORE = [path for path in PATHS if path not in ("/healthz", "/readyz", "/metrics", "/login", "/static/style.css")]


@pytest.fixture
def memory() -> MemoryStore:
    memory = MemoryStore()
    entry, alert, delivery = alerted(KNOWN)
    memory.stream += [entry, alert]
    memory.outgoing.append(delivery)
    memory.people.incidents.append(an_incident([alert]))
    return memory


@pytest.mark.parametrize("path", [*PATHS, "/nothing-here", "/api/nothing-here"])
async def test_every_answer_carries_the_headers(visitor: httpx.AsyncClient, path: str) -> None:
    answer = await visitor.get(path)

    assert answer.status_code == (404 if "nothing" in path else 200)
    for name, value in HEADERS.items():
        assert answer.headers[name] == value
    assert "access-control-allow-origin" not in answer.headers
    kept = {"static": "no-cache", "feeds": "private, max-age=60"}.get(path.split("/")[1], "no-store")
    assert answer.headers["cache-control"] == kept


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


def a_hostile_post() -> Post:
    return a_post(
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


def a_hostile_verdict(post: Post) -> Verdict:
    """Every word of it hostile; the rule is one that is configured, so that its page shows the words."""
    at: dict[str, Any] = {"field": "title", "start": 0, "end": 9, "words": EVIL}
    hostile: dict[str, Any] = {
        "matches": (Match(rule="casualties", topic=EVIL, term=EVIL, **at),),
        "guards": (Guard(guard=EVIL, cancels=(EVIL,), **at),),
        "places": (Mention(place=None, candidates=(EVIL,), name=EVIL, **at),),
        "languages": (EVIL, "en"),
    }
    return a_verdict(post, reasons=(EVIL,), topics=(EVIL,), rules=("casualties", EVIL), to=(EVIL,), **hostile)


def fill_with_hostile_words(memory: MemoryStore, origin: Origin) -> Post:
    post = a_hostile_post()
    entry, alert, delivery = alerted(post, a_hostile_verdict(post), origin)
    repeats = (Repeat(permalink=EVIL, native_id=EVIL, seen=alert.raised),)
    memory.stream += [changed(entry, id="2-0", previous=KNOWN, repeats=repeats), alert]
    silent = Verdict(alert=False, reasons=(f"casualties: {EVIL}",))
    memory.stream.append(an_entry(a_post("quiet"), verdict=silent))
    memory.outgoing.append(changed(delivery, id="x", channel=EVIL, state="dead", error=EVIL))
    said: dict[str, Any] = dict.fromkeys(("error", "pace", "moved", "delay", "silence", "burst"), EVIL)
    state = SourceState(
        id="am-mod", health="failing", warnings=(EVIL, EVIL + "2"), slow=NOON, due=NOON, interval=60, **said
    )
    memory.source_states = [state]
    memory.records["am-mod"] = [PollRecord(at=NOON, outcome=EVIL, seconds=1, next=NOON, why=EVIL)]
    return post


def let_people_say_hostile_words(memory: MemoryStore) -> None:
    (alert,) = [item for item in memory.stream if isinstance(item, Alert)]
    kept, who = memory.people, Acknowledgement(by=EVIL, at=NOON, note=EVIL)
    spots = (Spot(place="goris", name=EVIL),)
    kept.incidents.append(an_incident([alert], title=EVIL, parties=(EVIL,), topics=(EVIL,), places=spots))
    kept.incidents.append(changed(kept.incidents[-1], id="b" * 20, acknowledged=who))
    silence = Silence(id=EVIL, when={"topics": (EVIL,)}, reason=EVIL, by=EVIL, since=NOON, until=NOON, ended_by=EVIL)
    kept.silences.append(silence)
    kept.silences.append(changed(silence, until=NOON.replace(year=9000)))
    kept.actions.append(Action(at=NOON, by=EVIL, what=EVIL, about=EVIL, why=EVIL, via=EVIL))


async def test_hostile_words_run_nowhere(memory: MemoryStore) -> None:
    origin = Origin(id="am-mod", kind="rss", name=EVIL, party=EVIL)
    memory.people.incidents.clear()
    memory.stream.clear()
    post = fill_with_hostile_words(memory, origin)
    let_people_say_hostile_words(memory)
    paths = ["/", "/alerts", "/?alerts=1", f"/posts/{post.key}", "/sources", f"/sources?q={quote(EVIL)}"]
    paths += ["/sources/am-mod", "/deliveries", "/rules", "/rules/casualties", "/incidents", "/silences", "/audit"]
    paths += [f"/incidents/{one.id}" for one in memory.people.incidents]

    async with browser(a_site(memory, sources=lambda: [origin], channels=lambda: [EVIL])) as visitor:
        for path in paths:
            answer = await visitor.get(path)
            seen = Scan(answer.text)
            assert answer.status_code == 200
            assert not {name for name in seen.attributes if name.startswith("on") or name == "style"}
            assert not seen.elements & {"img", "iframe", "object", "embed", "base", "style"}
            assert ("svg" in seen.elements) == (path == "/rules/casualties")  # one picture, and it is ours
            assert seen.targets <= {"", "https"}
            assert "31310" not in answer.text  # what a template would make of it
            assert len(re.findall("<script", answer.text)) == (1 if path in ("/", "/?alerts=1") else 0)
