"""Stories, as `scenarios/*.yaml` tells them: who said what and when, and which messages are to come of it.

    play      14:00 a: AM border goris high      an alert called `a`: a party, topics, places, a severity, a language;
              14:00 s1..s500: AZ border storm    `by=source`, `to=channel` of its rule, `update=a`, `catch-up`, `storm`
              14:05 n: notice to=ops             a notice
              14:10 ack a Anna                   Anna has the incident of `a` in hand
              14:10 silence s Anna 16:00 parties=AZ     until 16:00; `end s` ends it before
              14:20 down desk · up desk          the channel takes nothing · takes again
              14:20 off · on · crash             the monitor stops · goes on · is killed and starts again
    expect    desk 14:00 a                       a message with `a` alone within that minute, in no thread
              desk 14:05..14:07 b c | in a       one with both, in the thread that `a` is in
              silenced desk: d                   `d` is never told there

Times are UTC; `+1 07:00` is on the next day. `call:a` and `again:a` are calls for the incident that `a` opened, `ack:a`
the notice that somebody has it. Whatever is not expected fails, and so does what is neither told nor silenced.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from monitor.model import SEVERITIES, Alert, Mention, Verdict, changed
from monitor.notices import notice
from monitor.policy.desk import Desk
from monitor.policy.settings import GroupingConfig, LimitConfig, QuietConfig, RouteConfig
from tests.make import alert, origin, post

PLACES: dict[str, tuple[tuple[str, ...], tuple[float, float] | None]] = {
    "armenia": ((), None),
    "azerbaijan": ((), None),
    "syunik": (("armenia",), None),
    "goris": (("syunik", "armenia"), (39.5111, 46.3417)),
    "meghri": (("syunik", "armenia"), (38.9029, 46.2446)),
    "vardenis": (("gegharkunik", "armenia"), (40.1833, 45.7305)),
    "sotk": (("geghamasar", "vardenis", "gegharkunik", "armenia"), None),
    "tavush": (("armenia",), None),
    "kalbajar": (("east-zangezur", "azerbaijan"), (40.1066, 46.0384)),
    "nakhchivan": (("azerbaijan",), (39.2089, 45.4122)),
}
TOPICS = ("border", "casualties", "positions")
LANGUAGES = ("en", "ru", "hy", "az", "tr")

_LINE = re.compile(r"(?:\+(\d+) )?(\d\d:\d\d(?::\d\d)?)(?:\.\.((?:\+\d+ )?\d\d:\d\d))? (.+)")
_MANY = re.compile(r"([a-z]+)(\d+)\.\.[a-z]+(\d+)")


class Event(NamedTuple):
    """What happens: `what` is `say` or a command, `args` its words."""

    at: datetime
    what: str
    args: tuple[str, ...]
    alert: Alert | None = None


class Expected(NamedTuple):
    channel: str
    since: datetime
    until: datetime
    names: tuple[str, ...]
    root: str | None


@dataclass
class Story:
    desks: dict[str, Desk]
    routes: list[RouteConfig]
    grouping: GroupingConfig | None
    events: list[Event]
    expected: list[Expected]
    silenced: dict[str, set[str]]


def read(told: Mapping[str, Any]) -> Story:
    day = datetime.combine(told.get("day") or datetime(2021, 11, 16, tzinfo=UTC).date(), datetime.min.time(), UTC)
    given = told.get("grouping")
    grouping = None if given is None else GroupingConfig(**given)
    channels = told.get("channels") or {"desk": {}}
    routes = told.get("routes", [{"id": "all", "to": list(channels)}])
    expected, silenced = _expectations(told["expect"], day)
    return Story(
        desks={name: desk(given or {}, grouping) for name, given in channels.items()},
        routes=[RouteConfig(**one) for one in routes],
        grouping=grouping,
        events=[event for line in told["play"].splitlines() for event in _events(line, day)],
        expected=expected,
        silenced=silenced,
    )


def desk(given: Mapping[str, Any], grouping: GroupingConfig | None) -> Desk:
    return Desk(
        quiet=[QuietConfig(**one) for one in given.get("quiet", ())],
        zone=ZoneInfo(given.get("timezone", "UTC")),
        limit=LimitConfig(**given["limit"]) if "limit" in given else None,
        digest=given.get("digest"),
        catch_up=given.get("catch_up", "digest"),
        grouping=grouping,
    )


def moment(day: datetime, ahead: str | None, clock: str) -> datetime:
    parts = [int(part) for part in f"{clock}:00".split(":")[:3]]
    return day + timedelta(days=int(ahead or 0), hours=parts[0], minutes=parts[1], seconds=parts[2])


def names(words: list[str]) -> list[str]:
    """Return the words, `s1..s3` as the three that it means."""
    found = []
    for word in words:
        many = _MANY.fullmatch(word)
        found += [f"{many[1]}{n}" for n in range(int(many[2]), int(many[3]) + 1)] if many else [word]
    return found


def _events(line: str, day: datetime) -> Iterator[Event]:
    parts = _LINE.fullmatch(line.strip())
    assert parts, f"not understood: {line!r}"
    at = moment(day, parts[1], parts[2])
    head, *words = parts[4].split()
    if not head.endswith(":"):
        yield Event(at, head, _timed(words, day))
        return
    for name in names([head.removesuffix(":")]):
        yield Event(at, "say", (name,), said(name, words, at))


def _timed(words: list[str], day: datetime) -> tuple[str, ...]:
    """Write times of day among the words of a command as moments; `+1` before one says on which day."""
    found: list[str] = []
    for word in words:
        ahead = found.pop() if found and found[-1].startswith("+") and word[:2].isdigit() else None
        found.append(moment(day, ahead, word).isoformat() if re.fullmatch(r"\d\d:\d\d", word) else word)
    return tuple(found)


def said(name: str, words: list[str], at: datetime) -> Alert:
    given = dict(word.split("=", 1) for word in words if "=" in word)
    to = tuple(given["to"].split(",")) if "to" in given else ()
    severity = next((one for one in SEVERITIES if one in words), SEVERITIES[1])
    party = next((word for word in words if word.isupper()), None)
    source = given.get("by", f"{(party or 'agency').lower()}-mod")
    speaker = origin(source, party=party, name=source, official=party is not None)
    if "notice" in words:
        return changed(notice("failing", speaker, name, f"Notice {name}.", at, severity=severity, to=to), id=name)
    tag = next((word for word in words if word in LANGUAGES), "en")
    verdict = Verdict(
        alert=True,
        severity=severity,
        topics=tuple(word for word in words if word in TOPICS),
        rules=tuple(word for word in words if word in TOPICS),
        to=to,
        language=tag,
        places=tuple(mention(word) for word in words if word in PLACES),
    )
    about = post(
        given.get("update", name), source=source, title=f"Statement {name}", revision=2 if "update" in given else 1
    )
    gather = next((word for word in ("catch-up", "storm") if word in words), None)
    made = alert(about, id=name, origin=speaker, verdict=verdict, raised=at, update="update" in given)
    return changed(made, gather=gather)


def mention(place: str) -> Mention:
    within, at = PLACES[place]
    return Mention(place=place, name=place.title(), at=at, within=within, field="text", start=0, end=5, words=place)


def _expectations(text: str, day: datetime) -> tuple[list[Expected], dict[str, set[str]]]:
    expected, silenced = [], {}
    for line in filter(None, map(str.strip, text.splitlines())):
        head, rest = line.split(" ", 1)
        if head == "silenced":
            channel, _, which = rest.partition(": ")
            silenced[channel] = set(names(which.split()))
            continue
        parts = _LINE.fullmatch(rest)
        assert parts, f"not understood: {line!r}"
        since = moment(day, parts[1], parts[2])
        *ahead, clock = (parts[3] or "").split() or [""]
        last = moment(day, ahead[0] if ahead else parts[1], clock) if clock else since
        which, _, root = parts[4].partition(" | in ")
        expected.append(
            Expected(head, since, last + timedelta(minutes=1), tuple(sorted(names(which.split()))), root or None)
        )
    return expected, silenced
