"""How a source is, as lines for a terminal. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from monitor.cli.common import clock
from monitor.model import PollRecord, SourceState, Suspect
from monitor.web import clocks, standing
from monitor.web.clocks import exactly
from monitor.web.marks import one_line
from monitor.web.standing import SourceLine, asked, briefly, brought, coming, facts, remarks, size

if TYPE_CHECKING:
    from monitor.sources import SourceConfig


def at_a_glance(line: SourceLine, now: datetime, width: int) -> str:
    """Return one line: id, state, since when, what came last, what is next, and what is wrong.

    `width`: of the ids, in characters.
    """
    state = line.state
    paced = f"{_every(state)}: {state.pace}" if state.pace and not state.failures else None
    said = [line.trouble, *(remark.text.rstrip(".") for remark in briefly(state, now)), paced]
    words = [
        f"{state.id:<{width}}",
        f"{line.word:<13}",
        f"since {_ago(line.since, now, '–'):<12}",
        f"new {_ago(state.changed, now):<12}",
        f"{coming(state, now):<17}",
        one_line("; ".join(filter(None, said))),
    ]
    return "  ".join(words).rstrip()


def story(line: SourceLine, settings: SourceConfig, now: datetime) -> list[str]:
    """Return what is known of a source that is watched, in sentences."""
    state = line.state
    since = f", since {clock(line.since)} ({_ago(line.since, now)})" if line.since else ""
    said = [f"{line.origin.name} ({line.origin.id}): {line.word}{since}."]
    said += [f"It {line.trouble}."] if line.trouble else []
    said += [line.meaning] if line.meaning else []
    said += [one.text for one in remarks(state, now)]
    last = f"Last asked {_ago(state.asked, now)}, last answered {_ago(state.answered, now)}"
    posts = "1 post" if state.posts == 1 else f"{state.posts} posts"
    said.append(f"{last}; something new came last {_ago(state.changed, now)}, {posts} so far.")
    again = f", {_every(state)} as it is now" if state.interval not in (None, settings.every) else ""
    reason = f": {state.pace}" if state.pace else ""
    upcoming = coming(state, now, "not planned yet")
    said.append(f"To be asked {asked(settings)}. {upcoming[0].upper()}{upcoming[1:]}{again}{reason}.")
    said += _punctuality(line)
    said.append("; ".join(f"{name}: {value}" for name, value in facts(settings) if name != "To be asked"))
    return [one_line(one) for one in said]


def _punctuality(line: SourceLine) -> list[str]:
    target = f" The target is {exactly(line.slo)}." if line.slo is not None else ""
    if line.state.latency is not None:
        return [f"Its posts are typically seen {exactly(line.state.latency)} after their publication.{target}"]
    return [f"How long after their publication its posts are seen is not known yet.{target}"] if target else []


def poll_line(poll: PollRecord) -> str:
    """Return one poll as a line of a table: time, outcome, HTTP status, size, length, what it brought, why."""
    answer = f"{poll.status or '–':>4} {size(poll.size) or '–':>7} {poll.seconds:>6.1f} s"
    reason = f"  {one_line(poll.why)}" if poll.why else ""
    return f"{clock(poll.at)}  {poll.outcome:<12} {answer}  {brought(poll) or '–'}{reason}"


def missing(suspects: Sequence[Suspect], now: datetime) -> list[str]:
    """Return what is known of posts that may have been deleted, and of those that were: each with its last evidence."""
    said = []
    for title, some in standing.missing(suspects):
        said += [f"{title}:"]
        said += [f"  {one.key}  missed {_ago(one.since, now)}; {one_line(''.join(one.evidence[-1:]))}" for one in some]
    return said


def _ago(moment: datetime | None, now: datetime, nothing: str = "never") -> str:
    return clocks.ago(moment, now) if moment else nothing


def _every(state: SourceState) -> str:
    return f"every {exactly(state.interval)}" if state.interval else "by its timetable"
