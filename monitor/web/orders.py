"""What the configuration orders about alerts, as far as the pages tell of it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from monitor.model import Incident
from monitor.policy.settings import GroupingConfig, RouteConfig

if TYPE_CHECKING:
    from monitor.web import Step
    from monitor.web.acts import Names


class Call(NamedTuple):
    """Who will be told of an incident next, if nobody takes it in hand. `again`: those who know of it already."""

    to: tuple[str, ...]
    due: datetime
    again: bool


@dataclass(frozen=True, slots=True)
class Orders:
    """`grouping`: None where alerts are not grouped. `names`: what a silence may name, by field of a selector."""

    routes: Sequence[RouteConfig] = ()
    grouping: GroupingConfig | None = None
    names: Names = field(default_factory=dict)

    def is_open(self, incident: Incident, now: datetime) -> bool:
        """Say whether an incident still takes alerts."""
        within = self.grouping.within if self.grouping else 0.0
        return now - incident.last <= timedelta(seconds=within)

    def next_call(self, incident: Incident, steps: Iterable[Step]) -> Call | None:
        """Return who is called next; None where nobody is. `steps`: all that wait, the next first."""
        if incident.acknowledged:
            return None
        known = {route.id: route for route in self.routes}
        for step in steps:
            route = known.get(step.route)
            if step.incident != incident.id or route is None:
                continue
            if step.number < 0:
                return Call(route.to, step.due, again=True)
            if step.number < len(route.then):
                return Call(route.then[step.number].to, step.due, again=False)
        return None
