"""What a party says in two languages: both alert, they are linked, and they are one incident."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.errors import StoreUnavailable
from monitor.model import Post
from monitor.policy.settings import GroupingConfig, Policy
from monitor.rules import Rulebook, RuleConfig
from monitor.store import Store
from tests.make import NOON, judge, judged_by, origin, post
from tests.rules.gazetteer.shipped import PLACES

RULES = Rulebook(
    [
        RuleConfig(id="casualties", severity="high", to=("desk",), terms={"en": ("wounded",), "ru": ("ранен*",)}),
        RuleConfig(id="border", severity="high", to=("desk",), terms={"ru": ("обстрел*",)}),
    ],
    (),
    PLACES,
)
FIRE = "At 14:00 the enemy fired at our positions near Sotk and Jermuk. Seven soldiers were wounded."
OGON = "В 14:00 противник обстрелял наши позиции у Сотка и Джермука. Ранены семеро военнослужащих."
SOURCES = {
    "site": origin("site", official=True),
    "telegram": origin("telegram", official=True),
    "az-mod": origin("az-mod", party="AZ", official=True),
}


async def say(store: Store, source: str, minute: int, text: str, spoken: str) -> Post:
    moment = NOON + timedelta(minutes=minute)
    said = post(minute, source=source, title="", text=text, language=spoken, published=moment, seen=moment)
    await store.posts.admit(source, [said], moment, backfill=True)
    return said


async def judged(store: Store) -> None:
    await judged_by(judge(store, RULES, SOURCES, policy=Policy(grouping=GroupingConfig())))


@pytest.mark.parametrize("batch", [True, False], ids=["in one batch", "one after the other"])
async def test_a_translation_alerts_and_is_linked_and_adds_nothing(store: Store, batch: bool) -> None:
    first = await say(store, "site", 0, FIRE, "en")
    if not batch:
        await judged(store)
    later = await say(store, "telegram", 12, OGON, "ru")
    await judged(store)

    second, told = await store.alerts.recent()
    assert (told.post.key, second.post.key) == (first.key, later.key)
    assert second.translation_of is not None
    assert second.translation_of.key == first.key
    assert second.translation_of.language == "en"
    assert second.translation_of.why.startswith("same places (Sotk, Jermuk), same numbers in order (7, 14:00), ")
    assert told.incident is not None
    assert second.incident is not None
    assert second.incident.incident == told.incident.incident
    assert second.incident.adds is None  # although the Russian words speak of the border too
    assert second.incident.why.startswith("the same in another language: same places (Sotk, Jermuk)")

    (there,) = await store.posts.history(first.key)
    (here,) = await store.posts.history(later.key)
    assert [(one.key, one.language) for one in there.translations] == [(later.key, "ru")]
    assert here.translation_of == second.translation_of


@pytest.mark.parametrize(
    ("source", "minute", "text"),
    [("az-mod", 12, OGON), ("telegram", 200, OGON), ("telegram", 12, OGON.replace("семеро", "восемь"))],
)
async def test_another_party_hour_or_figure_is_linked_to_nothing(
    store: Store, source: str, minute: int, text: str
) -> None:
    first = await say(store, "site", 0, FIRE, "en")
    await say(store, source, minute, text, "ru")
    await judged(store)

    assert [alert.translation_of for alert in await store.alerts.recent()] == [None, None]
    assert (await store.posts.history(first.key))[0].translations == ()


async def test_a_judge_that_cannot_look_alerts_all_the_same(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    async def away(_linked: object) -> None:
        raise StoreUnavailable("away")

    monkeypatch.setattr(store.places, "link", away)
    await say(store, "site", 0, FIRE, "en")
    await say(store, "telegram", 12, OGON, "ru")
    await judged(store)

    assert [alert.translation_of for alert in await store.alerts.recent()] == [None, None]
