from __future__ import annotations

from datetime import timedelta
from typing import Any

from monitor.model import Acknowledgement, changed
from monitor.policy import escalation, incident
from monitor.policy.escalation import Call
from monitor.policy.settings import GroupingConfig, RouteConfig
from tests.policy.test_selector import NOON, about

MINUTE = timedelta(minutes=1)
OPEN = incident.opened(about(), NOON)
TAKEN = changed(OPEN, acknowledged=Acknowledgement(by="Anna", at=NOON))


def route(**fields: Any) -> RouteConfig:
    then = [{"after": "10m", "to": ["duty"]}, {"after": "30m", "to": ["boss", "desk"]}]
    return RouteConfig(**({"id": "r", "to": ("desk",), "then": then} | fields))


def test_what_is_to_be_done_later() -> None:
    assert escalation.first(route(), GroupingConfig(repeat=3600), OPEN, NOON) == [
        (0, NOON + 10 * MINUTE),
        (-1, NOON + 60 * MINUTE),
    ]
    assert escalation.first(route(then=[]), GroupingConfig(), OPEN, NOON) == []
    assert escalation.first(route(repeat=0), GroupingConfig(repeat=3600), TAKEN, NOON) == []
    assert escalation.first(None, GroupingConfig(repeat=3600), OPEN, NOON) == []


def test_a_step_calls_its_channels_and_says_why() -> None:
    call = escalation.due(OPEN, route(), 0, NOON + 12 * MINUTE)

    assert call == Call(
        ("duty",), "on one incident that nobody has acknowledged for 12 minutes", (1, NOON + 32 * MINUTE)
    )
    last = escalation.due(OPEN, route(), 1, NOON + 32 * MINUTE)
    assert last
    assert (last.to, last.next) == (("boss", "desk"), None)


def test_nobody_is_called_for_what_somebody_has_or_what_is_gone() -> None:
    assert escalation.due(TAKEN, route(), 0, NOON) is None
    assert escalation.due(TAKEN, route(repeat=60), -1, NOON) is None
    assert escalation.due(None, route(), 0, NOON) is None
    assert escalation.due(OPEN, None, 0, NOON) is None
    assert escalation.due(OPEN, route(), 2, NOON) is None
    assert escalation.due(OPEN, route(), -1, NOON, GroupingConfig()) is None


def test_it_is_told_again_to_all_who_were_called_until_a_day_is_over() -> None:
    again = escalation.due(OPEN, route(repeat=1200), -1, NOON + 20 * MINUTE)

    assert again
    assert (again.to, again.next, again.repeat) == (("desk", "duty"), (-2, NOON + 40 * MINUTE), True)
    assert escalation.due(OPEN, route(repeat=1200), -99, NOON + timedelta(days=1, seconds=1)) is None
