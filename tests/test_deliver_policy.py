"""The policy against the real store: each alert is told once, in one message, whenever a courier dies."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import pytest

from monitor.errors import Rejected, Unreachable
from monitor.model import changed
from monitor.model.alert import Severity
from monitor.policy.settings import Policy
from monitor.store import Store
from tests.make import NOON
from tests.night import Killed, Night, said

pytestmark = pytest.mark.usefixtures("at_once")


def once(trouble: BaseException, when: str = "before") -> Callable[[str], None]:
    """Have one send end in trouble."""
    left = [trouble]

    def happen(now: str) -> None:
        if now == when and left:
            raise left.pop()

    return happen


async def thread_with_two_held(night: Night) -> list[str]:
    """Tell the first of an incident, and have two more held behind it; return the ids of their deliveries."""
    await night.say(said(1))
    await night.work()
    alerts = [await night.say(said(2)), await night.say(said(3))]
    await night.work()
    held = [await night.state(one) for one in alerts]
    assert [one.bundle for one in held] == [held[0].bundle] * 2
    assert len(night.far.messages) == 1
    night.turn(301)
    return sorted(one.id for one in held)  # due at one moment, they come in the order of their ids


async def test_what_is_gathered_goes_in_one_message_and_arrives_with_its_lead(store: Store) -> None:
    night = Night(store)
    lead, member = await thread_with_two_held(night)

    await night.work()

    first, second = night.far.handed
    assert (second.members, second.root, second.follows) == ((member,), first.id, f"receipt of {first.id}")
    assert night.far.messages[1][1].post.text.count("https://example.org/") == 2
    found = [await store.outbox.get(one) for one in (lead, member)]
    assert [(one.state, one.lead) for one in found if one] == [("arrived", None), ("arrived", lead)]
    (state,) = await store.outbox.states(["desk"])
    assert (state.waiting, state.arrived) == (0, 3)


@pytest.mark.parametrize("heir", ["courier-1", "courier-2"])
@pytest.mark.parametrize("where", ["gather", "begin", "before", "after", "arrived"])
async def test_a_crash_repeats_the_same_message(
    store: Store, monkeypatch: pytest.MonkeyPatch, where: str, heir: str
) -> None:
    night = Night(store)
    ids = await thread_with_two_held(night)
    with monkeypatch.context() as dying:
        if where in {"before", "after"}:
            night.far.trouble = once(Killed(), where)
        else:
            room = store.bundles if where == "gather" else store.outbox
            dying.setattr(room, where, _killed)
        with pytest.raises(Killed):
            await night.work()

    await night.say(said(4))  # what comes meanwhile does not slip into it, once it is made
    await night.work(night.courier(heir), 3)

    told = night.far.told
    assert [len(told[one]) for one in ids] == [1, 1]
    assert told[ids[0]] == told[ids[1]]
    assert all(len(words) == 1 for words in night.far.words.values())
    assert len(night.far.messages) == (3 if where in {"after", "arrived"} else 2)


async def _killed(*_: object, **__: object) -> None:
    raise Killed


async def test_a_lead_that_fails_is_tried_again_with_the_same_words(store: Store) -> None:
    night = Night(store)
    ids = await thread_with_two_held(night)
    night.far.trouble = once(Unreachable("away", status=503), "after")
    await night.work()
    waiting = await store.outbox.get(ids[0])
    assert waiting
    assert (waiting.state, waiting.members, waiting.error) == ("waiting", (ids[1],), "away")
    assert waiting.id in {one.id for one in await store.outbox.listed("desk", "waiting")}
    gathered = await store.outbox.get(ids[1])
    assert gathered
    assert (gathered.state, gathered.lead) == ("gathered", ids[0])

    await night.say(said(4))
    night.turn(60)
    await night.work()
    night.turn(600)
    await night.work(steps=3)

    assert all(len(words) == 1 for words in night.far.words.values())
    assert {len(messages) for messages in night.far.told.values()} == {1}


async def test_a_refused_lead_is_a_dead_letter_and_revived_it_brings_its_members(store: Store) -> None:
    night = Night(store)
    ids = await thread_with_two_held(night)
    night.far.trouble = once(Rejected("too long", status=400))
    await night.work()
    (dead,) = await store.outbox.listed("desk", "dead")
    assert (dead.id, dead.members) == (ids[0], (ids[1],))

    assert await store.outbox.revive(dead, night.now)
    await night.work()

    assert night.far.handed[-1].members == (ids[1],)
    assert {one.state for one in [await store.outbox.get(i) for i in ids] if one} == {"arrived"}


async def test_a_member_that_was_requeued_is_not_sent_by_itself(store: Store) -> None:
    night = Night(store)
    ids = await thread_with_two_held(night)
    await store.outbox.requeue("desk", night.now)
    (lead, _), (taken_along, alert) = await store.outbox.take("desk", "courier-1", 10)
    incident = f"incident:{alert.incident.incident}" if alert.incident else ""

    gathered = await store.bundles.gather(lead, incident, night.now)

    assert gathered
    assert gathered.members == (taken_along.id,)
    assert await store.bundles.gather(taken_along, incident, night.now) is None
    assert not (await store.outbox.begin(taken_along, "courier-1")).given
    assert not await store.outbox.hold(taken_along, night.now, NOON + timedelta(days=1), "quiet", "quiet")
    assert [one.id for one, _ in await store.outbox.take("desk", "courier-1", 10)] == [ids[0]]


async def test_two_couriers_of_one_channel_tell_each_alert_once(store: Store) -> None:
    night = Night(store, limit={"messages": 1, "per": 60})
    one, two = night.courier("a"), night.courier("b")
    for number in range(40):
        await night.say(said(number, place=["sotk", "jermuk", "kapan"][number % 3]))
    for _ in range(30):
        one._inherited = two._inherited = 1e18  # both live
        await asyncio.gather(one.step(), two.step())
        night.turn(40)

    assert len(night.far.told) == 40
    assert {len(messages) for messages in night.far.told.values()} == {1}
    assert len(night.far.messages) < 25


async def test_a_send_whose_answer_was_lost_takes_nobody_along_when_it_is_repeated(store: Store) -> None:
    """The far side knows its id, and would take those for told."""
    night = Night(store)
    await night.say(said(1))
    await night.work()
    alone = await night.say(said(2, severity="high"))
    night.far.trouble = once(Unreachable("no answer within 15 s"), "after")
    await night.work()
    later = await night.say(said(3))
    await night.work()
    night.turn(60)
    await night.work()

    repeat = night.far.handed[-1]
    assert (repeat.id, repeat.members) == ((await night.state(alone)).id, ())
    assert (await night.state(later)).state == "waiting"


async def test_what_failed_for_certain_is_gathered_like_all_others_under_an_id_of_its_own(store: Store) -> None:
    night = Night(store)
    await night.say(said(1))
    await night.work()
    alone = await night.say(said(2, severity="high"))
    night.far.trouble = once(Unreachable("busy", status=503))
    await night.work()
    later = await night.say(said(3))
    await night.work()
    night.turn(60)
    await night.work()

    message = night.far.handed[-1]
    assert message.members == ((await night.state(later)).id,)
    assert message.id != (await night.state(alone)).id


async def test_what_may_have_arrived_before_it_was_refused_goes_by_itself(store: Store) -> None:
    night = Night(store)
    await night.say(said(1))
    await night.work()
    alone = await night.say(said(2, severity="high"))
    for trouble, when in ((Killed(), "after"), (Unreachable("busy", status=503), "before")):
        night.far.trouble = once(trouble, when)
        with suppress(Killed):
            await night.work()
    await night.say(said(3))
    await night.work()
    night.turn(400)
    await night.work()

    assert night.far.told[(await night.state(alone)).id] == [(await night.state(alone)).id]


async def test_what_has_been_held_beyond_all_patience_is_still_tried_as_long_as_any(store: Store) -> None:
    night = Night(store, digest="0 6 * * sun", give_up_after=3600)
    weekly = await night.say(said(1))
    await night.work()
    until = (await night.state(weekly)).until
    assert until
    night.far.trouble = lambda _: _raise(Unreachable("away", status=503))
    night.now = until + timedelta(seconds=1)
    for _ in range(6):
        await night.work()
        night.turn(301)
    night.far.trouble = lambda _: None
    await night.work()

    assert (await night.state(weekly)).state == "arrived"


def _raise(error: Exception) -> None:
    raise error


@pytest.mark.parametrize(("severity", "sent"), [("high", False), ("critical", True)])
async def test_a_message_that_failed_is_held_by_quiet_hours_unless_one_in_it_is_critical(
    store: Store, severity: Severity, sent: bool
) -> None:
    night = Night(store, Policy(), quiet=[{"from": "12:02", "to": "13:00"}])
    for alert in (said(1, severity="low"), said(2, severity=severity)):
        await night.say(changed(alert, gather="catch-up"))
    await night.work()
    night.turn(61)
    night.far.trouble = once(Unreachable("away", status=503))
    await night.work()
    night.turn(61)
    await night.work()
    assert bool(night.far.messages) is sent

    night.turn(3600)
    await night.work()

    assert [len(one.members) for one in night.far.handed] == [1]
