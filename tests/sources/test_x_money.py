"""What the following of an account on X may cost: counted, kept, never more than the budget, and told."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta

import pytest

from monitor import poll
from monitor.errors import Unauthorized
from monitor.model import Spend
from monitor.sources.x.purse import Prices, Purse
from monitor.store import Store
from tests.servers import HttpServer, Reply
from tests.sources.x_server import Api, Follower, numbers, tweet, tweet_id

DAY = timedelta(days=1)
MONDAY = date(2026, 11, 23)


@pytest.fixture
def api(server: HttpServer) -> Api:
    return Api(server)


def reply(number: int) -> dict[str, object]:
    """Return a post that comes along with two others."""
    refers = [{"type": "replied_to", "id": tweet_id(9000 + number)}, {"type": "quoted", "id": tweet_id(8000 + number)}]
    return tweet(number, referenced_tweets=refers)


def spent(follower: Follower) -> float:
    assert follower.bookmark
    days: dict[str, float] = json.loads(follower.bookmark.cursor["spent"])
    return days.get(follower.hour.date().isoformat(), 0.0)


async def test_posts_what_comes_along_and_the_account_are_counted_once_a_day(api: Api) -> None:
    follower = Follower(api)
    api.tweets = [reply(n) for n in range(1, 6)]
    api.beside = [tweet(base + n) for n in range(1, 6) for base in (8000, 9000)]
    batch = await follower.poll()

    assert batch.spend == Spend(today=0.085, budget=1.0, day=MONDAY)
    assert spent(follower) == pytest.approx(0.01 + 15 * 0.005)
    await follower.poll()  # which shows the newest again
    assert spent(follower) == 0.085
    follower.hour += DAY
    api.tweets.append(tweet(7))
    batch = await follower.poll()
    assert batch.spend == Spend(today=0.015, budget=1.0, day=MONDAY + DAY, forecast=0.085)


@pytest.mark.parametrize("budget", [0.095, 0.35, 0.73, 1.0])
async def test_a_flood_never_costs_more_than_the_budget_even_at_the_worst(api: Api, budget: float) -> None:
    follower = Follower(api, budget=budget)
    await follower.poll()
    api.tweets = [reply(n) for n in range(2000, 2600)]
    api.beside = [tweet(base + n) for n in range(2000, 2600) for base in (8000, 9000)]
    api.cost = spent(follower)
    for _ in range(20):
        await follower.poll()

    assert 0 < spent(follower) <= budget
    assert spent(follower) <= api.cost  # which counts the account with each answer
    assert budget - spent(follower) < follower.settings.prices.smallest


async def test_a_source_without_money_asks_nobody_and_goes_on_where_it_was_on_the_next_day(api: Api) -> None:
    follower = Follower(api, budget=0.9)
    api.tweets = [tweet(1)]
    await follower.poll()
    api.tweets += [tweet(n) for n in range(2, 302)]
    found: set[int] = set()
    batch = await follower.poll()
    while not (batch.spend and batch.spend.used_up):
        found |= set(numbers(batch))
        batch = await follower.poll()
    found |= set(numbers(batch))
    used = spent(follower)
    assert batch.warnings == (
        "the budget for the day is used up before all new posts were read: the next day brings the others",
    )

    batch = await follower.poll()
    assert (api.asked, batch.unchanged, batch.status, batch.posts) == ([], True, None, ())
    assert batch.spend
    assert (batch.spend.today, batch.spend.used_up) == (used, True)
    for _ in range(4):
        follower.hour += DAY
        for _ in range(5):
            found |= set(numbers(await follower.poll()))
    assert found == set(range(1, 302))


async def test_another_account_is_looked_up_only_if_its_posts_can_be_paid_for_as_well(api: Api) -> None:
    follower = Follower(api, budget=0.105)
    api.tweets = [tweet(1)]
    await follower.poll()
    renamed = Follower(api, url="https://x.com/mod_new", budget=0.105)
    renamed.bookmark, renamed.hour = follower.bookmark, follower.hour
    batch = await renamed.poll()

    assert api.asked == []
    assert batch.spend
    assert batch.spend.used_up


async def test_what_was_spent_is_kept_when_a_later_page_fails(api: Api) -> None:
    follower = Follower(api, budget=10)
    api.tweets = [tweet(1)]
    await follower.poll()
    api.tweets += [tweet(n) for n in range(2, 152)]
    api.failures = [None, Reply(401, b"{}")]
    batch = await follower.poll()

    assert len(batch.posts) == 100
    assert spent(follower) == pytest.approx(0.01 + 101 * 0.005)
    api.failures = [Reply(401, b"{}")]
    with pytest.raises(Unauthorized):
        await follower.poll()
    assert spent(follower) == pytest.approx(0.515)


async def test_a_source_whose_budget_is_used_up_rests_until_midnight_and_is_told_once(api: Api, store: Store) -> None:
    follower = Follower(api, budget=0.1)
    api.tweets = [tweet(n) for n in range(1, 6)]

    async def polled(hour: datetime) -> poll.Polled:
        follower.hour = hour
        return await poll.poll(follower.settings, follower.source, store, hour, ops=["desk"])

    first = await polled(datetime(2026, 11, 23, 8, tzinfo=UTC))
    midnight = datetime(2026, 11, 24, tzinfo=UTC)
    assert [news.what for news in first.news] == ["budget"]
    assert first.news[0].text.startswith("On 23 Nov its budget of $0.10 is used up ($0.035 spent)")
    assert midnight < first.due.at < midnight + timedelta(minutes=2)
    assert first.due.why == first.after.pace == "its budget for the day is used up"

    again = await polled(datetime(2026, 11, 23, 20, tzinfo=UTC))  # by a daemon that was started anew
    assert (again.news, again.after.answered, again.after.health) == ((), first.after.answered, "healthy")
    assert again.due.at > midnight
    api.tweets.append(tweet(9))
    after = await polled(midnight + timedelta(minutes=1))
    assert (after.counts["new"], after.after.spend and after.after.spend.day) == (1, date(2026, 11, 24))


def test_a_purse_that_cannot_be_read_is_an_empty_one_and_old_days_are_forgotten() -> None:
    prices = Prices(1.0, 0.005, 0.01)
    assert Purse.of({"spent": "[1]", "paid": ""}, prices, MONDAY).left == 1.0
    purse = Purse.of({"spent": '{"2026-11-01": 0.3, "2026-11-22": 0.2}', "paid": "2026-11-22 7 8"}, prices, MONDAY)
    assert (purse.paid, purse.left) == ((), 1.0)
    assert purse.after(["7"], []).cursor() == {
        "spent": '{"2026-11-22": 0.2, "2026-11-23": 0.005}',
        "paid": "2026-11-23 7",
    }
    assert Purse.of(purse.after(["7"], []).cursor(), prices, MONDAY).after(["7"], []).left == 0.995
