"""Whether a new version of a post is news: other topics, other terms, other numbers. Commas and wording are not."""

from __future__ import annotations

import re

from monitor.model import Verdict
from monitor.rules.fold import words
from monitor.dedup.numerals import VALUES

_most_named = 4
_clock = re.compile(r"(?<!\d)\d{1,2}[:։]\d{2}(?!\d)")
_figure = re.compile(r"\d{1,3}(?:[ ,.\u00a0\u202f]\d{3})+(?!\d)|\d+")


def numbers(text: str) -> frozenset[str]:
    """Return the numbers of a text as digits without grouping: 25,000 and 25 000 are one; the time of day is none."""
    text = _clock.sub(" ", text)
    figures = {re.sub(r"\D", "", figure).lstrip("0") or "0" for figure in _figure.findall(text)}
    return frozenset(figures).union(VALUES[word] for word in words(text) if word in VALUES)


def matter(before: Verdict, after: Verdict, old: str, new: str) -> str | None:
    """Return why a new version is news, as one sentence; None if it is not. `old` and `new`: the versions' words."""
    if not before.rules and not after.rules:
        return None
    was = {(match.rule, match.term): match.words for match in before.matches}
    now = {(match.rule, match.term): match.words for match in after.matches}
    parts = [
        _said("it now speaks of", set(after.topics) - set(before.topics)),
        _said("it no longer speaks of", set(before.topics) - set(after.topics)),
        _said("new words:", {f"“{now[key]}”" for key in now.keys() - was.keys()}),
        _said("words gone:", {f"“{was[key]}”" for key in was.keys() - now.keys()}),
        _said("new numbers:", numbers(new) - numbers(old)),
        _said("numbers gone:", numbers(old) - numbers(new)),
    ]
    return "; ".join(part for part in parts if part) or None


def _said(what: str, things: set[str] | frozenset[str]) -> str:
    named = sorted(things, key=lambda thing: (len(thing), thing))
    more = f" and {len(named) - _most_named} more" if len(named) > _most_named else ""
    return f"{what} {', '.join(named[:_most_named])}{more}" if named else ""
