from __future__ import annotations

import asyncio

import pytest

from monitor.judge import decide
from monitor.model import Alert, Entry, Origin, Post, Verdict, changed
from monitor.rules import Rulebook, RuleConfig
from monitor.store import Store
from tests.make import NOON, alert, judge, origin, post

RULES = Rulebook([
    RuleConfig(id="casualties", severity="high", to=("desk", "duty"), terms={"en": ("wounded", "killed")}),
    RuleConfig(id="border", to=("desk",), terms={"en": ("border",)}),
])  # fmt: skip
NEWS = post(text="Four servicemen are known for sure to be wounded.")


def judged(entry: Entry, original: Alert | None = None) -> Verdict:
    return decide(entry, origin(), RULES, original)


def test_news_alerts_and_says_why() -> None:
    verdict = judged(Entry(id="1-0", post=NEWS))

    assert verdict.alert
    assert verdict.to == ("desk", "duty")
    assert "wounded" in verdict.reasons[0]


def test_no_term_is_silence_with_a_reason_for_every_rule() -> None:
    verdict = judged(Entry(id="1-0", post=post(text="The minister received an ambassador.")))

    assert not verdict.alert
    assert len(verdict.reasons) == 2


def test_the_first_poll_is_silent_and_says_what_would_have_fired() -> None:
    verdict = judged(Entry(id="1-0", post=NEWS, silent=True))

    assert not verdict.alert
    assert verdict.reasons[0].startswith("first poll")
    assert [match.words for match in verdict.matches] == ["wounded"]


def test_a_copy_is_silent_only_if_everybody_it_would_reach_was_told() -> None:
    copy = Entry(id="1-0", post=NEWS, copy_of="am-mod:1")
    told_all, told_one = alert(to=("desk", "duty", "night")), alert(to=("desk",))

    assert not judged(copy, told_all).alert
    assert "same words as am-mod:1" in judged(copy, told_all).reasons[0]
    assert judged(copy, told_one).alert
    assert judged(copy, None).alert


@pytest.mark.parametrize(
    ("text", "alerts"),
    [
        ("Six servicemen are known for sure to be wounded.", True),
        ("Four servicemen are known for sure to be wounded, one killed.", True),
        ("Four servicemen are known, for sure, to be wounded!", False),
        ("The earlier report was wrong.", True),
    ],
)
def test_a_new_version_alerts_only_where_the_change_matters(text: str, alerts: bool) -> None:
    verdict = judged(Entry(id="1-0", post=changed(NEWS, text=text, revision=2), previous=NEWS))

    assert verdict.alert is alerts
    assert verdict.reasons
    if alerts:
        assert verdict.to == ("desk", "duty")


def test_a_post_on_which_the_rules_fail_alerts_everybody() -> None:
    class Broken(Rulebook):
        def judge(self, post: Post, origin: Origin) -> Verdict:
            raise RuntimeError("a mistake of ours")

    rules = Broken([RuleConfig(id="a", to=("desk", "duty"), terms={"en": ("border",)})])
    verdict = decide(Entry(id="1-0", post=NEWS), origin(), rules, None)

    assert verdict.alert
    assert verdict.to == ("desk", "duty")
    assert "could not be judged" in verdict.reasons[0]


async def test_every_post_is_judged_once_also_after_a_crash(store: Store) -> None:
    await store.posts.admit("am-mod", [], NOON)
    await store.posts.admit("am-mod", [post(n, text=f"{n} wounded at the border") for n in range(3)], NOON)
    await store.posts.take("judge-1", 2, block=0.01)  # taken, and then the process dies

    survivor = judge(store, RULES)
    for _ in range(3):
        await survivor.step()

    assert await store.posts.unjudged() == 0
    assert len(await store.alerts.recent()) == 3
    assert [s.waiting for s in await store.outbox.states(["desk", "duty"])] == [3, 3]


async def test_a_post_of_a_source_no_longer_configured_is_judged_all_the_same(store: Store) -> None:
    await store.posts.admit("other", [], NOON)
    await store.posts.admit("other", [post(1, source="other", text="two killed")], NOON)
    one = judge(store, RULES)
    await one.step()
    await one.step()

    assert [a.origin.id for a in await store.alerts.recent()] == ["other"]


async def test_a_judge_waits_for_a_store_that_is_away_and_stops_when_told(dead_store: Store) -> None:
    stopping = asyncio.Event()
    asyncio.get_running_loop().call_later(0.1, stopping.set)

    async with asyncio.timeout(10):
        await judge(dead_store, RULES).run(stopping)


async def test_no_unofficial_copy_silences_an_official_source(store: Store) -> None:
    text = "Four servicemen are known for sure to be wounded after the attack in the eastern direction."
    origins = {"agency": origin("agency"), "am-mod": origin(official=True), "paper": origin("paper")}
    for source in origins:
        await store.posts.admit(source, [], NOON)
        await store.posts.admit(source, [post("same", source=source, text=text)], NOON)

    one = judge(store, RULES, origins)
    await one.step()
    await one.step()

    assert [alert.origin.id for alert in await store.alerts.recent()] == ["am-mod", "agency"]
