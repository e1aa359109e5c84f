"""Messages and threads, counted; and what could not wait, held against when it came."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from monitor.demo.sink import Arrival
from monitor.demo.told import Observed, Told, cannot_wait, late, longest, messages, repeated, split, told, undelivered
from monitor.model import Alert, Delivery, Joined, changed, delivery_id
from monitor.store.parcel import message
from tests.make import alert, post

BEGAN = datetime(2026, 1, 1, 12, tzinfo=UTC)
ROOT = "1.000001"


def said(name: str, number: int, adds: str | None = None, *, incident: str = "i") -> Alert:
    why = "" if number == 1 else "it also speaks of border"
    joined = Joined(incident=incident, number=number, adds=adds, why=why)
    return alert(post(name, seen=BEGAN + timedelta(seconds=number)), id=name, incident=joined)


FIRST, SECOND, THIRD = said("a", 1), said("b", 2), said("c", 3, "the first of AZ on it")


def arrival(mark: str, after: float, thread: str | None = ROOT, *, shown: bool = True) -> Arrival:
    return Arrival(at=BEGAN + timedelta(seconds=after), marks=f"<{mark}@x>", thread=thread, shown=shown)


def delivery(of: Alert, **fields: object) -> Delivery:
    return changed(Delivery(id=delivery_id(of.id, "desk"), alert=of.id, channel="desk", state="arrived"), **fields)


def gathered(lead: Alert, member: Alert) -> list[Delivery]:
    """Return the deliveries of two alerts in one message."""
    leading, along = delivery(lead), delivery(member, lead=delivery_id(lead.id, "desk"))
    return [changed(leading, members=(along.id,)), along]


def observed(arrivals: Sequence[Arrival], deliveries: Sequence[Delivery] = ()) -> Observed:
    return Observed(
        began=BEGAN, entries=[], alerts=[THIRD, SECOND, FIRST], repeats=[], deliveries=deliveries,
        arrivals={"desk": arrivals},
    )  # fmt: skip


@pytest.fixture
def well() -> Observed:
    """`a` by itself, then `c` with `b`, which had waited for two seconds."""
    pair = gathered(THIRD, SECOND)
    own = delivery_id(FIRST.id, "desk")
    return observed([arrival(own, 1.1), arrival(message(pair[0]), 4, shown=False)], [delivery(FIRST), *pair])


def test_what_was_gathered_is_found_in_the_message_that_told_it(well: Observed) -> None:
    found = messages(well)

    assert {tuple(one.id for one in message.alerts) for message in found["desk"]} == {("a",), ("c", "b")}
    assert told(found["desk"]) == Told(alerts=3, gathered=1, messages=2, shown=1, threads=1)
    assert undelivered(well, found) + split(found, well.alerts) + late(well, found) == []
    assert repeated(well, found) == ([], [])


def test_the_longest_wait_is_that_of_the_last_channel(well: Observed) -> None:
    found = messages(well)

    assert longest(found, [FIRST]) == pytest.approx(0.1)
    assert longest(found, well.alerts) == pytest.approx(2)
    assert longest(found, []) == 0


@pytest.mark.parametrize(
    ("one", "why"),
    [
        (FIRST, "the first on its event"),
        (SECOND, None),
        (THIRD, "the first of AZ on it"),
        (changed(SECOND, verdict=changed(SECOND.verdict, severity="critical")), "critical"),
        (changed(FIRST, incident=None), "the first on its event"),
    ],
)
def test_what_cannot_wait_says_why(one: Alert, why: str | None) -> None:
    assert cannot_wait(one) == why


def test_what_could_not_wait_and_was_gathered_is_named() -> None:
    pair = gathered(SECOND, THIRD)
    own = delivery_id(FIRST.id, "desk")
    seen = observed([arrival(own, 1), arrival(message(pair[0]), 3)], [delivery(FIRST), *pair])

    (problem,) = late(seen, messages(seen))
    assert problem.endswith("could not wait (the first of AZ on it) and was gathered with others on desk")


def test_what_could_not_wait_and_came_late_is_named_unless_a_kill_explains_it(well: Observed) -> None:
    slow = changed(well, arrivals={"desk": [changed(well.arrivals["desk"][0], at=BEGAN + timedelta(seconds=60))]})

    (problem,) = late(slow, messages(slow))
    assert problem.endswith("could not wait (the first on its event) and came 59 s after it was read")
    assert late(changed(slow, kills=[BEGAN]), messages(slow)) == []


def test_an_event_that_fell_apart_is_named(well: Observed) -> None:
    other = changed(SECOND, incident=Joined(incident="j"))
    (problem,) = split(messages(well), [THIRD, other, FIRST])

    assert problem.startswith("the day's one event became 2: “Statement a” (")
    assert "“Statement b” (" in problem


def test_a_thread_that_fell_apart_is_named(well: Observed) -> None:
    first, second = well.arrivals["desk"]
    apart = changed(well, arrivals={"desk": [first, changed(second, thread="2.000002")]})

    assert split(messages(apart), well.alerts) == ["the day's one event is told in 2 threads on channel desk"]


def test_a_message_that_came_twice_names_all_that_it_told(well: Observed) -> None:
    first, second = well.arrivals["desk"]
    again = changed(well, arrivals={"desk": [first, second, second]})

    ((), (came,)) = repeated(again, messages(again))
    assert came.startswith("the alert on “Statement c” (")
    assert " and “Statement b” (" in came
