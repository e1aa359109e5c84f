"""What windows remember: what is usual, and no more than they may."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from monitor.store import Store, keys
from monitor.store.connection import Connection
from monitor.store.windows import KEPT, LATE, MOST_POSTS, Tally
from tests.make import NOON
from tests.store.counting import HOUR, at, count, one, raised


@pytest.fixture
async def raw(server_url: str) -> AsyncIterator[Connection]:
    connection = Connection(server_url)
    yield connection
    await connection.close()


def fortnight(a_day: int, days: int = 14) -> list[Tally]:
    """Some days of posts, as many each day at even distances, until noon; so few that none rings."""
    apart = 1440 / a_day
    return [
        one(f"old-{n}", -(n + 1) * apart, over=4 * HOUR, times=2.0, at_least=500)
        for n in reversed(range(int(days * 1440 / apart)))
    ]


@pytest.mark.parametrize(("a_day", "first"), [(12, 4), (24, 8), (48, 16)])
async def test_a_spike_is_measured_by_the_fortnight_before(store: Store, a_day: int, first: int) -> None:
    assert not any(await count(store, *fortnight(a_day, 20)))

    # The window of four hours holds what came in its first part as usual; then a post comes with every second.
    usual = a_day / 6
    flood = [one(f"new-{n}", 239 + n / 60, over=4 * HOUR, times=2.0) for n in range(first)]
    found = await count(store, *flood)
    assert [n for n, ring in enumerate(found, 1) if ring][:1] == [first]
    ring = found[first - 1]
    assert ring
    assert (ring.number, ring.hours) == (first, 14 * 24)
    assert ring.usual == pytest.approx(usual, rel=0.05)


async def test_without_three_days_of_history_at_least_alone_counts(store: Store) -> None:
    assert not any(await count(store, *fortnight(48, 2)))
    found = await count(store, *(one(f"new-{n}", n, over=4 * HOUR, times=2.0, at_least=30) for n in range(29)))
    ring = next(ring for ring in found if ring)

    assert ring.usual is None
    assert 24 < ring.hours < 72


async def test_a_group_never_heard_of_has_a_usual_number_of_none(store: Store) -> None:
    await count(store, *(tally._replace(name="other", history="all") for tally in fortnight(24)))
    found = await count(store, *(one(str(n), n, name="goris", history="all", times=2.0) for n in range(3)))

    assert found[2]
    assert found[2].usual == 0
    assert found[2].hours > 72


async def test_a_post_judged_twice_is_once_in_the_history(store: Store, raw: Connection) -> None:
    await count(store, *[one("a", 0, times=2.0)] * 5)

    assert await raw.call("HGET", keys.usual("g"), str(int(NOON.timestamp() // 3600))) == b"1"


# --- memory ---


async def test_a_group_forgets_what_is_over_and_keeps_no_more_than_it_may(store: Store, raw: Connection) -> None:
    flood = [(f"{at(n / 100).timestamp() * 1000:.0f}", f"am-mod:{n:020x}") for n in range(MOST_POSTS + 100)]
    await raw.call("ZADD", keys.counted("g"), *(word for pair in flood for word in pair))
    await count(store, one("last", MOST_POSTS / 100 + 1, at_least=1000))
    assert await raw.call("ZCARD", keys.counted("g")) == MOST_POSTS
    assert await raw.call("MEMORY", "USAGE", keys.counted("g"), "SAMPLES", 0) < MOST_POSTS * 150

    await count(store, one("next", MOST_POSTS / 100 + 60 + LATE / 60 + 2))
    assert await raw.call("ZCARD", keys.counted("g")) == 1


async def test_a_history_keeps_hours_and_no_more(store: Store, raw: Connection) -> None:
    await count(store, *(one(str(n), n * 61, times=2.0) for n in range(1500)))

    assert await raw.call("HLEN", keys.usual("g")) < 14 * 24 + 6
    assert await raw.call("HLEN", keys.rung("g")) <= 10


async def test_a_window_that_is_gone_leaves_nothing(store: Store, raw: Connection) -> None:
    *_, ring = await count(store, *(one(str(n), n, name="g", history="h", times=2.0) for n in range(3)))
    await raised(store, ring)
    left = [keys.counted("g"), keys.rung("g"), keys.usual("g"), keys.usual("h")]
    expiry = [await raw.call("PTTL", key) / 1000 for key in left]

    assert all(0 < seconds <= HOUR + LATE + KEPT for seconds in expiry[:2])
    assert all(14 * 86_400 < seconds <= HOUR + LATE + KEPT + 14 * 86_400 for seconds in expiry[2:])


async def test_nothing_to_count_asks_the_store_nothing(dead_store: Store) -> None:
    assert await dead_store.windows.tally([], NOON) == []
