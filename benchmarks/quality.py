"""`python -m benchmarks.quality [FOLDER…]`: how good the rules are, over statements that people have labelled.

Three judges hear every statement: the rules of a configuration, and two rivals that only look for words. What the
rules got wrong is listed with the words that misled them; of held-out statements only when asked, for whoever reads
those while tuning has held out nothing.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import NamedTuple

from benchmarks import pairs, statements, translations
from benchmarks.report import RESULTS
from benchmarks.statements import ROOT, Statement, Unusable
from monitor.config import load
from monitor.errors import MonitorError
from monitor.model import Origin, Post, Verdict, changed
from monitor.rules import CategoryConfig, Rulebook, RuleConfig
from monitor.rules.expression import is_one
from monitor.rules.rule import Terms, taken_apart
from monitor.rules.terms import is_category

_ORIGIN = Origin(id="statements", kind="rss", name="Labelled statements", official=True)
_THREE_WORDS = {"border": ("border",), "casualties": ("casualties",), "positions": ("positions",)}
_SPLITS = {None: "all", False: "to tune on", True: "held out"}
# Labels make no difference between losses and the report that there were none; our rules do.
_LABELLED_AS = {"no-casualties": "casualties"}
_SHOWN = 100  # characters of a statement in the list


class Heard(NamedTuple):
    """What a judge made of a statement, and its reasons."""

    alert: bool
    topics: frozenset[str]
    why: tuple[str, ...] = ()


Judge = Callable[[Statement], Heard]
Judged = Sequence[tuple[Statement, Heard]]


class Score(NamedTuple):
    """How many rang rightly, were missed, rang falsely, and stayed rightly quiet."""

    right: int
    missed: int
    false: int
    quiet: int

    @property
    def shares(self) -> dict[str, tuple[int, int]]:
        """Precision, recall and the share of quiet ones that ring, each as (so many, of so many)."""
        return {
            "precision": (self.right, self.right + self.false),
            "recall": (self.right, self.right + self.missed),
            "quiet that ring": (self.false, self.false + self.quiet),
        }


def by_rules(book: Rulebook) -> Judge:
    """Return the judge that the monitor itself would be."""

    def judge(said: Statement) -> Heard:
        verdict = book.judge(_post(said), _ORIGIN)
        why = tuple(reason for reason in verdict.reasons if not reason.endswith("no term found"))
        return Heard(verdict.alert, frozenset(_LABELLED_AS.get(topic, topic) for topic in verdict.topics), why)

    return judge


def by_words(words: Mapping[str, Iterable[str]]) -> Judge:
    """Return a judge that looks for words by topic, whatever the case: no other spelling, no contexts, no languages."""
    patterns = {topic: re.compile("|".join(map(_pattern, found)), re.IGNORECASE) for topic, found in words.items()}

    def judge(said: Statement) -> Heard:
        text = f"{said.title}\n{said.text}"
        topics = frozenset(topic for topic, pattern in patterns.items() if pattern.search(text))
        return Heard(bool(topics), topics)

    return judge


def terms(rules: Iterable[RuleConfig], categories: Iterable[CategoryConfig] = ()) -> dict[str, list[str]]:
    """Return the words of rules by topic, without what cancels them or weighs against: a generous list of keywords."""
    named = {category.id: category for category in categories}

    def words(filed: Terms) -> Iterator[str]:
        for _, _, term in taken_apart(filed):
            if term.weight is None or term.weight > 0:
                for operand in term.operands:
                    yield from words(named[operand[1:]].terms) if is_category(operand) else (operand,)

    found: dict[str, list[str]] = {}
    for rule in rules:
        said = {"any": tuple(leaf.written for leaf in rule.said)}
        found.setdefault(rule.subject, []).extend(dict.fromkeys([*words(rule.terms), *words(said)]))
    return found


def score(pairs: Iterable[tuple[bool, bool]]) -> Score:
    """Count pairs of (expected, got)."""
    count = Counter(pairs)
    return Score(count[True, True], count[True, False], count[False, True], count[False, False])


def groups(judged: Judged) -> dict[str, Score]:
    """Return the score of all, of each language, and of each topic (there: whether it rang for that topic)."""
    scores = {"all": _alerts(judged)}
    for language in dict.fromkeys(said.language for said, _ in judged):
        scores[language] = _alerts([(said, heard) for said, heard in judged if said.language == language])
    for topic in sorted(frozenset[str]().union(*(said.topics | heard.topics for said, heard in judged))):
        scores[f"topic {topic}"] = score((topic in said.topics, topic in heard.topics) for said, heard in judged)
    return scores


def wrong(judged: Judged) -> dict[str, Judged]:
    """Return what a judge got wrong, by the way it did."""
    return {
        "missed": [(said, heard) for said, heard in judged if said.alert and not heard.alert],
        "rings falsely": [(said, heard) for said, heard in judged if heard.alert and not said.alert],
        "rings for other topics": [
            (said, heard) for said, heard in judged if said.alert and heard.alert and said.topics != heard.topics
        ],
    }


def _alerts(judged: Judged) -> Score:
    return score((said.alert, heard.alert) for said, heard in judged)


def _post(said: Statement) -> Post:
    return Post(key=said.id, source=_ORIGIN.id, kind=_ORIGIN.kind, native_id=said.id, title=said.title, text=said.text)


def _judged(book: Rulebook, said: Post, party: str) -> Verdict:
    return book.judge(said, changed(_ORIGIN, party=party))


def _pattern(term: str) -> str:
    if is_one(term):
        return f"(?:{term[1:-1]})"
    return r"\b" + r"\W+".join(f"(?:{'|'.join(map(_word, word.split('|')))})" for word in term.split()) + r"\b"


def _word(written: str) -> str:
    return r"\d+" if written == "#" else re.escape(written.strip("=*")) + r"\w*" * written.endswith("*")


# What it ends in: a page of tables, and the same figures as JSON.


class Measured(NamedTuple):
    """One folder, heard by every judge; the rules come first."""

    folder: str
    judged: dict[str, Judged]

    def splits(self) -> dict[str, dict[str, Judged]]:
        """Return the judged by split and judge, those to tune on first."""
        present = {said.held_out for said, _ in next(iter(self.judged.values()))}
        return {
            name: {judge: [pair for pair in pairs if pair[0].held_out is split] for judge, pairs in self.judged.items()}
            for split, name in _SPLITS.items()
            if split in present
        }


def measure(folder: Path, rules: Sequence[RuleConfig], categories: Sequence[CategoryConfig] = ()) -> Measured:
    judges = {
        "the rules": by_rules(Rulebook(rules, categories)),
        "their terms alone, as plain keywords": by_words(terms(rules, categories)),
        "border, casualties, positions": by_words(_THREE_WORDS),
    }
    said = statements.read(folder)
    return Measured(_short(folder), {name: [(one, judge(one)) for one in said] for name, judge in judges.items()})


def _short(folder: Path) -> str:
    return str(folder.relative_to(ROOT) if folder.is_relative_to(ROOT) else folder)


def page(measured: Iterable[Measured], *, held_out: bool) -> str:
    """Return everything as Markdown. `held_out`: list the mistakes in held-out statements too."""
    return "\n".join(line for one in measured for line in _section(one, held_out=held_out))


def _section(measured: Measured, *, held_out: bool) -> Iterable[str]:
    yield f"## {measured.folder}\n"
    for split, judged in measured.splits().items():
        rules = next(iter(judged.values()))
        yield f"### {split.capitalize()}: {len(rules)} statements\n"
        yield from _table({judge: _alerts(pairs) for judge, pairs in judged.items()}, "judge")
        yield from _table(groups(rules), "the rules, by")
        if split == _SPLITS[True] and not held_out:
            yield "What is wrong here is listed with --held-out: not for whoever tunes the rules.\n"
        else:
            yield from _confusion(wrong(rules))


def _table(scores: Mapping[str, Score], of: str) -> Iterable[str]:
    yield f"| {of} | {' | '.join(Score(0, 0, 0, 0).shares)} |"
    yield "|---|---:|---:|---:|"
    for name, one in scores.items():
        yield f"| {name} | {' | '.join(_share(*share) for share in one.shares.values())} |"
    yield ""


def _share(many: int, of: int) -> str:
    return f"{many / of:.0%} ({many} of {of})" if of else "none"


def _confusion(mistakes: Mapping[str, Judged]) -> Iterable[str]:
    yield "The rules: " + ", ".join(f"{len(judged)} {how}" for how, judged in mistakes.items()) + ".\n"
    yield "| wrong | id | language | expected | got | why | statement |"
    yield "|---|---|---|---|---|---|---|"
    for how, judged in mistakes.items():
        for said, heard in judged:
            shown = f"{said.title}. {said.text}" if said.title else said.text
            topics = (_named(said.topics), _named(heard.topics))
            cells = (how, said.id, said.language, *topics, "; ".join(heard.why) or "no term", shown[:_SHOWN])
            yield f"| {' | '.join(map(_cell, cells))} |"
    yield ""


def _named(topics: frozenset[str]) -> str:
    return ", ".join(sorted(topics)) or "quiet"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", r"\|")


def figures(measured: Iterable[Measured]) -> list[dict[str, object]]:
    """Return the counts of every judge, group and split, for machines."""
    return [
        {"folder": one.folder, "split": split, "judge": judge, "group": group, **counted._asdict()}
        for one in measured
        for split, judged in one.splits().items()
        for judge, pairs in judged.items()
        for group, counted in groups(pairs).items()
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    asked = _asked(arguments)
    try:
        settings = load(asked.config)
        folders = asked.folders or statements.folders()
        measured = [measure(folder, settings.active_rules, settings.categories) for folder in folders]
        copies = "\n".join(pairs.page(folders))
        book = Rulebook(settings.active_rules, settings.categories, settings.places)
        links = "\n".join(translations.page(folders, partial(_judged, book)))
    except (MonitorError, Unusable) as why:
        print(why, file=sys.stderr)
        return 2
    text = f"{page(measured, held_out=asked.held_out)}\n{copies}\n{links}\n"
    print(f"{text}\nKept in {_kept(asked.results, text, measured)} and the .json beside it.")
    return 0


def _kept(results: Path, text: str, measured: Iterable[Measured]) -> Path:
    results.mkdir(exist_ok=True)
    now = datetime.now(UTC)
    path = results / f"{now:%Y%m%dT%H%M%S}-quality.md"
    path.write_text(text, encoding="utf-8")
    whole = {"at": now.isoformat(), "figures": figures(measured)}
    path.with_suffix(".json").write_text(json.dumps(whole, indent=1, ensure_ascii=False), encoding="utf-8")
    return path


def _asked(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks.quality", description="Measure rules over labelled statements.")
    parser.add_argument("folders", nargs="*", type=Path, metavar="FOLDER", help="statements.jsonl and labels.jsonl")
    parser.add_argument("-c", "--config", type=Path, default=ROOT / "config" / "monitor.yaml", help="whose rules")
    parser.add_argument("--held-out", action="store_true", help="list what is wrong among the held out, too")
    parser.add_argument("--results", type=Path, default=RESULTS, metavar="FOLDER", help="where the tables are kept")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
