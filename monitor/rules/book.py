"""The head of the house: every rule, compiled, asked about one post at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from monitor.model import SEVERITIES, Match, Origin, Post, Verdict
from monitor.rules import changes, language, weigh
from monitor.rules.automaton import Automaton, Found, Use
from monitor.rules.field import Field
from monitor.rules.rule import RuleConfig


class Rulebook:
    """All rules, compiled into one automaton."""

    def __init__(self, rules: Sequence[RuleConfig]) -> None:
        self._rules = tuple(rules)
        self._automaton = Automaton(
            use for number, rule in enumerate(rules) if rule.enabled for use in _uses(number, rule)
        )
        self._silence = tuple(f"{rule.id}: {_nothing(rule)}" for rule in rules) or ("there is no rule",)

    @property
    def channels(self) -> tuple[str, ...]:
        """Every channel that any rule sends to: those who must hear of a post that could not be judged."""
        return tuple(dict.fromkeys(channel for rule in self._rules if rule.enabled for channel in rule.to))

    def judge(self, post: Post, origin: Origin) -> Verdict:
        """Say whether the post alerts, on which words, and otherwise why not, rule by rule."""
        title, text = Field("title", post.title), Field("text", post.text)
        spoken = language.of(f"{post.title}\n{post.text}", title.words + text.words)
        tongue = spoken or post.language or origin.language
        finds: dict[int, list[Found]] = {}
        for field in (title, text):
            for found in self._automaton.find(field, spoken):
                finds.setdefault(found.use.rule, []).append(found)
        if not any(not found.use.context for found in _all(finds)):
            return Verdict(alert=False, language=tongue, reasons=self._silence)
        return self._weighed(finds, origin, tongue)

    def explain(self, text: str, origin: Origin) -> Verdict:
        """Judge a bare text, as if the source had just posted it without a title."""
        return self.judge(Post(key="", source=origin.id, kind=origin.kind, native_id="", text=text), origin)

    def update_matters(self, previous: Post, current: Post, origin: Origin) -> str | None:
        """Say why a new version is news: topics, terms or numbers changed. None if only its wording did."""
        before, after = self.judge(previous, origin), self.judge(current, origin)
        return changes.matter(before, after, f"{previous.title}\n{previous.text}", f"{current.title}\n{current.text}")

    def _weighed(self, finds: dict[int, list[Found]], origin: Origin, tongue: str | None) -> Verdict:
        fired: dict[int, list[Found]] = {}
        silent = list(self._silence)
        terms = [found for found in _all(finds) if not found.use.context]
        spoken = {term.sentence for term in terms}
        for number in sorted({term.use.rule for term in terms}):
            rule = self._rules[number]
            standing, cancelled = weigh.sift(finds[number], rule.reach, spoken)
            why = weigh.barred(rule, origin) or cancelled
            if standing and not weigh.barred(rule, origin):
                fired[number] = standing
            elif why:
                silent[number] = f"{rule.id}: {why}"
        if not fired:
            return Verdict(alert=False, language=tongue, reasons=tuple(silent))
        return self._alert(fired, tongue)

    def _alert(self, fired: dict[int, list[Found]], tongue: str | None) -> Verdict:
        # The severest first, for it is what the alert is about; equal ones in the order they were written.
        fired = dict(sorted(fired.items(), key=lambda item: -SEVERITIES.index(self._rules[item[0]].severity)))
        rules = [self._rules[number] for number in fired]
        matches = [_match(self._rules[number], found) for number, founds in fired.items() for found in founds]
        matches.sort(key=lambda match: (match.field != "title", match.start, match.end, match.rule, match.term))
        return Verdict(
            alert=True,
            severity=max((rule.severity for rule in rules), key=SEVERITIES.index),
            topics=tuple(sorted({rule.subject for rule in rules})),
            rules=tuple(rule.id for rule in rules),
            to=tuple(dict.fromkeys(channel for rule in rules for channel in rule.to)),
            language=tongue,
            matches=tuple(matches),
            reasons=tuple(f"{self._rules[number].id}: {weigh.evidence(founds)}" for number, founds in fired.items()),
        )


def _uses(number: int, rule: RuleConfig) -> Iterator[Use]:
    for filed, context in ((rule.terms, False), (rule.unless, True)):
        for tongue, terms in filed.items():
            for written in terms:
                yield Use(number, written, tongue, context)


def _all(finds: dict[int, list[Found]]) -> Iterable[Found]:
    return (found for founds in finds.values() for found in founds)


def _nothing(rule: RuleConfig) -> str:
    return "no term found" if rule.enabled else "switched off"


def _match(rule: RuleConfig, found: Found) -> Match:
    return Match(
        rule=rule.id,
        topic=rule.subject,
        term=found.use.written,
        field=found.field.name,
        start=found.field.start(found.first),
        end=found.field.end(found.last),
        words=found.words,
    )
