"""What became of each statement, and whether that is what should have. Pure: what was seen in, a report out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from monitor.demo.day import Statement
from monitor.demo.told import (
    Messages,
    Observed,
    Told,
    cannot_wait,
    late,
    longest,
    messages,
    moments,
    repeated,
    split,
    told,
    undelivered,
)
from monitor.model import Alert, Entry, Match, Value, Verdict

Key = tuple[str, str, int]  # source, native id, revision


class Row(Value, frozen=True, kw_only=True):
    """One statement's fate. `seen`: seconds into the run; `alerted`: ms from there until the last channel had it."""

    id: str
    source: str
    title: str
    published: datetime
    seen: float | None = None
    alerted: int | None = None
    why: str = ""


class Report(Value, frozen=True, kw_only=True):
    """The table and its sum.

    stored     statements stored
    repeated   those known as a repeat of a stored one
    incidents  events that the alerts were grouped into
    at_once    alerts that could not wait; `slowest`: seconds until the last of the channels had the slowest of them
    waited     the same of those that could
    restarts   how often the daemon was killed and started again
    doubles    messages that came more than once
    notes      what a kill explains; problems: what nothing explains. A sentence each
    """

    rows: tuple[Row, ...]
    stored: int
    repeated: int
    alerts: int
    incidents: int
    channels: dict[str, Told]
    at_once: int
    slowest: float
    waited: float
    restarts: int
    doubles: int
    notes: tuple[str, ...]
    problems: tuple[str, ...]


def report(day: Sequence[Statement], seen: Observed) -> Report:
    """Hold what happened against what should have. `problems` is empty if all is well, else a sentence each."""
    stored: dict[Key, list[Entry]] = {}
    for entry in seen.entries:
        stored.setdefault(_key(entry), []).append(entry)
    found = messages(seen)
    repeats = {one.native_id: one.seen for one in seen.repeats}
    rows, problems = [], []
    for one in day:
        entries = stored.pop((one.source, one.native_id, one.revision), [])
        mine = {(entry.post.key, entry.post.revision) for entry in entries}
        alerts = [alert for alert in seen.alerts if (alert.post.key, alert.post.revision) in mine]
        times = [at for alert in alerts for at in moments(found, alert)]
        first = entries[0].post.seen if entries else repeats.get(one.native_id)
        rows.append(_row(one, entries, first, times, seen.began))
        problems += _storing(one, entries, seen=first is not None) + _alerting(one, entries, alerts)
    problems += [f"stored, but nobody published it: {_name(entries[0])}" for entries in stored.values()]
    problems += [*undelivered(seen, found), *split(found, seen.alerts), *late(seen, found)]
    return _summed(day, seen, found, rows, problems)


def _summed(
    day: Sequence[Statement], seen: Observed, found: Messages, rows: Sequence[Row], problems: Sequence[str]
) -> Report:
    explained, unexplained = repeated(seen, found)
    again = sum(one.native_id in {repeat.native_id for repeat in seen.repeats} for one in day)
    urgent = [one for one in seen.alerts if cannot_wait(one)]
    return Report(
        rows=tuple(rows),
        stored=sum(row.seen is not None for row in rows) - again,
        repeated=again,
        alerts=len(seen.alerts),
        incidents=len({one.incident.incident for one in seen.alerts if one.incident}),
        channels={channel: told(of_channel) for channel, of_channel in found.items()},
        at_once=len(urgent),
        slowest=round(longest(found, urgent), 1),
        waited=round(longest(found, (one for one in seen.alerts if one not in urgent)), 1),
        restarts=len(seen.kills),
        doubles=len(explained) + len(unexplained),
        notes=tuple(explained),
        problems=(*problems, *unexplained),
    )


def _row(
    one: Statement, entries: Sequence[Entry], first: datetime | None, times: Sequence[datetime], began: datetime
) -> Row:
    return Row(
        id=one.id,
        source=one.source,
        title=one.title,
        published=one.at,
        seen=round((first - began).total_seconds(), 1) if first else None,
        alerted=round((max(times) - first).total_seconds() * 1000) if first and times else None,
        why=_why(one, entries) if first else "LOST: never seen",
    )


def _key(entry: Entry) -> Key:
    return entry.post.source, entry.post.native_id, entry.post.revision


def _name(entry: Entry) -> str:
    return f"“{entry.post.title}” ({entry.post.source} {entry.post.native_id}, version {entry.post.revision})"


def _storing(one: Statement, entries: Sequence[Entry], *, seen: bool) -> list[str]:
    if not seen:
        return [f"{_said(one)} was lost: it was never seen"]
    if one.repeats and entries:
        return [f"{_said(one)} repeats {one.repeats} and was stored as if it were new"]
    return [f"{_said(one)} was stored {len(entries)} times"] if len(entries) > 1 else []


def _alerting(one: Statement, entries: Sequence[Entry], alerts: Sequence[Alert]) -> list[str]:
    if one.fate == "silent" and alerts:
        return [f"{_said(one)} rang and should have stayed silent ({one.because})"]
    if one.fate == "alert" and entries and not alerts:
        return [f"{_said(one)} stayed silent and should have rung: {_why(one, entries)}"]
    return []


def _said(one: Statement) -> str:
    return f"“{one.title}” ({one.id}, {one.at:%H:%M})"


def _why(one: Statement, entries: Sequence[Entry]) -> str:
    """Return the rules and words that fired, or why it stayed silent."""
    if not entries:
        return f"silent: same words as {one.repeats}, new address"
    verdict = entries[0].verdict
    if verdict is None:
        return "not judged yet"
    if entries[0].alert:
        news = f"version {one.revision}, {verdict.reasons[0]}; " if one.edits and verdict.reasons else ""
        return news + fired(verdict.matches)
    return f"silent: {silence(one, entries[0], verdict)}"


def silence(one: Statement, entry: Entry, verdict: Verdict) -> str:
    """Return in few words what kept an entry silent: its first poll, or the first reason that tells something."""
    if entry.silent:
        return f"first poll, or else {fired(verdict.matches)}" if verdict.matches else "first poll"
    telling = [reason for reason in verdict.reasons if not reason.endswith("no term found")]
    reason = telling[0] if telling else "no term found"
    if entry.copy_of:
        return reason.replace(entry.copy_of, str(one.copies))
    if " is cancelled by " in reason:
        return reason.partition(": ")[2].removesuffix(" in the same sentence").replace(" is cancelled", " cancelled")
    return reason


def fired(matches: Iterable[Match]) -> str:
    """Return `casualties: dead, wounded · positions: positions`."""
    words: dict[str, dict[str, None]] = {}
    for match in matches:
        words.setdefault(match.rule, {})[match.words.casefold()] = None
    return " · ".join(f"{rule}: {', '.join(said)}" for rule, said in words.items())
