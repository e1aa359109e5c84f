from __future__ import annotations

from monitor.model import Verdict
from monitor.store import Store
from tests.make import NOON, alert, post


async def three(store: Store) -> list[str]:
    await store.posts.admit("am-mod", [], NOON)
    await store.posts.admit("am-mod", [post(n) for n in (3, 2, 1)], NOON)
    ids = []
    for entry in await store.posts.take("judge", 10, block=0.01):
        one = alert(entry.post, to=())
        await store.alerts.conclude([(entry, one.verdict, one)], NOON)
        ids.append(one.id)
    return ids


async def test_alerts_are_listed_newest_first_and_page_by_page(store: Store) -> None:
    first, second, third = await three(store)

    assert [a.id for a in await store.alerts.recent()] == [third, second, first]
    assert [a.id for a in await store.alerts.recent(1)] == [third]
    assert [a.id for a in await store.alerts.recent(5, before=third)] == [second, first]
    assert await store.alerts.recent(5, before="unknown") == []


async def test_an_unknown_alert_is_none(store: Store) -> None:
    assert await store.alerts.get("unknown") is None
    assert await store.outbox.deliveries("unknown") == []


async def test_silence_is_kept_with_its_reasons(store: Store) -> None:
    await store.posts.admit("am-mod", [], NOON)
    await store.posts.admit("am-mod", [post(1)], NOON)
    (entry,) = await store.posts.take("judge", 10, block=0.01)
    silent = Verdict(alert=False, reasons=("border: no term found",))

    await store.alerts.conclude([(entry, silent, None)], NOON)

    assert (await store.posts.recent())[0].verdict == silent
    assert await store.alerts.recent() == []
