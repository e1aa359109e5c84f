"""The counting notices what it is there to notice. Times in seconds."""

from __future__ import annotations

from tests.chaos.sinks import Arrival
from tests.chaos.verdict import Incident
from tests.cluster.flow import EVERY, Blow
from tests.cluster.verdict import hasty, repeats

FAILOVER = Blow("store", 100, 104)


def arrival(at: float, monitor: str = "monitor-1") -> Arrival:
    return Arrival("desk", monitor, "000001", "d", at, "taken")


def why(*arrivals: Arrival) -> list[str]:
    return repeats(arrivals, [Incident("killed", "monitor-1", 50, 50)], [FAILOVER])


def test_an_alert_that_came_twice_needs_an_excuse() -> None:
    assert why(arrival(10)) == []
    assert why(arrival(10), arrival(12)) == ["unexplained"]
    assert why(arrival(49.5), arrival(61)) == ["killed"]
    assert why(arrival(49.5, "monitor-2"), arrival(61)) == ["unexplained"]


def test_a_failover_excuses_what_was_sent_before_it_was_over_and_nothing_later() -> None:
    assert why(arrival(103), arrival(110)) == ["failover"]
    assert why(arrival(98), arrival(110)) == ["failover"]
    assert why(arrival(96), arrival(110)) == ["unexplained"]
    assert why(arrival(106), arrival(110)) == ["failover"]
    assert why(arrival(108), arrival(110)) == ["unexplained"]


def test_a_feed_asked_before_its_interval_is_over_is_noticed_and_excused_once_by_a_failover() -> None:
    calm = [10, 10 + EVERY]
    early = [10, 10 + EVERY / 2]
    around = [103, 103 + EVERY / 2]

    assert hasty(calm, [FAILOVER]) == []
    assert hasty(early, [FAILOVER]) == [EVERY / 2]
    assert hasty(around, [FAILOVER]) == []
    assert hasty([*around, 103 + EVERY], [FAILOVER]) == [EVERY / 2]
