"""How a source is, in words that a person takes in at a glance. Pure; the pages and the command line say the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal, NamedTuple
from urllib.parse import urlsplit

from monitor import pace, spending
from monitor.model import Health, Origin, PollRecord, SourceState, Suspect, changed
from monitor.web.clocks import ago, exactly, span, utc

if TYPE_CHECKING:
    from monitor.sources import SourceConfig
    from monitor.web import Held

Mood = Literal["good", "wait", "bad"]

_OVERDUE = 60.0  # seconds past its time before a poll counts as late
_LATELY = timedelta(days=7)  # for so long a table speaks of posts that may be missing; a source's own page, for good
_SILENT = 60.0  # seconds without a sign of life before a part counts as silent

# What a state is called, how bad it is, and what troubles whoever looks.
_STATES: dict[Health, tuple[str, Mood, str | None]] = {
    "new": ("not asked yet", "wait", None),
    "healthy": ("healthy", "good", None),
    "late": ("silent", "wait", "is silent for much longer than is its habit"),
    "failing": ("failing", "bad", "has failed {}"),
    "blocked": ("blocked", "bad", "has a wall before it"),
    "gone": ("gone", "bad", "is gone, says its publisher"),
    "changed": ("changed", "bad", "answers with something else than it used to"),
}
OVERDUE, SLOW = "overdue", "slow"  # of a source that is well otherwise
WORDS = (*(word for word, _, _ in _STATES.values()), OVERDUE, SLOW)

_MISSING = {
    "suspected": "Posts that may have been deleted",
    "deleted": "Posts found deleted, and watched for coming back",
}

_MEANINGS: dict[str, str] = {
    "not asked yet": "It has not been asked yet.",
    "healthy": "It answers, and what it answers can be read.",
    "silent": "It answers, and nothing new is in it. Look at its site: the feed may stand still, or have moved.",
    "failing": "It goes on being asked, ever less often, and nothing else is held up by it.",
    "blocked": "Ask its operator to let the monitor in. It goes on being asked, seldom; nothing is evaded.",
    "gone": "Find its new address and change it. Meanwhile it is asked once a day.",
    "changed": "Look at its address: it may have moved, or have become a page that is no feed.",
    OVERDUE: "It should have been asked by now: does the part `poll` run, and is the machine too busy?",
    SLOW: "",  # its delay has a sentence of its own
}


class Remark(NamedTuple):
    """A sentence about a source, and how it is to be taken. `brief`: the same for a line in a table, "" for nothing."""

    kind: Literal["error", "warning", "note"]
    text: str
    brief: str | None = None


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A source and how it is. `late`: seconds past the time of its next poll, 0 if that is still to come.

    `slo`: seconds within which its posts are to be seen, None where nobody said.
    """

    origin: Origin
    state: SourceState
    late: float
    slo: float | None = None

    @property
    def word(self) -> str:
        """One of WORDS."""
        if self.state.health in ("new", "healthy"):
            if self.late > _OVERDUE:
                return OVERDUE
            if self.state.slow:
                return SLOW
        return _STATES[self.state.health][0]

    @property
    def mood(self) -> Mood:
        return "wait" if self.word in (OVERDUE, SLOW) else _STATES[self.state.health][1]

    @property
    def trouble(self) -> str | None:
        """What needs a look, to be read after the source's name; None if nothing does."""
        failures = self.state.failures
        times = "1 time" if failures == 1 else f"{failures} times in a row"
        said = [(_STATES[self.state.health][2] or "").format(times)]
        if self.late > _OVERDUE:
            said.append(f"is {span(self.late)} late")
        if self.state.slow:
            said.append("is seen too late")
        return "; ".join(filter(None, said)) or None

    @property
    def meaning(self) -> str:
        """What its state means and what to do, in a sentence or two; empty where a remark says it."""
        return _MEANINGS[self.word]

    @property
    def since(self) -> datetime | None:
        return self.state.slow if self.word == SLOW else self.state.due if self.word == OVERDUE else self.state.since


def source_lines(
    origins: Iterable[Origin],
    states: Iterable[SourceState],
    now: datetime,
    settings: Mapping[str, SourceConfig] | None = None,
) -> list[SourceLine]:
    """Pair every source with its state, the worst first. A source nobody has asked yet is `new`."""
    known = {state.id: state for state in states}
    lines = []
    for origin in origins:
        state = known.get(origin.id) or SourceState(id=origin.id)
        said = settings.get(origin.id) if settings else None
        lines.append(SourceLine(origin, state, past(state.due, now), said.slo if said else None))
    return sorted(
        lines, key=lambda line: (line.trouble is None, line.mood != "bad", line.origin.name.casefold(), line.origin.id)
    )


def past(moment: datetime | None, now: datetime) -> float:
    """Return the seconds since a moment, 0 if there was none or it is still to come."""
    return max(0.0, round((now - moment).total_seconds(), 3)) if moment else 0.0


def silent_parts(heartbeats: Mapping[str, datetime], now: datetime) -> list[tuple[str, float]]:
    """Return the parts that have given no sign of life for too long, and for how many seconds."""
    quiet = ((part, past(at, now)) for part, at in sorted(heartbeats.items()))
    return [(part, seconds) for part, seconds in quiet if seconds > _SILENT]


def remarks(state: SourceState, now: datetime) -> list[Remark]:
    """Return everything there is to say of a source beside its state, the most important first."""
    found = []
    if state.error:
        found.append(Remark("error", state.error))
    if state.silence:
        found.append(Remark("warning", sentence(state.silence)))
    if state.delay and state.slow:
        found.append(Remark("warning", sentence(state.delay), sentence(state.delay.split(". ")[0])))
    if state.gap:
        missed = f"May have missed posts before {ago(state.gap, now)}"
        why = f"{missed} ({utc(state.gap)}): none that was known was left in its feed."
        found.append(Remark("warning", why, f"{missed}." if now - state.gap < _LATELY else ""))
    if state.filled:
        posts = "1 post" if state.filled == 1 else f"{state.filled} posts"
        found.append(Remark("note", f"When its feed last ran ahead of us, older pages gave {posts}.", ""))
    if state.flapping:
        found.append(Remark("note", sentence(state.flapping), ""))
    if state.burst:
        found.append(Remark("note", f"More than usual: {sentence(state.burst)}"))
    if state.moved:
        found.append(Remark("warning", f"Has moved for good, to {state.moved}: change its address.", "Has moved."))
    if state.spend:
        kind: Literal["warning", "note"] = "warning" if spending.is_used_up(state.spend, now) else "note"
        found.append(Remark(kind, spending.words(state.spend, now), spending.briefly(state.spend, now)))
    if state.warnings:
        count = f"{len(state.warnings)} warnings about its feed." if len(state.warnings) > 1 else None
        found += [Remark("warning", sentence(one), count) for one in state.warnings]
    return found


def briefly(state: SourceState, now: datetime) -> list[Remark]:
    """Return the same in few words, for a line in a table."""
    short = (Remark(one.kind, one.text if one.brief is None else one.brief) for one in remarks(state, now))
    return list(dict.fromkeys(one for one in short if one.text))


def shown(state: SourceState) -> SourceState:
    """Return a state as it may stand on a page: of an address only the host, for its path may be a secret."""
    return changed(state, moved=host(state.moved)) if state.moved else state


def host(url: str) -> str:
    """Return the host of an address, all of it that is nobody's secret."""
    try:
        return urlsplit(url).hostname or "an address without a host"
    except ValueError:
        return "an address that cannot be read"


def suspects(held: Mapping[str, Held]) -> list[Suspect]:
    """Return the posts of a source that may be gone, or are, the one that was missed first before the others."""
    return sorted((one.suspect for one in held.values()), key=lambda one: one.since)


def missing(suspects: Iterable[Suspect]) -> list[tuple[str, list[Suspect]]]:
    """Return them under what they are called, those that may be gone before those that are."""
    several = list(suspects)
    found = ((title, [one for one in several if one.state == state]) for state, title in _MISSING.items())
    return [(title, some) for title, some in found if some]


def coming(state: SourceState, now: datetime, unknown: str = "–") -> str:
    """Return `next in 4 min`, or `being asked now`; `unknown` stands where it has no place in the timetable."""
    return "being asked now" if state.asking else f"next {ago(state.due, now) if state.due else unknown}"


def asked(settings: SourceConfig) -> str:
    """Return how often a source is asked, as its settings say."""
    if settings.every == pace.AUTO:
        return f"as it publishes, every {exactly(settings.fastest)} to {exactly(settings.slowest)} (auto)"
    if isinstance(settings.every, str):
        return f"by the timetable {settings.every}" + (f", {settings.timezone}" if settings.timezone else "")
    return f"every {exactly(settings.every)}"


def facts(settings: SourceConfig) -> list[tuple[str, str]]:
    """Return the settings that matter to who looks, as names and words; nothing in them is secret."""
    wishes = "obeyed" if settings.hints == "obey" else "ignored"
    return [
        ("Host", host(str(settings.url))),
        ("Party", settings.party or "none"),
        ("Official", "yes" if settings.official else "no"),
        ("Language", settings.language or "as its posts say"),
        ("Time zone", settings.timezone or "as its posts say"),
        ("To be asked", asked(settings)),
        ("Its hints", f"{wishes}, up to {exactly(settings.slowest)}" if wishes == "obeyed" else wishes),
        ("robots.txt", "obeyed" if settings.robots == "obey" else "not asked"),
        ("Target", f"seen within {exactly(settings.slo)}" if settings.slo is not None else "none"),
        ("First poll", "alerts" if settings.backfill == "alert" else "silent"),
    ]


def plainly(settings: SourceConfig) -> dict[str, Any]:
    """Return the settings anybody may know, for programs: of the address the host, and nothing of its kind's own."""
    known = {name: getattr(settings, name) for name in ("every", "fastest", "slowest", "hints", "robots", "backfill")}
    return {"host": host(str(settings.url)), **known}


def brought(poll: PollRecord) -> str:
    """Return what a poll brought, `2 new · 1 version · 37 known`."""
    kinds: Sequence[tuple[int, str, str]] = (
        (poll.new, "new", "new"),
        (poll.versions, "version", "versions"),
        (poll.repeats, "repeat", "repeats"),
        (poll.known, "known", "known"),
    )
    return " · ".join(f"{count} {one if count == 1 else more}" for count, one, more in kinds if count)


def size(octets: int) -> str:
    """Return `812 B`, `34 kB`, `1.2 MB`; nothing for nothing."""
    if octets < 1000:
        return f"{octets} B" if octets else ""
    return f"{octets / 1000:.0f} kB" if octets < 1_000_000 else f"{octets / 1_000_000:.1f} MB"


def sentence(words: str) -> str:
    words = words.strip()
    words = words[:1].upper() + words[1:]
    return words if not words or words[-1] in ".!?…" else f"{words}."
