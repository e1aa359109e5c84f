"""News sitemaps: what becomes of an address, and how an index and its sitemaps are asked."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime, timedelta
from html import escape

import pytest

from monitor.errors import Refused, Unreachable, Unreadable
from monitor.model import Batch, Media, Post, Reading, post_key
from monitor.poll import poll
from monitor.sources import sitemap
from monitor.store import Store
from tests.properties import holds
from tests.servers import HttpServer, Reply
from tests.sources.follower import Follower
from tests.sources.watched import tagged

SITE = "https://ministry.example"
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def settings(url: str = f"{SITE}/news.xml", **more: object) -> sitemap.Config:
    given = {"id": "m", "kind": "sitemap", "url": url, "timezone": "Asia/Yerevan", **more}
    return sitemap.Config.model_validate(given)


def news(name: str, title: str = "Briefing", *, at: str = "2026-11-22T10:00:00+04:00", more: str = "") -> str:
    return f"""<url><loc>{SITE}/{name}</loc><news:news><news:publication><news:name>Ministry</news:name>
    <news:language>hy</news:language></news:publication><news:publication_date>{at}</news:publication_date>
    <news:title>{escape(title)}</news:title></news:news>{more}</url>"""


def urls(*entries: str) -> bytes:
    return f"""<?xml version="1.0" encoding="UTF-8"?>
    <urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml"
    xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"
    xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">{"".join(entries)}</urlset>""".encode()


def index(*places: str | tuple[str, str]) -> bytes:
    """Return an index of addresses, or of addresses and when they were changed."""
    each = [place if isinstance(place, tuple) else (place, "") for place in places]
    lines = "".join(f"<sitemap><loc>{at}</loc>{f'<lastmod>{on}</lastmod>' if on else ''}</sitemap>" for at, on in each)
    return f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{lines}</sitemapindex>'.encode()


def read(body: bytes, **more: object) -> Reading:
    found = sitemap.read(body, {}, f"{SITE}/news.xml", settings(f"{SITE}/news.xml", **more))
    holds.reading(found, f"{SITE}/news.xml")
    return found


def names(found: Reading | Batch) -> list[str]:
    return [post.native_id.rpartition("/")[2] for post in found.posts]


# --- what becomes of an address ---------------------------------------------------------------------------------------


def test_news_with_everything() -> None:
    more = f"<lastmod>2026-11-22T08:30Z</lastmod><image:image><image:loc>{SITE}/1.jpg</image:loc></image:image>"

    reading = read(urls(news("1", "Losses &  the border", more=more)))

    assert reading.warnings == ()
    assert reading.posts == (
        Post(
            key=post_key("m", f"{SITE}/1"),
            source="m",
            kind="sitemap",
            native_id=f"{SITE}/1",
            author="Ministry",
            published=datetime(2026, 11, 22, 6, tzinfo=UTC),
            updated=datetime(2026, 11, 22, 8, 30, tzinfo=UTC),
            title="Losses & the border",
            language="hy",
            permalink=f"{SITE}/1",
            media=(Media(type="image", url=f"{SITE}/1.jpg"),),
            flags=("partial",),
        ),
    )


def test_a_day_without_an_hour_is_midnight_on_the_sources_clock_and_seconds_may_lack() -> None:
    day, minute = (read(urls(news("1", at=at))).posts[0].published for at in ("2026-11-22", "2026-11-22T10:00+04:00"))

    assert (day, minute) == (datetime(2026, 11, 21, 20, tzinfo=UTC), datetime(2026, 11, 22, 6, tzinfo=UTC))


def test_pages_that_are_no_news_are_left_out_and_counted() -> None:
    reading = read(urls(news("1"), f"<url><loc>{SITE}/about</loc></url>", news("", title=""), news("1", "Again")))

    assert [(post.permalink, post.title) for post in reading.posts] == [(f"{SITE}/1", "Briefing")]
    assert reading.warnings == ("2 of 4 addresses come without a title of news and were left out",)


def test_of_an_index_the_news_are_chosen_and_then_the_newest() -> None:
    body = index(
        (f"{SITE}/pages.xml", "2026-11-22"),
        (f"{SITE}/2025.xml", "2025-12-31"),
        ("/news-1.xml", "2026-01-01"),
        (f"{SITE}/2026.xml.gz", "2026-11-22T10:00:00Z"),
        f"{SITE}/undated.xml",
        f"{SITE}/news.xml",  # itself
        "javascript:alert(1)",
    )

    chosen = read(body, sitemaps=4).cursor["sitemaps"].splitlines()

    expected = ["news-1.xml", "2026.xml.gz", "pages.xml", "2025.xml"]
    assert chosen == [f"{SITE}/{name}" for name in expected]
    assert read(body, sitemaps=1).cursor["sitemaps"] == f"{SITE}/news-1.xml"
    assert read(index()).warnings == ("the index names no sitemap",)


def test_what_is_packed_is_unpacked_but_not_without_end() -> None:
    packed = gzip.compress(urls(news("1"), news("2")))

    assert names(read(packed)) == ["1", "2"]
    cut = read(packed[:-12])
    assert "malformed or cut" in cut.warnings[0]
    with pytest.raises(Unreadable, match="over 8 MiB"):
        read(gzip.compress(urls() + b" " * 9 * 2**20))
    with pytest.raises(Unreadable, match="cannot be unpacked"):
        read(b"\x1f\x8b nothing of the kind")


def test_of_a_cut_sitemap_the_whole_addresses_are_read() -> None:
    body = urls(news("1"), news("2"))

    reading = read(body[: body.rindex(b"<news:title>")])

    assert names(reading) == ["1"]
    assert "what is whole was taken" in reading.warnings[0]


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "the answer was empty; a sitemap was expected"),
        (b"<!doctype html><title>Not found</title>", "an HTML page came instead of a sitemap"),
        (b"<rss version='2.0'/>", "neither a sitemap nor an index"),
        (b"https://ministry.example/1\n", "no sitemap: it is no XML"),
        (b'<!DOCTYPE urlset [<!ENTITY a "b">]><urlset/>', "document type"),
    ],
)
def test_what_is_no_sitemap_is_said_to_be_none(body: bytes, why: str) -> None:
    with pytest.raises(Unreadable, match=why):
        read(body)


# --- asked as the monitor asks ----------------------------------------------------------------------------------------


class Asked(Follower):
    """A sitemap at `/top.xml` of the server, polled hour by hour."""

    def __init__(self, server: HttpServer, **more: object) -> None:
        super().__init__(server, "sitemap", {"url": f"{server.url}/top.xml", "timezone": "Asia/Yerevan", **more})
        self.hour = NOON

    async def poll(self) -> Batch:
        self.hour += timedelta(hours=1)
        return await super().poll()


async def test_a_sitemap_alone_is_a_document(server: HttpServer) -> None:
    server.routes["/top.xml"] = tagged(urls(news("1")))
    asked = Asked(server)

    assert names(await asked.poll()) == ["1"]
    again = await asked.poll()
    assert (again.status, again.unchanged) == (304, True)


async def test_an_index_that_never_changes_hides_no_news(server: HttpServer) -> None:
    server.routes |= {
        "/top.xml": tagged(index(f"{server.url}/news.xml.gz", f"{server.url}/b.xml")),
        "/news.xml.gz": tagged(gzip.compress(urls(news("1")))),
        "/b.xml": tagged(urls(news("2"), news("1"))),
    }
    asked = Asked(server)

    assert sorted(names(await asked.poll())) == ["1", "2"]
    assert asked.paths == ["/top.xml", "/news.xml.gz", "/b.xml"]

    quiet = await asked.poll()
    assert (quiet.unchanged, quiet.posts) == (True, ())
    assert asked.paths == ["/top.xml", "/news.xml.gz", "/b.xml"]
    assert [request.headers.get("if-none-match") for request in server.requests] == ['"1"'] * 3

    server.routes["/b.xml"] = tagged(urls(news("3"), news("2")), '"2"')
    told = await asked.poll()
    assert (names(told), told.unchanged) == (["3", "2"], False)


async def test_of_a_sitemap_chosen_later_the_archive_is_no_news(server: HttpServer) -> None:
    server.routes |= {"/top.xml": Reply(200, index(f"{server.url}/a.xml")), "/a.xml": Reply(200, urls(news("1")))}
    asked = Asked(server)
    await asked.poll()

    old, new = news("old", at="2026-11-19T10:00:00Z"), news("new", at="2026-11-22T12:30:00Z")
    server.routes |= {
        "/top.xml": Reply(200, index(f"{server.url}/a.xml", f"{server.url}/b.xml")),
        "/b.xml": Reply(200, urls(old, new)),
    }
    assert names(await asked.poll()) == ["new"]

    server.routes["/b.xml"] = Reply(200, urls(old, news("newer", at="2026-11-22T14:30:00Z"), new))
    assert names(await asked.poll()) == ["newer", "new"]


async def test_one_that_fails_is_told_and_read_when_it_is_back(server: HttpServer) -> None:
    server.routes |= {
        "/top.xml": Reply(200, index(f"{server.url}/a.xml", f"{server.url}/b.xml")),
        "/a.xml": Reply(200, urls(news("1"))),
    }
    asked = Asked(server)
    with pytest.raises(Unreachable):  # what stands in b would later look like news
        await asked.poll()
    server.routes["/b.xml"] = Reply(200, urls(news("2")))
    await asked.poll()

    del server.routes["/b.xml"]
    server.routes["/a.xml"] = Reply(200, urls(news("3"), news("1")))
    partly = await asked.poll()
    assert names(partly) == ["3", "1"]
    assert "/b.xml could not be read" in partly.warnings[0]

    server.routes["/b.xml"] = Reply(200, urls(news("4"), news("2")))
    assert names(await asked.poll()) == ["4", "2"]

    del server.routes["/a.xml"], server.routes["/b.xml"]
    with pytest.raises(Unreachable):
        await asked.poll()


async def test_an_index_within_an_index_is_not_followed(server: HttpServer) -> None:
    server.routes |= {
        "/top.xml": Reply(200, index(f"{server.url}/a.xml")),
        "/a.xml": Reply(200, index(f"{server.url}/b.xml")),
    }

    batch = await Asked(server).poll()

    assert batch.warnings == (f"{server.url}/a.xml is an index within an index: not followed",)


async def test_an_index_leads_to_public_addresses_only(server: HttpServer) -> None:
    server.routes["/top.xml"] = Reply(200, index("http://10.0.0.1/a.xml"))
    with pytest.raises(Refused, match="only public addresses"):
        await Asked(server).poll()


async def test_only_so_many_are_remembered(server: HttpServer) -> None:
    server.routes["/a0.xml"] = Reply(200, urls(news("1")))
    asked = Asked(server, sitemaps=1)
    for number in range(55):
        server.routes[f"/a{number}.xml"] = Reply(200, urls(news("1")))
        server.routes["/top.xml"] = Reply(200, index(f"{server.url}/a{number}.xml"))
        await asked.poll()

    assert asked.bookmark
    known = [name for name in asked.bookmark.cursor if name.startswith("part ")]
    assert len(known) == 50
    assert f"part {server.url}/a54.xml" in known
    assert len([name for name in asked.bookmark.cursor if name.startswith("met ")]) <= 50


async def test_a_first_poll_is_silent_and_the_next_tells_what_is_new(server: HttpServer, store: Store) -> None:
    server.routes |= {
        "/top.xml": Reply(200, index(f"{server.url}/news.xml")),
        "/news.xml": Reply(200, urls(news("1"), news("2"))),
    }
    asked = Asked(server)
    first = await poll(asked.settings, asked.source, store, NOON)
    server.routes["/news.xml"] = Reply(200, urls(news("3"), news("1", "Briefing, corrected"), news("2")))
    second = await poll(asked.settings, asked.source, store, NOON + timedelta(hours=1))

    assert first.counts["new"] == 2
    assert (second.counts["new"], second.counts["version"], second.counts["known"]) == (1, 1, 1)
    assert second.after.gap is None
