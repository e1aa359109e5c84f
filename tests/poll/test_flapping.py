from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest

from monitor import poll
from monitor.model import Batch, Entry, Post
from monitor.rules import Rulebook, RuleConfig
from monitor.store import Store
from tests.make import NOON, judge, judged_by, post
from tests.poll.ministry import Ministry, settings

RULES = Rulebook([RuleConfig(id="casualties", to=("desk",), terms={"en": ("wounded", "killed")})])
SAID = "Four servicemen are known for sure to be wounded at the border."


async def looked(store: Store, texts: Sequence[str], *, after: timedelta = timedelta(0)) -> list[poll.Polled]:
    """Poll a page once a minute, judge what came each time; its text is the next of these at every look."""
    one = judge(store, RULES)
    polled = []
    for minute, text in enumerate(texts):
        page = Ministry(Batch(posts=(post("page", text=text),)))
        now = NOON + after + timedelta(minutes=minute)
        polled.append(await poll.poll(settings(backfill="alert"), page, store, now))
        await judged_by(one)
    return polled


async def versions(store: Store) -> list[Post]:
    return [entry.post for entry in await store.posts.history(post("page").key)]


async def alerts(store: Store) -> list[str]:
    """Return what each alert after the first says it changes, the oldest first."""
    found = [alert.change for alert in await store.alerts.recent()]
    return [one.summary for one in reversed(found) if one]


@pytest.mark.parametrize(
    "page",
    [
        lambda n: f"{SAID}\n\nViews: {n}",
        lambda n: f"{SAID}\n\nОбновлено: 16.11.2021 12:{n % 60:02}",
        lambda n: f"{SAID}\n\nhttps://example.org/share?session={n}",
    ],
    ids=["counter", "stamp", "link"],
)
async def test_lines_that_are_no_words_make_no_version(store: Store, page: Callable[[int], str]) -> None:
    await looked(store, [page(n) for n in range(20)])

    assert len(await versions(store)) == 1
    assert len(await store.posts.recent(200)) == 1


def advertised(n: int, said: str = SAID) -> str:
    return f"{said}\n\nBuy our {'very ' * n}good shoes."


async def test_a_page_that_changes_at_every_look_keeps_three_versions_and_alerts_once(store: Store) -> None:
    polled = await looked(store, [advertised(n) for n in range(100)])

    kept = await versions(store)
    assert [one.revision for one in kept] == [3, 2, 1]
    assert kept[0].text == advertised(99)
    assert len(await store.posts.recent(200)) == 3
    assert len(await store.alerts.recent()) == 1
    assert polled[-1].counts["held"] == 1
    assert polled[-1].after.flapping
    assert "changes at every look" in polled[-1].after.flapping


async def test_a_figure_that_changes_on_such_a_page_alerts(store: Store) -> None:
    seven = SAID.replace("Four", "Seven")
    await looked(store, [*map(advertised, range(30)), *(advertised(n, seven) for n in range(30, 60))])

    assert await alerts(store) == ["Four servicemen → Seven servicemen"]
    assert {one.revision: one.text for one in await versions(store)} == {
        1: advertised(0), 2: advertised(1), 3: advertised(30, seven), 4: advertised(31, seven),
        5: advertised(59, seven),
    }  # fmt: skip
    assert [entry.post.revision for entry in await store.posts.recent()] == [5, 4, 3, 2, 1]


async def test_words_that_come_and_go_are_told_twice_and_then_held_until_they_rest(store: Store) -> None:
    seven = SAID.replace("Four", "Seven")
    polled = await looked(store, [SAID, seven] * 20 + [SAID])

    assert [one.text for one in reversed(await versions(store))] == [SAID, seven, SAID, seven]
    assert len(await store.alerts.recent()) == 4
    assert polled[-1].counts["held"] == 1

    await looked(store, [SAID], after=timedelta(hours=2))
    assert (await versions(store))[0].text == SAID
    assert len(await store.alerts.recent()) == 5


async def test_what_nobody_has_judged_is_never_replaced(store: Store) -> None:
    await looked(store, [advertised(n) for n in range(5)])
    for n in range(5, 10):
        await store.posts.admit("am-mod", [post("page", text=advertised(n))], NOON)

    assert [one.text for one in reversed(await versions(store))][2:] == [advertised(n) for n in range(5, 10)]


async def test_what_is_held_reaches_no_viewer_until_it_matters(store: Store) -> None:
    await looked(store, [advertised(n) for n in range(5)])
    live = store.live()
    await anext(live)
    await store.posts.admit("am-mod", [post("page", text=advertised(5))], NOON)
    await store.posts.admit("am-mod", [post("other")], NOON)

    _, told = await anext(live)
    assert isinstance(told, Entry)
    assert told.post.title == "Statement other"
