"""What the finds of one rule amount to: which contexts cancel which terms, and what is left."""

from __future__ import annotations

from collections.abc import Container, Iterable

from monitor.model import Origin
from monitor.rules.automaton import Found, Sentence
from monitor.rules.rule import Reach, RuleConfig

_most_quoted = 4
_longest_quote = 60


def sift(found: Iterable[Found], reach: Reach, spoken: Container[Sentence]) -> tuple[list[Found], str]:
    """Return the terms that stand, and a sentence about the first that does not ("" if nothing was cancelled).

    A context cancels every term of its sentence. One that touches a term itself ("no casualties") cancels only that
    term there: "no casualties, two wounded" still says wounded. One that stands by itself tells what is to follow, and
    cancels as far as `reach` lets it, never what stood before it. By itself it is outside `spoken`: the sentences with
    a term of any rule. So "museum shelled" in a title leaves "two killed" in the text.
    """
    finds = sorted(found, key=_place)
    terms = [one for one in finds if not one.use.context]
    wide, narrow = _contexts(terms, [one for one in finds if one.use.context])
    far = {sentence: context for sentence, context in wide.items() if sentence not in spoken}
    standing, why = [], ""
    for term in terms:
        near = wide.get(term.sentence) or narrow.get((term.sentence, term.use.written))
        context = near or _told_before(far, term.sentence, reach)
        if context is None:
            standing.append(term)
        elif not why:
            why = f"{quoted(term)} is cancelled by {quoted(context)} in {_where(term, context)}"
    return longest(standing), why


def _told_before(far: dict[Sentence, Found], sentence: Sentence, reach: Reach) -> Found | None:
    """Return the context that reaches a sentence from the title or from the sentence before."""
    field, number = sentence
    if reach == "onward" and (before := far.get((field, number - 1))):
        return before
    if reach == "sentence" or field == "title":
        return None
    return next((context for (place, _), context in far.items() if place == "title"), None)


def _where(term: Found, context: Found) -> str:
    if term.sentence == context.sentence:
        return "the same sentence"
    return "the sentence before" if term.field is context.field else "the title"


def _contexts(
    terms: list[Found], contexts: list[Found]
) -> tuple[dict[Sentence, Found], dict[tuple[Sentence, str], Found]]:
    """Return the contexts that cancel a whole sentence, and those that cancel one term in one."""
    touched: dict[tuple[str, int], set[str]] = {}
    for term in terms:
        for word in range(term.first, term.last + 1):
            touched.setdefault((term.field.name, word), set()).add(term.use.written)
    wide: dict[Sentence, Found] = {}
    narrow: dict[tuple[Sentence, str], Found] = {}
    for context in contexts:
        words = range(context.first, context.last + 1)
        own = set[str]().union(*(touched.get((context.field.name, word), ()) for word in words))
        for written in own:
            narrow.setdefault((context.sentence, written), context)
        if not own:
            wide.setdefault(context.sentence, context)
    return wide, narrow


def longest(terms: list[Found]) -> list[Found]:
    """Of terms that share words keep the longest; of equally long ones the first. Wants them in order of place."""
    kept: list[Found] = []
    for term in terms:
        if not kept or term.field is not kept[-1].field or term.first > kept[-1].last:
            kept.append(term)
        elif term.last - term.first > kept[-1].last - kept[-1].first:
            kept[-1] = term
    return kept


def barred(rule: RuleConfig, origin: Origin) -> str:
    """Return which filter of the rule keeps the source out, as a sentence; "" if none does."""
    if rule.sources and origin.id not in rule.sources:
        return f"only for {_listed('source', rule.sources)}, this is {origin.id}"
    if rule.parties and origin.party not in rule.parties:
        return f"only for {_listed('party', rule.parties)}, this is {origin.party or 'of no party'}"
    if rule.official is not None and rule.official != origin.official:
        return f"only for {_officialdom(rule.official)} sources, this one is {_officialdom(origin.official)}"
    return ""


def evidence(terms: list[Found]) -> str:
    """Return the words that made a rule fire, each once, with "(title)" where it stands there."""
    once = {one.words.casefold() + one.field.name: one for one in reversed(terms)}
    distinct = sorted(once.values(), key=_place)
    shown = [quoted(one) + " (title)" * (one.field.name == "title") for one in distinct[:_most_quoted]]
    more = len(distinct) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")


def quoted(found: Found) -> str:
    words = " ".join(found.words.split())
    return f"“{words if len(words) <= _longest_quote else words[: _longest_quote - 1] + '…'}”"


def _place(found: Found) -> tuple[bool, int, int, str, str]:
    return found.field.name != "title", found.first, -found.last, found.use.written, found.use.language


def _listed(what: str, names: tuple[str, ...]) -> str:
    many = {"source": "sources", "party": "parties"}[what]
    return f"{what if len(names) == 1 else many} {', '.join(names)}"


def _officialdom(official: bool) -> str:
    return "official" if official else "unofficial"
