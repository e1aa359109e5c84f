"""The head of the house: every rule, compiled, asked about one post at a time."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence

from monitor.model import SEVERITIES, Origin, Post, Verdict, changed
from monitor.rules import changes, query, score, verdicts, weigh
from monitor.rules.finder import GUARD, Finder, Found
from monitor.rules.gazetteer import Gazetteer, PlaceConfig
from monitor.rules.hearing import Hearing
from monitor.rules.query import Leaf, Said
from monitor.rules.rule import CategoryConfig, RuleConfig
from monitor.rules.weigh import Sifted


class Rulebook:
    """All rules, compiled.

    categories  what the rules name as `@id`
    places      the gazetteer; looked up where a post alerts, or a rule asks
    """

    def __init__(
        self,
        rules: Sequence[RuleConfig],
        categories: Iterable[CategoryConfig] = (),
        places: Iterable[PlaceConfig] = (),
    ) -> None:
        categories = tuple(categories)
        self._rules = tuple(rules)
        self._finder = Finder(self._rules, categories)
        self._gazetteer = Gazetteer(tuple(places))
        self._leaves = [_leaves(rule, self._finder.scored) for rule in self._rules]
        self._scored = [_scored(rule, self._finder.scored) for rule in self._rules]
        # Those that may fire on a post without a single term of theirs in it, such as `official and place:goris`.
        self._always = frozenset(number for number, rule in enumerate(self._rules) if rule.enabled and _wordless(rule))
        self._scoring = frozenset(
            number for number, rule in enumerate(self._rules) if rule.enabled and self._scored[number]
        )
        self._silence = tuple(f"{rule.id}: {_nothing(rule)}" for rule in rules) or ("there is no rule",)

    @property
    def channels(self) -> tuple[str, ...]:
        """Every channel that any rule sends to: those who must hear of a post that could not be judged."""
        return tuple(dict.fromkeys(channel for rule in self._rules if rule.enabled for channel in rule.to))

    def judge(self, post: Post, origin: Origin) -> Verdict:
        """Say whether the post alerts, on which words, and otherwise why not, rule by rule."""
        return self._judge(self._heard(post, origin), all_of_it=False)

    def explain(self, text: str, origin: Origin, *, title: str = "") -> Verdict:
        """Judge a text as if the source had just posted it; without a title a first line may serve as one."""
        post = Post(key="", source=origin.id, kind=origin.kind, native_id="", title=title, text=text)
        return self._judge(self._heard(post, origin), all_of_it=True)

    def update_matters(self, previous: Post, current: Post, origin: Origin) -> str | None:
        """Say why a new version is news: topics, terms, numbers, places or their meaning changed. None if not."""
        return self.matters(self.judge(previous, origin), self.judge(current, origin), previous, current)

    @staticmethod
    def matters(before: Verdict, after: Verdict, previous: Post, current: Post) -> str | None:
        """The same, where both versions have been judged already."""
        return changes.matter(before, after, previous, current)

    def prepare(self) -> None:
        """Compile at once what is else compiled where a word first asks for it: half a second for the shipped rules.

        For those who judge while others wait: one of these expressions takes up to forty milliseconds.
        """
        self._finder.prepare()
        self._gazetteer.prepare()

    def _heard(self, post: Post, origin: Origin) -> Hearing:
        return Hearing(post, origin, self._finder, self._gazetteer)

    def _judge(self, heard: Hearing, *, all_of_it: bool) -> Verdict:
        """`all_of_it`: places and languages are told of a silent post too."""
        asked = {number for number in heard.speaking if number < len(self._rules)} | self._always
        if any(one.weighed for one in heard.scores.values()):
            asked |= self._scoring
        silent = list(self._silence)
        fired: dict[int, list[Found]] = {}
        cancelled: list[tuple[Found, Found]] = []
        against = list(heard.found.get(GUARD, ()))
        for number in sorted(asked):
            rule, found = self._rules[number], heard.found.get(number, [])
            sifted = weigh.sift(found, rule.reach, heard.speaks)
            why = weigh.barred(rule, heard.origin) or self._unmet(number, heard, sifted, found)
            if why:
                silent[number] = f"{rule.id}: {why}"
            else:
                fired[number] = weigh.longest(self._evidence(number, sifted, heard))
            cancelled += sifted.cancelled
            against += [one for one in sifted.standing if one.use.weight < 0]
        alert = bool(fired)
        tell = alert or all_of_it
        if tell:
            against += [one for each in heard.scores.values() for weight, one in each.parts if weight < 0]
        verdict = Verdict(
            alert=alert,
            language=heard.language,
            languages=heard.languages if tell else (),
            guards=verdicts.guards(cancelled, against),
            places=heard.places if tell else (),
            reasons=tuple(silent),
        )
        return self._alert(verdict, fired, heard) if alert else verdict

    def _unmet(self, number: int, heard: Hearing, sifted: Sifted, found: Sequence[Found]) -> str:
        """Return what a rule wants and does not get, as a sentence; "" if it fires."""
        rule, leaves = self._rules[number], self._leaves[number]
        if rule.terms and not (own := score.score(sifted.standing, rule.threshold)).enough:
            return sifted.why or own.told

        def asked(leaf: Leaf, wanted: bool) -> bool:  # the shape is that of `holds`
            if not isinstance(leaf, Said):
                return heard.known(leaf)
            if leaf not in leaves:
                return heard.scores[leaf.category].enough
            place = leaves[leaf]
            return any(one.use.leaf == place and _counts(leaf, one) for one in (sifted.standing if wanted else found))

        if rule.condition and not query.holds(rule.condition, asked):
            return sifted.why or self._short(number, heard) or f"`{rule.when}` does not hold"
        return ""

    def _scores(self, number: int, heard: Hearing) -> str:
        """Return the scores that a rule wanted, in brackets: ` (score of incident: 12, wanted: 3)`."""
        scores = [(name, heard.scores[name]) for name in self._scored[number]]
        told = ", ".join(f"score of {name}: {one.total:g}, wanted: {one.threshold:g}" for name, one in scores)
        return f" ({told})" if told else ""

    def _short(self, number: int, heard: Hearing) -> str:
        """Return which category falls short that a rule wants to hold, and how far."""
        short = (name for name in self._scored[number] if not heard.scores[name].enough)
        return "; ".join(f"{name}: {heard.scores[name].told}" for name in short)

    def _evidence(self, number: int, sifted: Sifted, heard: Hearing) -> list[Found]:
        """Return the terms that speak for a rule: not those that its `when` wants absent, or elsewhere.

        Where it has none of its own, they are those of the categories whose score it wants.
        """
        said = self._rules[number].said
        spoken = (one for one in sifted.standing if one.use.weight > 0)
        own = [one for one in spoken if one.use.leaf is None or _counts(said[one.use.leaf], one)]
        scores = (heard.scores[name] for name in self._scored[number])
        return own or sorted(
            (one for each in scores for weight, one in each.parts if weight > 0),
            key=lambda one: (one.part != "title", one.first),
        )

    def _alert(self, silent: Verdict, fired: dict[int, list[Found]], heard: Hearing) -> Verdict:
        # The severest first, for it is what the alert is about; equal ones in the order they were written.
        fired = dict(sorted(fired.items(), key=lambda item: -SEVERITIES.index(self._rules[item[0]].severity)))
        rules = [self._rules[number] for number in fired]
        by_rule = {number: verdicts.matches(self._rules[number], found, heard) for number, found in fired.items()}
        matches = [match for found in by_rule.values() for match in found]
        matches.sort(key=lambda match: (match.field != "title", match.start, match.end, match.rule, match.term))
        return changed(
            silent,
            alert=True,
            severity=rules[0].severity,
            topics=tuple(sorted({rule.subject for rule in rules})),
            rules=tuple(rule.id for rule in rules),
            to=tuple(dict.fromkeys(channel for rule in rules for channel in rule.to)),
            matches=tuple(matches),
            figures=changes.figures(heard.fields, matches),
            reasons=tuple(
                f"{rule.id}: {weigh.evidence(by_rule[number]) or rule.when}{self._scores(number, heard)}"
                for rule, number in zip(rules, by_rule, strict=True)
            ),
        )


def _leaves(rule: RuleConfig, scored: Container[str]) -> dict[Leaf, int]:
    """Return the number of each leaf of a rule that is found by itself; that of a scored category is not."""
    return {leaf: number for number, leaf in enumerate(rule.said) if leaf.category not in scored}


def _scored(rule: RuleConfig, scored: Container[str]) -> list[str]:
    """Return the ids of categories with a threshold that a rule wants to hold."""
    return [leaf.category for leaf in rule.said if leaf.category in scored and leaf in rule.wanted]


def _counts(leaf: Said, one: Found) -> bool:
    """Tell whether a find of a leaf stands in the part of the post where the leaf wants it."""
    return leaf.field is None or leaf.field == one.part


def _wordless(rule: RuleConfig) -> bool:
    """Tell whether a rule may fire on a post that holds none of its terms."""
    if rule.terms or rule.condition is None:
        return False
    return query.holds(rule.condition, lambda leaf, wanted: not isinstance(leaf, Said) if wanted else False)


def _nothing(rule: RuleConfig) -> str:
    return "no term found" if rule.enabled else "switched off"
