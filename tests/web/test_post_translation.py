"""The page of a post names the same statement in other languages, before it and after it."""

from __future__ import annotations

import httpx

from monitor.model import Translation
from tests.web.memory import MemoryStore, a_post, an_entry


async def test_each_page_names_the_other(memory: MemoryStore, visitor: httpx.AsyncClient) -> None:
    why = "same numbers in order (7, 14:00), 12 minutes apart"
    first, later = a_post("1"), a_post("2")
    of = Translation(key=first.key, language="en", certainty=0.9, why=why)
    into = Translation(key=later.key, language="hy", certainty=0.9, why=why)
    await memory.add(an_entry(first, translations=(into,)), an_entry(later, translation_of=of))

    there, here = [(await visitor.get(f"/posts/{one.key}")).text for one in (first, later)]

    assert f'<a href="/posts/{later.key}">The same in Armenian</a>' in there
    assert f'<a href="/posts/{first.key}">The same in English</a>' in here
    assert "12 minutes apart" in here
