"""The judge joins alerts to incidents: once, also when it dies in between, also when two judge at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from monitor.judge import Judge, incidents
from monitor.model import Alert, changed
from monitor.policy.settings import GroupingConfig, Policy, RouteConfig, StepConfig
from monitor.rules import Rulebook, RuleConfig
from monitor.store import Store
from tests import make
from tests.make import NOON, judged_by, origin, post
from tests.night import said

RULES = Rulebook([RuleConfig(id="fire", to=("desk",), terms={"en": ("fire",)})])
POLICY = Policy(
    (RouteConfig(id="all", to=("desk", "night"), then=(StepConfig(after=600, to=("duty",)),)),), GroupingConfig()
)  # fmt: skip


def judge(store: Store, name: str = "judge-1", policy: Policy = POLICY) -> Judge:
    sources = {i: origin(i, party=party) for i, party in (("am-mod", "AM"), ("az-mod", "AZ"))}
    return make.judge(store, RULES, sources, name=name, policy=policy)


async def said_by(store: Store, source: str, *names: int, **fields: Any) -> None:
    await store.posts.admit(source, [], NOON)
    posts = [post(n, source=source, text=f"Fire at {n} o'clock.", **fields) for n in names]
    await store.posts.admit(source, posts, NOON)


async def judged(store: Store, *judges: Judge) -> list[Alert]:
    await judged_by(*judges)
    return await store.alerts.recent(200)


async def test_what_is_said_of_one_event_by_either_side_joins_one_incident(store: Store) -> None:
    await said_by(store, "am-mod", 1, 2)
    await said_by(store, "az-mod", 3)

    found = await judged(store, judge(store))

    joined = [one.incident for one in reversed(found) if one.incident]
    assert len({one.incident for one in joined}) == 1
    assert [one.number for one in joined] == [1, 2, 3]
    assert joined[2].adds == "the first of AZ on it"
    assert all(one.verdict.to == ("desk", "night") and one.verdict.routes == ("all",) for one in found)
    assert len(await store.incidents.waiting()) == 1


async def test_without_grouping_nothing_is_joined(store: Store) -> None:
    await said_by(store, "am-mod", 1)

    (one,) = await judged(store, judge(store, policy=Policy(POLICY.routes, None)))

    assert one.incident is None
    assert await store.incidents.recent() == []
    assert await store.incidents.waiting() == []


@pytest.mark.parametrize("heir", ["judge-1", "judge-2"])
async def test_a_judge_that_dies_after_joining_changes_nothing(
    store: Store, monkeypatch: pytest.MonkeyPatch, heir: str
) -> None:
    await said_by(store, "am-mod", 1, 2)

    async def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as dying:
        dying.setattr(store.alerts, "conclude", killed)
        dying_one = judge(store)
        await dying_one.step()  # nothing unfinished
        with pytest.raises(KeyboardInterrupt):
            await dying_one.step()
    (before,) = await store.incidents.recent()

    found = await judged(store, judge(store, heir))

    assert await store.incidents.recent() == [before]
    assert {one.id for one in found} == set(before.alerts)
    assert sorted(one.incident.number for one in found if one.incident) == [1, 2]
    assert len(await store.incidents.waiting()) == 1


async def test_two_judges_at_once_open_one_incident(store: Store) -> None:
    await said_by(store, "am-mod", *range(120))
    await said_by(store, "az-mod", *range(200, 260))

    found = await judged(store, judge(store), judge(store, "judge-2"))

    assert len(found) == 180
    (only,) = await store.incidents.recent()
    assert only.count == 180
    assert len(await store.incidents.waiting()) == 1


def test_the_second_version_in_one_batch_joins_the_first() -> None:
    first = said(1)
    second = changed(said(2, place="kapan", topic="losses"), update=True, post=changed(first.post, revision=2))

    decided = incidents.joined([first, second], POLICY, NOON, [], {})

    assert len({one.incident for one in decided.joined.values()}) == 1
    assert [one.count for one in decided.incidents] == [2]


def test_a_route_that_an_incident_meets_again_calls_no_second_time() -> None:
    alerts = [changed(one, verdict=changed(one.verdict, routes=("all",))) for one in (said(1), said(2))]

    first = incidents.joined(alerts[:1], POLICY, NOON, [], {})
    second = incidents.joined(alerts[1:], POLICY, NOON, first.incidents, {})

    assert [routes(first.incidents), routes(second.incidents)] == [[("all",)], [("all",)]]
    assert (len(first.steps), len(second.steps)) == (1, 0)


def routes(found: Sequence[Any]) -> list[tuple[str, ...]]:
    return [one.routes for one in found]
