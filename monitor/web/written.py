"""What the rules are, as the configuration has them: in words for a page, in fields for programs. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from monitor.rules import names, terms
from monitor.web.clocks import span

if TYPE_CHECKING:
    from monitor.model import Severity
    from monitor.rules import CategoryConfig, RuleConfig, WindowConfig

Kind = Literal["rule", "window"]
Fact = tuple[str, str]  # its name and what it is

_REACHES = {
    "sentence": "its own sentence only",
    "title": "its own sentence; from the title, the whole text",
    "onward": "its own sentence and the next one",
    "paragraph": "all that follows in its paragraph",
}


@dataclass(frozen=True, slots=True)
class Written:
    """Everything that may ring: rules and windows, and the categories that rules share."""

    rules: tuple[RuleConfig, ...] = ()
    categories: tuple[CategoryConfig, ...] = ()
    windows: tuple[WindowConfig, ...] = ()

    def ids(self) -> frozenset[str]:
        return frozenset(one.id for one in self.all())

    def all(self) -> Iterator[Named]:
        """Yield the rules, then the windows, each as it stands in the configuration."""
        yield from (_named("rule", rule) for rule in self.rules)
        yield from (_named("window", window) for window in self.windows)

    def facts(self, named: Named) -> list[Fact]:
        """Return what a rule or window is, as names and words."""
        if named.kind == "window":
            return _of_window(next(one for one in self.windows if one.id == named.id))
        return _of_rule(next(one for one in self.rules if one.id == named.id), self.categories)


@dataclass(frozen=True, slots=True)
class Named:
    """A rule or a window, as a list shows it."""

    kind: Kind
    id: str
    topic: str
    severity: Severity
    to: tuple[str, ...]
    enabled: bool


def _named(kind: Kind, one: RuleConfig | WindowConfig) -> Named:
    return Named(kind, one.id, one.subject, one.severity, one.to, one.enabled)


def _of_rule(rule: RuleConfig, categories: tuple[CategoryConfig, ...]) -> list[Fact]:
    spoken = list(names.spoken_of(rule.model_dump(mode="json")))
    counted = {each.id: each.terms for each in categories}

    def named(*where: str, what: str = "category") -> str:
        ids = dict.fromkeys(one.id for path, one in spoken if path[0] in where and one.what == what)
        return " · ".join(_category(one, counted) if what == "category" else one for one in ids)

    found = [
        ("Fires when", rule.when),
        ("Threshold", "" if rule.threshold == 1 or not rule.terms else f"the weights add up to {rule.threshold:g}"),
        ("Its terms", by_language(rule.terms)),
        ("Categories", named("terms", "when")),
        ("Places", named("when", what="place")),
        *_filters(rule),
        ("Cancelled by", " · ".join(filter(None, (by_language(rule.unless), named("unless"))))),
        ("That reaches", _REACHES.get(rule.reach, rule.reach) if rule.unless else ""),
        ("Examples", _examples(len(rule.must_alert), len(rule.must_not_alert))),
    ]
    return [(name, said) for name, said in found if said]


def _of_window(window: WindowConfig) -> list[Fact]:
    posts = window.posts
    usual = f" and {window.times:g} times the usual number" if window.times else ""
    found = [
        ("Rings at", f"{window.at_least} {window.count} within {span(window.over)}{usual}"),
        ("Counted apart", f"for each {window.same}" if window.same else ""),
        ("Topics", ", ".join(posts.topics)),
        ("Rules", ", ".join(posts.rules)),
        *_filters(posts),
    ]
    return [(name, said) for name, said in found if said]


def _filters(filters: Any) -> list[Fact]:
    """Return whose posts count. `filters` has `sources`, `parties` and `official`."""
    official = {True: "official", False: "unofficial", None: ""}[filters.official]
    return [
        ("Only sources", ", ".join((*filters.sources, *([official] if official else [])))),
        ("Only parties", ", ".join(filters.parties)),
    ]


def by_language(filed: Mapping[str, tuple[str, ...]]) -> str:
    """Return how many terms there are in each language, `165 (en 67, ru 98)`. A category alone is none of them."""
    counts = {tag: sum(map(_own, several)) for tag, several in filed.items()}
    each = ", ".join(f"{tag} {count}" for tag, count in counts.items() if count)
    return f"{sum(counts.values())} ({each})" if each else ""


def _own(written: str) -> bool:
    operands = terms.read(written).operands
    return len(operands) > 1 or not terms.is_category(operands[0])


def _category(one: str, counted: Mapping[str, Mapping[str, tuple[str, ...]]]) -> str:
    said = by_language(counted.get(one, {}))
    return f"@{one}, {said}" if said else f"@{one}"


def _examples(loud: int, silent: int) -> str:
    return f"{loud} must alert, {silent} must not" if loud or silent else ""
