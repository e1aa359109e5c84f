"""What corrects waits behind what it corrects, or takes it along; and what is silenced meanwhile is told to nobody."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.errors import Unreachable
from monitor.model import Alert, changed
from monitor.policy.settings import Policy
from monitor.store import Store
from tests.make import NOON
from tests.night import Night, said

pytestmark = pytest.mark.usefixtures("at_once")

NIGHT = [{"from": "12:10", "to": "18:00"}]


def revised(first: Alert, severity: str = "medium") -> Alert:
    later = said("later", key=first.post.key, revision=2, title="Revised")
    return changed(later, verdict=changed(later.verdict, severity=severity))


async def test_a_critical_correction_in_quiet_hours_takes_along_what_it_corrects(store: Store) -> None:
    night = Night(store, Policy(), quiet=NIGHT, now=NOON + timedelta(minutes=20))
    first = await night.say(said(1))
    await night.work()
    assert (await night.state(first)).bundle == "quiet"

    later = await night.say(revised(first, "critical"))
    await night.work()

    (message,) = night.far.handed
    assert message.members == ((await night.state(first)).id,)
    assert (await night.state(later)).state == (await night.state(first)).state == "arrived"
    assert night.far.messages[0][1].post.title.startswith("2 statements of one statement")


async def test_a_correction_is_held_with_what_it_corrects_and_told_after_it(store: Store) -> None:
    night = Night(store, Policy(), quiet=NIGHT, now=NOON + timedelta(minutes=20))
    first = await night.say(said(1))
    night.turn(1)
    later = await night.say(revised(first))
    await night.work()
    assert (await night.state(later)).bundle == (await night.state(first)).bundle == "quiet"

    night.turn(6 * 3600)
    await night.work()

    ((_, message),) = night.far.messages
    assert message.post.text.index("Statement 1") < message.post.text.index("Revised")


async def test_a_correction_in_a_thread_takes_along_the_first_that_was_gathered_for_it(store: Store) -> None:
    night = Night(store)
    await night.say(said(0))
    await night.work()
    first = await night.say(said(1))
    await night.work()
    assert (await night.state(first)).state == "waiting"

    await night.say(revised(first))
    await night.work()

    assert night.far.handed[-1].members == ((await night.state(first)).id,)


async def test_a_correction_waits_behind_the_message_in_which_the_first_is_on_its_way(store: Store) -> None:
    night = Night(store)
    await night.say(said(0))
    await night.work()
    firsts = [await night.say(said(number)) for number in (1, 2)]
    await night.work()
    night.turn(301)
    night.far.trouble = _busy
    await night.work()
    (first,) = [one for one in firsts if (await night.state(one)).state == "gathered"]

    later = await night.say(revised(first))
    await night.work()
    waiting = await night.state(later)
    assert (waiting.state, waiting.held, len(night.far.messages)) == ("waiting", None, 1)

    night.far.trouble = lambda _: None
    night.turn(60)
    await night.work(steps=3)
    night.turn(60)
    await night.work(steps=3)
    assert [len(one.members) for one in night.far.handed] == [0, 1, 0]
    assert (await night.state(later)).state == "arrived"


def _busy(_: str) -> None:
    raise Unreachable("busy", status=503)


async def test_a_message_of_two_versions_that_fails_does_not_wait_for_itself(store: Store) -> None:
    night = Night(store, Policy(), quiet=NIGHT, now=NOON + timedelta(minutes=20))
    first = await night.say(said(1))
    await night.work()
    await night.say(revised(first, "critical"))
    night.far.trouble = _busy
    await night.work()
    night.far.trouble = lambda _: None
    night.turn(60)
    await night.work()

    assert [len(one.members) for one in night.far.handed] == [1]


async def test_what_is_silenced_while_it_is_held_is_not_told_with_the_others(store: Store) -> None:
    night = Night(store, Policy(), quiet=NIGHT, now=NOON + timedelta(minutes=20))
    fire, losses, more = [await night.say(said(n, topic=t)) for n, t in enumerate(("fire", "losses", "losses"))]
    await night.work()
    one = await night.silence(10 * 60, topics=["fire"])

    night.turn(6 * 3600)
    await night.work(steps=3)

    ((_, message),) = night.far.messages
    assert message.post.title.startswith("2 statements from quiet hours")
    assert (await night.state(fire)).state == "silenced"
    assert "Anna" in str((await night.state(fire)).held)
    assert one.reason in str((await night.state(fire)).held)
    assert {(await night.state(each)).state for each in (losses, more)} == {"arrived"}


async def test_a_lead_that_is_silenced_after_a_failure_lets_the_others_go_without_it(store: Store) -> None:
    night = Night(store, Policy(), quiet=NIGHT, now=NOON + timedelta(minutes=20))
    alerts = [await night.say(said(n, topic=f"topic-{n}")) for n in range(3)]
    await night.work()
    night.turn(6 * 3600)
    night.far.trouble = _busy
    await night.work()
    (lead,) = [one for one in alerts if (await night.state(one)).members]
    await night.silence(60, topics=[lead.verdict.topics[0]])
    night.far.trouble = lambda _: None
    night.turn(60)
    await night.work(steps=4)

    states = {one.id: (await night.state(one)).state for one in alerts}
    assert states.pop(lead.id) == "silenced"
    assert set(states.values()) == {"arrived"}
    assert (await night.state(lead)).id not in night.far.told
