from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from functools import partial

import pytest

from monitor.errors import StoreUnavailable
from monitor.judge import incidents
from monitor.model import Acknowledgement, Alert, Joined, changed
from monitor.policy.settings import GroupingConfig, Policy, RouteConfig, StepConfig
from monitor.store import Store, keys
from monitor.store.connection import Connection
from monitor.store.incidents import Step
from tests.make import NOON
from tests.night import said

POLICY = Policy(
    (RouteConfig(id="all", to=("desk",), then=(StepConfig(after=600, to=("duty",)),)),), GroupingConfig(within=7200)
)  # fmt: skip
MINUTE = timedelta(minutes=1)


async def joined(store: Store, alerts: Sequence[Alert], minutes: float = 0) -> dict[str, Joined]:
    now = NOON + minutes * MINUTE
    return await store.incidents.join(alerts, 7200, now, partial(incidents.joined, alerts, POLICY, now))


def taken(name: str | int, route: str = "all", place: str = "sotk", topic: str = "fire") -> Alert:
    one = said(name, place=place, topic=topic)
    return changed(one, verdict=changed(one.verdict, routes=(route,)))


async def test_alerts_of_one_place_join_one_incident_and_its_call_is_queued_once(store: Store) -> None:
    found = await joined(store, [taken(1), taken(2), taken(3, place="kapan")])
    more = await joined(store, [taken(4)], 5)

    first, second, third = found.values()
    assert (first.incident, second.number, third.number) == (second.incident, 2, 1)
    assert more[taken(4).id].incident == first.incident
    kept = await store.incidents.get(first.incident)
    assert kept
    assert (kept.count, kept.routes, kept.opened) == (3, ("all",), NOON)
    assert {(one.incident, one.due) for one in await store.incidents.waiting()} == {
        (first.incident, NOON + 10 * MINUTE), (third.incident, NOON + 10 * MINUTE),
    }  # fmt: skip
    assert [one.id for one in await store.incidents.recent()] == [first.incident, third.incident]


async def test_judged_again_they_join_what_they_had_joined_and_nothing_is_written(
    store: Store, server_url: str
) -> None:
    alerts = [taken(1), taken(2, place="kapan")]
    before = await joined(store, alerts)
    connection = Connection(server_url)
    version = await connection.call("GET", keys.INCIDENTS_VERSION)
    (step, _) = await store.incidents.due(NOON + 10 * MINUTE)
    await store.incidents.called(step, None)

    assert await joined(store, alerts, 60) == before
    assert await joined(store, [taken(2, place="kapan")], 60 * 24) == {alerts[1].id: before[alerts[1].id]}

    assert await connection.call("GET", keys.INCIDENTS_VERSION) == version
    assert len(await store.incidents.waiting()) == 1
    await connection.close()


async def test_judges_at_once_lose_no_alert_and_open_no_incident_twice(store: Store) -> None:
    batches = [[taken(f"{judge}-{n}") for n in range(20)] for judge in range(4)]

    found = await asyncio.gather(*(joined(store, one) for one in batches))

    assert len({one.incident for each in found for one in each.values()}) == 1
    (only,) = await store.incidents.recent()
    assert only.count == 80
    assert sorted(one.number for each in found for one in each.values()) == list(range(1, 81))
    assert len(await store.incidents.waiting()) == 1


async def test_hundreds_of_alerts_join_in_one_batch(store: Store) -> None:
    found = await joined(store, [taken(n, place=["sotk", "kapan", "jermuk"][n % 3]) for n in range(300)])

    assert len({one.incident for one in found.values()}) == 3
    assert sum(one.count for one in await store.incidents.recent()) == 300


@pytest.mark.parametrize("at_once", [True, False])
async def test_a_new_version_joins_the_incident_of_the_first_however_old_that_is(store: Store, at_once: bool) -> None:
    first = taken(1)
    later = taken(0, place="kapan", topic="losses")
    later = changed(later, id="later", update=True, post=changed(first.post, revision=2))

    if at_once:
        found = await joined(store, [first, later])
    else:
        found = await joined(store, [first]) | await joined(store, [later], 60 * 24)

    assert found["later"].incident == found[first.id].incident
    assert found["later"].adds == "a correction"


async def test_an_incident_takes_nothing_after_its_time(store: Store) -> None:
    (first,) = (await joined(store, [taken(1)])).values()
    (still,) = (await joined(store, [taken(2)], 120)).values()
    (another,) = (await joined(store, [taken(3)], 241)).values()

    assert still.incident == first.incident != another.incident


async def test_each_route_calls_its_own_from_its_first_alert_on(store: Store) -> None:
    ways = [RouteConfig(id=i, to=("desk",), then=(StepConfig(after=600, to=("duty",)),)) for i in ("low", "grave")]
    policy = Policy(tuple(ways), POLICY.grouping)
    for minute, name, route in ((0, 1, "low"), (5, 2, "grave"), (6, 3, "grave")):
        now, alerts = NOON + minute * MINUTE, [taken(name, route)]
        await store.incidents.join(alerts, 7200, now, partial(incidents.joined, alerts, policy, now))

    found = [(one.route, one.due - NOON) for one in await store.incidents.waiting()]
    assert found == [("low", 10 * MINUTE), ("grave", 15 * MINUTE)]


async def test_a_judge_that_is_always_too_late_says_so(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store.incidents, "_write", _never)

    with pytest.raises(StoreUnavailable, match="faster"):
        await joined(store, [taken(1)])


async def _never(*_: object) -> bool:
    return False


async def test_the_first_who_asks_has_it(store: Store) -> None:
    ((_, one),) = (await joined(store, [taken(1)])).items()
    anna, boris = Acknowledgement(by="Anna", at=NOON), Acknowledgement(by="Boris", at=NOON + MINUTE)

    assert await store.incidents.acknowledge(one.incident, anna) == anna
    assert await store.incidents.acknowledge(one.incident, boris) == anna

    await joined(store, [taken(2)], 5)
    kept = await store.incidents.get(one.incident)
    assert kept
    assert (kept.acknowledged, kept.count) == (anna, 2)


async def test_a_step_waits_until_it_is_called_and_then_the_next(store: Store) -> None:
    ((_, one),) = (await joined(store, [taken(1)])).items()
    assert await store.incidents.due(NOON + 9 * MINUTE) == []
    (step,) = await store.incidents.due(NOON + 10 * MINUTE)
    assert await store.incidents.due(NOON + 10 * MINUTE) == [step]

    following = Step(one.incident, "all", 1, NOON + 20 * MINUTE)
    for _ in range(2):  # two monitors made the call
        await store.incidents.called(step, following)

    assert await store.incidents.waiting() == [following]
