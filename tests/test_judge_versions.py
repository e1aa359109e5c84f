"""What an agency itself calls a later version: linked to the post that it goes on with, and judged as its version."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.model import Alert, Post
from monitor.policy.settings import GroupingConfig, Policy
from monitor.rules import Rulebook, RuleConfig
from monitor.store import Store
from tests.make import NOON, judge, judged_by, post

RULES = Rulebook([RuleConfig(id="casualties", to=("desk",), terms={"en": ("wounded", "killed")})])
TITLE = "Servicemen were wounded at the border in the night, the ministry of defence says"
TEXT = "Four servicemen are known for sure to be wounded at the border. The ministry follows the situation closely."


async def told(store: Store, *posts: Post, together: bool = False) -> list[Alert]:
    """Let a source say these, one after the other or at once; return the alerts, the oldest first."""
    one = judge(store, RULES, policy=Policy(grouping=GroupingConfig()))
    await store.posts.admit("am-mod", [], NOON)
    for some in [posts] if together else [[one] for one in posts]:
        await store.posts.admit("am-mod", some, NOON)
        await judged_by(one)
    return (await store.alerts.recent())[::-1]


def said(name: str, minutes: float, **fields: str) -> Post:
    moment = NOON + timedelta(minutes=minutes)
    return post(name, published=moment, seen=moment, **({"title": TITLE, "text": TEXT} | fields))


FIRST = said("first", 0)


async def test_a_later_version_by_its_own_mark_alerts_where_it_changes_what_matters(store: Store) -> None:
    text = f"{TEXT} One of them was killed later."
    first, second = await told(store, FIRST, said("second", 60, title=f"UPDATE 1-{TITLE}", text=text))

    assert second.update
    assert second.verdict.updates == FIRST.key
    assert second.verdict.reasons[0] == "new words: “killed”; new numbers: 1"
    assert second.change
    assert second.change.summary == "new: “One of them was killed later”"
    assert first.incident
    assert second.incident
    assert second.incident.incident == first.incident.incident
    assert second.incident.why == "a new version of one of its statements"


async def test_both_may_come_at_once(store: Store) -> None:
    text = f"{TEXT} One of them was killed later."
    alerts = await told(store, FIRST, said("second", 60, title=f"UPDATE 1-{TITLE}", text=text), together=True)

    assert [alert.verdict.updates for alert in alerts] == [None, FIRST.key]
    assert len({alert.incident.incident for alert in alerts if alert.incident}) == 1


async def test_one_that_changes_nothing_that_matters_is_silent_and_says_why(store: Store) -> None:
    alerts = await told(store, FIRST, said("second", 60, title=f"{TITLE} (version 2)", text=f"{TEXT} More follows."))

    assert len(alerts) == 1
    newest = (await store.posts.recent(1))[0]
    assert newest.verdict
    assert newest.verdict.updates == FIRST.key
    assert newest.verdict.reasons[0] == "version 2 by its own mark changes no term and no figure"


@pytest.mark.parametrize("together", [False, True])
async def test_what_it_goes_on_with_names_it_once_by_its_first_version(store: Store, together: bool) -> None:
    second = said("second", 60, title=f"{TITLE} (version 2)", text=f"{TEXT} More follows.")
    edited = said("second", 60, title=f"{TITLE} (version 2)", text=f"{TEXT} More follows. It follows soon.")
    await told(store, FIRST, second, together=together)
    await told(store, edited)

    (first,) = await store.posts.history(FIRST.key)
    assert [(one.key, one.seen) for one in first.later] == [(second.key, second.seen)]
    assert [entry.later for entry in await store.posts.history(second.key)] == [(), ()]


async def test_the_same_title_without_a_mark_is_another_statement(store: Store) -> None:
    alerts = await told(store, FIRST, said("second", 60, text=f"{TEXT} More follows."))

    assert [alert.update for alert in alerts] == [False, False]


async def test_a_change_is_compared_with_the_last_version_that_mattered_also_in_one_batch(store: Store) -> None:
    seven, comma = TEXT.replace("Four", "Seven"), TEXT.replace("Four", "Seven").replace("known", "known,")
    for text in (TEXT, seven, comma, TEXT.replace("closely", "very closely")):
        await store.posts.admit("am-mod", [said("first", 0, text=text)], NOON, backfill=True)
    alerts = await told(store, together=True)

    assert [alert.post.revision for alert in alerts] == [1, 2, 4]
    assert [alert.change.summary for alert in alerts if alert.change] == [
        "Four servicemen → Seven servicemen", "Seven servicemen → Four servicemen"
    ]  # fmt: skip


@pytest.mark.parametrize("what", ["marks", "bands", "continued", "elsewhere", "near", "change", "translation_marks"])
async def test_a_mistake_while_texts_are_compared_stops_no_alert(
    store: Store, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("a mistake of ours")

    monkeypatch.setattr(f"monitor.dedup.{what}", broken)
    text = f"{TEXT} One of them was killed later."
    alerts = await told(store, FIRST, said("second", 60, title=f"UPDATE 1-{TITLE}", text=text))

    assert len(alerts) == 2
