"""Calls are made once, by whichever monitor, and not while somebody has the incident in hand."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from monitor.deliver import Escalation
from monitor.model import Acknowledgement, Alert, changed
from monitor.notifiers._wording import headline
from monitor.policy.settings import GroupingConfig, Policy, RouteConfig, StepConfig
from monitor.store import Store
from monitor.store.incidents import Step
from tests.make import NOON
from tests.night import Night, said

MINUTE = timedelta(minutes=1)
STEPS = (StepConfig(after=600, to=("duty",)), StepConfig(after=1500, to=("chief", "duty")))


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.deliver.escalation._LOOK", 0)


def routed(**fields: Any) -> Policy:
    return Policy((RouteConfig(id="all", to=("desk",), **({"then": STEPS} | fields)),), GroupingConfig())


async def opened(store: Store, policy: Policy, *names: int) -> tuple[Night, list[Alert]]:
    """Have alerts raised that a route took."""
    night = Night(store, policy)
    alerts = []
    for name in names or (1,):
        one = said(name)
        alerts.append(await night.say(changed(one, verdict=changed(one.verdict, routes=("all",)))))
    return night, alerts


def calling(night: Night) -> Escalation:
    return Escalation(night.store, lambda: night.policy, clock=lambda: night.now)


async def calls(store: Store, channel: str = "duty") -> list[Alert]:
    found = [await store.alerts.get(one.alert) for one in await store.outbox.listed(channel, "waiting")]
    return [one for one in found if one]


async def test_nobody_is_called_before_the_time_and_then_each_step_by_itself(store: Store) -> None:
    night, _ = await opened(store, routed(), 1, 2)
    await calling(night).step()
    assert await calls(store) == []

    night.turn(600)
    await calling(night).step()
    (call,) = await calls(store)
    assert call.post.title.startswith("2 statements on one incident that nobody has acknowledged for 10 minutes")
    assert call.incident
    assert headline(call).startswith(
        "CALL · 2 statements on one incident that nobody has acknowledged for 10 minutes · "
    )
    assert await calls(store, "chief") == []
    assert [one.due for one in await store.incidents.waiting()] == [NOON + 25 * MINUTE]

    night.turn(900)
    await calling(night).step()
    assert (len(await calls(store)), len(await calls(store, "chief"))) == (2, 1)
    assert await store.incidents.waiting() == []


async def test_two_monitors_call_once(store: Store) -> None:
    night, _ = await opened(store, routed())
    night.turn(600)

    await asyncio.gather(*(calling(night).step() for _ in range(4)))
    await calling(night).step()

    assert len(await calls(store)) == 1
    assert len(await store.incidents.waiting()) == 1


async def test_a_crash_after_the_call_makes_no_second_one(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    night, _ = await opened(store, routed())
    night.turn(600)

    async def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as dying:
        dying.setattr(store.incidents, "called", killed)
        with pytest.raises(KeyboardInterrupt):
            await calling(night).step()
    night.turn(60)
    await calling(night).step()

    assert len(await calls(store)) == 1
    assert len(await store.incidents.waiting()) == 1


@pytest.mark.parametrize("told", [False, True])
async def test_whoever_has_it_in_hand_spares_the_others_the_call(store: Store, told: bool) -> None:
    night, (alert,) = await opened(store, routed())
    night.turn(600)
    if told:  # the call is on its way already
        await calling(night).step()
    assert alert.incident
    await store.incidents.acknowledge(alert.incident.incident, Acknowledgement(by="Anna", at=night.now))
    night.turn(900)
    await calling(night).step()

    assert await store.incidents.waiting() == []
    assert len(await calls(store)) == told
    night.settings = night.settings.model_copy(update={"id": "duty"})
    await night.work(steps=1)
    assert night.far.messages == []
    assert [one.held for one in await store.outbox.listed("duty", "silenced")] == [
        "no call is needed any more: Anna has the incident in hand"
    ] * told


async def test_a_route_that_is_gone_calls_nobody(store: Store) -> None:
    night, _ = await opened(store, routed())
    night.turn(600)
    night.policy = Policy((), GroupingConfig())

    await calling(night).step()

    assert (await calls(store), await store.incidents.waiting()) == ([], [])


async def test_what_was_due_while_we_were_off_is_called_at_the_start_and_the_next_in_its_distance(store: Store) -> None:
    night, _ = await opened(store, routed())
    night.turn(7200)

    await calling(night).step()
    await calling(night).step()

    assert (len(await calls(store)), len(await calls(store, "chief"))) == (1, 0)
    assert [one.due for one in await store.incidents.waiting()] == [night.now + 15 * MINUTE]


async def test_it_is_told_again_until_a_day_has_passed(store: Store) -> None:
    night, _ = await opened(store, routed(then=(), repeat=6 * 3600))
    for _ in range(8):
        night.turn(6 * 3600)
        await calling(night).step()

    assert len(await calls(store, "desk")) == 1 + 4
    assert await store.incidents.waiting() == []


async def test_of_what_is_silenced_nobody_is_called(store: Store) -> None:
    night, _ = await opened(store, routed())
    night.turn(60)
    await night.silence(20, topics=["fire"])
    night.turn(540)
    await calling(night).step()
    assert await calls(store) == []

    night.turn(900)  # the silence is over, the next step is not
    await calling(night).step()
    assert len(await calls(store, "chief")) == 1


async def test_an_incident_that_was_lost_calls_nobody_and_holds_nobody_up(store: Store) -> None:
    night, _ = await opened(store, routed())
    await store.incidents.called(Step("gone", "all", 9, NOON), Step("gone", "all", 0, NOON))
    night.turn(600)

    await calling(night).step()

    assert len(await calls(store)) == 1
    assert [one.incident for one in await store.incidents.waiting()] != ["gone"]
