"""What the finds of one rule amount to: which contexts cancel which terms, and what is left."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from monitor.model import Match, Origin
from monitor.rules.finder import Found, Sentence
from monitor.rules.rule import Reach, RuleConfig

_most_quoted = 4
_longest_quote = 60


class Sifted(NamedTuple):
    """The terms that stand, and those that do not, each with the context that cancels it."""

    standing: list[Found]
    cancelled: list[tuple[Found, Found]]

    @property
    def why(self) -> str:
        """A sentence about the first that does not stand; "" if nothing was cancelled."""
        if not self.cancelled:
            return ""
        term, context = self.cancelled[0]
        return f"{quoted(term)} is cancelled by {quoted(context)}{_named(context)} in {_where(term, context)}"


def sift(found: Iterable[Found], reach: Reach, speaks: Callable[[Sentence], bool]) -> Sifted:
    """Part the terms of a rule by what its contexts cancel.

    A context cancels every term of its sentence. One that touches a term itself ("no casualties") cancels only that
    term there: "no casualties, two wounded" still says wounded. One that stands by itself tells what is to follow, and
    cancels as far as its reach lets it, never what stood before it. By itself it is where no sentence `speaks`, which
    those do that have a term of any rule. So "museum shelled" in a title leaves "two killed" in the text. `reach` is
    the rule's, for contexts that have none of their own.
    """
    finds = sorted((one for one in found if one.use.context or one.use.weight), key=place)
    terms = [one for one in finds if not one.use.context]
    if len(terms) == len(finds):
        return Sifted(terms, [])
    beside, narrow = _contexts(terms, [one for one in finds if one.use.context])
    wide = {context.sentence: context for context in reversed(beside)}
    far = _Far(beside, reach, speaks)
    sifted = Sifted([], [])
    for term in terms:
        context = wide.get(term.sentence) or narrow.get((term.sentence, term.use.written)) or far.over(term)
        if context:
            sifted.cancelled.append((term, context))
        else:
            sifted.standing.append(term)
    return sifted


class _Far:
    """The contexts that cancel beyond their own sentence."""

    def __init__(self, contexts: Iterable[Found], reach: Reach, speaks: Callable[[Sentence], bool]) -> None:
        self._title: Found | None = None
        self._before: dict[Sentence, Found] = {}
        self._paragraphs: dict[tuple[str, int], Found] = {}
        for context in contexts:  # in their order
            sentence, own = context.sentence, context.use.reach or reach
            if own == "paragraph":
                self._paragraphs.setdefault((sentence[0], context.paragraph), context)
            elif own == "sentence" or speaks(sentence):
                continue
            elif own == "onward":
                self._before.setdefault((sentence[0], sentence[1] + 1), context)
            if self._title is None and context.part == "title":
                self._title = context

    def over(self, term: Found) -> Found | None:
        """Return the context that reaches a term from the title, its paragraph, or the sentence before."""
        if before := self._before.get(term.sentence):
            return before
        before = self._paragraphs.get((term.field.name, term.paragraph)) if self._paragraphs else None
        if before and before.sentence < term.sentence:
            return before
        return None if term.part == "title" else self._title


def _where(term: Found, context: Found) -> str:
    if term.sentence == context.sentence:
        return "the same sentence"
    if context.part == "title":
        return "the title"
    return "the sentence before" if term.sentence[1] == context.sentence[1] + 1 else "its paragraph"


def _named(context: Found) -> str:
    return f" ({context.use.category})" if context.use.category else ""


def _contexts(terms: list[Found], contexts: list[Found]) -> tuple[list[Found], dict[tuple[Sentence, str], Found]]:
    """Return the contexts that cancel a whole sentence, and those that cancel one term in one."""
    touched: dict[tuple[str, int], set[str]] = {}
    for term in terms:
        for word in range(term.first, term.last + 1):
            touched.setdefault((term.field.name, word), set()).add(term.use.written)
    wide: list[Found] = []
    narrow: dict[tuple[Sentence, str], Found] = {}
    for context in contexts:
        words = range(context.first, context.last + 1)
        own = set[str]().union(*(touched.get((context.field.name, word), ()) for word in words))
        for written in own:
            narrow.setdefault((context.sentence, written), context)
        if not own or context.use.reach == "paragraph":
            wide.append(context)
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


def evidence(matches: Sequence[Match]) -> str:
    """Return the words that made a rule fire, each once, with "(title)" where it stands there."""
    once = {one.words.casefold() + one.field: one for one in reversed(matches)}
    distinct = sorted(once.values(), key=lambda one: (one.field != "title", one.start, one.end))
    shown = [_short(one.words) + " (title)" * (one.field == "title") for one in distinct[:_most_quoted]]
    more = len(distinct) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")


def quoted(found: Found) -> str:
    return _short(found.words)


def _short(words: str) -> str:
    words = " ".join(words.split())
    return f"“{words if len(words) <= _longest_quote else words[: _longest_quote - 1] + '…'}”"


def place(found: Found) -> tuple[bool, int, int, str, str]:
    return found.field.name != "title", found.first, -found.last, found.use.written, found.use.language


def _listed(what: str, names: tuple[str, ...]) -> str:
    many = {"source": "sources", "party": "parties"}[what]
    return f"{what if len(names) == 1 else many} {', '.join(names)}"


def _officialdom(official: bool) -> str:
    return "official" if official else "unofficial"
