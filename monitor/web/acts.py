"""What people do about alerts, from the page and from the command line alike. Each leaves its line in the audit."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from difflib import get_close_matches
from typing import Any, NamedTuple, Protocol

from monitor import notices, pace
from monitor.model import Acknowledgement, Action, Alert, Incident, Joined, Origin, Silence, changed
from monitor.policy import escalation
from monitor.policy import silence as silences
from monitor.policy.settings import RouteConfig

ACKNOWLEDGED = "acknowledged"  # the word of the notice, and of the line in the audit
_LONGEST_NAME, _LONGEST_NOTE = 80, 500  # characters

Names = Mapping[str, Collection[str]]  # by field of a selector: what there is to name


class Incidents(Protocol):
    async def get(self, incident: str, /) -> Incident | None: ...

    async def acknowledge(self, incident: str, who: Acknowledgement, /) -> Acknowledgement:
        """Return in whose hand it is: the first who asked has it."""
        ...


class Silences(Protocol):
    async def add(self, silence: Silence, action: Action, /) -> None: ...

    async def end(self, silence: str, now: datetime, action: Action, /) -> Silence | None: ...

    async def note(self, action: Action, /) -> None: ...

    async def all(self) -> Sequence[Silence]:
        """Return all silences, the one that ends last first."""
        ...


class Alerts(Protocol):
    async def of(self, ids: Sequence[str], /) -> Sequence[Alert]:
        """Return the alerts with these ids, in their order; those that are lost are left out."""
        ...


class Health(Protocol):
    async def tell(self, notices: Sequence[Alert], /) -> None: ...


class Acts(Protocol):
    """What of the store is written when somebody acts."""

    @property
    def incidents(self) -> Incidents: ...

    @property
    def silences(self) -> Silences: ...

    @property
    def alerts(self) -> Alerts: ...

    @property
    def health(self) -> Health: ...


class Taken(NamedTuple):
    """`who` has the incident in hand; `first`: it was taken just now, nobody had it before."""

    incident: Incident
    who: Acknowledgement
    first: bool


async def acknowledge(
    store: Acts, incident: str, by: str, note: str, now: datetime, *, via: str, routes: Sequence[RouteConfig] = ()
) -> Taken | None:
    """Take an incident in hand; None if there is none of this id. The first has it; all who were told or called hear.

    Raises ValueError if nobody is named. May be repeated: it is told once, also if the first attempt was cut off.
    """
    who = Acknowledgement(by=name_of(by), at=now, note=_note(note))
    about = await store.incidents.get(incident)
    if about is None:
        return None
    had = await store.incidents.acknowledge(incident, who)
    taken = Taken(changed(about, acknowledged=had), had, had == who)
    if taken.first:
        why = " · ".join(filter(None, (about.title, who.note)))
        await store.silences.note(Action(at=now, by=who.by, what=ACKNOWLEDGED, about=incident, why=why, via=via))
    alerts = await store.alerts.of((*about.alerts, *escalation.calls(about, routes)))
    if to := tuple(dict.fromkeys(channel for one in alerts for channel in one.verdict.to)):
        await store.health.tell([acknowledged(taken.incident, had, to)])
    return taken


def acknowledged(incident: Incident, who: Acknowledgement, to: Iterable[str]) -> Alert:
    """Return the notice that somebody has an incident in hand; it goes into the incident's own thread. Pure."""
    about = Origin(id=incident.id, kind="incident", name=incident.title)
    text = f"Since {who.at:%d %b %H:%M} UTC. Nobody else is called about it."
    note = f"\n\n{who.by} says: “{who.note}”" if who.note else ""
    one = notices.notice(
        ACKNOWLEDGED,
        about,
        f"{who.by} has it in hand",
        f"{text}{note}",
        who.at,
        severity="low",
        to=to,
    )
    return changed(
        one, incident=Joined(incident=incident.id, number=incident.count, adds=ACKNOWLEDGED, opened=incident.opened)
    )


async def silence(  # noqa: PLR0917  # in the order in which one says it
    store: Acts,
    when: Mapping[str, Any],
    reason: str,
    by: str,
    until: datetime | None,
    now: datetime,
    *,
    via: str,
    names: Names,
) -> Silence:
    """Silence what `when` selects. Raises ValueError with what is wrong and what would be right."""
    one = silences.new(when, reason, name_of(by), now, until, now)
    for field, given in one.when.items():
        _known(field, given, names)
    why = f"{silences.described(one)} until {one.until:%Y-%m-%d %H:%M} UTC: {one.reason}"
    await store.silences.add(one, Action(at=now, by=one.by, what="silenced", about=one.id, why=why, via=via))
    return one


async def end(store: Acts, silence: str, by: str, now: datetime, *, via: str) -> Silence | None:
    """End a silence before its time; None if there is none of this id. One that is over stays as it was."""
    who, one = name_of(by), next((one for one in await store.silences.all() if one.id == silence), None)
    why = f"{silences.described(one)}: {one.reason}" if one else ""
    action = Action(at=now, by=who, what="ended a silence", about=silence, why=why, via=via)
    return await store.silences.end(silence, now, action)


def name_of(by: str) -> str:
    """Return a person's name in one line. Raises ValueError where there is none."""
    name = " ".join(by.split())
    if not name:
        raise ValueError("say who you are: the others see the name")
    if len(name) > _LONGEST_NAME:
        raise ValueError(f"a name has at most {_LONGEST_NAME} characters")
    return name


def ending(length: str | None, until: str | None, now: datetime) -> datetime | None:
    """Read when something ends: `2h` from now, or a moment such as 2021-11-16T18:00Z (UTC where no offset is named).

    None where neither is given. Raises ValueError with what would be right.
    """
    if length and until:
        raise ValueError("say either how long or until when, not both")
    if length:
        return now + timedelta(seconds=pace.seconds(length))
    if not until:
        return None
    try:
        moment = datetime.fromisoformat(until)
    except ValueError:
        raise ValueError(f"{until!r} is no moment; wanted is one like 2021-11-16T18:00Z") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _note(note: str) -> str:
    return " ".join(note.split())[:_LONGEST_NOTE]


def _known(field: str, given: object, names: Names) -> None:
    """Refuse what is not there: a silence of nothing would be taken for one that works."""
    if field not in names or not isinstance(given, tuple | list):
        return
    for one in given:
        if one not in names[field]:
            close = get_close_matches(str(one), sorted(names[field]), n=1)
            raise ValueError(f"{field}: there is no {one!r}" + (f"; did you mean {close[0]!r}?" if close else ""))
