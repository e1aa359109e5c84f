"""Whether a new version of a post is news: other topics, terms, numbers, places, another meaning of its words.

Commas and wording are not, nor what changes on a page by itself: counters, stamps, links, advertisements, order.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from monitor import dedup
from monitor.dedup.numerals import VALUES
from monitor.model import Match, Post, Verdict
from monitor.rules.field import Field
from monitor.rules.fold import words

_most_named = 4
_most_figures = 200  # of one post: a table of thousands tells nobody what is new
_clock = re.compile(r"(?<!\d)\d{1,2}[:։]\d{2}(?!\d)")
_figure = re.compile(r"\d{1,3}(?:[ ,.\u00a0\u202f]\d{3})+(?!\d)|\d+")
_corrects = re.compile(
    r"^\W{0,4}(?:correction|corrected|corrigendum|исправлени[ея]|исправлено|уточнение|поправка|ուղղում|ճշտում|"
    r"düzəliş|dəqiqləşdirmə|düzeltme|rectificatif)\b",
    re.IGNORECASE | re.MULTILINE,
)


def numbers(text: str, folded: Iterable[str]) -> frozenset[str]:
    """Return the numbers of a text as digits without grouping: 25,000 and 25 000 are one; the time of day is none.

    `folded`: its folded words, of which some are numbers.
    """
    text = _clock.sub(" ", text)
    figures = {re.sub(r"\D", "", figure).lstrip("0") or "0" for figure in _figure.findall(text)}
    return frozenset(figures).union(VALUES[word] for word in folded if word in VALUES)


def figures(fields: Iterable[Field], matches: Sequence[Match]) -> tuple[str, ...]:
    """Return the numbers of the sentences in which a term stands, each once, in their order."""
    found: dict[str, None] = {}
    for field in fields:
        for sentence in sorted({field.around(one.start) for one in matches if one.field == field.name}):
            said = numbers(*field.said(sentence))
            found.update(dict.fromkeys(sorted(said, key=lambda figure: (len(figure), figure))))
            if len(found) > _most_figures:
                return tuple(found)
    return tuple(found)


def matter(before: Verdict, after: Verdict, previous: Post, current: Post) -> str | None:
    """Return why a new version is news, as one sentence; None if it is not."""
    if not before.rules and not after.rules:
        return None
    was = {(match.rule, match.term): match.words for match in before.matches}
    now = {(match.rule, match.term): match.words for match in after.matches}
    old, new = _figures(previous), _figures(current)
    both = bool(before.rules and after.rules)  # places are told of what alerts
    parts = [
        "it calls itself a correction" if _correction(current) and not _correction(previous) else "",
        _said("it now speaks of", set(after.topics) - set(before.topics)),
        _said("it no longer speaks of", set(before.topics) - set(after.topics)),
        _said("new words:", {f"“{now[key]}”" for key in now.keys() - was.keys()}),
        _said("words gone:", {f"“{was[key]}”" for key in was.keys() - now.keys()}),
        _said("new numbers:", new - old),
        _said("numbers gone:", old - new),
        *(
            [_said("new places:", _places(after, before)), _said("places gone:", _places(before, after))]
            if both
            else []
        ),
        _said("how words are meant, new:", _guards(after, before)),
        _said("how words are meant, gone:", _guards(before, after)),
    ]
    return "; ".join(part for part in parts if part) or None


def _correction(post: Post) -> bool:
    """Say whether its title or its first lines begin with the publisher's own word for a correction."""
    return _corrects.search(f"{post.title}\n{post.text[:200]}") is not None


def _figures(post: Post) -> frozenset[str]:
    """Return the numbers that a post states: not those of counters, advertisements and marks of versions."""
    plain = dedup.unmarked(post)
    said = f"{plain.title}\n{dedup.stated(plain.text)}"
    return numbers(said, words(said))


def _places(verdict: Verdict, other: Verdict) -> set[str]:
    """Return the names of places that one verdict has and another has not, not even as one that a name may mean.

    No countries, around which nothing lies: every second statement names one.
    """
    known = {place for one in other.places for place in (one.place, *one.candidates)}
    told = (one for one in verdict.places if one.within or not one.place)
    return {one.name for one in told if known.isdisjoint({one.place, *one.candidates} - {None})}


def _guards(verdict: Verdict, other: Verdict) -> set[str]:
    """Return the guards of one verdict that another has not, each with its words: `denial “did not happen”`."""
    known = {one.guard for one in other.guards}
    first = {one.guard: one.words for one in reversed(verdict.guards) if one.guard not in known}
    return {f"“{words}”" if guard == "unless" else f"{guard} “{words}”" for guard, words in first.items()}


def _said(what: str, things: set[str] | frozenset[str]) -> str:
    named = sorted(things, key=lambda thing: (len(thing), thing))
    more = f" and {len(named) - _most_named} more" if len(named) > _most_named else ""
    return f"{what} {', '.join(named[:_most_named])}{more}" if named else ""
