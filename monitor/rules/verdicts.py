"""What was found, in the words of the model: matches, guards, places."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence

from monitor.model import Guard, Match, Mention
from monitor.rules import query
from monitor.rules.finder import Found
from monitor.rules.hearing import Hearing
from monitor.rules.query import Said, Within
from monitor.rules.rule import RuleConfig


def matches(rule: RuleConfig, found: Iterable[Found], heard: Hearing) -> list[Match]:
    """Return why a rule fired: the terms that stand, in order and without overlaps, and the places it asked for."""
    said = [_match(rule, one.use.written, one) for one in found]
    return said + [match for match in _placed(rule, heard) if not _inside(match, said)]


def guards(cancelled: Iterable[tuple[Found, Found]], shown: Iterable[Found]) -> tuple[Guard, ...]:
    """Return every guard once: those that cancelled something, and those that are `shown` wherever they stand."""
    by_guard: dict[tuple[str, str, int, int], tuple[Found, dict[str, None]]] = {}
    for term, context in cancelled:
        by_guard.setdefault(_guard_key(context), (context, {}))[1][term.words] = None
    for context in shown:
        by_guard.setdefault(_guard_key(context), (context, {}))
    found = [
        Guard(
            guard=name, field=context.field.name, start=start, end=end, words=context.words, cancels=tuple(terms)
        )
        for (name, _, start, end), (context, terms) in by_guard.items()
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda one: (one.field != "title", one.start, one.end, one.guard)))


def _guard_key(context: Found) -> tuple[str, str, int, int]:
    return context.use.category or "unless", context.field.name, context.start, context.end


def _placed(rule: RuleConfig, heard: Hearing) -> list[Match]:
    """Return the places that a rule's `when` asks for."""
    asked = (leaf for leaf, wanted in query.leaves(rule.condition) if wanted) if rule.condition else ()
    return [
        _match(rule, _written(leaf), mention)
        for leaf in asked
        if not isinstance(leaf, Said) and (isinstance(leaf, Within) or leaf.what == "place")
        for mention in heard.at(leaf)
    ]


def _written(leaf: query.Known | Within) -> str:
    return f"within:{leaf.km:g}km:{leaf.place}" if isinstance(leaf, Within) else f"place:{leaf.value}"


def _match(rule: RuleConfig, term: str, found: Found | Mention) -> Match:
    field = found.field if isinstance(found, Mention) else found.field.name
    return Match(
        rule=rule.id,
        topic=rule.subject,
        term=term,
        field=field,
        start=found.start,
        end=found.end,
        words=found.words,
    )


def _inside(match: Match, others: Sequence[Match]) -> bool:
    """Tell whether a match lies in one of others, which are in order and share no words."""
    at = bisect_right(others, (match.field != "title", match.start), key=lambda one: (one.field != "title", one.start))
    return at > 0 and others[at - 1].field == match.field and match.end <= others[at - 1].end
