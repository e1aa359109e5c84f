"""Labelled statements: a folder of `statements.jsonl` and `labels.jsonl`, as tests/statements/README.md tells."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).absolute().parent.parent
OURS = ROOT / "tests" / "statements"


class Unusable(Exception):
    """A folder that cannot be measured; the sentence says why."""


class Statement(NamedTuple):
    """What was said, and what a person thinks should ring for it.

    topics     those it speaks of; none for a quiet one
    held_out   True: only for judging rules; False: for tuning them too; None: the folder makes no difference
    """

    id: str
    language: str
    title: str
    text: str
    alert: bool
    topics: frozenset[str]
    held_out: bool | None


def folders() -> list[Path]:
    """Return ours, and every `data/statements` beside this checkout: sets that may be used but not copied into it."""
    return [OURS, *sorted(ROOT.parent.glob("*/data/statements"))]


def read(folder: Path) -> Sequence[Statement]:
    """Return the statements of a folder in their order."""
    labels = {label["id"]: label for label in _lines(folder / "labels.jsonl")}
    said = _lines(folder / "statements.jsonl")
    if unlabelled := [one["id"] for one in said if one["id"] not in labels]:
        raise Unusable(f"{folder}: no label for {', '.join(unlabelled[:5])}; labels.jsonl needs a line for each")
    if not said:
        raise Unusable(f"{folder}: statements.jsonl is empty")
    split = any("held_out" in label for label in labels.values())
    try:
        return [_statement(one, labels[one["id"]], split=split) for one in said]
    except KeyError as missing:
        raise Unusable(f"{folder}: a statement or a label is without {missing}") from missing


def _statement(said: dict[str, Any], label: dict[str, Any], *, split: bool) -> Statement:
    return Statement(
        id=said["id"],
        language=said["lang"],
        title=said.get("title") or "",
        text=said["text"],
        alert=label["alert_expected"],
        topics=frozenset(label["topics"]) - {"none"},
        held_out=label.get("held_out", False) if split else None,
    )


def _lines(path: Path) -> list[dict[str, Any]]:
    try:
        written = path.read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in written if line.strip()]
    except OSError as error:
        raise Unusable(f"{path} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise Unusable(f"{path} is not one JSON object in each line: {error}") from error
