"""Pairs of posts that look alike, each with what the later one is of the first; how well duplicates are told apart.

A duplicate is a copy, or the same statement retold by another in its own words.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from benchmarks import statements
from benchmarks.statements import ROOT
from monitor.dedup import copy_of
from monitor.dedup.retold import retold
from monitor.dedup.telling import wording
from monitor.model import Post, changed

COPIES = ("same", "shortened", "extended", "reworded")
_OURS = ROOT / "tests" / "data" / "pairs"
_NOON = datetime(2021, 11, 16, 12, tzinfo=UTC)
_RETOLD = ROOT / "tests" / "data" / "pairs-retold.yaml"
RETOLD = "retold"
_IN_COMMON = 3
_AS_COPY = "duplicate"  # how other sets call either


class Pair(NamedTuple):
    """Two posts. `relation`: one of COPIES, RETOLD, or `update`, `counterclaim`, `other`; `duplicate`: any of these."""

    name: str
    language: str
    relation: str
    first: Post
    later: Post


class Told(NamedTuple):
    """How many duplicates there were and were found, of these how many as retold; how many others were kept apart.

    `merged`: those that were taken for duplicates.
    """

    copies: int
    found: int
    apart: int
    others: int
    merged: tuple[str, ...]
    retold: int = 0


class Strangers(NamedTuple):
    """How many pairs of statements there were, and the names of those that were linked."""

    pairs: int
    linked: list[str]


def ours() -> Iterator[Pair]:
    for path in sorted(_OURS.glob("*.yaml")):
        for group in yaml.safe_load(path.read_text(encoding="utf-8")):
            first = _post("ministry", group["first"], group.get("title", ""), 0)
            for one in group["later"]:
                later = _post("agency", one["text"], one.get("title", ""), one.get("hours", 1))
                yield Pair(f"{path.stem}: {later.text[:40]}", path.stem, one["is"], first, later)


def retellings() -> Iterator[Pair]:
    """Yield statements as two agencies of one party wrote them up, and what only looks like that."""
    for group in yaml.safe_load(_RETOLD.read_text(encoding="utf-8")):
        language = group["language"]
        first = changed(_post("one agency", group["first"], "", 0), language=language)
        for one in group["later"]:
            later = _post("another agency", one["text"], one.get("title", ""), one.get("hours", 1))
            later = changed(later, language=language)
            yield Pair(f"{language}: {later.text[:40]}", language, one["is"], first, later)


def read(folder: Path) -> Iterator[Pair]:
    """Yield the pairs of a folder with `pairs.jsonl` and `statements.jsonl`; none where it has no pairs."""
    pairs = folder / "pairs.jsonl"
    if not pairs.exists():
        return
    said = {one["id"]: one for one in map(json.loads, (folder / "statements.jsonl").read_text("utf-8").splitlines())}
    for pair in map(json.loads, pairs.read_text("utf-8").splitlines()):
        first, later = (_stated(said[pair[name]]) for name in "ab")
        yield Pair(f"{pair['a']} {pair['b']}", said[pair["b"]]["lang"], pair["relation"], first, later)


def _stated(said: Mapping[str, Any]) -> Post:
    moment = datetime.fromisoformat(said["date"]).replace(hour=12, tzinfo=UTC)
    post = _post(said["id"], said["text"], said.get("title") or "", (moment - _NOON) / timedelta(hours=1))
    return changed(post, language=said["lang"])


def _post(source: str, text: str, title: str, hours: float) -> Post:
    moment = _NOON + timedelta(hours=hours)
    return Post(
        key=f"{source}:{hours}",
        source=source,
        kind="rss",
        native_id=text[:20],
        published=moment,
        seen=moment,
        title=title,
        text=text,
    )


def told(pairs: Iterable[Pair]) -> Told:
    """Ask of every pair whether it is a duplicate. One of another kind than was expected counts as found."""
    counted: Counter[tuple[bool, bool]] = Counter()
    merged = []
    again = 0
    for pair in pairs:
        is_copy = pair.relation in (*COPIES, RETOLD, _AS_COPY)
        copied = copy_of(pair.first, pair.later) is not None
        anew = not copied and retold(pair.first, pair.later) is not None
        counted[is_copy, copied or anew] += 1
        again += is_copy and anew
        if (copied or anew) and not is_copy:
            merged.append(f"{pair.relation}: {pair.name}")
    copies, others = (counted[kind, True] + counted[kind, False] for kind in (True, False))
    return Told(copies, counted[True, True], counted[False, False], others, tuple(merged), again)


def strangers(folder: Path) -> Strangers:
    """Take all statements of a folder for those of one party and minute: almost all tell of different things.

    Pairs in one language; only those that have three ordinary words in common are compared.
    """
    said = [
        _stated({"id": one.id, "lang": one.language, "title": one.title, "text": one.text, "date": f"{_NOON:%Y-%m-%d}"})
        for one in statements.read(folder)
    ]
    words = [wording(post).words for post in said]
    pairs = [(a, b) for a, b in combinations(range(len(said)), 2) if said[a].language == said[b].language]
    alike = [(said[a], said[b]) for a, b in pairs if len(words[a] & words[b]) >= _IN_COMMON]
    return Strangers(len(pairs), [f"{a.source} {b.source}" for a, b in alike if retold(a, b) or retold(b, a)])


def page(folders: Sequence[Path]) -> Iterator[str]:
    """Yield tables of Markdown: our pairs by language, those of each folder that has some, and all pairs of each."""
    sets = {"ours": list(ours())}
    sets |= {f"ours, {language}": [one for one in sets["ours"] if one.language == language] for language in
             sorted({one.language for one in sets["ours"]})}  # fmt: skip
    sets["ours, retold"] = list(retellings())
    given = {f"{folder.parent.name}/{folder.name}": pairs for folder in folders if (pairs := list(read(folder)))}
    sets |= given
    yield "## Duplicates told from updates, counterclaims and other statements\n"
    yield "| pairs | duplicates found | of these retold | others kept apart | wrongly merged |"
    yield "|---|---:|---:|---:|---:|"
    results = {name: told(pairs) for name, pairs in sets.items()}
    for name, one in results.items():
        found = f"{one.found} of {one.copies} | {one.retold}"
        yield f"| {name} | {found} | {one.apart} of {one.others} | {len(one.merged)} |"
    if not given:
        yield "\nOnly pairs of our own: none of the folders has a `pairs.jsonl`."
    yield from _retold_by_chance([folder for folder in folders if (folder / "labels.jsonl").exists()])
    yield ""
    yield from (f"- wrongly merged: {what}" for one in results.values() for what in one.merged)


def _retold_by_chance(folders: Sequence[Path]) -> Iterator[str]:
    if not folders:
        return
    yield "\nAll statements of a folder, as if of one party and minute; what is linked is for a person to read:\n"
    yield "| statements | pairs in one language | linked as retold |"
    yield "|---|---:|---|"
    for folder in folders:
        met = strangers(folder)
        yield f"| {folder.parent.name}/{folder.name} | {met.pairs} | {', '.join(met.linked) or 'none'} |"
