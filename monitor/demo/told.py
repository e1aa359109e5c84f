"""What the channels were told: messages, the alerts in each, the threads they stand in, and what is wrong with that.

Pure. The sentences of `undelivered`, `repeated`, `split` and `late` are for the end of the demo.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from monitor.demo.sink import Arrival
from monitor.model import SEVERITIES, Alert, Delivery, Entry, Repeat, Value, delivery_id
from monitor.store.parcel import message

AT_ONCE = 10.0  # seconds from reading a statement to its arrival, on the busiest of machines


class Observed(Value, frozen=True, kw_only=True):
    """What the daemon's own pages say, and what arrived on each channel.

    began       when the daemon was started
    repeats     further addresses of what was repeated
    deliveries  that arrived
    kills       when the daemon was found killed
    """

    began: datetime
    entries: Sequence[Entry]
    alerts: Sequence[Alert]
    repeats: Sequence[Repeat]
    deliveries: Sequence[Delivery]
    arrivals: Mapping[str, Sequence[Arrival]]
    kills: Sequence[datetime] = ()


class Message(Value, frozen=True, kw_only=True):
    """One message, by the delivery that led it. `arrivals`: several if it was repeated."""

    id: str
    alerts: tuple[Alert, ...]
    arrivals: tuple[Arrival, ...]


class Told(Value, frozen=True, kw_only=True):
    """One channel in numbers.

    alerts    that came, `gathered` of them in another's message
    shown     messages that stand in the channel itself; the others only in a thread
    threads   0 where the channel has none
    """

    alerts: int = 0
    gathered: int = 0
    messages: int = 0
    shown: int = 0
    threads: int = 0


Messages = Mapping[str, Sequence[Message]]  # by channel


def messages(seen: Observed) -> Messages:
    """Return what came on each channel, each message with the alerts that it tells."""
    by_id = {one.id: one for one in seen.deliveries}
    return {channel: list(_messages(channel, seen, by_id)) for channel in seen.arrivals}


def _messages(channel: str, seen: Observed, deliveries: Mapping[str, Delivery]) -> Iterable[Message]:
    by_lead: dict[str, list[Alert]] = {}
    for alert in seen.alerts:
        own = delivery_id(alert.id, channel)
        lead = deliveries[own].lead if own in deliveries else None
        by_lead.setdefault(lead or own, []).append(alert)
    for lead, alerts in by_lead.items():
        mark = message(deliveries[lead]) if lead in deliveries else lead
        if arrivals := tuple(one for one in seen.arrivals[channel] if mark in one.marks):
            yield Message(id=lead, alerts=tuple(alerts), arrivals=arrivals)


def told(found: Sequence[Message]) -> Told:
    arrivals = [one.arrivals[0] for one in found]
    return Told(
        alerts=sum(len(one.alerts) for one in found),
        gathered=sum(len(one.alerts) - 1 for one in found),
        messages=len(found),
        shown=sum(one.shown for one in arrivals),
        threads=len({one.thread for one in arrivals if one.thread}),
    )


def moments(found: Messages, alert: Alert) -> list[datetime]:
    """Return when an alert came, on any channel."""
    mine = (one for of_channel in found.values() for one in of_channel if alert in one.alerts)
    return [arrival.at for message in mine for arrival in message.arrivals]


def cannot_wait(alert: Alert) -> str | None:
    """Return why an alert is for at once, in words; None for what may be gathered."""
    if alert.verdict.severity == SEVERITIES[-1]:
        return SEVERITIES[-1]
    if alert.incident is None or alert.incident.number == 1:
        return "the first on its event"
    return alert.incident.adds


def longest(found: Messages, alerts: Iterable[Alert]) -> float:
    """Return the seconds from reading to arrival on the last channel, of the alert that took longest; 0 for none."""
    return max((wait for one in alerts if (wait := _wait(found, one)) is not None), default=0.0)


def _wait(found: Messages, alert: Alert) -> float | None:
    firsts = [one.arrivals[0].at for of_channel in found.values() for one in of_channel if alert in one.alerts]
    return (max(firsts) - alert.post.seen).total_seconds() if firsts and alert.post.seen else None


# --- what is wrong with it --------------------------------------------------------------------------------------------


def undelivered(seen: Observed, found: Messages) -> list[str]:
    problems = []
    for channel, of_channel in found.items():
        came = {alert.id for one in of_channel for alert in one.alerts}
        missing = [alert for alert in seen.alerts if alert.id not in came]
        problems += [f"the alert on {titled(alert)} never came on channel {channel}" for alert in missing]
        strangers = len(seen.arrivals[channel]) - sum(len(one.arrivals) for one in of_channel)
        if strangers:
            problems.append(f"{strangers} messages on channel {channel} belong to no alert")
    return problems


def repeated(seen: Observed, found: Messages) -> tuple[list[str], list[str]]:
    """Return the messages that came more than once: those a kill explains, and those nothing explains."""
    explained, unexplained = [], []
    for channel, of_channel in found.items():
        for one in of_channel:
            times = [arrival.at for arrival in one.arrivals]
            if len(times) < 2:
                continue
            what = " and ".join(map(titled, one.alerts))
            came = f"the alert on {what} came {len(times)} times on channel {channel}"
            if len(times) == 2 and any(times[0] <= kill <= times[1] for kill in seen.kills):
                explained.append(f"{came}, under one id: a kill fell between its sending and the note of it")
            else:
                unexplained.append(came)
    return explained, unexplained


def split(found: Messages, alerts: Sequence[Alert]) -> list[str]:
    """Say where the one event of the day fell apart."""
    first = {one.incident.incident: titled(one) for one in reversed(alerts) if one.incident and not one.incident.why}
    problems = [f"the day's one event became {len(first)}: {', '.join(first.values())}"] if len(first) > 1 else []
    for channel, of_channel in found.items():
        if (threads := told(of_channel).threads) > max(1, len(first)):
            problems.append(f"the day's one event is told in {threads} threads on channel {channel}")
    return problems


def late(seen: Observed, found: Messages) -> list[str]:
    """Name what could not wait and waited, unless the daemon was dead meanwhile."""
    problems = []
    for alert in (one for one in seen.alerts if cannot_wait(one)):
        gathered = [
            channel
            for channel, of_channel in found.items()
            if any(alert in one.alerts and one.id != delivery_id(alert.id, channel) for one in of_channel)
        ]
        why = f"the alert on {titled(alert)} could not wait ({cannot_wait(alert)})"
        if gathered:
            problems.append(f"{why} and was gathered with others on {', '.join(gathered)}")
        elif (wait := _wait(found, alert) or 0.0) > AT_ONCE and not seen.kills:
            problems.append(f"{why} and came {wait:.0f} s after it was read")
    return problems


def titled(alert: Alert) -> str:
    update = f", version {alert.post.revision}" if alert.update else ""
    return f"“{alert.post.title}” ({alert.post.native_id}{update})"
