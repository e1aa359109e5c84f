from __future__ import annotations

from datetime import timedelta
from importlib import metadata

import pytest

from monitor.model import Batch, Reading
from monitor.sources import _entries, rss
from monitor.sources._entries import KNOWN
from monitor.sources.rss import unknown
from tests.servers import HttpServer, Reply
from tests.sources.feeds import URL, settings
from tests.sources.watcher import HOUR, MINUTE, Watcher

DATE = "<pubDate>Tue, 16 Nov 2021 12:{:02}:00 GMT</pubDate>"


def item(n: int, text: str = "") -> str:
    return f"<item><guid>https://example.org/{n}</guid><title>Title {n}</title>{text}{DATE.format(n)}</item>"


def document(*items: str, head: str = "", root: str = "") -> str:
    return f"<rss version='2.0' {root}><channel><title>t</title>{head}{''.join(items)}</channel></rss>"


def read(body: str, known: str | None = "", **more: str) -> Reading:
    headers = {} if known is None else {KNOWN: known}
    return rss.read(body.encode(), headers, URL, settings(**more))


def numbers(reading: Reading | Batch) -> list[str]:
    return [post.native_id.rpartition("/")[2] for post in reading.posts]


BEFORE = read(document(item(1), item(2)))


def test_of_a_document_that_was_read_before_only_unknown_entries_are_read_and_all_are_remembered() -> None:
    body = document(item(3), item(1), item(2, "<description>edited</description>"))
    now, whole = read(body, BEFORE.entries), read(body)

    assert numbers(now) == ["3", "2"]
    assert now.posts == (whole.posts[0], whole.posts[2])
    assert now.entries == whole.entries
    assert _entries.known(now, "m") == (BEFORE.posts[0].key,)
    assert _entries.window(now, "m") == _entries.window(whole, "m") == tuple(whole.posts[n].key for n in (0, 2, 1))
    assert _entries.said(now) == _entries.said(whole) != _entries.said(BEFORE)


def test_nothing_is_remembered_for_whoever_does_not_ask() -> None:
    assert read(document(item(1)), None).entries == ""
    assert numbers(read(document(item(1), item(2)), None)) == ["1", "2"]


def test_a_head_that_only_tells_the_time_leaves_entries_known() -> None:
    first = read(document(item(1), head="<ttl>5</ttl><lastBuildDate>1</lastBuildDate>"))
    again = read(document(item(1), head="<ttl>5</ttl><lastBuildDate>2</lastBuildDate>"), first.entries)

    assert numbers(again) == []
    assert (again.hints, again.entries) == (first.hints, first.entries)


@pytest.mark.parametrize(
    ("body", "more"),
    [
        (document(item(1), item(2), head="<language>ru</language>"), {}),
        (document(item(1), item(2), root="xml:base='https://other.example/'"), {}),
        (document(item(1), item(2), root="xmlns:media='http://search.yahoo.com/mrss/'"), {}),
        (document(item(1), item(2)), {"timezone": "Asia/Yerevan"}),
        (document(item(1), item(2)), {"language": "hy"}),
        (document(item(1), item(2)), {"id": "other"}),
    ],
)
def test_what_entries_inherit_makes_all_of_them_unknown(body: str, more: dict[str, str]) -> None:
    assert numbers(read(body, BEFORE.entries, **more)) == ["1", "2"]


def test_another_place_or_another_reader_makes_all_entries_unknown() -> None:
    body, headers = document(item(1), item(2)).encode(), {KNOWN: BEFORE.entries}
    other_reader = _entries.written(_entries.read(BEFORE.entries)._replace(mark="another"))

    assert len(rss.read(body, headers, URL, settings()).posts) == 0
    assert len(rss.read(body, headers, "https://ministry.example/other.xml", settings()).posts) == 2
    assert len(rss.read(body, {KNOWN: other_reader}, URL, settings()).posts) == 2


def test_another_version_of_a_library_makes_all_entries_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metadata, "version", lambda _: "0")
    unknown.version.cache_clear()
    again = read(document(item(1), item(2)), BEFORE.entries)
    unknown.version.cache_clear()

    assert numbers(again) == ["1", "2"]


@pytest.mark.parametrize("spoilt", ["", "x", "x:", "x:%", "x:AAAA"])
def test_a_memory_that_cannot_be_read_is_none(spoilt: str) -> None:
    assert _entries.read(spoilt).entries == ()
    assert numbers(read(document(item(1), item(2)), spoilt)) == ["1", "2"]


def test_an_id_that_a_known_entry_has_too_is_told_apart_as_ever() -> None:
    body = document(item(1), item(2), item(1, "<description>another</description>"))
    now = read(body, BEFORE.entries)

    assert now == read(body)
    assert len(now.posts) == 3
    assert "1 ids stand for several different posts" in now.warnings[0]
    assert now.entries == ""


def test_posts_without_an_id_are_read_each_time() -> None:
    body = document(item(1), "<item><title>a</title></item>", "<item><title>b</title></item>")
    first = read(body)
    again = read(body, first.entries)

    assert [post.title for post in again.posts] == ["a", "b"]
    assert _entries.window(again, "m") == (first.posts[0].key,)
    assert _entries.said(again) == _entries.said(first)


def test_the_same_entry_twice_is_one_post_and_nothing_is_remembered() -> None:
    assert numbers(read(document(item(1), item(1)))) == ["1"]
    assert read(document(item(1), item(1)), BEFORE.entries).entries == ""


def test_a_malformed_document_is_read_as_a_whole_and_not_remembered() -> None:
    now = read(document(item(1), item(2), item(3, "<b>")), BEFORE.entries)

    assert numbers(now)[:2] == ["1", "2"]
    assert (bool(now.warnings), now.entries) == (True, "")


def test_where_an_entry_changes_how_the_next_is_read_none_is_remembered() -> None:
    leaking = "<x:a xmlns:x='urn:unknown'>words</x:a>"

    assert read(document(item(1, leaking), item(2))).entries == ""
    assert numbers(read(document(item(1), item(2), item(3, leaking)), BEFORE.entries)) == ["1", "2", "3"]


def test_a_tombstone_of_what_is_still_shown_is_none() -> None:
    dead = "<at:deleted-entry ref='https://example.org/{}' when='2021-11-16T12:00:00Z'/>"
    root = "xmlns:at='http://purl.org/atompub/tombstones/1.0'"
    body = document(item(1), item(2), head=dead.format(1) + dead.format(7), root=root)
    first = read(body)

    assert first.deletions == ("https://example.org/7",)
    assert read(body, first.entries).deletions == first.deletions


@pytest.fixture
def watcher(server: HttpServer) -> Watcher:
    return Watcher(server, "rss")


def says(watcher: Watcher, *items: str) -> None:
    watcher.server.routes["/"] = Reply(200, document(*items).encode(), {"Content-Type": "application/rss+xml"})


async def test_a_poll_tells_whom_it_knows_and_what_is_shown(watcher: Watcher) -> None:
    says(watcher, item(2), item(1))
    first = await watcher.poll()
    says(watcher, item(3), item(2))
    batch = await watcher.poll()

    assert (numbers(first), first.known) == (["2", "1"], ())
    assert (numbers(batch), batch.known) == (["3"], (first.posts[0].key,))
    assert batch.shown == batch.window == (batch.posts[0].key, first.posts[0].key)


async def test_the_whole_is_read_twice_a_day(watcher: Watcher) -> None:
    found = []
    for n, wait in enumerate((MINUTE, HOUR, 10 * HOUR, HOUR, HOUR), start=2):
        says(watcher, item(n), item(1))
        found.append(numbers(await watcher.poll(wait)))

    assert found == [["2", "1"], ["3"], ["4"], ["5", "1"], ["6"]]


async def test_what_is_remembered_survives_answers_without_news_and_is_small(watcher: Watcher) -> None:
    says(watcher, *(item(n) for n in range(20)))
    await watcher.poll()
    await watcher.poll()
    says(watcher, *(item(n) for n in range(1, 21)))
    batch = await watcher.poll(timedelta(hours=1))

    assert (numbers(batch), len(batch.known)) == (["20"], 19)
    assert len(batch.bookmark.cursor["entries"]) < 20 * 33 + 20
