from __future__ import annotations

import httpx
import pytest

from monitor.web import access
from monitor.web.access import COOKIE, Access, Tries
from tests.web.memory import MemoryStore, a_site, browser
from tests.web.people import BEARER, OURS, PUBLIC, TOKEN, writable

SILENCE = {"topics": "losses", "for": "2h", "reason": "an exercise"}
TOLD = {"when": {"topics": ["losses"]}, "for": "2h", "reason": "an exercise", "by": "Anna"}
WRITES = ("/silences", "/silences/x/end", "/incidents/x/acknowledge")


async def test_without_a_token_the_pages_read_only_and_say_how_to_turn_writing_on(memory: MemoryStore) -> None:
    async with browser(a_site(memory)) as visitor:
        for path in ("/silences", "/login"):
            page = (await visitor.get(path)).text
            assert "web.token" in page
            assert 'method="post"' not in page
        for path in (*WRITES, "/login", "/api/silences"):
            answer = await visitor.post(path, data=SILENCE, headers={**OURS, **BEARER})
            assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize("path", WRITES)
async def test_who_is_not_signed_in_writes_nothing(memory: MemoryStore, path: str) -> None:
    async with writable(memory) as visitor:
        answer = await visitor.post(path, data=SILENCE, headers=OURS)

    assert answer.status_code == 401
    assert "Sign in first" in answer.text
    assert memory.people.actions == []


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://localhost:81"},
        {"origin": "http://["},
        {"origin": "ftp://localhost"},
        {"origin": "http://localhost", "sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "none"},
    ],
)
async def test_another_page_cannot_write_with_the_visitors_session(memory: MemoryStore, told: dict[str, str]) -> None:
    async with writable(memory, "Anna") as visitor:
        answer = await visitor.post("/silences", data=SILENCE, headers=told)

    assert answer.status_code == 403
    assert memory.people.silences == []


async def test_a_page_without_an_address_is_not_ours_where_we_have_none_either(memory: MemoryStore) -> None:
    async with browser(a_site(memory, access=Access(TOKEN))) as visitor:
        await visitor.post("/login", data={"name": "Anna", "token": TOKEN}, headers=OURS)
        answer = await visitor.post("/silences", data=SILENCE, headers={"origin": "null"})

    assert answer.status_code == 403
    assert memory.people.silences == []


@pytest.mark.parametrize("told", [OURS, {"sec-fetch-site": "same-origin"}, {"origin": PUBLIC}])
async def test_our_own_page_can_also_behind_a_proxy(memory: MemoryStore, told: dict[str, str]) -> None:
    async with writable(memory, "Anna") as visitor:
        answer = await visitor.post("/silences", data=SILENCE, headers=told)

    assert (answer.status_code, answer.headers["location"]) == (303, "/silences")
    assert [one.by for one in memory.people.silences] == ["Anna"]


async def test_a_program_writes_with_the_token_and_says_for_whom(memory: MemoryStore) -> None:
    async with writable(memory) as visitor:
        answer = await visitor.post("/api/silences", json=TOLD, headers=BEARER)
        wrong = await visitor.post("/api/silences", json=TOLD, headers={"authorization": "Bearer not-the-token"})
        basic = await visitor.post("/api/silences", json=TOLD, headers={"authorization": f"Basic {TOKEN}"})
        elsewhere = await visitor.post("/api/silences", json=TOLD, headers={**BEARER, "origin": "https://evil.example"})

    assert (answer.status_code, answer.json()["by"]) == (201, "Anna")
    assert (wrong.status_code, wrong.json()) == (401, {"error": "That is not the token."})
    assert (basic.status_code, elsewhere.status_code) == (401, 403)
    assert len(memory.people.silences) == 1


async def test_a_session_is_kept_from_scripts_and_other_sites_and_ends(memory: MemoryStore) -> None:
    async with writable(memory) as visitor:
        form = {"name": "Anna  K.", "token": TOKEN, "next": "/silences"}
        plain = await visitor.post("/login", data=form, headers=OURS)
        assert (plain.status_code, plain.headers["location"]) == (303, "/silences")
        assert "You are <bdi>Anna K.</bdi>" in (await visitor.get("/silences")).text
        left = await visitor.post("/logout", headers=OURS)
        assert "You are" not in (await visitor.get("/silences")).text
        safe = await visitor.post("/login", data=form, headers={"origin": PUBLIC})

    said = plain.headers["set-cookie"].lower()
    assert {"httponly", "samesite=strict", "path=/", "max-age=43200"} <= set(said.split("; "))
    assert "secure" not in said
    assert "; secure" in safe.headers["set-cookie"].lower()
    assert TOKEN not in said
    assert "max-age=0" in left.headers["set-cookie"].lower()


async def test_a_changed_or_old_session_is_none(memory: MemoryStore, monkeypatch: pytest.MonkeyPatch) -> None:
    async with writable(memory, "Anna") as visitor:
        cookie = visitor.cookies[COOKIE]
        assert await _signed_in(visitor)
        for changed in (f"x{cookie}", cookie[:-1], cookie.replace(".", ".x"), "", ".", "é."):
            assert not await _signed_in(visitor, changed)
    monkeypatch.setattr(access, "LASTS", -1)
    async with writable(memory, "Anna") as visitor:
        assert not await _signed_in(visitor)
    other = a_site(memory, access=Access("another-token-here"))
    async with browser(other) as visitor:
        assert not await _signed_in(visitor, cookie)


async def _signed_in(visitor: httpx.AsyncClient, cookie: str | None = None) -> bool:
    headers = [] if cookie is None else [(b"cookie", f"{COOKIE}={cookie}".encode())]
    return "You are" in (await visitor.get("/silences", headers=headers)).text


@pytest.mark.parametrize("wanted", ["https://evil.example", "//evil.example", "/silences//evil", "/incidents\\x", ""])
async def test_signing_in_leads_nowhere_else(memory: MemoryStore, wanted: str) -> None:
    async with writable(memory) as visitor:
        answer = await visitor.post("/login", data={"name": "A", "token": TOKEN, "next": wanted}, headers=OURS)

    assert answer.headers["location"] == "/incidents"


async def test_wrong_tokens_make_the_visitor_wait_also_with_the_right_one(memory: MemoryStore) -> None:
    async with writable(memory) as visitor:
        form = {"name": "Anna", "token": "guess"}
        answers = [await visitor.post("/login", data=form, headers=OURS) for _ in range(5)]
        late = await visitor.post("/login", data=form | {"token": TOKEN}, headers=OURS)
        program = await visitor.post("/api/silences", json=TOLD, headers=BEARER)

    assert [answer.status_code for answer in answers] == [401] * 5
    assert "That is not the token." in answers[0].text
    assert (late.status_code, program.status_code) == (429, 429)
    assert "Try again in" in late.text
    assert int(program.headers["retry-after"]) >= 1


def test_each_further_try_costs_twice_the_wait_up_to_a_minute() -> None:
    now = 100.0
    tries = Tries(lambda: now)
    waits = []
    for _ in range(14):
        tries.wrong("a")
        waits.append(tries.wait("a"))
        now += waits[-1]

    assert waits == [0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60, 60]
    assert tries.wait("b") == 0
    tries.right("a")
    tries.wrong("a")
    assert tries.wait("a") == 0
    for number in range(2000):
        tries.wrong(f"visitor {number}")
    assert len(tries._wrong) == 1000


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"x" * 70_000, "application/x-www-form-urlencoded", 413),
        (b"{", "application/json", 400),
        (b"[]", "application/json", 400),
        (b"[" * 50_000, "application/json", 400),
        (b"\xff=\xff", "application/x-www-form-urlencoded", 400),
        (b"&a=b" * 600, "application/x-www-form-urlencoded", 400),
        (b"a=b", "multipart/form-data; boundary=x", 400),
        (b'{"when": {"topics": ["losses"]}, "reason": 3, "by": "A"}', "application/json", 400),
        (b"", "application/json", 400),
    ],
)
async def test_what_is_no_form_is_refused_in_a_sentence(
    memory: MemoryStore, body: bytes, kind: str, status: int
) -> None:
    async with writable(memory) as visitor:
        answer = await visitor.post("/api/silences", content=body, headers={**BEARER, "content-type": kind})

    assert answer.status_code == status
    assert answer.json()["error"].endswith((".", "}."))
