"""GOV.UK that is polled: lists and texts, versions, what fails and waits, how far back it is read."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.errors import MonitorError, Unauthorized, Unreachable, Unreadable
from monitor.model import Batch
from monitor.sources.govuk import memory
from monitor.store import Store
from tests.servers import HttpServer, Reply
from tests.sources.govuk_site import CONTENT, SEARCH, GovUk, Paper
from tests.sources.watcher import DAY, HOUR, MINUTE, START, Watcher, ids

PAGE = "/government/organisations/ministry-of-defence"


@pytest.fixture
def site(server: HttpServer) -> GovUk:
    return GovUk(server, [Paper(number, START - number * HOUR) for number in range(1, 61)])


@pytest.fixture
def watcher(server: HttpServer) -> Watcher:
    return Watcher(server, "govuk", {"url": server.url + PAGE, "most": 5})


def numbers(batch: Batch) -> list[int]:
    return [int(name[-12:]) for name in ids(batch)]


def texts(watcher: Watcher) -> list[str]:
    paths = (one["path"] for one in watcher.asked)
    return [path.rpartition("-")[2] for path in paths if path.startswith(CONTENT)]


async def test_the_first_poll_takes_the_newest_page_and_some_texts(site: GovUk, watcher: Watcher) -> None:
    assert site.papers
    batch = await watcher.poll()

    assert numbers(batch) == list(range(1, 51))
    assert texts(watcher) == ["1", "2", "3", "4", "5"]
    assert watcher.asked[0]["filter_organisations"] == "ministry-of-defence"
    assert [post.text for post in batch.posts[4:6]] == ["About 5.\n\nWords of 5.", "About 6."]
    assert batch.warnings == ("of 45 older posts only what the list says was taken, at the first poll",)


async def test_only_what_is_new_or_changed_is_asked_for_its_text(site: GovUk, watcher: Watcher) -> None:
    await watcher.poll()
    batch = await watcher.poll()
    assert (batch.unchanged, batch.posts, texts(watcher)) == (True, (), [])
    site.papers.append(Paper(70, START + MINUTE))
    changed = site.papers[39]
    changed.first, changed.stamp, changed.text = changed.stamp, START + 2 * MINUTE, "Losses."

    batch = await watcher.poll()

    assert texts(watcher) == ["40", "70"]
    assert numbers(batch)[:2] == [40, 70]
    assert (batch.posts[0].text, batch.posts[0].updated) == ("About 40.\n\nLosses.", START + 2 * MINUTE)
    assert batch.warnings == ()
    assert (await watcher.poll()).unchanged


async def test_what_the_first_page_left_out_does_not_come_as_news_later(site: GovUk, watcher: Watcher) -> None:
    await watcher.poll()
    site.papers = [paper for paper in site.papers if paper.number > 10]  # what lies below moves up
    batch = await watcher.poll()
    assert (batch.posts, batch.warnings, texts(watcher)) == ((), (), [])


async def test_an_outage_is_read_to_its_end_and_every_text_asked_for(site: GovUk, watcher: Watcher) -> None:
    watcher.config["most"] = 50
    await watcher.poll()
    site.papers += [Paper(number, START + timedelta(minutes=number)) for number in range(100, 320)]
    seen: set[int] = set()
    for _ in range(8):
        batch = await watcher.poll(DAY)
        assert all("partial" not in post.flags for post in batch.posts)
        seen |= set(numbers(batch))

    assert set(range(100, 320)) <= seen
    assert batch.unchanged


async def test_more_than_one_poll_reads_is_read_by_the_next_ones(
    site: GovUk, watcher: Watcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor.sources.govuk.asking._PAGES", 1)
    watcher.config["most"] = 50
    await watcher.poll()
    site.papers += [Paper(number, START + timedelta(minutes=number)) for number in range(100, 320)]
    batch = await watcher.poll(DAY)
    assert "more was published than one poll reads; the next ones go on" in batch.warnings
    seen = set(numbers(batch))
    for _ in range(9):
        seen |= set(numbers(await watcher.poll(DAY)))

    assert set(range(100, 320)) <= seen


async def test_a_text_that_fails_is_asked_for_again_and_then_given_as_listed(site: GovUk, watcher: Watcher) -> None:
    await watcher.poll()
    site.papers.append(Paper(70, START + MINUTE))
    site.broken["/government/news/statement-70"] = Reply(500)
    for _ in range(memory.HELD - 1):
        batch = await watcher.poll()
        assert batch.posts == ()
        assert batch.warnings[0].startswith("the text of 'Statement 70' could not be read: ")

    batch = await watcher.poll()

    assert numbers(batch)[0] == 70
    assert batch.posts[0].flags == ("partial",)
    await watcher.poll()
    assert texts(watcher) == []


async def test_texts_that_all_fail_at_first_leave_no_gap_behind(site: GovUk, watcher: Watcher, store: Store) -> None:
    site.broken = {paper.link: Reply(500) for paper in site.papers}
    assert (await watcher.stored(store)).counts["new"] == 50
    site.papers.append(Paper(70, START + HOUR))
    late = await watcher.stored(store, DAY)
    assert (late.counts["new"], late.counts["known"], late.after.gap) == (1, 1, None)


async def test_a_slow_site_is_read_bit_by_bit(site: GovUk, watcher: Watcher, monkeypatch: pytest.MonkeyPatch) -> None:
    await watcher.poll()
    site.papers += [Paper(number, START + timedelta(minutes=number)) for number in range(100, 104)]
    monkeypatch.setattr("monitor.sources.govuk.asking._LONGEST", -1.0)
    seen: list[int] = []
    for _ in range(6):
        seen += numbers(await watcher.poll(DAY))[:1]
    assert seen[:4] == [103, 102, 101, 100]


async def test_a_text_from_a_cache_that_is_older_than_the_list_waits(site: GovUk, watcher: Watcher) -> None:
    await watcher.poll()
    paper = site.papers[0]
    paper.told, paper.stamp = paper.stamp, START + MINUTE
    batch = await watcher.poll()
    assert batch.posts == ()
    assert "still the one of before" in batch.warnings[0]
    paper.told, paper.text = None, "New words."

    assert (await watcher.poll()).posts[0].text == "About 1.\n\nNew words."


async def test_a_host_that_wants_rest_is_asked_no_further(site: GovUk, watcher: Watcher) -> None:
    await watcher.poll()
    site.papers += [Paper(number, START + number * MINUTE) for number in (70, 71)]
    site.broken["/government/news/statement-71"] = Reply(429, b"", {"Retry-After": "60"})
    batch = await watcher.poll(2 * HOUR)
    assert batch.posts == ()
    assert texts(watcher) == ["71"]


async def test_a_page_of_the_list_that_fails_is_asked_for_again(site: GovUk, watcher: Watcher) -> None:
    watcher.config["most"] = 50
    await watcher.poll()
    site.papers += [Paper(number, START + timedelta(minutes=number)) for number in range(100, 180)]
    site.broken[f"{SEARCH}?50"] = Reply(500)
    batch = await watcher.poll(DAY)
    assert any("page 2 of the list could not be read" in warning for warning in batch.warnings)
    seen = set(numbers(batch))
    site.broken.clear()
    for _ in range(3):
        seen |= set(numbers(await watcher.poll()))
    assert set(range(100, 180)) <= seen


async def test_a_page_that_moves_keeps_its_key_and_one_whose_id_comes_later_too(site: GovUk, watcher: Watcher) -> None:
    site.papers[1].found = {"content_id": None}
    first = {post.title: post.key for post in (await watcher.poll()).posts}
    site.papers[0].path, site.papers[0].stamp = "/government/news/other", START + MINUTE
    site.papers[1].found, site.papers[1].stamp = {}, START + MINUTE

    batch = await watcher.poll()

    assert {post.title: post.key for post in batch.posts[:2]} == {
        name: first[name] for name in ("Statement 1", "Statement 2")
    }


async def test_a_result_on_another_site_is_given_as_listed(site: GovUk, watcher: Watcher) -> None:
    await watcher.poll()
    site.papers.append(Paper(70, START + MINUTE, path="https://elsewhere.example/a"))
    batch = await watcher.poll()
    assert (batch.posts[0].text, texts(watcher)) == ("About 70.", [])


async def test_an_empty_answer_is_told_and_deletes_nothing(site: GovUk, watcher: Watcher) -> None:
    kept, site.papers = site.papers, []
    batch = await watcher.poll()
    assert "is ministry-of-defence spelled as on GOV.UK?" in batch.warnings[0]
    site.papers = kept
    assert len((await watcher.poll()).posts) == 50
    site.papers = []
    batch = await watcher.poll()
    assert batch.posts == ()
    assert batch.warnings == ("the search finds nothing although it used to; nothing is taken for deleted",)
    site.papers = kept
    assert (await watcher.poll()).posts == ()


async def test_only_the_latest_pages_are_remembered(
    site: GovUk, watcher: Watcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "_MOST", 20)
    assert site.papers
    await watcher.poll()
    batch = await watcher.poll()
    assert (batch.posts, texts(watcher)) == ((), [])


@pytest.mark.parametrize(
    ("instead", "error", "why"),
    [
        (Reply(404), Unreachable, "must be on www.gov.uk"),
        (Reply(422, b'{"error": "Unexpected parameter"}'), Unreachable, "only what its search knows"),
        (Reply(403), Unauthorized, "403"),
        (Reply(500), Unreachable, "500"),
        (Reply(200, b"<!doctype html><html><title>Home</title></html>"), Unreadable, "a page for people"),
    ],
)
async def test_what_is_refused_is_told(
    site: GovUk, watcher: Watcher, instead: Reply, error: type[MonitorError], why: str
) -> None:
    site.instead = instead
    with pytest.raises(error, match=why):
        await watcher.poll()


async def test_every_post_is_stored_once_and_no_gap_is_seen_where_there_is_none(
    site: GovUk, watcher: Watcher, store: Store
) -> None:
    assert (await watcher.stored(store)).counts["new"] == 50
    site.papers.append(Paper(70, START + 6 * DAY))
    late = await watcher.stored(store, 7 * DAY)
    assert (late.counts["new"], late.counts["known"], late.after.gap) == (1, 1, None)
    site.papers[44].stamp, site.papers[44].text = START + 8 * DAY, "Other words."
    again = await watcher.stored(store, 2 * DAY)
    assert (again.counts["version"], again.counts["new"], again.after.gap) == (1, 0, None)
    assert again.after.health == "healthy"
