from __future__ import annotations

import httpx
import msgspec

from monitor.model import Entry, decode
from monitor.web.site import _MOST
from tests.web.memory import AGENCY, MemoryStore, a_post, a_site, alerted, an_entry, browser, record


async def filled(memory: MemoryStore, count: int = 5) -> list[Entry]:
    entries = [an_entry(a_post(str(n), f"Statement number {n}.")) for n in range(count)]
    await memory.add(*entries)
    return entries


async def test_the_newest_comes_first_and_older_ones_follow_page_by_page(
    memory: MemoryStore, visitor: httpx.AsyncClient
) -> None:
    entries = await filled(memory, 5)

    seen: list[str] = []
    further: str | None = ""
    while further is not None:
        answer = (await visitor.get("/api/posts", params={"count": 2, "before": further})).json()
        seen += [entry["id"] for entry in answer["entries"]]
        further = answer["next"]

    assert seen == [entry.id for entry in reversed(entries)]


async def test_the_page_leads_to_older_posts_without_javascript(
    memory: MemoryStore, visitor: httpx.AsyncClient
) -> None:
    entries = await filled(memory, 3)

    first = await visitor.get("/?count=2")
    assert first.text.index("number 2") < first.text.index("number 1")
    assert f'href="/?count=2&amp;before={entries[1].id}"' in first.text
    older = await visitor.get(f"/?before={entries[1].id}")
    assert "number 0" in older.text
    assert "number 1" not in older.text
    assert "live.js" not in older.text  # a page of old posts stays as it is


async def test_an_entry_in_the_api_is_exactly_the_record(memory: MemoryStore, visitor: httpx.AsyncClient) -> None:
    [entry] = await filled(memory, 1)

    answer = await visitor.get("/api/posts")

    assert answer.headers["content-type"] == "application/json"
    assert answer.json()["entries"] == [record(entry)]
    assert decode(msgspec.json.encode(answer.json()["entries"][0]), Entry) == entry


async def test_posts_of_one_source_are_found_among_many_others(memory: MemoryStore, visitor: httpx.AsyncClient) -> None:
    await memory.add(an_entry(a_post("x", "From the agency.", source="agency")))
    await filled(memory, 450)

    answer = (await visitor.get("/api/posts?source=agency")).json()

    assert [entry["post"]["source"] for entry in answer["entries"]] == ["agency"]
    assert answer["next"] is None


async def test_a_search_that_takes_long_says_where_to_go_on(memory: MemoryStore, visitor: httpx.AsyncClient) -> None:
    await memory.add(an_entry(a_post("x", "From the agency.", source="agency")))
    await filled(memory, 2100)

    first = (await visitor.get("/api/posts?source=agency")).json()
    assert first["entries"] == []
    assert first["next"]
    second = (await visitor.get("/api/posts", params={"source": "agency", "before": first["next"]})).json()
    assert len(second["entries"]) == 1


async def test_only_alerts(memory: MemoryStore, visitor: httpx.AsyncClient) -> None:
    entry, alert, _ = alerted(a_post("a"))
    await memory.add(entry, alert)
    await filled(memory, 3)

    answer = (await visitor.get("/api/posts?alerts=1")).json()
    page = await visitor.get("/?alerts=1")

    assert [each["alert"] for each in answer["entries"]] == [alert.id]
    assert page.text.count('<li class="row') == 1
    assert "<mark>wounded</mark>" in page.text
    assert 'class="severity high"' in page.text


async def test_alerts_say_who_why_and_where_to(memory: MemoryStore, visitor: httpx.AsyncClient) -> None:
    entry, alert, _ = alerted(a_post("a"))
    await memory.add(entry, alert)

    page = await visitor.get("/alerts")
    answer = await visitor.get("/api/alerts")

    assert "“wounded” stands in the text" in page.text
    assert 'Rule <a href="/rules/casualties">casualties</a> · to duty' in page.text
    assert answer.json() == {"alerts": [record(alert)], "next": None}


async def test_an_empty_timeline_says_what_is_watched(visitor: httpx.AsyncClient) -> None:
    page = await visitor.get("/")

    assert "2 sources are being watched" in page.text
    assert "Ministry of Defence" in page.text
    assert AGENCY.name in page.text


async def test_a_post_without_a_title_leads_with_its_words(memory: MemoryStore, visitor: httpx.AsyncClient) -> None:
    post = a_post("a", "Wounded, two men.", title="", published=None)
    await memory.add(an_entry(post, silent=True, copy_of="agency:" + "0" * 20))

    page = await visitor.get("/")

    assert f'<a href="/posts/{post.key}">Wounded, two men.</a>' in page.text
    assert "first poll" in page.text
    assert 'href="/posts/agency:00000000000000000000">copy' in page.text


async def test_unclear_questions_are_answered_with_what_would_be_right(visitor: httpx.AsyncClient) -> None:
    for query in ("count=0", f"count={_MOST + 1}", "count=x", "count=-1", "count=" + "9" * 5000, "count=٣"):
        answer = await visitor.get(f"/api/posts?{query}")
        assert (answer.status_code, answer.json()["error"]) == (400, "count is a number from 1 to 200.")
    for query in ("before=<script>", "source=../x", "source=" + "a" * 65):
        page = await visitor.get(f"/?{query}")
        assert page.status_code == 400
        assert "<script>" not in page.text


async def test_a_reload_that_changes_the_sources_changes_the_page(memory: MemoryStore) -> None:
    watched = [AGENCY]
    async with browser(a_site(memory, sources=lambda: watched)) as visitor:
        assert "One source is being watched" in (await visitor.get("/")).text
        watched.clear()
        assert "No source is watched" in (await visitor.get("/")).text
