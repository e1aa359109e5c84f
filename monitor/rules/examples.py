"""The examples that rules carry, tried: texts on which a rule must fire, and texts on which it must not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from monitor.model import Origin
from monitor.rules.book import Rulebook
from monitor.rules.gazetteer import PlaceConfig
from monitor.rules.rule import CategoryConfig, RuleConfig


def broken(
    rules: Sequence[RuleConfig], categories: Sequence[CategoryConfig], places: Sequence[PlaceConfig]
) -> Iterator[tuple[tuple[int, str, int], str]]:
    """Yield each example that comes out otherwise: where it stands (rule, setting, number), and what happens instead.

    A rule is tried beside all others, as it works, also one that is switched off, and as a source its filters let
    through had said it.
    """
    if not any(rule.must_alert or rule.must_not_alert for rule in rules):
        return
    on = [rule.model_copy(update={"enabled": True}) for rule in rules]
    book = Rulebook(on, categories, places)
    for number, rule in enumerate(on):
        origin = _origin(rule)
        for key, texts, wanted in (
            ("must_alert", rule.must_alert, True),
            ("must_not_alert", rule.must_not_alert, False),
        ):
            for place, text in enumerate(texts):
                verdict = book.explain(text, origin)
                if (rule.id in verdict.rules) != wanted:
                    yield (number, key, place), _said(rule, verdict.reasons, categories, places, text, wanted=wanted)


def _said(
    rule: RuleConfig,
    reasons: Sequence[str],
    categories: Sequence[CategoryConfig],
    places: Sequence[PlaceConfig],
    text: str,
    *,
    wanted: bool,
) -> str:
    if not wanted:
        why = next(reason for reason in reasons if reason.startswith(f"{rule.id}: "))
        return f"the rule fires on this text: {why.partition(': ')[2]}"
    # Beside others that fired, a verdict does not say why this one kept silent; alone it does.
    (why,) = Rulebook([rule], categories, places).explain(text, _origin(rule)).reasons
    return f"the rule keeps silent on this text: {why.partition(': ')[2]}"


def _origin(rule: RuleConfig) -> Origin:
    return Origin(
        id=rule.sources[0] if rule.sources else "example",
        kind="example",
        name="an example",
        party=rule.parties[0] if rule.parties else None,
        official=rule.official is not False,
    )
