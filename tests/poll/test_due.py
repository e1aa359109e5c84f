from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from monitor.errors import Blocked, MonitorError, Rejected, Resting, Unreachable
from monitor.model import Batch, Bookmark, Hints, SourceState, Spend
from monitor.poll import due, state
from monitor.sources import SourceConfig
from tests.make import NOON
from tests.poll.ministry import settings

NINE = "0 9 * * *"
ASKS_NOTHING = Hints()


def answer(*, hints: Hints = ASKS_NOTHING, unconditional: int = 0, fresh: float | None = None, size: int = 0) -> Batch:
    return Batch(bookmark=Bookmark(hints=hints, unconditional=unconditional), fresh=fresh, size=size)


def answered(given: SourceConfig, batch: Batch | None = None, *, rate: float | None = None) -> due.Due:
    return due.after_answer(given, batch or answer(), rate, NOON)


def wait(found: due.Due, now: datetime = NOON) -> float:
    return (found.at - now).total_seconds()


def failed(given: SourceConfig, error: MonitorError, failures: int = 1) -> due.Due:
    after = state.failed(SourceState(id="a", failures=failures - 1, answered=NOON), error, NOON)
    return due.after_failure(given, after, error, NOON)


def test_a_healthy_source_keeps_its_pace_and_nothing_is_to_be_said() -> None:
    found = answered(settings())

    assert 60 <= wait(found) <= 66
    assert (found.interval, found.why) == (60.0, None)


@pytest.mark.parametrize(
    ("batch", "seconds", "why"),
    [
        (answer(fresh=300.0), 300.0, "its HTTP headers call an answer fresh for 5m"),
        (answer(hints=Hints(ttl=600.0)), 600.0, "its ttl asks for 10m"),
        (answer(hints=Hints(period=120.0), fresh=90.0), 120.0, "its update period is 2m"),
        (answer(fresh=86400.0), 900.0, "its HTTP headers call an answer fresh for 1d, at most 15m here"),
        (answer(unconditional=5, size=9), 300.0, "it never says 304 Not Modified, so it is asked every 5m"),
        (answer(unconditional=4, size=9), 60.0, None),
        (answer(fresh=30.0, hints=Hints(ttl=20.0)), 60.0, None),
    ],
)
def test_the_latest_of_all_wishes_counts_up_to_the_ceiling(batch: Batch, seconds: float, why: str | None) -> None:
    found = answered(settings(), batch)

    assert found.interval == seconds
    assert seconds <= wait(found) <= seconds * 1.1
    assert found.why == why


def test_a_ceiling_is_never_under_our_own_interval() -> None:
    assert answered(settings(every="1h"), answer(fresh=7200.0)).interval == 3600.0


def test_an_operator_may_overrule_a_wish_and_it_is_said() -> None:
    found = answered(settings(hints="ignore"), answer(fresh=300.0))

    assert found.interval == 60.0
    assert found.why == "its HTTP headers call an answer fresh for 5m: overruled by `hints: ignore`"


def test_hours_without_publications_are_waited_for_up_to_the_ceiling() -> None:
    noon = Hints(skip_hours=(12,))

    assert wait(answered(settings(), answer(hints=noon))) == 900.0
    assert wait(answered(settings(slowest="2h"), answer(hints=noon))) == 3600.0
    assert "nothing at this hour" in (answered(settings(), answer(hints=noon)).why or "")
    assert wait(answered(settings(hints="ignore"), answer(hints=noon))) <= 66.0


def test_a_feed_that_never_publishes_is_read_as_one_that_always_may() -> None:
    assert wait(answered(settings(), answer(hints=Hints(skip_days=(0, 1, 2, 3, 4, 5, 6))))) <= 66.0


def test_days_without_publications_are_waited_for() -> None:
    tuesday = Hints(skip_days=(NOON.weekday(),))

    assert wait(answered(settings(slowest="2d"), answer(hints=tuesday))) == timedelta(hours=12).total_seconds()


@pytest.mark.parametrize(("rate", "seconds"), [(None, 60.0), (0.0, 900.0), (0.5, 900.0), (6.0, 150.0), (1000.0, 60.0)])
def test_auto_follows_what_is_to_be_expected_within_bounds(rate: float | None, seconds: float) -> None:
    found = answered(settings(every="auto"), rate=rate)

    assert found.interval == seconds
    assert (found.why or "").startswith("auto: ")


def test_a_cron_source_keeps_to_its_hours() -> None:
    cron = settings(every=NINE, timezone="Asia/Yerevan")

    assert wait(answered(cron)) == timedelta(hours=17).total_seconds()
    assert wait(answered(cron, answer(fresh=300.0))) == timedelta(hours=17).total_seconds()
    assert wait(failed(cron, Unreachable("away"))) == timedelta(hours=17).total_seconds()


def test_a_failing_source_is_asked_ever_less_often_but_never_never() -> None:
    assert 45 <= wait(failed(settings(), Unreachable("away"))) <= 60
    assert 90 <= wait(failed(settings(), Unreachable("away"), 2)) <= 120
    assert 675 <= wait(failed(settings(), Unreachable("away"), 1000)) <= 900


def test_a_slow_source_is_not_asked_more_often_for_failing() -> None:
    assert wait(failed(settings(every="6h"), Unreachable("away"), 50)) >= timedelta(hours=4).total_seconds()


def test_retry_after_is_obeyed_beyond_every_ceiling() -> None:
    found = failed(settings(), Unreachable("busy", retry_after=12345))

    assert wait(found) >= 12345
    assert found.why == "it asked for 3.4h of patience"


def test_the_sources_of_a_host_that_rests_come_back_one_by_one() -> None:
    waits = {wait(failed(settings(), Resting("not asked", retry_after=900))) for _ in range(20)}

    assert all(900 <= one <= 990 for one in waits)
    assert len(waits) > 10


def test_before_a_wall_we_knock_seldom() -> None:
    assert wait(failed(settings(), Blocked("a wall"))) >= 675
    assert wait(failed(settings(), Blocked("a wall"), 20)) >= timedelta(hours=4).total_seconds()
    assert wait(failed(settings(), Blocked("a wall", retry_after=99999))) == 99999


def test_a_source_that_said_gone_is_asked_once_a_day() -> None:
    found = failed(settings(), Rejected("gone", status=410))

    assert wait(found) == timedelta(days=1).total_seconds()


def test_a_failing_source_is_not_asked_more_often_than_a_healthy_one() -> None:
    """Its own pace may follow its habit or its publisher's wishes, and be far slower than the first patience."""
    slow = state.failed(SourceState(id="a", answered=NOON, interval=800.0), Unreachable("away"), NOON)
    auto = settings(every="auto", fastest="10m")

    assert wait(due.after_failure(settings(every="auto"), slow, Unreachable("away"), NOON)) >= 800
    assert wait(due.after_failure(settings(), slow, Unreachable("away"), NOON)) >= 800
    assert wait(failed(auto, Unreachable("away"))) >= 450


def test_a_source_without_a_budget_is_asked_when_it_has_one_again() -> None:
    spend = Spend(today=0.97, budget=1.0, day=NOON.date(), used_up=True)
    midnight = datetime(NOON.year, NOON.month, NOON.day, tzinfo=UTC) + timedelta(days=1)
    found = answered(settings(), Batch(unchanged=True, spend=spend))

    assert midnight + timedelta(minutes=1) <= found.at < midnight + timedelta(minutes=2)
    assert (found.interval, found.why) == (60.0, "its budget for the day is used up")
    seldom = answered(settings(every="3d", slowest="3d"), Batch(unchanged=True, spend=spend))
    assert wait(seldom) >= 3 * 86400
    yesterdays = Spend(today=0.97, budget=1.0, day=NOON.date() - timedelta(days=1), used_up=True)
    assert answered(settings(), Batch(spend=yesterdays)).why is None
