from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from monitor.deliver import Courier, again, rest
from monitor.errors import MonitorError, Partly, Refused, Rejected, StoreUnavailable, Unauthorized, Unreachable
from monitor.life import Life
from monitor.model import Alert, Delivery
from monitor.notifiers import NotifierConfig
from monitor.store import Store
from monitor.telemetry import Metrics
from tests.desk import Desk, courier, steps
from tests.make import NOON, alert, delivery, post
from tests.store.test_outbox import raised

DAY = timedelta(days=1)


async def test_an_alert_arrives_once(store: Store) -> None:
    await raised(store)
    desk = Desk()

    await steps(courier(store, desk), 3)

    (state,) = await store.outbox.states(["desk"])
    assert len(desk.handed) == 1
    assert (state.waiting, state.arrived) == (0, 1)


async def test_after_a_crash_before_the_record_it_is_sent_again_under_the_same_id(store: Store) -> None:
    one = await raised(store)
    ((cut_off, _),) = await store.outbox.take("desk", "courier-1", 10, block=0.01)  # sent, and then the process dies
    desk = Desk()

    await steps(courier(store, desk), 2)

    assert desk.handed == [cut_off.id]
    assert [d.state for d in await store.outbox.deliveries(one.id)] == ["arrived"]


async def test_a_refusal_for_good_is_set_aside_and_the_next_alert_goes_out(store: Store) -> None:
    first = await raised(store, 1)
    second = await raised(store, 2)
    desk = Desk(Rejected("channel_not_found", status=404))

    await steps(courier(store, desk), 3)

    assert [d.state for d in await store.outbox.deliveries(first.id)] == ["dead"]
    assert [d.state for d in await store.outbox.deliveries(second.id)] == ["arrived"]


@pytest.mark.parametrize("trouble", [Unreachable("away"), Unauthorized("token revoked"), KeyError("a mistake of ours")])
async def test_any_other_failure_is_kept_and_tried_again(store: Store, trouble: Exception) -> None:
    one = await raised(store, now=datetime.now(UTC))
    stopping = asyncio.Event()
    desk = Desk(trouble, after=stopping.set)
    first = courier(store, desk)

    await first.run(stopping)

    (waiting,) = await store.outbox.deliveries(one.id)
    assert (waiting.state, len(desk.handed)) == ("waiting", 1)
    assert waiting.due is not None
    assert waiting.error

    await store.outbox.requeue("desk", waiting.due)
    await steps(courier(store, desk), 2)

    assert desk.handed == [waiting.id] * 2
    assert [d.state for d in await store.outbox.deliveries(one.id)] == ["arrived"]


async def test_a_stop_leaves_the_rest_in_the_outbox_for_the_next_start(store: Store) -> None:
    for number in range(3):
        await raised(store, number)
    stopping = asyncio.Event()
    desk = Desk(after=stopping.set)

    await courier(store, desk).run(stopping)

    (state,) = await store.outbox.states(["desk"])
    assert (len(desk.handed), state.waiting) == (1, 2)

    await steps(courier(store, desk), 3)

    assert len(set(desk.handed)) == len(desk.handed) == 3


async def test_a_send_that_never_ends_is_cut_off_and_tried_again(store: Store) -> None:
    one = await raised(store, now=datetime.now(UTC))
    stopping = asyncio.Event()

    class Tarpit(Desk):
        async def send(self, alert: Alert, delivery: Delivery) -> str | None:
            asyncio.get_running_loop().call_later(0.3, stopping.set)
            await asyncio.sleep(3600)
            return None

    async with asyncio.timeout(10):
        await courier(store, Tarpit(), timeout=0.05).run(stopping)

    assert "no answer within" in str((await store.outbox.deliveries(one.id))[0].error)


@pytest.mark.parametrize(
    ("error", "kept"),
    [
        (Unreachable("500"), True),
        (Unauthorized("401"), True),
        (Refused("a private address"), True),
        (Rejected("404"), False),
    ],
)
def test_error_kinds_decide(error: MonitorError, kept: bool) -> None:
    assert (again(delivery(), error, NOON, DAY) is not None) is kept


def test_patience_ends_after_give_up_after() -> None:
    assert again(delivery(attempts=9), Unreachable("away"), NOON + DAY, DAY) is not None
    assert again(delivery(attempts=9), Unreachable("away"), NOON + DAY * 1.01, DAY) is None


def test_what_waited_while_we_were_off_is_tried_some_times_all_the_same() -> None:
    assert again(delivery(attempts=0), Unreachable("away"), NOON + DAY * 3, DAY) is not None


def test_retry_after_is_obeyed_by_the_delivery_and_by_the_whole_channel() -> None:
    busy = Unreachable("429", retry_after=120)

    due = again(delivery(), busy, NOON, DAY)

    assert due is not None
    assert due >= NOON + timedelta(seconds=120)
    assert rest(busy, 1) >= 120
    assert rest(Unreachable("429", retry_after=10**9), 1) <= 900


def test_a_dead_channel_is_knocked_at_ever_less_often() -> None:
    assert rest(Unreachable("away"), 1) <= 1.0
    assert 225 <= rest(Unreachable("away"), 100) <= 300


async def test_only_the_recipients_that_failed_are_served_again_and_the_lost_ones_end_as_a_dead_letter(
    store: Store,
) -> None:
    one = await raised(store, now=datetime.now(UTC))
    left, lost = ("b@example.org",), ("c@example.org",)
    served: list[tuple[str, ...]] = []

    class Mailbox(Desk):
        async def send(self, alert: Alert, delivery: Delivery) -> str | None:
            served.append(delivery.left)
            return await super().send(alert, delivery)

    desk = Mailbox(Partly("450 for b, 550 for c", left=left, lost=lost))
    carrier = courier(store, desk)
    await steps(carrier, 2)
    (waiting,) = await store.outbox.deliveries(one.id)
    assert waiting.due
    await store.outbox.requeue("desk", waiting.due)
    await steps(carrier, 2)

    (dead,) = await store.outbox.deliveries(one.id)
    assert served == [(), left]
    assert (dead.state, dead.left) == ("dead", lost)
    assert "c@example.org" in str(dead.error)


async def test_without_a_fresh_sign_of_life_nothing_is_sent(store: Store) -> None:
    await raised(store)
    desk = Desk()
    settings = NotifierConfig(id="desk", kind="slack")
    paused = Courier(settings, desk, store, consumer="courier-1", metrics=Metrics(), life=Life())

    await steps(paused, 3)
    assert desk.handed == []

    await steps(courier(store, desk), 2)
    assert len(desk.handed) == 1


async def test_after_a_store_hiccup_what_was_taken_is_asked_for_again(store: Store, dead_store: Store) -> None:
    one = await raised(store)
    desk = Desk()
    carrier = courier(store, desk)
    await steps(carrier, 1)  # nothing unfinished
    await store.outbox.take("desk", "courier-1", 10, block=0.01)  # taken, and the answer was lost
    carrier._store = dead_store
    with pytest.raises(StoreUnavailable):
        await carrier.step()
    carrier._store = store

    await steps(carrier, 2)

    assert len(desk.handed) == 1
    assert [d.state for d in await store.outbox.deliveries(one.id)] == ["arrived"]


async def test_no_correction_overtakes_what_it_corrects(store: Store) -> None:
    await store.posts.admit("am-mod", [], NOON)
    for text in ("7 killed", "9 killed"):
        await store.posts.admit("am-mod", [post(text=text)], NOON)
        (entry,) = await store.posts.take("judge", 10, block=0.01)
        one = alert(entry.post, update=entry.post.revision > 1)
        await store.alerts.conclude([(entry, one.verdict, one)], datetime.now(UTC))
    ((first, _),) = await store.outbox.take("desk", "courier-1", 1, block=0.01)
    await store.outbox.later(first, datetime.now(UTC), "away", datetime.now(UTC) + timedelta(seconds=1))
    desk = Desk()
    carrier = courier(store, desk)

    await steps(carrier, 2)
    held = await store.outbox.listed("desk", "waiting")
    assert desk.handed == []
    assert len(held) == 2
    (state,) = await store.outbox.states(["desk"])
    assert state.failures == 1  # of the first; to be held is no failure

    await store.outbox.requeue("desk", datetime.now(UTC) + timedelta(seconds=10))
    await steps(carrier, 2)

    assert desk.handed == [first.id, next(one.id for one in held if one.id != first.id)]
