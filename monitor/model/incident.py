"""What statements are about together, who has it in hand, and what people have asked of the alerts."""

from __future__ import annotations

from datetime import datetime

import msgspec

from monitor.model.alert import Severity
from monitor.model.value import Value


class Acknowledgement(Value, frozen=True, kw_only=True):
    """Somebody has an incident in hand. `by`: the name that they gave."""

    by: str
    at: datetime
    note: str = ""


class Spot(Value, frozen=True, kw_only=True):
    """A place of an incident; the fields are those of `Mention`."""

    place: str
    name: str
    within: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    called: dict[str, str] = msgspec.field(default_factory=dict)
    at: tuple[float, float] | None = None


class Incident(Value, frozen=True, kw_only=True):
    """Alerts about one event, of all sides. It takes alerts until none has come for as long as the policy says.

    opened, last  when its first and its newest alert were raised
    title         of the first alert, in one line
    alerts        ids, the oldest first; the newest 200 of `count`
    routes        that took one of them: each calls its own next ones, from its first alert on
    severity      the highest of all
    """

    id: str
    opened: datetime
    last: datetime
    title: str
    severity: Severity
    alerts: tuple[str, ...]
    count: int = 1
    topics: tuple[str, ...] = ()
    parties: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    places: tuple[Spot, ...] = ()
    figures: tuple[str, ...] = ()
    routes: tuple[str, ...] = ()
    acknowledged: Acknowledgement | None = None


class Thread(Value, frozen=True, kw_only=True):
    """What one channel was told of an incident. `root`: the first delivery; `receipt`: what the far side calls it.

    opened, last  when the first and the newest message arrived; `messages`: how many.
    """

    root: str
    receipt: str | None
    opened: datetime
    last: datetime
    messages: int = 1


class Silence(Value, frozen=True, kw_only=True):
    """What nobody is to be told for a while, who said so and why. `when`: a selector as in a route.

    `ended`: when somebody ended it before its time; `ended_by`: who.
    """

    id: str
    when: dict[str, str | bool | tuple[str, ...]]
    reason: str
    by: str
    since: datetime
    until: datetime
    ended: datetime | None = None
    ended_by: str | None = None


class Action(Value, frozen=True, kw_only=True):
    """One line of the audit: who did what, to what, when, and why. `via`: `web`, `command` or `monitor` itself."""

    at: datetime
    by: str
    what: str
    about: str
    why: str = ""
    via: str = "command"
