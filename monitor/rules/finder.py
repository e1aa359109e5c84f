"""All terms of all rules, found in a post. Terms that rules share are looked for once."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from functools import cache
from typing import NamedTuple

from monitor.rules import terms
from monitor.rules.expression import Expressions, is_one
from monitor.rules.field import Field
from monitor.rules.near import Near, Nears, Span
from monitor.rules.rows import Rows
from monitor.rules.rule import CategoryConfig, Reach, RuleConfig
from monitor.rules.terms import Part, Term

GUARD = -1  # instead of a rule's number: a guard category, which stands for itself

# Languages that share the Latin script. Azerbaijani and Turkish are too close to be kept apart.
_kin = {"en": "english", "fr": "french", "az": "turkic", "tr": "turkic"}

Sentence = tuple[str, int]  # the name of a field, and the number of a sentence in it
Atom = tuple[str, str]  # a phrase or expression, and its language without region


class Use(NamedTuple):
    """A term as one rule uses it.

    rule      its number, or GUARD
    language  the one it is filed under
    context   whether it is an `unless`
    weight    of all that has the same `key` together; 0 for what a `when` only wants absent
    together  whether many terms share the key and its weight: those of a category that is weighed as one
    category  that has the term, "" if the rule has it for itself; of a guard the guard
    parties   of whose sources posts must be for it to count, if they are of any; None for all
    reach     how far it cancels, if its category says so
    part      of the post where it counts; None for everywhere
    leaf      its number among the leaves of the rule's `when`; None if it stands under `terms` or `unless`
    """

    rule: int
    written: str
    language: str
    context: bool = False
    key: str = ""
    weight: float = 1.0
    together: bool = False
    category: str = ""
    parties: frozenset[str] | None = None
    reach: Reach | None = None
    part: Part | None = None
    leaf: int | None = None


class Found(NamedTuple):
    """A use that stands in a field, from word `first` to word `last`, both within `sentence`."""

    use: Use
    field: Field
    first: int
    last: int
    sentence: Sentence

    @property
    def start(self) -> int:
        return self.field.start(self.first)

    @property
    def end(self) -> int:
        return self.field.end(self.last)

    @property
    def part(self) -> Part:
        """Whether it stands in the title, or in the line that serves as one, or in the rest."""
        return "title" if self.field.name == "title" or self.sentence[1] < self.field.heading else "text"

    @property
    def paragraph(self) -> int:
        """The number of its paragraph in the field."""
        return self.field.paragraph(self.sentence[1])

    @property
    def words(self) -> str:
        """What stands there, as the post has it."""
        return self.field.text[self.start : self.end]


class Finder:
    """The terms, compiled. One search costs the same for ten terms and for ten thousand.

    scored  by its id, of each category with a threshold: the number its terms are found under, no rule's, and that
    """

    def __init__(self, rules: Sequence[RuleConfig], categories: Iterable[CategoryConfig] = ()) -> None:
        self._categories = {category.id: category for category in categories}
        self._atoms: dict[Atom, int] = {}
        self._uses: list[list[Use]] = []
        self._nears: dict[Near, list[Use]] = {}
        self._members: dict[str, frozenset[int]] = {}
        scored = [(one.id, one.threshold) for one in self._categories.values() if one.threshold is not None]
        self.scored = {name: (number, least) for number, (name, least) in enumerate(scored, start=len(rules))}
        for number, rule in enumerate(rules):
            if rule.enabled:
                self._add_rule(number, rule)
        for name, (number, _) in self.scored.items():
            self._add_category(self._categories[name], Use(number, "", "", category=name))
        for category in self._categories.values():
            if category.guard:
                self._add_category(category, Use(GUARD, "", "", context=True, category=category.id))
        self._near = Nears(list(self._nears))
        self._rows = Rows(
            (atom, [(language, frozenset(place)) for place in row])
            for (phrase, language), atom in self._atoms.items()
            if not is_one(phrase)
            for row in terms.rows(phrase)
        )
        self._expressed = [atom for atom in self._atoms if is_one(atom[0])]
        self._expressions = Expressions(phrase for phrase, _ in self._expressed)

    def find(self, fields: Iterable[Field], spoken: str | None, party: str | None) -> dict[int, list[Found]]:
        """Return by rule every use that stands in the fields, and whose language may be its sentence's.

        `spoken`: the language of the whole post, if it is known; `party`: of its source.
        """
        found: dict[int, list[Found]] = {}
        for field in fields:
            spans = self._spans(field, spoken)
            for atom, places in spans.items():
                _add_found(found, self._uses[atom], field, places, party)
            for near, places in self._near.find(spans):
                _add_found(found, self._nears[near], field, places, party)
        return found

    def _spans(self, field: Field, spoken: str | None) -> dict[int, list[Span]]:
        """Return where each atom stands, within one sentence."""
        at_home = _at_home(spoken)

        def may_be(language: str, word: int) -> bool:
            return language in at_home or language in _at_home(field.language(field.sentence(word)))

        spans: dict[int, dict[Span, None]] = {}
        for atom, first, last in self._rows.find(field.words, may_be):
            sentence = field.sentence(first)
            if last == first or field.sentence(last) == sentence:
                spans.setdefault(atom, {})[first, last, sentence] = None
        for number, start, end in self._expressions.find(field.text):
            expressed = self._expressed[number]
            if (words := field.between(start, end)) and may_be(expressed[1], words[0]):
                spans.setdefault(self._atoms[expressed], {})[*words, field.sentence(words[0])] = None
        return {atom: list(places) for atom, places in spans.items()}

    def _add_rule(self, number: int, rule: RuleConfig) -> None:
        for filed, context in ((rule.terms, False), (rule.unless, True)):
            for language, written in filed.items():
                for one in written:
                    self._add(terms.read(one), Use(number, one, language, context))
        for leaf, said in enumerate(rule.said):
            if said.category in self.scored:
                continue  # found once, for whoever asks
            # Its terms have no weight here: they are all the leaf.
            weight = 1.0 if said in rule.wanted else 0.0
            use = Use(number, said.written, said.language, key=said.written, weight=weight, together=True, leaf=leaf)
            self._add(terms.read(said.written), use)

    def _add(self, term: Term, use: Use) -> None:
        (first, *others), language = term.operands, use.language
        alone = terms.is_category(first) and not others
        if use.category and (use.together or use.context) and _against(term):
            return
        if not use.together:
            weight, together = 1.0 if term.weight is None else term.weight, alone and term.weight is not None
            use = use._replace(key=use.written, weight=weight, together=together)
        use = use._replace(part=use.part or term.part)
        if alone:
            category = self._categories[first[1:]]
            self._add_category(category, use if use.rule == GUARD else use._replace(category=category.id))
        elif others:
            operands = tuple(self._operand(operand, language) for operand in term.operands)
            for category in (self._categories[one[1:]] for one in term.operands if terms.is_category(one)):
                use = use._replace(parties=_common(use.parties, category.parties))
            self._nears.setdefault(Near(operands, term.reach, term.order), []).append(use)
        else:
            self._uses[self._atom(first, language)].append(use)

    def _add_category(self, category: CategoryConfig, use: Use) -> None:
        """Add the terms of a category as a rule uses it: weighed together if the rule says how much, else each."""
        use = use._replace(reach=category.reach or use.reach, parties=_common(use.parties, category.parties))
        for language, written in category.terms.items():
            for one in written:
                self._add(terms.read(one), use._replace(written=one, language=language))

    def _operand(self, operand: str, language: str) -> frozenset[int]:
        """Return the atoms that one side of a NEAR stands for: of a category its words and phrases only."""
        if not terms.is_category(operand):
            return frozenset({self._atom(operand, language)})
        if operand not in self._members:
            self._members[operand] = frozenset(
                atom
                for tag, written in self._categories[operand[1:]].terms.items()
                for one in written
                if len((term := terms.read(one)).operands) == 1 and not _against(term)
                for atom in self._operand(term.operands[0], tag)
            )
        return self._members[operand]

    def _atom(self, phrase: str, language: str) -> int:
        atom = self._atoms.setdefault((phrase, language.partition("-")[0].lower()), len(self._atoms))
        if atom == len(self._uses):
            self._uses.append([])
        return atom


def _against(term: Term) -> bool:
    """Tell whether a term speaks against its category: it is weighed there, and is none of what the category is."""
    return term.weight is not None and term.weight < 0


def _common(some: frozenset[str] | None, others: Iterable[str]) -> frozenset[str] | None:
    """Return the parties that are among both; None, or no others, are all."""
    other = frozenset(others)
    return (some & other if some is not None else other) if other else some


def _add_found(
    found: dict[int, list[Found]], uses: Iterable[Use], field: Field, places: Sequence[Span], party: str | None
) -> None:
    for use in uses:
        if party is None or use.parties is None or party in use.parties:
            found.setdefault(use.rule, []).extend(_found(use, field, places))


def _found(use: Use, field: Field, places: Iterable[Span]) -> Iterator[Found]:
    every = (Found(use, field, first, last, (field.name, sentence)) for first, last, sentence in places)
    return (one for one in every if one.part == use.part) if use.part else every


class _Except:
    """Every language but a few."""

    def __init__(self, few: frozenset[str]) -> None:
        self._few = few

    def __contains__(self, language: object) -> bool:
        return language not in self._few


@cache
def _at_home(spoken: str | None) -> Container[str]:
    """Return the languages whose terms count where one is spoken.

    Scripts part Armenian and Russian from the rest; so only English, French and the two Turkic languages turn down
    each other's terms. Where the language is not plain, every term counts: an alert too many is the smaller harm.
    """
    foreign = (one for one, kin in _kin.items() if spoken in _kin and kin != _kin[spoken])
    return _Except(frozenset(foreign))
