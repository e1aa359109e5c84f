"""The measure of copies: its figures against figures counted by hand."""

from __future__ import annotations

import json
from pathlib import Path

from benchmarks import pairs

FIRE = (
    "On November 16, at 13:00, units of the enemy opened fire at our positions near Sotk. Four servicemen were wounded."
)
SAID = {"a": FIRE, "b": FIRE.replace("Four", "Five"), "c": f"{FIRE} The ministry said so.", "d": "Another matter."}


def folder(at: Path) -> Path:
    said = [{"id": name, "lang": "en", "date": "2021-11-16", "text": text} for name, text in SAID.items()]
    told = [("duplicate", "a", "c"), ("duplicate", "a", "d"), ("update", "a", "b"), ("counterclaim", "a", "c")]
    lines = [{"relation": relation, "a": a, "b": b} for relation, a, b in told]
    for name, rows in (("statements", said), ("pairs", lines)):
        (at / f"{name}.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return at


def test_what_is_found_missed_kept_apart_and_merged_is_counted(tmp_path: Path) -> None:
    found = pairs.told(pairs.read(folder(tmp_path)))

    assert found == pairs.Told(copies=2, found=1, apart=1, others=2, merged=("counterclaim: a c",))


def test_a_folder_without_pairs_has_none_and_the_page_says_how_ours_are_told(tmp_path: Path) -> None:
    assert list(pairs.read(tmp_path)) == []
    assert "\nOnly pairs of our own: none of the folders has a `pairs.jsonl`." in list(pairs.page([tmp_path]))

    lines = list(pairs.page([tmp_path, folder(tmp_path)]))

    assert next(line for line in lines if line.startswith("| ours |")).endswith("| 0 |")
    assert lines[-1] == "- wrongly merged: counterclaim: a c"
    assert not any(line.startswith("\nOnly pairs of our own") for line in lines)
