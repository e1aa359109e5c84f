"""Why an alert rang, and what to hold against it, the same in every channel. Pure.

`reasons`: which rule fired on which words, with the sentence around them. `remarks`: what the post says that weighs
against or cancels, the places that it names, its language. `plain`: the whole alert as plain text.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from monitor import languages
from monitor.model import Alert, Delivery, Guard, Match, Mention, Post
from monitor.notifiers._text import Piece, few, in_one_line, joined, one_line, pieces, shorten
from monitor.notifiers._wording import (
    LISTS,
    acknowledgement,
    body,
    excerpt,
    facts,
    headline,
    lead,
    membership,
    original,
    signature,
    title_and_text,
)
from monitor.policy.digest import KIND as DIGEST

_SENTENCE_LIMIT, _CAUSE_LIMIT = 320, 500
_MOST_SENTENCES, _MOST_WORDS, _MOST_GUARDS, _MOST_PLACES = 5, 6, 3, 5
# A full stop after a single letter is an initial or an abbreviation, seldom the end of a sentence.
# Nothing in the pattern repeats without bound, so that a hostile text costs no more than its length.
_SENTENCE_END = re.compile(r"(?:(?<!\b\w)\.|[!?…։])[\"'»”’)\]]{0,3}\s|\n")


class Why(NamedTuple):
    """One reason: `cause`, which rules fired on which words; `pieces`, the sentence around them, where there is one."""

    cause: str
    pieces: tuple[Piece, ...] = ()

    @property
    def sentence(self) -> str:
        return joined(self.pieces)


def plain(alert: Alert, delivery: Delivery, *, limit: int) -> str:
    """Return the whole alert as plain text, the post's text cut to `limit` code points."""
    known = _lines(facts(alert))
    ours = acknowledgement(delivery)
    end = [f"Acknowledge: {ours}" if ours else "", signature(delivery)]
    if alert.notice:
        title, text = title_and_text(alert.post)
        parts = [headline(alert), shorten(title, 300), shorten(text, limit), known, *end]
    else:
        called, address = original(alert.post)
        where = "" if alert.post.kind in LISTS else f"{called}: {address or 'no usable link was given'}"
        said, text = joined(lead(alert)), joined(body(alert, limit))
        why = shorten(explanation(alert), 1500)
        parts = [headline(alert), said, known, why, _lines(remarks(alert)), text, where, *end]
    return "\n\n".join(part for part in parts if part)


def _lines(labelled: Iterable[tuple[str, str]]) -> str:
    return "\n".join(f"{label}: {value}" for label, value in labelled)


def explanation(alert: Alert) -> str:
    """Return what fired and the sentence around it, and what it has to do with an incident, point by point."""
    points = (f"{why.cause}\n   {why.sentence}" if why.pieces else why.cause for why in points_of(alert))
    return "Why:\n" + "\n".join(f"• {point}" for point in points)


# --- why it rang ------------------------------------------------------------------------------------------------------


def points_of(alert: Alert) -> list[Why]:
    """Return the reasons, and what the alert is to the incident it is part of."""
    part = membership(alert)
    return [*reasons(alert), *([Why(part)] if part else [])]


def reasons(alert: Alert) -> list[Why]:
    """Return what changed or was added, what fired in the first sentences, and how many more there are.

    Where no term stands in the text the verdict's own words must do. Of a digest, the rules that fired.
    """
    if alert.post.kind == DIGEST and alert.verdict.rules:
        return [Why(f"rules that fired: {few(map(one_line, alert.verdict.rules), _MOST_WORDS)}")]
    own = [Why(one_line(reason)) for reason in alert.verdict.reasons]
    sentences = _sentences(alert)
    found = [_why(alert.post, *where, matches) for where, matches in sentences[:_MOST_SENTENCES]]
    if (more := len(sentences) - len(found)) > 0:
        found.append(Why(f"and in {more} more sentence{'s' * (more > 1)}"))
    if alert.update and (found or alert.change):
        said = f"changed since the last version: {own[0].cause}" if own else "changed since the last version"
        return [Why(said, excerpt(alert)), *(found or own[1:])]
    if found and alert.places and len(own) > 1:
        return [own[0], *found]  # what it adds to the other places
    return found or own or [Why("no reason was recorded")]


def _sentences(alert: Alert) -> list[tuple[tuple[int, int], list[Match]]]:
    """Return where the sentences that fired begin and end, each once, and what fired in them."""
    ends = {"title": _sentence_ends(alert.post.title), "text": _sentence_ends(alert.post.text)}
    found: dict[tuple[str, int, int], list[Match]] = {}
    for match in alert.verdict.matches:
        bounds = ends[match.field]
        begin = bounds[bisect_right(bounds, match.start) - 1]
        end = bounds[min(bisect_left(bounds, match.end, lo=1), len(bounds) - 1)]
        found.setdefault((match.field, begin, end), []).append(match)
    return [((begin, end), matches) for (_, begin, end), matches in found.items()]


def _sentence_ends(text: str) -> list[int]:
    return [0, *(found.end() for found in _SENTENCE_END.finditer(text)), len(text)]


def _why(post: Post, begin: int, end: int, matches: list[Match]) -> Why:
    first = matches[0]
    text = post.title if first.field == "title" else post.text
    before = after = ""
    if end - begin > _SENTENCE_LIMIT and first.start - begin > _SENTENCE_LIMIT // 2:
        begin, before = first.start - _SENTENCE_LIMIT // 2, "… "
    if end - begin > _SENTENCE_LIMIT:
        end, after = begin + _SENTENCE_LIMIT, " …"
    sentence = text[begin:end].rstrip()
    begin += len(sentence) - len(sentence.lstrip())
    parts = pieces(sentence.lstrip(), ((match.start - begin, match.end - begin) for match in matches))
    return Why(_cause(matches), (Piece(before, fired=False), *in_one_line(parts), Piece(after, fired=False)))


def _cause(matches: Iterable[Match]) -> str:
    """Return each rule with its topic and words: `fire (border): “opened fire”; losses: “wounded” (wound*)`."""
    by_rule: dict[str, list[str]] = {}
    for match in matches:
        rule, topic = one_line(match.rule), one_line(match.topic)
        by_rule.setdefault(rule if rule == topic else f"{rule} ({topic})", []).append(_words(match))
    causes = (f"{rule}: {few(words, _MOST_WORDS)}" for rule, words in by_rule.items())
    return shorten("; ".join(causes), _CAUSE_LIMIT)


def _words(match: Match) -> str:
    """Return what stands in the post, and the term as the rule writes it where that is something else."""
    said, term = _quoted(match.words), one_line(match.term)
    same = term.removeprefix("=").casefold() == one_line(match.words).casefold()
    return said if same or not term else f"{said} ({shorten(term, 40)})"


def _quoted(words: str) -> str:
    return f"“{shorten(one_line(words), 80)}”"


# --- what to hold against it ------------------------------------------------------------------------------------------


def remarks(alert: Alert) -> list[tuple[str, str]]:
    """Return what weighs against it, what was cancelled, where, and in which language, as (label, value).

    Nothing of a notice; no language of a window or a digest, whose words are the monitor's own.
    """
    if alert.notice:
        return []
    guards = alert.verdict.guards
    found = [
        ("Says", few((_guard(one) for one in guards if not one.cancels), _MOST_GUARDS, "; ")),
        ("Cancelled", few((_cancelled(one) for one in guards if one.cancels), _MOST_GUARDS, "; ")),
        ("Places", _places(alert.verdict.places)),
        ("Language", "" if alert.post.kind in LISTS else one_line(languages.told(alert.verdict))),
    ]
    return [(label, value) for label, value in found if value]


def _guard(guard: Guard) -> str:
    """Return `denial “does not correspond to reality”`; of a rule's own `unless` the words alone."""
    return _quoted(guard.words) if guard.guard == "unless" else f"{one_line(guard.guard)} {_quoted(guard.words)}"


def _cancelled(guard: Guard) -> str:
    return f"{few(map(_quoted, guard.cancels), _MOST_WORDS)} by {_guard(guard)}"


def _places(mentions: Sequence[Mention]) -> str:
    """Return every place once, by its surest spelling, in the order of the post."""
    found: dict[tuple[str, ...], Mention] = {}
    for one in mentions:
        key = (one.place,) if one.place else one.candidates
        if key not in found or (found[key].near and not one.near):
            found[key] = one
    return few(map(_place, found.values()), _MOST_PLACES)


def _place(mention: Mention) -> str:
    """Return `Lachin (“Лачина”)`: in English, then as the post spells it, and how sure that is."""
    name, spelled = shorten(one_line(mention.name), 80), _quoted(mention.words)
    notes = [spelled] if mention.words and spelled.strip("“”").casefold() != name.casefold() else []
    if mention.near:
        notes.append("spelled nearly so")
    if not mention.place:
        notes.append(f"one of {few(map(one_line, mention.candidates), 3)}")
    return f"{name} ({', '.join(notes)})" if notes else name
