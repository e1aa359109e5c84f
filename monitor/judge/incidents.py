"""Which incident each alert of a batch belongs to, and who is to be called about it later. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from monitor.model import Alert, Incident, Joined, changed
from monitor.policy import escalation, incident
from monitor.policy.settings import GroupingConfig, Policy
from monitor.store.incidents import Decided, Joinings, Step


def joined(
    alerts: Sequence[Alert], policy: Policy, now: datetime, among: Sequence[Incident], before: Joinings
) -> Decided:
    """Let alerts join incidents, in their order. `among`: those that may take one; `before`: what their posts joined.

    An alert that has joined already, of a batch judged again, stays where it is. Empty where alerts are not grouped.
    """
    if policy.grouping is None:
        return Decided((), {})
    standing = {one.id: one for one in among}
    of_post: dict[str, dict[str, Joined]] = {}
    touched: dict[str, Incident] = {}
    found: dict[str, Joined] = {}
    steps: list[Step] = []
    for alert in alerts:
        known = of_post.setdefault(alert.post.key, dict(before.get(alert.post.key, {})))
        if alert.id not in known:
            earlier = alert.verdict.updates or (alert.translation_of.key if alert.translation_of else "")
            first = known or of_post.get(earlier) or before.get(earlier, {})
            after, joined_ = _join(alert, standing, policy.grouping, now, first)
            known[alert.id] = _translated(alert, joined_, first)
            steps += _steps(alert, after, policy, now)
            routes = tuple(dict.fromkeys((*after.routes, *alert.verdict.routes)))
            standing[after.id] = touched[after.id] = changed(after, routes=routes)
        found[alert.id] = known[alert.id]
    return Decided(list(touched.values()), found, steps)


def _join(
    alert: Alert, standing: Mapping[str, Incident], grouping: GroupingConfig, now: datetime, known: Mapping[str, Joined]
) -> tuple[Incident, Joined]:
    first = next(iter(known.values()), None)
    return incident.join(list(standing.values()), alert, grouping, now, first=first.incident if first else None)


def _translated(alert: Alert, to: Joined, first: Mapping[str, Joined]) -> Joined:
    """Say of a translation that joins its first that it is one: it adds nothing that cannot wait."""
    if not alert.translation_of or alert.update or to.incident not in {one.incident for one in first.values()}:
        return to
    return changed(to, adds=None, why=f"the same in another language: {alert.translation_of.why}")


def _steps(alert: Alert, into: Incident, policy: Policy, now: datetime) -> list[Step]:
    """Return who is to be called if nobody takes the incident in hand, by each route that is new to it."""
    ways = (way for way in policy.routes if way.id in alert.verdict.routes and way.id not in into.routes)
    return [
        Step(into.id, way.id, number, due)
        for way in ways
        for number, due in escalation.first(way, policy.grouping, into, now)
    ]
