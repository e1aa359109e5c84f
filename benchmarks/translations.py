"""Statements in several languages: how many translations are found, and what is taken for one that is none."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from benchmarks import statements
from benchmarks.statements import ROOT
from monitor.dedup.translation import Translated, language, translation_marks, translation_of
from monitor.model import Entry, Post, Verdict

OURS = ROOT / "tests" / "data" / "translations.yaml"
_NOON = datetime(2021, 11, 16, 12, tzinfo=UTC)
_MINUTES = 7  # between one language and the next

Judged = Callable[[Post, str], Verdict]


class Pair(NamedTuple):
    """Two posts of one party. `what`: None for translations of one another, else what makes them two statements."""

    first: Entry
    later: Entry
    party: str
    what: str | None

    @property
    def name(self) -> str:
        languages = " ".join(one.post.language or "" for one in (self.first, self.later))
        return f"{languages}: {self.first.post.text[:30]} {self.what or ''}"


class Linked(NamedTuple):
    """How many translations were found of how many; how many pairs of other statements, and which were linked."""

    found: int
    translations: int
    others: int
    wrongly: tuple[str, ...]


def ours(judge: Judged) -> Iterator[Pair]:
    """Yield the pairs that people wrote. `judge`: what the rules say of a post of a party."""
    for number, group in enumerate(yaml.safe_load(OURS.read_text(encoding="utf-8"))):
        party = group["party"]
        said = [
            _entry(_Said(f"{number}", spoken, text, at * _MINUTES, party), judge)
            for at, (spoken, text) in enumerate(group["said"].items())
        ]
        yield from (Pair(first, later, party, None) for first, later in combinations(said, 2))
        for what, other in group["apart"].items():
            minutes = other.pop("minutes", 20)
            for spoken, text in other.items():
                later = _entry(_Said(f"{number} {what}", spoken, text, minutes, party), judge)
                yield from (Pair(one, later, party, what) for one in said if one.post.language != spoken)


class _Said(NamedTuple):
    name: str
    language: str
    said: str | list[str]  # [title, text]
    minutes: float
    party: str


def _entry(one: _Said, judge: Judged) -> Entry:
    title, text = ("", one.said) if isinstance(one.said, str) else one.said
    moment = _NOON + timedelta(minutes=one.minutes)
    given: dict[str, Any] = {"source": "ministry", "kind": "rss", "native_id": one.name, "title": title, "text": text}
    key = f"ministry:{one.name} {one.language}"
    post = Post(key=key, language=one.language, published=moment, seen=moment, **given)
    return Entry(id=f"{moment.timestamp():.0f}-0", post=post, verdict=judge(post, one.party))


def told(pairs: Sequence[Pair]) -> Linked:
    right = [pair for pair in pairs if pair.what is None]
    found = sum(1 for pair in right if translation_of(pair.first, pair.later))
    wrongly = [pair.name for pair in pairs if pair.what and translation_of(pair.first, pair.later)]
    return Linked(found, len(right), len(pairs) - len(right), tuple(wrongly))


def strangers(folder: Path, judge: Judged) -> Linked:
    """Take all statements of a folder for those of one party and one minute: none is a translation of another.

    Only pairs that meet by a mark are compared, as they are in the store; all others in two languages are counted.
    """
    said = [
        _entry(_Said(one.id, one.language, [one.title, one.text], 0, "AM"), judge) for one in statements.read(folder)
    ]
    met: dict[str, list[int]] = defaultdict(list)
    for at, one in enumerate(said):
        for mark in translation_marks(one, "AM"):
            met[mark].append(at)
    pairs = {pair for all_ in met.values() for pair in combinations(all_, 2)}
    others = sum(1 for a, b in combinations(said, 2) if language(a) != language(b))
    linked = [(said[a], said[b], why) for a, b in sorted(pairs) if (why := translation_of(said[a], said[b]))]
    return Linked(0, 0, others, tuple(_shown(*one) for one in linked))


def _shown(first: Entry, later: Entry, why: Translated) -> str:
    return f"{first.post.native_id} {later.post.native_id}: {why.why}"


def page(folders: Sequence[Path], judge: Judged) -> Iterator[str]:
    """Yield a table of Markdown: our pairs, then the statements of each folder, of which none belong together."""
    results = {"ours": told(list(ours(judge)))}
    results |= {f"all statements of {folder.parent.name}/{folder.name}": strangers(folder, judge) for folder in folders}
    yield "## Translations of one party's statement\n"
    yield "| pairs | translations found | others kept apart | wrongly linked | in 10,000 |"
    yield "|---|---:|---:|---:|---:|"
    for name, one in results.items():
        wrong = len(one.wrongly)
        share = f"{10_000 * wrong / one.others:.2g}" if one.others else "none"
        kept = one.others - wrong
        yield f"| {name} | {one.found} of {one.translations} | {kept} of {one.others} | {wrong} | {share} |"
    yield ""
    yield from (f"- wrongly linked: {what}" for one in results.values() for what in one.wrongly)
