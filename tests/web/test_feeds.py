"""Feeds over the real store and the real server, as other readers fetch them: our own kind is one of these."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from monitor.fetch import Fetcher
from monitor.model import Alert, Deletion, Post, Suspect, Verdict, alert_id, changed
from monitor.sources import rss
from monitor.store import Store
from monitor.store.gone import Change
from monitor.web.access import Access
from monitor.web.syndicated import name
from tests.servers import ALLOW_LOOPBACK
from tests.web.feeds import ATOM, links, read, sound, sound_json
from tests.web.memory import MINISTRY, NOON, MemoryStore, a_post, a_verdict, an_entry, serving
from tests.web.people import PUBLIC
from tests.web.test_real_store import raise_alert

MINUTE = timedelta(minutes=1)
FEEDS = [f"/feeds/{what}.{form}" for what in ("posts", "alerts") for form in ("atom", "json")]
TYPES = {"atom": "application/atom+xml", "json": "application/feed+json"}


@asynccontextmanager
async def reader(store: Store | MemoryStore, **other: Any) -> AsyncIterator[httpx.AsyncClient]:
    async with serving(store, **other) as (_, address), httpx.AsyncClient(base_url=address) as client:
        yield client


def statement(number: int, text: str = "", **more: Any) -> Post:
    """Return a statement of that minute of the day; the words of each are its own."""
    when = NOON + number * MINUTE
    return a_post(f"{number}", text or f"Statement {number}: {number} servicemen were wounded.", **{"published": when,
                  "seen": when + MINUTE, "title": f"On number {number}"} | more)  # fmt: skip


async def admit(store: Store, *posts: Post) -> None:
    for post in posts:
        await store.posts.admit(post.source, [post], post.seen or NOON)


async def deleted(store: Store, key: str, what: Deletion) -> None:
    held = await store.gone.held(key)
    now = Suspect(key=key, since=NOON, due=NOON + timedelta(days=1), state="deleted", evidence=(str(what.restored),))
    assert await store.gone.change([Change(key, held, now, what)]) == [True]


def said(posts: Sequence[Post]) -> list[tuple[object, ...]]:
    return [(post.title, post.text, post.published, post.permalink, post.language) for post in posts]


@pytest.mark.parametrize("form", TYPES)
async def test_posts_come_back_from_a_feed_as_they_were_stored(store: Store, form: str) -> None:
    edited = statement(2, "Statement 2: nobody was wounded, as it became known later.", seen=NOON + 30 * MINUTE)
    await store.posts.admit("am-mod", [statement(1)], NOON, silent=True)  # a first poll
    await admit(store, statement(2), statement(3), edited, a_post("9", "Of an agency.", source="agency"))
    await deleted(store, statement(3).key, Deletion(at=NOON + 40 * MINUTE, suspected=NOON, evidence=("404.",)))

    async with reader(store, access=Access(None, PUBLIC)) as client:
        answer = await client.get(f"/feeds/posts.{form}", params={"source": "am-mod"})
    found = read(answer.content)

    assert answer.headers["content-type"] == TYPES[form]
    (sound if form == "atom" else sound_json)(answer.content)
    assert [post.native_id for post in found.posts] == [name("post", statement(n).key) for n in (2, 1)]
    assert said(found.posts) == said([edited, statement(1)])
    assert [post.updated for post in found.posts] == [edited.seen, statement(1).published]
    assert [post.author for post in found.posts] == ["Ministry of Defence"] * 2
    assert found.deletions == (name("post", statement(3).key),)
    assert f"{PUBLIC}/posts/{edited.key}" in answer.text


@pytest.mark.parametrize("form", TYPES)
async def test_another_monitor_polls_it_page_by_page_and_is_told_when_nothing_is_new(store: Store, form: str) -> None:
    await admit(store, *(statement(n) for n in range(1, 6)))
    async with serving(store) as (_, address):
        path = f"{address}/feeds/posts.{form}"
        settings = rss.Config.model_validate({"id": "m", "url": f"{path}?count=2", "allow_private": ALLOW_LOOPBACK})

        async def parse(body: bytes, headers: Any, url: str) -> Any:
            return rss.read(body, headers, url, settings)

        source = rss.Source(settings, Fetcher(user_agent="test-monitor/1.0"), parse)
        first = await source.poll(None)
        second = await source.earlier(first.earlier or "")
        third = await source.earlier(second.earlier or "")
        again = await source.poll(first.bookmark)
        await admit(store, statement(6))
        after = await source.poll(again.bookmark)

    shown = [post.title for batch in (first, second, third) for post in batch.posts]
    assert shown == [f"On number {n}" for n in (5, 4, 3, 2, 1)]
    assert (third.earlier, third.warnings) == (None, ())
    assert (again.status, again.unchanged) == (304, True)
    assert [post.title for post in after.posts] == ["On number 6", "On number 5"]


async def test_an_alert_goes_from_the_store_into_its_feeds_with_its_reasons(store: Store) -> None:
    await admit(store, statement(1), statement(2))
    cases = []
    for entry in await store.posts.take("judge-1", 10, block=1.0):
        verdict = a_verdict(entry.post)
        raised = (entry.post.seen or NOON) + MINUTE
        alert = Alert(id=alert_id(entry.post), post=entry.post, origin=MINISTRY, verdict=verdict, raised=raised)
        cases.append((entry, verdict, alert))
    assert await store.alerts.conclude(cases, NOON) == [True, True]

    async with reader(store) as client:
        for form, look in (("atom", sound), ("json", sound_json)):
            answer = await client.get(f"/feeds/alerts.{form}", params={"count": 1})
            look(answer.content)
            found = read(answer.content)
            assert [post.native_id for post in found.posts] == [name("alert", cases[1][2].id)]
            assert found.posts[0].text.startswith(statement(2).text)
            assert "casualties: “wounded” stands in the text" in found.posts[0].text
            assert found.posts[0].published == cases[1][2].raised
            older = read((await client.get(found.earlier or "")).content)
            assert [post.title for post in older.posts] == ["On number 1"]
        told = read((await client.get("/feeds/posts.atom", params={"alerts": 1})).content)
        assert [post.title for post in told.posts] == ["On number 2", "On number 1"]


async def test_the_newest_page_tells_of_deletions_and_returns_that_stand_on_older_ones(store: Store) -> None:
    await admit(store, *(statement(n) for n in range(1, 5)), a_post("9", "Of an agency.", source="agency"))
    gone = Deletion(at=NOON + 60 * MINUTE, suspected=NOON)
    back = changed(gone, restored=NOON + 90 * MINUTE)
    for key, what in ((statement(1).key, gone), (statement(2).key, back), (a_post("9", source="agency").key, gone)):
        await deleted(store, key, what)

    async with reader(store) as client:
        answer = await client.get("/feeds/posts.atom", params={"count": 1, "source": "am-mod"})
        newest = read(answer.content)
        older = read((await client.get(newest.earlier or "")).content)

    assert links(sound(answer.content))["alternate"].endswith("/?source=am-mod")
    assert [post.title for post in newest.posts] == ["On number 4", "On number 2"]
    assert newest.posts[1].updated == back.restored
    assert newest.deletions == (name("post", statement(1).key),)
    assert ([post.title for post in older.posts], older.deletions) == (["On number 3"], ())
    assert await store.gone.lately(9, "agency") == [a_post("9", source="agency").key]
    assert await store.gone.lately(1) == [statement(2).key]


@pytest.mark.parametrize("path", FEEDS)
async def test_who_has_it_already_is_sent_nothing(store: Store, path: str) -> None:
    await admit(store, statement(1))
    await raise_alert(store)
    async with reader(store) as client:
        whole = await client.get(path)
        tag = whole.headers["etag"]
        known = [await client.get(path, headers={"if-none-match": each}) for each in (tag, f'"x", W/{tag}', "*")]
        head = await client.head(path)
        other = await client.get(
            path, headers={"if-none-match": '"x"', "if-modified-since": "Sun, 01 Jan 2090 00:00:00 GMT"}
        )

    assert [(one.status_code, one.content, one.headers["etag"]) for one in known] == [(304, b"", tag)] * 3
    assert {one.headers["cache-control"] for one in (*known, whole)} == {"private, max-age=60"}
    assert (head.status_code, head.content, head.headers["etag"]) == (200, b"", tag)
    assert head.headers["content-length"] == str(len(whole.content))
    assert other.status_code == 200


async def test_a_date_is_told_only_once_nothing_can_come_that_is_older(memory: MemoryStore) -> None:
    old, now = datetime(2021, 11, 16, 13, tzinfo=UTC), datetime.now(UTC)
    memory.stream.append(changed(an_entry(statement(1)), id=f"{int(old.timestamp() * 1000)}-0"))
    date = "Tue, 16 Nov 2021 13:00:00 GMT"
    async with reader(memory) as client:
        assert (await client.get("/feeds/posts.atom")).headers["last-modified"] == date
        for since, status in ((date, 304), ("Tue, 16 Nov 2021 12:59:59 GMT", 200), ("yesterday", 200)):
            answer = await client.get("/feeds/posts.atom", headers={"if-modified-since": since})
            assert answer.status_code == status
        memory.stream.append(changed(an_entry(statement(2)), id=f"{int(now.timestamp() * 1000)}-0"))
        answer = await client.get("/feeds/posts.atom", headers={"if-modified-since": date})
    assert (answer.status_code, "last-modified" in answer.headers) == (200, False)


async def test_the_ids_stay_where_the_monitor_moves_to_another_address(store: Store) -> None:
    await admit(store, statement(1))
    roots = []
    for access in (Access(None, PUBLIC), Access(None, "https://other.example/monitor/"), Access()):
        async with reader(store, access=access) as client:
            roots.append(sound((await client.get("/feeds/posts.atom")).content))

    assert len({root.findtext(f"{ATOM}entry/{ATOM}id") for root in roots}) == 1
    assert [links(root)["self"] for root in roots[:2]] == [
        f"{PUBLIC}/feeds/posts.atom",
        "https://other.example/monitor/feeds/posts.atom",
    ]
    assert [links(entry).get("related") for root in roots for entry in root.findall(f"{ATOM}entry")] == [
        f"{PUBLIC}/posts/{statement(1).key}",
        f"https://other.example/monitor/posts/{statement(1).key}",
        None,
    ]


@pytest.mark.parametrize("path", FEEDS)
async def test_a_question_that_is_not_clear_is_a_sentence(memory: MemoryStore, path: str) -> None:
    async with reader(memory) as client:
        for question in ("count=0", "count=201", "before=x", "source=<b>"):
            answer = await client.get(f"{path}?{question}")
            assert (answer.status_code, list(answer.json())) == (400, ["error"])


async def test_the_pages_name_their_feeds(memory: MemoryStore) -> None:
    async with reader(memory) as client:
        for path in ("/", "/alerts", "/sources"):
            page = (await client.get(path)).text
            for feed in FEEDS:
                assert f'href="{feed}"' in page
        assert 'href="/feeds/posts.atom?source=am-mod"' in (await client.get("/?source=am-mod&count=7")).text


async def test_what_is_silent_is_a_post_like_any_other(memory: MemoryStore) -> None:
    memory.stream.append(an_entry(statement(1), silent=True, verdict=Verdict(alert=False)))
    async with reader(memory) as client:
        assert len(read((await client.get("/feeds/posts.json")).content).posts) == 1
