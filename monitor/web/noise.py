"""How much the rules ring, on what, and what keeps them silent: counted from alerts and judged posts. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from monitor.model import Alert, Entry, Severity, Verdict

DAYS = 30
_WEEK = 7
_LAST = 20  # alerts that are listed
_MOST = 10  # of terms, of sources, of what silences
_LONGEST_TITLE = 160  # characters
_SHORT = re.compile(r": -?[\d.]+ of [\d.]+$")  # “clash” +1: 1 of 3

FIRST_POLL = "the first poll of a source"
COPY = "the same words had alerted already"
NO_NEWS = "a new version without news"
THRESHOLD = "its threshold was not reached"


class Heard(NamedTuple):
    """One term that fired: whose it is, how it is written, what stands there."""

    rule: str
    term: str
    words: str


class Rang(NamedTuple):
    """What is worth remembering of one alert. `source`: id; `called`: its name."""

    raised: datetime
    post: str
    source: str
    called: str
    title: str
    language: str | None
    severity: Severity
    update: bool
    rules: tuple[str, ...]
    heard: tuple[Heard, ...]

    def words(self, rule: str) -> list[str]:
        """Return the words that made a rule fire, each once."""
        return list({one.words.casefold(): one.words for one in reversed(self.heard) if one.rule == rule}.values())[
            ::-1
        ]


@dataclass(slots=True)
class Seen:
    """What was looked through: the newest alerts, and the newest posts, both newest first.

    whole    no alert is older than those
    silenced for each rule, what kept it silent how often
    posts    how many posts were looked through; `since`: when the oldest of them was seen
    """

    rang: list[Rang] = field(default_factory=list)
    whole: bool = True
    silenced: dict[str, Counter[str]] = field(default_factory=dict)
    posts: int = 0
    since: datetime | None = None

    @property
    def reach(self) -> datetime | None:
        """When the oldest alert was raised that was looked at; None if there is none before it."""
        return None if self.whole or not self.rang else self.rang[-1].raised

    def add(self, entries: Iterable[Entry]) -> None:
        """Take in posts as they were judged."""
        for entry in entries:
            self.posts += 1
            self.since = entry.post.seen or self.since
            for rule, why in _silences(entry):
                self.silenced.setdefault(rule, Counter())[why] += 1


class Loudness(NamedTuple):
    """Alerts of a rule in the last 7 and 30 days, and its share of all alerts of these 30, 0 to 1."""

    week: int
    month: int
    share: float


class Day(NamedTuple):
    """Alerts of one day, in UTC; None for a day further back than was looked."""

    day: date
    alerts: int | None


@dataclass(frozen=True, slots=True)
class Noise:
    """Everything of one rule. All but `days` and `loudness` count every alert that was looked through.

    terms, sources, silenced   the commonest first; of a source id and name
    alone                      how many of its `alerts` no other rule would have raised
    """

    loudness: Loudness
    days: list[Day]
    last: list[Rang]
    alerts: int
    alone: int
    terms: list[tuple[str, int]]
    sources: list[tuple[tuple[str, str], int]]
    silenced: list[tuple[str, int]]


def rang(alerts: Iterable[Alert]) -> list[Rang]:
    """Keep of alerts what is counted. What the monitor says of itself is no alert of a rule."""
    return [_rang(alert) for alert in alerts if not alert.notice]


def loudness(seen: Seen, now: datetime) -> dict[str, Loudness]:
    """Return how loud each rule is that rang in the last 30 days."""
    recent = [one for one in seen.rang if now - one.raised < timedelta(days=DAYS)]
    month = Counter(rule for one in recent for rule in one.rules)
    week = Counter(rule for one in recent if now - one.raised < timedelta(days=_WEEK) for rule in one.rules)
    return {rule: Loudness(week[rule], count, count / len(recent)) for rule, count in month.items()}


def noise(seen: Seen, rule: str, now: datetime) -> Noise:
    own = [one for one in seen.rang if rule in one.rules]
    names = {one.source: one.called for one in reversed(own)}
    terms = Counter(term for one in own for term in {heard.term for heard in one.heard if heard.rule == rule})
    sources = Counter(one.source for one in own)
    return Noise(
        loudness=loudness(seen, now).get(rule, Loudness(0, 0, 0.0)),
        days=_days(own, seen.reach, now),
        last=own[:_LAST],
        alerts=len(own),
        alone=sum(len(one.rules) == 1 for one in own),
        terms=terms.most_common(_MOST),
        sources=[((source, names[source]), count) for source, count in sources.most_common(_MOST)],
        silenced=seen.silenced.get(rule, Counter()).most_common(_MOST),
    )


def percent(share: float) -> str:
    """Return `12 %`; `under 1 %` where it is not nothing."""
    return "under 1 %" if 0 < share < 0.01 else f"{share:.0%}".replace("%", " %")


def _days(own: Sequence[Rang], reach: datetime | None, now: datetime) -> list[Day]:
    """Return the last 30 days, the oldest first. Of the day on which we stopped looking only a part is known."""
    today = now.astimezone(UTC).date()
    counts = Counter(one.raised.astimezone(UTC).date() for one in own)
    known = reach.astimezone(UTC).date() if reach else date.min
    each = (today - timedelta(days=n) for n in reversed(range(DAYS)))
    return [Day(day, counts[day] if day >= known else None) for day in each]


def _rang(alert: Alert) -> Rang:
    post, verdict = alert.post, alert.verdict
    title = " ".join((post.title or post.text[: 2 * _LONGEST_TITLE]).split())
    return Rang(
        raised=alert.raised,
        post=post.key,
        source=post.source,
        called=alert.origin.name,
        title=title if len(title) <= _LONGEST_TITLE else title[:_LONGEST_TITLE] + "…",
        language=post.language,
        severity=verdict.severity,
        update=alert.update,
        rules=verdict.rules,
        heard=tuple(Heard(match.rule, match.term, match.words) for match in verdict.matches),
    )


def _silences(entry: Entry) -> Iterator[tuple[str, str]]:
    """Yield each rule that something in the post spoke to and that did not ring, and what kept it silent."""
    verdict = entry.verdict
    if verdict is None or verdict.alert:
        return
    if verdict.rules:  # they fired, and the post was silent all the same
        said = verdict.reasons[0] if verdict.reasons else ""
        why = FIRST_POLL if entry.silent else COPY if said.startswith("same words") else NO_NEWS
        yield from ((rule, why) for rule in verdict.rules)
        return
    for reason in verdict.reasons:
        rule, _, said = reason.partition(": ")
        if said not in ("no term found", "switched off", ""):
            yield rule, _why(said, verdict)


def _why(said: str, verdict: Verdict) -> str:
    """Return what silenced, so that the same has the same name: `@exercises`, `“visit”`, `only for party AM`."""
    if " is cancelled by " in said:
        context = said.partition(" is cancelled by ")[2]
        for guard in verdict.guards:
            if guard.cancels and context.startswith(f"“{' '.join(guard.words.split())}”"):
                return f"“{guard.words.casefold()}”" if guard.guard == "unless" else f"@{guard.guard}"
        return context.partition(" in the ")[0]
    if said.startswith("only for "):
        return said.partition(", this ")[0]
    return THRESHOLD if _SHORT.search(said) else said
