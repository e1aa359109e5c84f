"""The page of a post names what is by its own mark a later version of it, and that the one before it."""

from __future__ import annotations

from datetime import timedelta

import httpx

from monitor.model import Place, Verdict
from tests.web.memory import NOON, MemoryStore, a_post, an_entry


async def test_each_page_names_the_other(memory: MemoryStore, visitor: httpx.AsyncClient) -> None:
    first, second = a_post("1"), a_post("2")
    there = Place(key=second.key, source="am-mod", name="Ministry", published=NOON, seen=NOON + timedelta(minutes=1))
    updates = Verdict(alert=False, updates=first.key)
    await memory.add(an_entry(first, later=(there,)), an_entry(second, verdict=updates))

    before, after = [(await visitor.get(f"/posts/{one.key}")).text for one in (first, second)]
    whole = (await visitor.get(f"/api/posts/{first.key}")).json()

    assert (
        f'<a href="/posts/{second.key}">A later version</a> by its own mark, published 2021-11-16 12:00:00 UTC'
        in before
    )
    assert f'By its own mark a later version of <a href="/posts/{first.key}">an earlier post</a>' in after
    assert "A later version</a>" not in after
    assert [one["key"] for one in whole["versions"][0]["later"]] == [second.key]
