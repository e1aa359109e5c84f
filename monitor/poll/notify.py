"""What a source's operators must be told: once for each change of state, never for each poll. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from monitor import pace, spending
from monitor.model import Severity, SourceState

if TYPE_CHECKING:
    from monitor.sources import SourceConfig

_WEATHER_POLLS = 3  # failures in a row, and
_WEATHER = timedelta(minutes=5)  # as long, until it is no more than weather


class News(NamedTuple):
    """`what`: the notice's kind; `title` goes on after the source's name; `since`: tells it from an earlier one."""

    what: str
    severity: Severity
    title: str
    text: str
    since: datetime


def all_news(
    settings: SourceConfig, before: SourceState, after: SourceState, now: datetime, *, cut_off: bool
) -> tuple[News, ...]:
    """Return everything that is to be told after a poll. `cut_off`: we reach nobody, so nobody is to blame."""
    wrong = health(before, after, now)
    if cut_off and wrong and wrong.what == "failing":
        wrong = None  # told with the next failure once others can be reached, if it is still so
    flood = storm(before, after, now)
    if flood or (before.storm and after.storm):  # one notice says it all
        return tuple(one for one in (wrong, flood) if one)
    found = (wrong, gap(before, after), budget(before, after, now), *others(before, after, now, slo=settings.slo))
    return tuple(one for one in found if one)


def health(before: SourceState, after: SourceState, now: datetime) -> News | None:
    """Return what is to be told of how a source is now, if that was not told before."""
    wrong = _trouble(after, now)
    if wrong is None:
        return _well(before, after, now) if after.health == "healthy" and before.noticed else None
    if wrong == before.noticed:
        return None
    title, then = _TITLES[wrong]
    why = after.silence if wrong == "silent" else after.error
    severity: Severity = "medium" if wrong == "silent" else "high"
    return News(wrong, severity, title, f"{_sentence(why)} {then}", after.failing or after.since or now)


def noticed(before: SourceState, news: Sequence[News]) -> str | None:
    """Return what the operators know of a source's trouble, after this news."""
    for one in news:
        if one.what in ("recovered", "speaking"):
            return None
        if one.what in _TITLES:
            return one.what
    return before.noticed


def _trouble(after: SourceState, now: datetime) -> str | None:
    """Return what is wrong for certain, as the word of its notice; None while it may be weather."""
    held = after.failing is not None and now - after.failing >= _WEATHER and after.failures >= _WEATHER_POLLS
    match after.health:
        case "gone" | "changed":
            return after.health
        case "blocked" | "failing":
            return after.health if held else None
        case "late":
            return "silent"
    return None


def _well(before: SourceState, after: SourceState, now: datetime) -> News | None:
    if before.noticed == "silent":
        return News("speaking", "low", "speaks again", "The first post since its silence has come.", now)
    since = after.since or now
    if now - since < _WEATHER:
        return None  # a source that comes and goes is told once, until it has been well for as long
    return News("recovered", "low", "has recovered", "It can be read again.", since)


def gap(before: SourceState, after: SourceState) -> News | None:
    """Return what is to be told of a window that has moved too far."""
    if after.gap is None or after.gap == before.gap:
        return None
    if before.gap is not None and after.gap.date() == before.gap.date():
        return None  # a window that is always too small is told once a day, and again every day
    text = (
        "No post that was known was left in its feed: some may have come and gone unseen between two polls. "
        "Look at its site, and have it asked more often (`every`)."
    )
    return News("gap", "medium", "may have lost posts on the way", text, after.gap)


def storm(before: SourceState, after: SourceState, now: datetime) -> News | None:
    """Return what is to be told of a source that floods: once, when it begins."""
    if after.storm is None or before.storm is not None:
        return None
    text = (
        f"{_sentence(after.storm)} Either it floods, or its site gives old posts new ids. All are stored and shown; "
        "their alerts come together in one message on each channel. Look at its page."
    )
    return News("storm", "high", "publishes very much at once", text, now)


def budget(before: SourceState, after: SourceState, now: datetime) -> News | None:
    """Return what is to be told of a source whose budget is used up: once on each day on which it is."""
    spend, told = after.spend, before.spend
    if spend is None or not spending.is_used_up(spend, now) or (told and told.used_up and told.day == spend.day):
        return None
    then = "What it says until then is read after that. If that is too late, raise `budget` for the days to come."
    return News("budget", "high", "has used up its budget", f"{spending.words(spend, now)} {then}", now)


def others(before: SourceState, after: SourceState, now: datetime, *, slo: float | None) -> list[News]:
    """Return what is to be told beside a source's health: a burst, lateness against its target, a new address.

    `slo`: the target in seconds.
    """
    news = []
    if after.burst and not before.burst:
        news.append(News("burst", "medium", "publishes much more than usual", _sentence(after.burst), now))
    if before.burst and not after.burst:
        news.append(News("calm", "low", "publishes as usual again", "The burst is over.", now))
    if after.slow and not before.slow:
        text = f"Wanted are {_length(slo)} (`slo`). {_sentence(after.delay)}".strip()
        news.append(News("slow", "medium", "is seen too late", text, after.slow))
    if before.slow and not after.slow and slo is not None:
        news.append(News("punctual", "low", "is seen in time again", f"Wanted are {_length(slo)}.", now))
    if after.moved and after.moved != before.moved:
        text = f"It sends everybody on to {after.moved} for good. Change its address; until then both are tried."
        news.append(News("moved", "low", "has moved", text, now))
    return news


def _length(seconds: float | None) -> str:
    return "an unknown time" if seconds is None else pace.words(seconds)


def _sentence(words: str | None) -> str:
    words = (words or "").strip()
    words = words[:1].upper() + words[1:]
    return words if not words or words[-1] in ".!?" else f"{words}."


_TITLES = {
    "failing": ("cannot be read", "It goes on being asked, ever less often; nothing else is held up by it."),
    "blocked": ("has a wall before it", "Ask its operator to let the monitor in; it goes on being asked, seldom."),
    "gone": ("is gone", "Look where it has moved to, and change its address; it is asked once a day."),
    "changed": ("answers with something else than it used to", "Look at its address, it may have moved."),
    "silent": ("has fallen silent", "It answers, and nothing new is in it. Look at its site: has it moved elsewhere?"),
}
