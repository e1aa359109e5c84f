"""Where else a statement stands, on the pages and in the API."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest

from monitor.model import Like, Likeness, Repeat, SameAs
from tests.web.memory import NOON, MemoryStore, a_post, an_entry


async def test_the_first_place_lists_the_later_ones(memory: MemoryStore, visitor: httpx.AsyncClient) -> None:
    post = a_post()
    later = Repeat(
        permalink="javascript:alert(1)",
        native_id="<b>2</b>",
        seen=NOON + timedelta(minutes=5),
        published=NOON + timedelta(minutes=3),
        source="am-tg",
        key="am-tg:" + "0" * 20,
        likeness="shortened",
    )
    await memory.add(an_entry(post, repeats=(later,)))
    page = (await visitor.get(f"/posts/{post.key}")).text

    assert (
        'This statement, shortened, also from <a href="/posts/am-tg:00000000000000000000"><bdi>am-tg</bdi></a>' in page
    )
    assert 'href="javascript:' not in page
    assert "<b>2</b>" not in page
    (version,) = (await visitor.get(f"/api/posts/{post.key}")).json()["versions"]
    assert (version["repeats"][0]["source"], version["repeats"][0]["likeness"]) == ("am-tg", "shortened")


@pytest.mark.parametrize(
    ("likeness", "words"),
    [
        ("same", "This statement came"),
        ("shortened", "A longer form of this statement came"),
        ("extended", "A shorter form of this statement came"),
    ],
)
async def test_a_later_place_leads_to_the_first(
    memory: MemoryStore, visitor: httpx.AsyncClient, likeness: Likeness, words: str
) -> None:
    post = a_post()
    await memory.add(an_entry(post, same_as=SameAs(key="am-x:" + "0" * 20, likeness=likeness)))
    link = '<a href="/posts/am-x:00000000000000000000">earlier from <bdi>am-x</bdi></a>'

    assert f"{words} {link}" in (await visitor.get(f"/posts/{post.key}")).text
    assert 'href="/posts/am-x:00000000000000000000"' in (await visitor.get("/")).text


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("same", "The same words came"),
        ("shortened", "A longer form of this came"),
        ("extended", "A shorter form of this came"),
        ("reworded", "This in other words came"),
        ("retold", "Others wrote this up:"),
    ],
)
async def test_a_near_copy_leads_to_what_it_is_a_copy_of(
    memory: MemoryStore, visitor: httpx.AsyncClient, kind: Likeness, words: str
) -> None:
    post = a_post()
    await memory.add(an_entry(post, like=Like(key="am-x:" + "0" * 20, kind=kind, share=0.857)))
    link = (
        '<a href="/posts/am-x:00000000000000000000">earlier from <bdi>am-x</bdi></a>; 86 % of the words are the same.'
    )

    assert f"{words} {link}" in (await visitor.get(f"/posts/{post.key}")).text
    timeline = (await visitor.get("/")).text
    assert 'href="/posts/am-x:00000000000000000000"' in timeline
    assert (">retold<" in timeline, ">near copy<" in timeline) == (kind == "retold", kind != "retold")
    (version,) = (await visitor.get(f"/api/posts/{post.key}")).json()["versions"]
    assert version["like"] == {"key": "am-x:" + "0" * 20, "kind": kind, "share": 0.857}
