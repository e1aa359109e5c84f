"""Counting over a window of time, on a real server. Minutes are counted from noon."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

from monitor.model import Verdict, delivery_id
from monitor.store import Store
from monitor.store.windows import Member, Ring, Rung
from tests.make import NOON, alert, post
from tests.store.counting import at, conclude, count, one, raised


async def rings(store: Store, minutes: Iterable[float], **fields: Any) -> list[float]:
    """Return the minutes at which a flow of posts rings, each ring raised at once."""
    rang = []
    for minute in minutes:
        (ring,) = await count(store, one(f"at-{minute}", minute, **fields))
        if ring:
            rang.append((ring.end - NOON).total_seconds() / 60)
            await raised(store, ring)
    return rang


async def test_a_window_is_full_with_the_post_that_makes_it_so(store: Store) -> None:
    *before, ring = await count(store, one("a", 0), one("b", 20), one("c", 40))

    assert before == [None, None]
    posts = tuple(Member(f"am-mod:{name}", "", at(minute)) for name, minute in (("a", 0), ("b", 20), ("c", 40)))
    assert ring == Ring("g", at(40), 3, None, 0, posts)


async def test_what_has_slid_out_of_the_window_counts_no_more(store: Store) -> None:
    assert await count(store, one("a", 0), one("b", 20), one("c", 60)) == [None] * 3
    assert await count(store, one("d", 79)) != [None]


async def test_a_post_counts_once_however_often_it_is_judged_and_whatever_its_version(store: Store) -> None:
    again = [one("a", 0), one("a", 0), one("b", 10), one("a", 0), one("a", 30), one("a", 40)]

    assert await count(store, *again) == [None] * 6


async def test_a_version_counts_anew_once_the_post_is_out_of_the_window(store: Store) -> None:
    ring = (await count(store, one("a", 0), one("b", 90), one("c", 91), one("a", 92)))[-1]

    assert ring
    assert ring.number == 3


async def test_the_ring_is_handed_out_until_its_alert_is_raised(store: Store) -> None:
    first = (await count(store, one("a", 0), one("b", 1), one("c", 2)))[-1]
    (again,) = await count(store, one("c", 2))
    (other,) = await count(store, one("d", 3))

    assert first == again == other
    await raised(store, first)
    assert await count(store, one("c", 2), one("e", 4)) == [None, None]


async def test_two_judges_count_together_and_raise_one_alert(server_url: str, store: Store) -> None:
    other = Store(server_url)
    posts = [one(str(n), n) for n in range(20)]
    halves = await asyncio.gather(
        *(count(judge, tally) for n, tally in enumerate(posts) for judge in [(store, other)[n % 2]])
    )
    found = [ring for (ring,) in halves if ring]

    assert {(ring.name, ring.end) for ring in found} == {(found[0].name, found[0].end)}
    about = alert(post("ring", kind="window"))
    told = [await conclude(judge, ring, about) for judge, ring in zip((store, other), found, strict=False)]
    assert told == [[True, True], [True, False]]
    assert [found.id for found in await store.alerts.recent()] == [about.id]
    assert (await store.outbox.states(["desk"]))[0].waiting == 1
    await other.close()


async def test_an_alert_is_raised_only_by_who_ends_the_post(store: Store) -> None:
    ring = (await count(store, one("a", 0), one("b", 1), one("c", 2)))[-1]
    assert ring
    await store.posts.admit("am-mod", [post(1)], NOON, backfill=True)
    (entry,) = await store.posts.take("judge", 1, block=0.01)
    case, about = (entry, Verdict(alert=False), None), alert(post("ring"))
    await store.alerts.conclude([case], NOON)

    assert await store.alerts.conclude([case], NOON, [Rung(entry.id, ring, about)]) == [False, False]
    assert await store.alerts.recent() == []
    assert await count(store, one("d", 3)) == [ring]


async def test_a_post_and_its_windows_alert_in_one_step(store: Store) -> None:
    await store.posts.admit("am-mod", [post(1)], NOON, backfill=True)
    (entry,) = await store.posts.take("judge", 1, block=0.01)
    own, windows = alert(entry.post, to=("desk", "duty")), [alert(post(f"ring-{n}"), to=("desk",)) for n in (1, 2)]
    found = [(await count(store, *(one(f"{g}{n}", n, name=g) for n in range(3))))[-1] for g in "gh"]
    rung = [Rung(entry.id, ring, about) for ring, about in zip(found, windows, strict=True) if ring]

    assert await store.alerts.conclude([(entry, own.verdict, own)], NOON, rung) == [True, True, True]
    assert [one.id for one in await store.alerts.recent()] == [windows[1].id, windows[0].id, own.id]
    assert [state.waiting for state in await store.outbox.states(["desk", "duty"])] == [3, 1]
    (delivery,) = await store.outbox.deliveries(windows[0].id)
    assert delivery.id == delivery_id(windows[0].id, "desk")


async def test_an_alert_has_a_page_and_is_no_post_to_be_judged(store: Store) -> None:
    ring = (await count(store, one("a", 0), one("b", 1), one("c", 2)))[-1]
    assert ring
    about = alert(post("ring", kind="window"))
    await conclude(store, ring, about)

    (entry,) = await store.posts.history(about.post.key)
    assert (entry.post, entry.verdict, entry.alert) == (about.post, about.verdict, about.id)
    assert about.post.key not in [entry.post.key for entry in await store.posts.recent()]


# --- when it rings again ---


async def test_a_strong_count_does_not_ring_again_with_every_post(store: Store) -> None:
    assert await rings(store, range(0, 600, 5)) == [10]


async def test_it_rings_again_once_the_window_has_emptied(store: Store) -> None:
    assert await rings(store, [0, 1, 2, 30, 200, 201, 202]) == [2, 202]


async def test_two_alerts_share_no_post(store: Store) -> None:
    assert await rings(store, range(0, 400, 25)) == [50, 125, 200, 275, 350]


async def test_groups_ring_for_themselves(store: Store) -> None:
    assert await rings(store, [0, 1, 2], name="goris") == [2]
    assert await rings(store, [3, 4], name="kapan") == []
    assert await rings(store, [5, 6], name="goris") == []


async def test_one_alert_at_a_time_also_when_a_judge_is_slow_to_raise_it(store: Store) -> None:
    found = await count(store, *(one(str(n), n * 15) for n in range(12)))

    assert {ring.end for ring in found if ring} == {at(30)}


# --- distinct ---


async def test_sources_count_once_each(store: Store) -> None:
    units = ["a", "a", "b", "a", "b", "c", "d"]
    found = await count(store, *(one(str(n), n, unit=unit) for n, unit in enumerate(units)))

    assert [ring and ring.number for ring in found] == [None] * 5 + [3, 3]
    assert found[5]
    assert [member.unit for member in found[5].posts] == ["a", "a", "b", "a", "b", "c"]


async def test_a_units_name_may_hold_blanks(store: Store) -> None:
    found = await count(store, *(one(str(n), n, unit=f"Party of {n % 2}", at_least=2) for n in range(2)))

    assert found[1]
    assert [member.unit for member in found[1].posts] == ["Party of 0", "Party of 1"]


# --- late ---


async def test_a_late_post_counts_beside_those_of_its_own_time(store: Store) -> None:
    await count(store, one("a", 0), one("b", 55), one("z", 100))
    (ring,) = await count(store, one("c", 30))

    assert ring
    assert ring.end == at(55)
    assert [member.post for member in ring.posts] == ["am-mod:a", "am-mod:c", "am-mod:b"]


async def test_a_late_post_counts_not_in_the_present(store: Store) -> None:
    assert await count(store, one("a", 100), one("b", 101), one("c", 30), one("d", 35)) == [None] * 4


async def test_a_late_window_rings_beside_one_that_lasts(store: Store) -> None:
    assert await rings(store, [180, 181, 182]) == [182]
    found = await count(store, one("a", 70), one("b", 71), one("c", 72))
    assert found[2]
    assert found[2].end == at(72)


async def test_a_post_from_the_future_of_a_wrong_clock_was_seen_now(store: Store) -> None:
    ring = (await count(store, one("a", 9e5), one("b", 9e5), one("c", -1), now=NOON))[-1]

    assert ring
    assert ring.end == NOON


async def test_a_clock_set_back_hides_nothing(store: Store) -> None:
    assert await rings(store, [5000, 5001, 5002]) == [5002]
    early = [one(f"e{n}", n) for n in range(4)]

    assert (await count(store, *early, now=at(10)))[2]
