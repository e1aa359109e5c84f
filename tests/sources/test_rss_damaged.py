"""Documents that are damaged, hostile, or no feeds."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from monitor import errors
from monitor.model import Reading
from monitor.workers import Workers
from tests.sources.feeds import URL, items, read, settings


def test_a_cut_document_yields_its_whole_posts_and_a_warning() -> None:
    whole = items(*(f"<guid>{n}</guid><title>post {n}</title>" for n in range(5)))
    reading = read(whole[: whole.index("post 3") + 3])
    assert [p.native_id for p in reading.posts] == ["0", "1", "2"]
    assert "malformed or cut" in reading.warnings[0]


@pytest.mark.parametrize(
    "inner",
    [
        "<title>a & b</title>",
        "<title>a</title><link>https://x.example/?a=1&b=2</link>",
        "<title>a</title><other:thing>undeclared</other:thing>",
        "<title>a</title><description><p>never closed<br></description>",
    ],
)
def test_malformed_documents_are_read_around(inner: str) -> None:
    reading = read(items("<guid>1</guid><title>before</title>", inner, "<guid>3</guid><title>after</title>"))
    assert [p.title[0] for p in reading.posts] == ["b", "a", "a"]
    assert reading.warnings


@pytest.mark.parametrize(
    "inner",
    ["<title>a\x07b</title>", "<title>a&#7;b</title>", "<title>a&#xD800;b</title>", "<title>a&#99999999999;b</title>"],
)
def test_characters_that_xml_forbids_cost_no_post_and_no_warning(inner: str) -> None:
    reading = read(items(inner))
    assert reading.posts[0].title in ("ab", "a\ufffdb")
    assert reading.warnings == ()


def test_a_feed_without_posts_is_fine() -> None:
    assert read(items()) == Reading()


def test_no_more_than_five_thousand_posts() -> None:
    reading = read(items(*(f"<guid>{n}</guid>" for n in range(5_500))))
    assert len(reading.posts) == 5_000
    assert "more than 5000 posts" in reading.warnings[0]


@pytest.mark.parametrize("end", ["</item>" * 6_000 + "</channel></rss>", ""])
def test_more_posts_than_are_read_within_each_other_are_no_sound_feed(end: str) -> None:
    nested = "<item>" * 6_000 + end
    with pytest.raises(errors.Unreadable, match="more than 5000 posts stand within each other"):
        read(f'<rss version="2.0"><channel>{nested}')

    reading = read(f'<rss version="2.0"><channel><item><guid>1</guid></item>{nested}')
    assert [post.native_id for post in reading.posts] == ["1"]
    assert "within each other" in reading.warnings[0]


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"", "empty"),
        (b" \n\t\xef\xbb\xbf ", "empty"),
        (b"<!doctype html><title>Just a moment</title>", "HTML page"),
        (b"<!-- x --><HTML><body>", "HTML page"),
        (b'<?xml version="1.0"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0//EN" "x"><html/>', "HTML page"),
        (b"/etc/passwd", "neither XML nor JSON"),
        (b"https://ministry.example/", "neither XML nor JSON"),
        (b"<urlset><url/></urlset>", "neither RSS"),
        (b"<error", "neither RSS"),
        (b'<!DOCTYPE rss [<!ENTITY a "b">]><rss/>', "own entities"),
        (b'<!-- <a --><!DOCTYPE rss [<!ENTITY a "b">]><rss/>', "own entities"),
        (b'<?xml version="1.0"?> <!DOCTYPE rss [<!ATTLIST item a CDATA "x">]><rss/>', "own entities"),
        ('<!DOCTYPE rss [<!ENTITY a "b">]><rss/>'.encode("utf-16"), "own entities"),
        (b'<!ENTITY a "b"><rss/>', "own entities"),
    ],
)
def test_what_is_no_feed_is_said_in_words(body: bytes | str, sentence: str) -> None:
    with pytest.raises(errors.Unreadable, match=sentence):
        read(body)


# Hostile documents, through the real worker

NESTED = "<!-- <a -->" + "<!DOCTYPE rss [" + '<!ENTITY e0 "x">'
NESTED += "".join(f'<!ENTITY e{n} "&e{n - 1};">' for n in range(1, 30_000)) + "]>" + items("<title>&e29999;</title>")

HOSTILE = {
    "nested entities": NESTED,
    "newlines before the root": "\n" * 1_000_000 + items("<title>x</title>"),
    "attributes": items("<title " + " ".join(f'a{n}="{n}"' for n in range(25_000)) + ">x</title>"),
    "an author": items(f"<title>x</title><author>a@{'a.' * 32_000}a!</author>"),
    "a style": items(f'<description>&lt;p style="{"url(" * 20_000}"&gt;x&lt;/p&gt;</description>'),
    "half a character": items("<title>&#xD800;</title>"),
    "a character beyond all": items("<title>&#9999999999;</title>"),
    "a path": "/etc/passwd",
    "deep XML": items("<a>" * 200_000),
    "deep HTML": items(f"<description>{'&lt;div&gt;' * 100_000}</description>"),
    "one huge attribute": items(f'<title a="{"x" * 4_000_000}">x</title>'),
    "many references": items(f"<title>{'&#1234567890123;' * 100_000}</title>"),
    "open brackets": "<" * 500_000,
    "open comments": "<rss>" + "<!--" * 100_000,
    "open declarations": "<rss>" + "<![" * 100_000,
    "a long date": items(f"<pubDate>{'1 ' * 500_000}</pubDate>"),
    "many spaces": items(f"<description>&lt;b&gt;x&lt;/b&gt;{'&#160; ' * 200_000}</description>"),
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def workers() -> AsyncIterator[Workers]:
    pool = Workers(2, wall=3.0, cpu=1)
    await pool.start()
    yield pool
    await pool.close()


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("name", HOSTILE)
async def test_a_hostile_document_ends_in_time_while_others_are_read(workers: Workers, name: str) -> None:
    mine = settings().model_dump_json()
    good = items("<guid>1</guid><title>calm</title>").encode()
    async with asyncio.timeout(6):
        hostile = asyncio.create_task(workers.read("rss", HOSTILE[name].encode(), {}, URL, mine))
        for _ in range(3):
            reading = await workers.read("rss", good, {}, URL, mine)
            assert [p.title for p in reading.posts] == ["calm"]
        (ending,) = await asyncio.gather(hostile, return_exceptions=True)
        assert isinstance(ending, Reading | errors.Unreadable)
