"""Rules over a stretch of time: several sources on one place, more posts than usual. Pure.

`WindowConfig` is what an analyst writes. `Windows` says where a post counts, `alert` what is told once enough have;
the counting itself is the store's (`store/windows.py`), so that several judges count together.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from datetime import datetime
from operator import itemgetter
from typing import Annotated, Literal, NamedTuple, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from monitor.model import Alert, Origin, Post, Severity, Verdict, alert_id, digest, post_key
from monitor.pace import Duration
from monitor.rules.rule import RuleId

KIND = "window"  # the `kind` of the post and of the origin that a window's alert speaks with

_MOST_GROUPS = 20  # of one post: a list of a hundred villages is no news of each
_MOST_LINES = 20  # posts that an alert names
_LONGEST_TITLE = 160  # characters
_HOURS_WANTED = 72  # of history, before anything is called usual


class CountedConfig(BaseModel):
    """Which posts count. Empty or None lets all through that a rule speaks of; first polls never count."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    topics: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    parties: tuple[str, ...] = ()
    official: bool | None = None


class WindowConfig(BaseModel):
    """An alert over a window of time.

    posts     which count
    over      how long the window is
    same      counted apart for each of these
    count     what is counted, each once
    at_least  how many in one window make an alert
    times     and how many times the usual number of such a window it must be
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: RuleId
    topic: str = ""
    severity: Severity = "medium"
    to: tuple[str, ...] = ()
    posts: CountedConfig = CountedConfig()
    over: Annotated[Duration, Field(ge=60, le=604_800)]
    same: Literal["place", "party", "source", "language"] | None = None
    count: Literal["posts", "sources", "parties"] = "posts"
    at_least: Annotated[int, Field(ge=2, le=1000)] = 3
    times: Annotated[float, Field(gt=1)] | None = None
    enabled: bool = True

    @model_validator(mode="after")
    def _can_ring(self) -> Self:
        if self.times is not None and self.count != "posts":
            raise ValueError(f"times compares numbers of posts; leave it out where {self.count} are counted")
        if (self.same, self.count) in _ALWAYS_ONE:
            raise ValueError(f"same: {self.same} leaves one of the {self.count} in each group, so it never rings")
        for what, named in (("sources", self.posts.sources), ("parties", self.posts.parties)):
            if self.count == what and 0 < len(set(named)) < self.at_least:
                raise ValueError(f"at_least: {self.at_least} of {len(set(named))} {what} that it names: it never rings")
        return self

    @property
    def subject(self) -> str:
        """The topic the window speaks for; its own id where none is named."""
        return self.topic or self.id


_ALWAYS_ONE = {("source", "sources"), ("source", "parties"), ("party", "parties")}


class Group(NamedTuple):
    """One thing that a window counts for: itself, or one place, party, source or language.

    `called`: its name for people; `unit`: what the post counts as there, so that each is counted once, "" for itself.
    """

    window: WindowConfig
    value: str = ""
    called: str = ""
    unit: str = ""

    @property
    def name(self) -> str:
        """Under which it is counted. It changes with whatever would make the old count a count of something else."""
        return _name(self.window, self.value)

    @property
    def history(self) -> str:
        """Under which the beginning of the whole window's history is kept."""
        return _name(self.window, "")


def _name(window: WindowConfig, value: str) -> str:
    counted = window.posts.model_dump_json()
    return digest("window", window.id, counted, f"{window.over:g}", window.same or "", window.count, value)


class Windows:
    """All windows. `countries`: places that are too large to be one: every second statement names them."""

    def __init__(self, configs: Iterable[WindowConfig] = (), countries: Iterable[str] = ()) -> None:
        self._windows = tuple(window for window in configs if window.enabled)
        self._countries = frozenset(countries)

    def groups(self, verdict: Verdict, origin: Origin) -> list[Group]:
        """Return where a post counts, by what the rules said of it and by who said it."""
        found = []
        for window in self._windows:
            unit = {"posts": "", "sources": origin.id, "parties": origin.party}[window.count]
            if unit is not None and _counts(window.posts, verdict, origin):
                found += [Group(window, value, called, unit) for value, called in self._shared(window, verdict, origin)]
        return found

    def _shared(self, window: WindowConfig, verdict: Verdict, origin: Origin) -> list[tuple[str, str]]:
        """Return what a post may have in common with others, and what each is called; nothing where it is unknown."""
        match window.same:
            case "place":
                decided = {one.place: one.name for one in verdict.places if one.place}
                return [place for place in decided.items() if place[0] not in self._countries][:_MOST_GROUPS]
            case "party":
                return [(origin.party, origin.party)] if origin.party else []
            case "source":
                return [(origin.id, origin.name)]
            case "language":
                return [(verdict.language, verdict.language)] if verdict.language else []
        return [("", "")]


def _counts(wanted: CountedConfig, verdict: Verdict, origin: Origin) -> bool:
    return (
        bool(verdict.rules)
        and (not wanted.topics or not set(wanted.topics).isdisjoint(verdict.topics))
        and (not wanted.rules or not set(wanted.rules).isdisjoint(verdict.rules))
        and (not wanted.sources or origin.id in wanted.sources)
        and (not wanted.parties or origin.party in wanted.parties)
        and (wanted.official is None or wanted.official == origin.official)
    )


# --- what is told -----------------------------------------------------------------------------------------------------


class Spoken(NamedTuple):
    """A post that counted, who said it and when it was seen."""

    post: Post
    origin: Origin
    seen: datetime


class Level(NamedTuple):
    """How high the count stood: `number` of what is counted, in `posts`.

    `usual`: the mean of such windows, None while unknown; `hours`: how many of the last fortnight are known.
    """

    number: int
    posts: int
    usual: float | None = None
    hours: int = 0


Counted = tuple[str, str, datetime]  # a post's key, what it counts as ("" for itself), when it was seen


def named(posts: Sequence[Counted]) -> list[Counted]:
    """Choose the posts that an alert names, in the order in which they were seen.

    Where they are too many, the first of everything that is counted goes before any other.
    """
    units: set[str] = set()
    firsts: list[Counted] = []
    others: list[Counted] = []
    for post, unit, seen in sorted(posts, key=itemgetter(2)):
        (others if unit in units else firsts).append((post, unit, seen))
        units |= {unit} if unit else set()
    return sorted([*firsts, *others][:_MOST_LINES], key=itemgetter(2))


def alert(group: Group, level: Level, spoken: Sequence[Spoken], end: datetime, now: datetime) -> Alert:
    """Return the alert of a group whose window was full at `end`. `spoken`: the posts that it names, in their order.

    Its post has the window's words, in place of a publisher's. The id comes from the group and the end alone, so two
    judges that find the same raise one.
    """
    window, number = group.window, digest("ring", group.name, end.isoformat())
    said = sentence(group, level)
    about = Post(
        key=post_key(window.id, number),
        source=window.id,
        kind=KIND,
        native_id=number,
        published=end,
        seen=end,
        title=said,
        text=_listed(spoken, level.posts),
        language="en",
        permalink=spoken[-1].post.permalink if spoken else None,
    )
    verdict = Verdict(
        alert=True,
        severity=window.severity,
        topics=(window.subject,),
        rules=(window.id,),
        to=window.to,
        language="en",
        reasons=(f"WINDOW {window.id}: {said}", *_footnote(window, level)),
    )
    official = bool(spoken) and all(one.origin.official for one in spoken)
    origin = Origin(id=window.id, kind=KIND, name=f"WINDOW {window.id}", official=official)
    return Alert(id=alert_id(about), post=about, origin=origin, verdict=verdict, raised=now)


def sentence(group: Group, level: Level) -> str:
    """Say what happened: `3 official sources speak of Goris within 1 hour`."""
    window = group.window
    whose = {"party": f" of {group.called}", "source": f" of {group.called}", "language": f" in {group.called}"}
    who = f"{_who(window, level.number)}{whose.get(window.same or '', '')}"
    about = [group.called] if window.same == "place" else []
    about += [" or ".join(window.posts.topics)] if window.posts.topics else []
    speak = f" speak of {' and of '.join(about)}" if about else "" if window.count == "posts" else " speak"
    times = f", {level.number / level.usual:.2g} times the usual {level.usual:.2g}" if level.usual else ""
    return f"{who}{speak} within {_length(window.over)}{times}"


def _who(window: WindowConfig, count: int) -> str:
    official = {True: "official ", False: "unofficial ", None: ""}[window.posts.official]
    if window.count == "parties":
        return f"{official}sources of {count} parties" if official else f"{count} parties"
    return f"{count} {official}{window.count}"


def _footnote(window: WindowConfig, level: Level) -> tuple[str, ...]:
    """Say what the number was compared with, where it was to be compared."""
    if window.times is None:
        return ()
    if level.usual is None:
        known = f"{level.hours} of the {_HOURS_WANTED} hours that it takes are known"
        return (f"what is usual is not known yet ({known}), so it rang at {window.at_least}",)
    days = max(1, round(level.hours / 24))
    return (f"usual is the mean of the {days} days before: {level.usual:.2g} within {_length(window.over)}",)


def _listed(spoken: Sequence[Spoken], posts: int) -> str:
    """Return time, source, title and link of each post that is named, and how many are not."""
    more = posts - len(spoken)
    return "\n\n".join([*map(_line, spoken), *([f"and {more} more"] if more > 0 else [])])


def _line(one: Spoken) -> str:
    said = textwrap.shorten(one.post.title or one.post.text, _LONGEST_TITLE, placeholder=" …")
    head = " · ".join(part for part in (f"{one.seen:%d %b %H:%M} UTC", one.origin.name, said) if part)
    return f"{head}\n{one.post.permalink}" if one.post.permalink else head


def _length(seconds: float) -> str:
    """Return a length of time as people say it: `1 hour`, `90 minutes`, `1 day`."""
    for size, unit in ((86_400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= size and seconds % size == 0:
            count = int(seconds // size)
            return f"1 {unit}" if count == 1 else f"{count} {unit}s"
    return f"{seconds:g} seconds"
