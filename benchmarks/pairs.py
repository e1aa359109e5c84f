"""Pairs of posts that look alike, each with what the later one is of the first; how well copies are told apart."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from benchmarks.statements import ROOT
from monitor.dedup import copy_of
from monitor.model import Post

COPIES = ("same", "shortened", "extended", "reworded")
_OURS = ROOT / "tests" / "data" / "pairs"
_NOON = datetime(2021, 11, 16, 12, tzinfo=UTC)
_AS_COPY = "duplicate"  # how other sets call a copy


class Pair(NamedTuple):
    """Two posts. `relation`: one of COPIES, or `update`, `counterclaim`, `other`; `duplicate`: a copy of any kind."""

    name: str
    language: str
    relation: str
    first: Post
    later: Post


class Told(NamedTuple):
    """How many copies there were and were found; how many others were kept apart, and which were taken for copies."""

    copies: int
    found: int
    apart: int
    others: int
    merged: tuple[str, ...]


def ours() -> Iterator[Pair]:
    for path in sorted(_OURS.glob("*.yaml")):
        for group in yaml.safe_load(path.read_text(encoding="utf-8")):
            first = _post("ministry", group["first"], group.get("title", ""), 0)
            for one in group["later"]:
                later = _post("agency", one["text"], one.get("title", ""), one.get("hours", 1))
                yield Pair(f"{path.stem}: {later.text[:40]}", path.stem, one["is"], first, later)


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
    return _post(said["id"], said["text"], said.get("title") or "", (moment - _NOON) / timedelta(hours=1))


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
    """Ask of every pair whether it is a copy. A copy of another kind than was expected counts as found."""
    counted: Counter[tuple[bool, bool]] = Counter()
    merged = []
    for pair in pairs:
        is_copy, found = pair.relation in (*COPIES, _AS_COPY), copy_of(pair.first, pair.later) is not None
        counted[is_copy, found] += 1
        if found and not is_copy:
            merged.append(f"{pair.relation}: {pair.name}")
    copies, others = (counted[kind, True] + counted[kind, False] for kind in (True, False))
    return Told(copies, counted[True, True], counted[False, False], others, tuple(merged))


def page(folders: Sequence[Path]) -> Iterator[str]:
    """Yield a table of Markdown: our pairs by language, then those of each folder that has some."""
    sets = {"ours": list(ours())}
    sets |= {f"ours, {language}": [one for one in sets["ours"] if one.language == language] for language in
             sorted({one.language for one in sets["ours"]})}  # fmt: skip
    sets |= {str(folder.name): pairs for folder in folders if (pairs := list(read(folder)))}
    yield "## Copies told from updates, counterclaims and other statements\n"
    yield "| pairs | copies found | others kept apart | wrongly merged |"
    yield "|---|---:|---:|---:|"
    results = {name: told(pairs) for name, pairs in sets.items()}
    for name, one in results.items():
        yield f"| {name} | {one.found} of {one.copies} | {one.apart} of {one.others} | {len(one.merged)} |"
    yield ""
    yield from (f"- wrongly merged: {what}" for one in results.values() for what in one.merged)
