"""A Drupal site that is polled: what is new, what was edited, how far back it is read, and what it refuses."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.errors import MonitorError, Unauthorized, Unreachable, Unreadable
from monitor.model import Batch
from monitor.store import Store
from tests.servers import HttpServer, Reply
from tests.sources.drupal_site import API, MIME, Drupal, edited, node, uuid
from tests.sources.watcher import DAY, HOUR, MINUTE, START, Watcher, ids


@pytest.fixture
def site(server: HttpServer) -> Drupal:
    return Drupal(server, [node(1, START - HOUR), node(2, START - MINUTE)])


@pytest.fixture
def watcher(server: HttpServer) -> Watcher:
    return Watcher(server, "drupal", {"type": "news"})


def numbers(batch: Batch) -> list[int]:
    return [int(name[-12:]) for name in ids(batch)]


async def test_the_first_poll_reads_the_newest_page(site: Drupal, watcher: Watcher) -> None:
    site.nodes = [node(number, START - timedelta(hours=number)) for number in range(1, 121)]
    watcher.config |= {"include": ["field_image", "uid"], "query": {"filter[field_kind.name]": "Army"}}

    batch = await watcher.poll()

    assert numbers(batch) == list(range(1, 51))
    assert watcher.asked == [
        {
            "path": API,
            "filter[field_kind.name]": "Army",
            "filter[status]": "1",
            "sort": "-created,id",
            "include": "field_image,uid",
            "page[limit]": "50",
        }
    ]
    assert watcher.server.requests[0].headers["accept"] == MIME
    assert (batch.status, batch.unchanged, batch.earlier, batch.warnings) == (200, False, None, ())


async def test_the_next_asks_for_new_and_edited_ones_with_an_overlap(site: Drupal, watcher: Watcher) -> None:
    await watcher.poll()
    site.nodes.append(node(3, START + MINUTE))

    batch = await watcher.poll()

    assert sorted(numbers(batch)) == [1, 2, 3]
    new, changed = watcher.asked
    since = "filter[since][condition]"
    assert new[f"{since}[path]"] == "created"
    assert new[f"{since}[operator]"] == ">"
    assert int(new[f"{since}[value]"]) == int((START - MINUTE - 6 * HOUR).timestamp())
    assert changed[f"{since}[path]"] == "changed"
    assert int(changed[f"{since}[value]"]) == int((START - 11 * MINUTE).timestamp())
    assert changed["sort"] == "-changed,id"


async def test_the_same_answers_are_no_news(site: Drupal, watcher: Watcher) -> None:
    await watcher.poll()
    assert not (await watcher.poll()).unchanged  # the first that were filtered
    batch = await watcher.poll()
    assert (batch.unchanged, batch.posts, batch.warnings) == (True, (), ())


async def test_an_edit_is_a_new_version_and_an_old_date_that_came_out_late_is_found(
    site: Drupal, watcher: Watcher
) -> None:
    site.nodes += [node(number, START - 3 * DAY) for number in range(3, 60)]
    draft = node(40_000, START - 30 * DAY, status=False)
    site.nodes.append(draft)
    await watcher.poll()
    edited(site.nodes[0], "Other words.", START + 9 * HOUR)
    draft["attributes"] |= {"status": True, "changed": (START + 9 * HOUR).isoformat()}

    batch = await watcher.poll(10 * HOUR)

    found = {post.native_id: post for post in batch.posts}
    assert (found[uuid(1)].text, found[uuid(1)].updated) == ("Other words.", START + 9 * HOUR)
    assert found[uuid(40_000)].published == START - 30 * DAY
    assert batch.warnings == ()


async def test_an_edit_of_the_archive_is_no_news(site: Drupal, watcher: Watcher) -> None:
    site.nodes += [node(number, START - DAY) for number in range(10, 60)]
    archived = node(5, START - 900 * DAY)
    site.nodes.append(archived)
    await watcher.poll()
    edited(archived, "Old words about the war, better spelled.", START)

    batch = await watcher.poll()

    assert 5 not in numbers(batch)
    assert batch.warnings == ("1 posts older than the first reading were edited; they are no news and left out",)


@pytest.mark.parametrize("size", [50, 20])
async def test_an_outage_is_read_to_its_end_whatever_a_page_holds(site: Drupal, watcher: Watcher, size: int) -> None:
    site.size = size
    site.hidden = (uuid(60), uuid(61), uuid(62))
    await watcher.poll()
    site.nodes += [node(number, START + timedelta(minutes=number)) for number in range(3, 203)]
    seen: set[int] = set()
    warnings: set[str] = set()
    for _ in range(4):
        batch = await watcher.poll(DAY)
        seen |= set(numbers(batch))
        warnings |= set(batch.warnings)

    assert seen == set(range(1, 203)) - {60, 61, 62}
    assert any("3 things" in warning for warning in warnings)


async def test_a_page_that_fails_is_asked_for_again_and_the_mark_waits(site: Drupal, watcher: Watcher) -> None:
    await watcher.poll()
    site.nodes += [node(number, START + timedelta(minutes=number)) for number in range(3, 103)]
    site.broken = {50: Reply(500)}

    batch = await watcher.poll(DAY)

    assert any("page 2 could not be read" in warning for warning in batch.warnings)
    site.broken = {}
    assert {*numbers(batch), *numbers(await watcher.poll())} == set(range(1, 103))


async def test_an_empty_answer_deletes_nothing_and_fails_nothing(site: Drupal, watcher: Watcher) -> None:
    kept, site.nodes = site.nodes, []
    assert (await watcher.poll()).posts == ()
    site.nodes = kept
    assert sorted(numbers(await watcher.poll())) == [1, 2]
    site.nodes = []
    batch = await watcher.poll()
    assert (batch.posts, batch.warnings) == ((), ())


async def test_older_pages_begin_at_the_mark_and_go_down(site: Drupal, watcher: Watcher) -> None:
    site.nodes = [node(number, START - timedelta(hours=number)) for number in range(1, 121)]
    await watcher.poll()
    page = (await watcher.poll()).earlier
    seen = []
    for _ in range(4):
        batch = await watcher.source.earlier(page)
        seen.append((numbers(batch)[0], numbers(batch)[-1]))
        page = batch.earlier

    assert seen == [(1, 50), (50, 99), (99, 120), (120, 120)]


@pytest.mark.parametrize(
    ("instead", "error", "why"),
    [
        (Reply(404), Unreachable, "module JSON:API is off there.*`type`.*kind: rss"),
        (Reply(403, b"{}"), Unauthorized, "not open to visitors .403.: ask the site .*kind: webpage"),
        (Reply(400, b"{}"), Unreachable, "a field that `include` or `query` names"),
        (Reply(500), Unreachable, "500"),
        (Reply(503, b"", {"Retry-After": "7"}), Unreachable, "503"),
        (Reply(429), Unreachable, "429"),
        (Reply(200, b"<!doctype html><html><title>Home</title></html>"), Unreadable, "a page for people"),
        (Reply(200, b'{"data": [{"id'), Unreadable, "cannot be read as JSON"),
    ],
)
async def test_what_a_site_refuses_is_told_with_what_to_do(
    site: Drupal, watcher: Watcher, instead: Reply, error: type[MonitorError], why: str
) -> None:
    site.instead = instead
    with pytest.raises(error, match=why) as told:
        await watcher.poll()
    assert getattr(told.value, "retry_after", None) == (7.0 if instead.status == 503 else None)


async def test_edits_that_cannot_be_asked_for_do_not_hold_up_what_is_new(site: Drupal, watcher: Watcher) -> None:
    await watcher.poll()
    site.nodes.append(node(3, START + MINUTE))
    site.server.routes[API] = lambda request: Reply(403) if "changed" in request.path else site.api(request)

    batch = await watcher.poll()

    assert 3 in numbers(batch)
    assert "what was edited could not be asked for" in batch.warnings[0]


async def test_the_bookmark_of_another_question_is_worth_nothing(site: Drupal, watcher: Watcher) -> None:
    assert site.nodes
    await watcher.poll()
    watcher.config["query"] = {"filter[langcode]": "hy"}
    await watcher.poll()
    assert len(watcher.asked) == 1


async def test_every_post_is_stored_once_and_no_gap_is_seen_where_there_is_none(
    site: Drupal, watcher: Watcher, store: Store
) -> None:
    site.nodes = [node(n, START + (n - 80) * MINUTE) for n in range(1, 80)]
    assert (await watcher.stored(store)).counts["new"] == 50
    assert (await watcher.stored(store)).counts["new"] == 0
    site.nodes.append(node(80, START + 6 * DAY))

    late = await watcher.stored(store, 7 * DAY)

    assert (late.counts["new"], late.after.gap) == (1, None)
    edited(site.nodes[70], "Other words.", START + 8 * DAY)
    assert (await watcher.stored(store, 2 * DAY)).counts["version"] == 1
