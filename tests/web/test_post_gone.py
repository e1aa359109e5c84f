"""Posts that were taken away, on their page."""

from __future__ import annotations

from datetime import timedelta

import httpx

from monitor.model import Deletion, changed
from tests.web.memory import NOON, MemoryStore, a_post, an_entry

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
