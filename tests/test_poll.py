from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest

from monitor import poll
from monitor.errors import MonitorError, Rejected, StoreUnavailable, Unreachable, Unreadable
from monitor.model import Batch, Bookmark, SourceState
from monitor.sources import SourceConfig
from monitor.store import Store
from tests.make import NOON, post

SETTINGS = SourceConfig(id="am-mod", kind="rss", url="https://example.org/feed", every=60.0)


class Ministry:
    """A source that answers what a test wants."""

    def __init__(self, *answers: Batch | Exception) -> None:
        self.answers = list(answers)
        self.asked: list[Bookmark | None] = []

    async def poll(self, bookmark: Bookmark | None) -> Batch:
        self.asked.append(bookmark)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


async def test_new_posts_are_stored_with_the_time_they_were_seen_and_the_bookmark_is_kept(store: Store) -> None:
    ministry = Ministry(Batch(posts=(post(1),), bookmark=Bookmark(etag='"1"')), Batch(bookmark=Bookmark(etag='"2"')))

    polled = await poll.poll(SETTINGS, ministry, store, NOON)
    await poll.poll(SETTINGS, ministry, store, NOON)

    assert polled.counts == Counter(new=1)
    assert [e.post.seen for e in await store.posts.recent()] == [NOON]
    assert ministry.asked == [None, Bookmark(etag='"1"')]
    assert (polled.after.health, polled.after.posts, polled.after.changed) == ("healthy", 1, NOON)


async def test_a_window_that_moved_too_far_is_told_as_a_gap(store: Store) -> None:
    def page(*numbers: int) -> Batch:
        return Batch(posts=tuple(post(n) for n in numbers))

    ministry = Ministry(page(1, 2), page(2, 3), page(4, 5), page(5), page(6, 5))
    gaps = [(await poll.poll(SETTINGS, ministry, store, NOON + timedelta(minutes=n))).after.gap for n in range(5)]

    third = NOON + timedelta(minutes=2)
    assert gaps == [None, None, third, third, third]


async def test_backfill_alert_asks_for_alerts_from_the_first_poll(store: Store) -> None:
    settings = SourceConfig(id="am-mod", kind="rss", url="https://example.org/feed", backfill="alert")

    await poll.poll(settings, Ministry(Batch(posts=(post(1),))), store, NOON)

    assert [e.silent for e in await store.posts.recent()] == [False]


@pytest.mark.parametrize("error", [Unreachable("away"), Unreadable("an HTML page came"), Rejected("gone", status=410)])
async def test_a_failure_is_told_counted_and_leaves_the_bookmark(store: Store, error: MonitorError) -> None:
    ministry = Ministry(Batch(bookmark=Bookmark(etag='"1"')), error, error, Batch())
    for _ in range(2):
        await poll.poll(SETTINGS, ministry, store, NOON)

    polled = await poll.poll(SETTINGS, ministry, store, NOON)

    assert polled.error is error
    assert (polled.after.failures, polled.after.error, polled.after.error_kind) == (2, str(error), error.kind)
    assert ministry.asked[-1] == Bookmark(etag='"1"')
    assert (await poll.poll(SETTINGS, ministry, store, NOON)).after.failures == 0


async def test_a_mistake_of_ours_is_a_failure_of_that_source_alone(store: Store) -> None:
    polled = await poll.poll(SETTINGS, Ministry(KeyError("oops")), store, NOON)

    assert isinstance(polled.error, Unreadable)
    assert "KeyError" in str(polled.error)


async def test_a_post_that_cannot_be_stored_is_a_failure_of_that_source_alone(store: Store) -> None:
    polled = await poll.poll(SETTINGS, Ministry(Batch(posts=(post(1, text="\ud800"),))), store, NOON)

    assert isinstance(polled.error, Unreadable)
    assert "cannot be stored" in str(polled.error)


async def test_a_crash_between_posts_and_bookmark_asks_again_and_repeats_nothing(store: Store) -> None:
    batch = Batch(posts=(post(1), post(2)), bookmark=Bookmark(etag='"1"'))
    await store.posts.admit("am-mod", [], NOON)
    await store.posts.admit("am-mod", batch.posts, NOON)  # stored, and then the process dies

    polled = await poll.poll(SETTINGS, Ministry(batch), store, NOON)

    assert polled.counts == Counter(known=2)
    assert len(await store.posts.recent()) == 2


async def test_a_store_that_is_away_is_not_the_sources_fault(dead_store: Store) -> None:
    with pytest.raises(StoreUnavailable):
        await poll.poll(SETTINGS, Ministry(Batch()), dead_store, NOON)


def test_not_modified_proves_nothing_about_a_parser_that_fails() -> None:
    broken = SourceState(id="a", health="failing", failures=3, error="cut XML", error_kind=Unreadable.kind)
    away = SourceState(id="a", health="failing", failures=3, error="refused", error_kind=Unreachable.kind)

    assert poll.answered(broken, Batch(unchanged=True), Counter(), NOON).health == "failing"
    assert poll.answered(away, Batch(unchanged=True), Counter(), NOON).health == "healthy"
    assert poll.answered(broken, Batch(), Counter(), NOON).health == "healthy"


def polled(error: MonitorError | None, failures: int = 1) -> poll.Polled:
    before = SourceState(id="a", failures=failures - 1)
    after = poll.failed(before, error, NOON) if error else poll.answered(before, Batch(), Counter(), NOON)
    return poll.Polled(before, after, Counter(), error)


def wait(settings: SourceConfig, error: MonitorError | None, failures: int = 1) -> float:
    return (poll.next_poll(settings, polled(error, failures), NOON) - NOON).total_seconds()


def test_a_healthy_source_keeps_its_pace() -> None:
    assert 60 <= wait(SETTINGS, None) <= 66


def test_a_failing_source_is_asked_ever_less_often_but_never_never() -> None:
    assert 45 <= wait(SETTINGS, Unreachable("away")) <= 60
    assert 90 <= wait(SETTINGS, Unreachable("away"), 2) <= 120
    assert 675 <= wait(SETTINGS, Unreachable("away"), 1000) <= 900


def test_a_slow_source_is_not_asked_more_often_for_failing() -> None:
    slow = SourceConfig(id="a", kind="rss", url="https://example.org/", every="6h")

    assert wait(slow, Unreachable("away"), 50) >= timedelta(hours=4).total_seconds()


def test_retry_after_is_obeyed() -> None:
    assert wait(SETTINGS, Unreachable("busy", retry_after=1234)) >= 1234


def test_a_source_that_said_gone_is_asked_once_a_day() -> None:
    assert wait(SETTINGS, Rejected("gone", status=410)) == timedelta(days=1).total_seconds()


def test_a_cron_source_keeps_to_its_hours_even_when_failing() -> None:
    cron = SourceConfig(id="a", kind="rss", url="https://example.org/", every="0 9 * * *", timezone="Asia/Yerevan")

    assert wait(cron, Unreachable("away")) == timedelta(hours=17).total_seconds()
