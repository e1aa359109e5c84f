"""Posts that were taken away, on their page and on that of their source."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import httpx

from monitor.model import Deletion, Suspect, changed
from tests.web.memory import NOON, MemoryStore, a_post, an_entry
from tests.web.told import untold, words

WHAT = Deletion(
    at=NOON,
    suspected=NOON - timedelta(hours=1),
    seen=NOON - timedelta(hours=2),
    evidence=("<b>404</b> at its address.",),
)


async def test_a_deleted_post_says_so_with_its_times_and_what_was_found(
    memory: MemoryStore, visitor: httpx.AsyncClient
) -> None:
    entry = changed(an_entry(a_post()), deletion=WHAT)
    await memory.add(entry)
    page = (await visitor.get(f"/posts/{entry.post.key}")).text

    assert "Deleted by its publisher" in page
    for time in ("12:00:00", "11:00:00", "10:00:00"):
        assert f"2021-11-16 {time} UTC" in page
    assert "&lt;b&gt;404&lt;/b&gt; at its address." in page
    assert entry.post.title in page
    whole = (await visitor.get(f"/api/posts/{entry.post.key}")).json()
    assert whole["versions"][0]["deletion"]["at"] == "2021-11-16T12:00:00Z"


async def test_a_restored_post_says_since_when(memory: MemoryStore, visitor: httpx.AsyncClient) -> None:
    entry = changed(an_entry(a_post()), deletion=changed(WHAT, restored=NOON + timedelta(days=1)))
    await memory.add(entry)
    page = (await visitor.get(f"/posts/{entry.post.key}")).text

    assert "It was deleted, and is there again" in page
    assert "There again since 2021-11-17 12:00:00 UTC" in page


async def test_the_timeline_marks_what_was_deleted(memory: MemoryStore, visitor: httpx.AsyncClient) -> None:
    await memory.add(changed(an_entry(a_post()), deletion=WHAT))
    page = (await visitor.get("/")).text

    assert '#deletion">deleted</a>' in page


async def test_posts_that_may_be_gone_are_named_with_the_last_that_was_found(
    memory: MemoryStore, visitor: httpx.AsyncClient
) -> None:
    at, evidence = datetime.now(UTC) - timedelta(hours=2), ("first", "<b>404</b>\n at its address")
    missed = Suspect(key=a_post().key, since=at, due=at, evidence=evidence)
    gone = changed(missed, key=a_post("2").key, state="deleted", since=at - timedelta(hours=1))
    memory.suspects = [missed, gone]
    page, none = [(await visitor.get(f"/sources/{one}")).text for one in ("am-mod", "agency")]
    one = (await visitor.get("/api/sources/am-mod")).json()

    line = "missed {} h ago &lt;b&gt;404&lt;/b&gt; at its address"
    assert not untold(
        page,
        f"Posts that may have been deleted {missed.key} {line.format(2)}",
        f"Posts found deleted, and watched for coming back {gone.key} {line.format(3)}",
    )
    assert f'href="/posts/{missed.key}"' in page
    assert "deleted" not in words(none)
    assert [each["state"] for each in one["suspects"]] == ["deleted", "suspected"]
