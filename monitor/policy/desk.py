"""The decision on one delivery: now, later or never, and together with what.

It is made anew whenever the delivery comes up, for a silence may have begun or ended meanwhile. What comes first wins:

1. an active silence: nobody is told
2. a digest channel: at its hour
3. many at once (catching up, a storm): gathered for a minute
4. quiet hours, then the limit: gathered until they are over; `critical` waits for neither
5. the incident: its first message and what cannot wait at once, the rest gathered

Notices know no silence, no gathering and no incident. What has waited for 2, 3 or 4 goes with all that waited with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

from monitor import pace
from monitor.model import SEVERITIES, Alert, Delivery, Incident, Silence, Thread
from monitor.policy import digest, limit, quiet, silence
from monitor.policy.clock import length, said
from monitor.policy.settings import CatchUp, GroupingConfig, LimitConfig, QuietConfig, RouteConfig

DIGEST, QUIET, LIMIT, CATCH_UP = "digest", "quiet", "limit", "catch-up"  # names of bundles

_GATHERED = timedelta(seconds=60)  # how long what comes at once is waited for
_SETTLED = timedelta(seconds=10)  # what was overdue before it was first looked at: until all of it has been
_BROKEN_BY = SEVERITIES[-1]


@dataclass(frozen=True, kw_only=True)
class Desk:
    """A channel's policy. `digest`: a cron expression on the clock of `zone`; `grouping`: None where nothing is."""

    quiet: Sequence[QuietConfig] = ()
    zone: tzinfo = UTC
    limit: LimitConfig | None = None
    digest: str | None = None
    catch_up: CatchUp = "digest"
    grouping: GroupingConfig | None = None


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What a decision depends on, as the store has it now.

    thread    of the alert's incident on this channel, None before its first message
    incident  the alert's, None where it has none
    sent      when messages went to this channel, at least those of the limit's stretch of time
    silences  all that may be active
    """

    thread: Thread | None = None
    incident: Incident | None = None
    sent: Sequence[datetime] = ()
    silences: Sequence[Silence] = ()


@dataclass(frozen=True)
class Send:
    """Now, with all that is held in the same `bundle`. `why`: for the digest's title, after "3 statements"."""

    bundle: str | None = None
    why: str | None = None


@dataclass(frozen=True)
class Hold:
    """Not before `until`, for the reason `why`; what waits in the same `bundle` goes in one message."""

    until: datetime
    why: str
    bundle: str


@dataclass(frozen=True)
class Silenced:
    """Never: kept and shown, with the reason."""

    why: str


Decision = Send | Hold | Silenced


def decide(  # noqa: PLR0917  # alert, delivery, policy, state, clock: in the order of the question
    alert: Alert, delivery: Delivery, desk: Desk, standing: Standing, now: datetime, route: RouteConfig | None = None
) -> Decision:
    """Say what becomes of a delivery now. `route`: by which it came, for its own `wait` and `interval`."""
    never = _silenced(alert, desk, standing, now)
    if never:
        return never
    hold = _for_the_digest(alert, delivery, desk, now) or _at_once(alert, delivery, desk, now)
    if hold is None and alert.verdict.severity != _BROKEN_BY:
        hold = _peace(desk, now) or _limited(desk, standing, now)
    if hold:
        return hold
    if delivery.bundle and not delivery.bundle.startswith("incident:"):
        return Send(delivery.bundle, _over(delivery.bundle, desk, now))
    return _grouped(alert, delivery, desk, standing, now, route=route)


def along(alerts: Sequence[Alert], silences: Sequence[Silence], now: datetime) -> list[Alert]:
    """Return those of a bundle that are told with it: a silence may have begun since they were held."""
    return [one for one in alerts if not silence.matching(silences, one, now)]


def _silenced(alert: Alert, desk: Desk, standing: Standing, now: datetime) -> Silenced | None:
    if one := silence.matching(standing.silences, alert, now):
        return Silenced(f"silenced by {one.by} until {_on_its_clock(desk, one.until, now)}: {one.reason}")
    if alert.gather and desk.catch_up == "silent" and alert.verdict.severity != _BROKEN_BY:
        return Silenced("it came among many at once, and this channel is told none of those (catch_up: silent)")
    known = standing.incident.acknowledged if standing.incident else None
    if known and alert.post.kind == digest.KIND:
        return Silenced(f"no call is needed any more: {known.by} has the incident in hand")
    return None


def _for_the_digest(alert: Alert, delivery: Delivery, desk: Desk, now: datetime) -> Hold | None:
    if desk.digest is None:
        return None
    due = _settled(delivery, pace.following(desk.digest, delivery.queued or alert.raised, zone=desk.zone), now)
    return Hold(due, f"for the digest of {_on_its_clock(desk, due, now)}", DIGEST) if due > now else None


def _at_once(alert: Alert, delivery: Delivery, desk: Desk, now: datetime) -> Hold | None:
    """Gather what came with many others, also what is critical: a flood is a flood. After a minute it goes on."""
    if alert.gather is None or desk.catch_up == "alert" or desk.digest:
        return None
    due = _settled(delivery, (delivery.queued or alert.raised) + _GATHERED, now)
    if due <= now:
        return None
    if alert.gather == "storm":
        return Hold(due, f"{alert.origin.name} publishes very much at once: gathered", f"storm:{alert.origin.id}")
    return Hold(due, "one of many after a time without news: gathered", CATCH_UP)


def _settled(delivery: Delivery, due: datetime, now: datetime) -> datetime:
    """Put off what is due before it was ever looked at, as after a restart: the others come to its bundle first."""
    return max(due, now + _SETTLED) if delivery.bundle is None else due


def _peace(desk: Desk, now: datetime) -> Hold | None:
    end = quiet.until(desk.quiet, desk.zone, now)
    return Hold(end, f"quiet hours until {_on_its_clock(desk, end, now)}", QUIET) if end else None


def _limited(desk: Desk, standing: Standing, now: datetime) -> Hold | None:
    free = limit.free_at(desk.limit, standing.sent, now) if desk.limit else None
    if not (free and desk.limit):
        return None
    most = f"{desk.limit.messages} in {length(desk.limit.per)}"
    return Hold(free, f"the channel had its {most}: gathered until {said(free, desk.zone, now)}", LIMIT)


def _grouped(
    alert: Alert, delivery: Delivery, desk: Desk, standing: Standing, now: datetime, *, route: RouteConfig | None
) -> Decision:
    """Decide by the incident. Whatever goes into a thread takes along what was gathered for it."""
    joined, grouping = alert.incident, desk.grouping
    if joined is None or grouping is None or alert.notice or alert.post.kind == digest.KIND:
        return _ungrouped(alert, desk, now)
    bundle, thread = f"incident:{joined.incident}", standing.thread
    at_once = alert.verdict.severity == _BROKEN_BY
    if thread is None:
        wait = _own(route.wait if route else None, grouping.wait)
        if not wait:
            return _ungrouped(alert, desk, now)
        due = (standing.incident.opened if standing.incident else alert.raised) + wait
        why = "a new incident"
    else:
        interval = _own(route.interval if route else None, grouping.interval)
        due = _in_thread(delivery, thread, delivery.queued or alert.raised, interval, now)
        at_once = at_once or bool(joined.adds) or alert.update
        why = f"the incident was told at {said(thread.last, desk.zone, now)}"
    if at_once or due <= now:
        return Send(bundle, _over(bundle, desk, now))
    return Hold(due, f"{why}: gathered until {said(due, desk.zone, now)}", bundle)


def _in_thread(delivery: Delivery, thread: Thread, queued: datetime, interval: timedelta, now: datetime) -> datetime:
    """Return when a thread goes on. One that is told of often puts nothing off for longer than twice its interval.

    What has been held for this thread before waits for one interval, whatever was told in it meanwhile.
    """
    held = delivery.bundle is not None and delivery.bundle.startswith("incident:")
    due, longest = thread.last + interval, queued + (1 if held else 2) * interval
    return _settled(delivery, longest, now) if longest <= now < due else min(due, longest)


def _ungrouped(alert: Alert, desk: Desk, now: datetime) -> Send:
    """Send it by itself; on a channel with a limit it takes along what waits for its turn, lest that wait for ever."""
    if desk.limit is None or alert.verdict.severity == _BROKEN_BY:
        return Send()
    return Send(LIMIT, _over(LIMIT, desk, now))


def _own(route: float | None, grouping: float) -> timedelta:
    return timedelta(seconds=grouping if route is None else route)


def _over(bundle: str, desk: Desk, now: datetime) -> str:
    """Say what gathered the alerts of a bundle, after "3 statements"."""
    if bundle == DIGEST:
        return f"in the digest of {_on_its_clock(desk, now, now)}"
    if bundle == QUIET:
        return f"from quiet hours, which lasted until {_on_its_clock(desk, now, now)}"
    if bundle == LIMIT:
        most = f"{desk.limit.messages} messages in {length(desk.limit.per)}" if desk.limit else "its messages"
        return f"beyond the channel's {most}"
    if bundle == CATCH_UP:
        return "after a time without news"
    if bundle.startswith("storm:"):
        return f"at once by {bundle.removeprefix('storm:')}"
    return "on one incident"


def _on_its_clock(desk: Desk, moment: datetime, now: datetime) -> str:
    return f"{said(moment, desk.zone, now)} ({desk.zone})"
