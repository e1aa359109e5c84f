"""Five hundred posts of one source within a minute, from the poll to the desk."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from monitor import poll
from monitor.model import Batch, Post
from monitor.policy.settings import GroupingConfig, Policy
from monitor.rules import Rulebook, RuleConfig
from monitor.store import Store
from tests.make import NOON, judge, judged_by, post
from tests.night import Night
from tests.poll.ministry import Ministry, settings, waiting

MANY = 500
RULES = Rulebook([RuleConfig(id="border", to=("desk",), terms={"en": ("border",)})])


def said(name: int, published: datetime) -> Post:
    words = f"At the border post number {name} there was shooting from the opposite side during the night."
    return post(name, title=f"Report {name}", text=words, published=published)


@pytest.mark.parametrize("policy", [Policy(), Policy((), GroupingConfig())], ids=["each alert for itself", "grouped"])
async def test_all_are_stored_and_one_notice_and_one_digest_tell_of_them(
    store: Store, monkeypatch: pytest.MonkeyPatch, policy: Policy
) -> None:
    """All ids are renewed, with other words: five hundred statements by all that can be known."""
    monkeypatch.setattr("monitor.deliver.courier._BLOCK", 0)
    yesterday = NOON - timedelta(days=1)
    old, renewed = ([said(start + n, yesterday + timedelta(seconds=n)) for n in range(MANY)] for start in (0, 1000))
    ministry = Ministry(Batch(posts=tuple(old)), Batch(posts=tuple(renewed)))
    for minutes in (0, 1):
        await poll.poll(settings(every=60), ministry, store, NOON + timedelta(minutes=minutes), ops=["duty"])
    one = judge(store, RULES, policy=policy)
    await judged_by(one)
    night = Night(store, policy, now=datetime.now(NOON.tzinfo))
    await night.work(steps=MANY)
    assert night.far.messages == []

    night.turn(61)
    await night.work(steps=MANY)

    assert len(await store.posts.recent(2 * MANY)) == 2 * MANY
    ((_, digest),) = night.far.messages
    assert digest.post.title.startswith("500 statements at once by am-mod")
    assert len(night.far.told) == MANY
    assert [notice.notice for notice in await waiting(store)] == ["storm"]
