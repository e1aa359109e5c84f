"""All terms of all rules, found in a post. Terms that rules share are looked for once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from monitor.rules import terms
from monitor.rules.expression import Expressions, is_one
from monitor.rules.field import Field
from monitor.rules.language.kin import foreign
from monitor.rules.near import Kinds, Near, Nears
from monitor.rules.rows import Rows
from monitor.rules.rule import CategoryConfig, Reach, RuleConfig
from monitor.rules.terms import Part, Term

GUARD = -1  # instead of a rule's number: a guard category, which stands for itself

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


Uses = Mapping[Part, Sequence[Use]]


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
        return self.field.part(self.sentence[1])

    @property
    def paragraph(self) -> int:
        """The number of its paragraph in the field."""
        return self.field.paragraph(self.sentence[1])

    @property
    def words(self) -> str:
        """What stands there, as the post has it."""
        return self.field.text[self.start : self.end]


class Meaning:
    """What words mean to the rules wherever they stand. One for all words that mean the same.

    atoms      they are
    languages  of the atoms
    uses       of the atoms, by the part of a post where they count
    kinds      of terms that stand near others, see `Nears`
    used       whether there is a use at all
    without    what is left where some languages do not count, as far as it was asked
    """

    def __init__(self, atoms: tuple[int, ...], languages: frozenset[str], uses: Uses, kinds: Kinds) -> None:
        self.atoms = atoms
        self.languages = languages
        self.uses = uses
        self.kinds = kinds
        self.used = any(uses.values())
        self.without: dict[frozenset[str], Meaning] = {}


Spot = tuple[Meaning, int, int]  # with the first and the last word of where it stands


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
        self._joined = [_by_part(uses) for uses in self._nears.values()]
        self._languages = [language for _, language in self._atoms]
        self._rows = Rows(
            (
                (atom, [(language, frozenset(place)) for place in row])
                for (phrase, language), atom in self._atoms.items()
                if not is_one(phrase)
                for row in terms.rows(phrase)
            ),
            self._meaning,
        )
        self._expressed = [atom for (phrase, _), atom in self._atoms.items() if is_one(phrase)]
        self._expressions = Expressions(phrase for phrase, _ in self._atoms if is_one(phrase))

    def find(self, fields: Iterable[Field], spoken: str | None, party: str | None) -> dict[int, list[Found]]:
        """Return by rule every use that stands in the fields, and whose language may be its sentence's.

        `spoken`: the language of the whole post, if it is known; `party`: of its source.
        """
        found: defaultdict[int, list[Found]] = defaultdict(list)
        strange = foreign(spoken)
        for field in fields:
            expressed = self._expressed_in(field)
            for sentence, (begin, end) in enumerate(pairwise(field.firsts)):
                standing = [*self._rows.find(field.words[begin:end], begin), *expressed.get(sentence, ())]
                if strange:
                    standing = self._at_home(standing, strange, field, sentence)
                if standing:
                    part, where = field.part(sentence), (field.name, sentence)
                    for uses, first, last in self._used(dict.fromkeys(standing)):
                        for use in uses[part]:
                            if use.parties is None or party is None or party in use.parties:
                                found[use.rule].append(Found(use, field, first, last, where))
        return found

    def prepare(self) -> None:
        """Compile what may follow the stems of all terms."""
        self._rows.prepare()

    def _used(self, standing: Iterable[Spot]) -> Iterator[tuple[Uses, int, int]]:
        """Yield the uses of what stands in a sentence, each with its first and its last word."""
        near: list[tuple[Kinds, int, int]] = []
        for meaning, first, last in standing:
            if meaning.used:
                yield meaning.uses, first, last
            if meaning.kinds.all:
                near.append((meaning.kinds, first, last))
        if len(near) > 1:
            for number, joined in self._near.find(near):
                for first, last in joined:
                    yield self._joined[number], first, last

    def _at_home(self, standing: list[Spot], strange: frozenset[str], field: Field, sentence: int) -> list[Spot]:
        """Return what is left of a sentence where the terms of languages do not count that are strange to it too."""
        if all(strange.isdisjoint(meaning.languages) for meaning, _, _ in standing):
            return standing
        away = strange & foreign(field.language(sentence))
        return [(self._without(meaning, away), first, last) for meaning, first, last in standing] if away else standing

    def _expressed_in(self, field: Field) -> dict[int, list[Spot]]:
        """Return where expressions stand in a field, by sentence."""
        found: dict[int, list[Spot]] = {}
        for number, start, end in self._expressions.find(field.text):
            if words := field.between(start, end):
                first, last = words
                if (sentence := field.sentence(first)) == field.sentence(last):
                    found.setdefault(sentence, []).append((self._rows.meaning((self._expressed[number],)), first, last))
        return found

    def _meaning(self, atoms: tuple[int, ...]) -> Meaning:
        return Meaning(
            atoms,
            frozenset(self._languages[atom] for atom in atoms),
            _by_part([use for atom in atoms for use in self._uses[atom]]),
            self._near.kinds(atoms),
        )

    def _without(self, meaning: Meaning, languages: frozenset[str]) -> Meaning:
        """Return what is left of a meaning where the terms of some languages do not count."""
        if languages not in meaning.without:
            left = tuple(atom for atom in meaning.atoms if self._languages[atom] not in languages)
            meaning.without[languages] = self._rows.meaning(left)
        return meaning.without[languages]

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


def _by_part(uses: Sequence[Use]) -> Uses:
    parts: tuple[Part, Part] = ("title", "text")
    return {part: tuple(use for use in uses if use.part in (None, part)) for part in parts}
