"""`python -m tests.chaos`: kill everything at random for a while, and count what arrived."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from tests.chaos.plan import LONG, SHORT, Plan
from tests.chaos.report import table
from tests.chaos.storm import run


def _plan() -> tuple[Plan, Path | None]:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--short", action="store_true", help="the small form that is part of the test suite")
    for name, kind, text in (
        ("posts", int, "posts in all"),
        ("seconds", float, "length of the storm"),
        ("kills", int, "SIGKILLs of monitors"),
        ("spells", int, "troubles of the store"),
        ("faults", float, "share of sends that fail"),
        ("seed", int, "what the dice are made from"),
    ):
        parser.add_argument(f"--{name}", type=kind, help=text)
    parser.add_argument("--keep", type=Path, help="a folder that keeps the logs, the store's files, and history.json")
    given = vars(parser.parse_args())
    base, keep = (SHORT if given.pop("short") else LONG), given.pop("keep")
    return replace(base, **{name: value for name, value in given.items() if value is not None}), keep


def main() -> int:
    plan, keep = _plan()
    with tempfile.TemporaryDirectory(prefix="chaos-") as folder:
        if keep:
            keep.mkdir(parents=True, exist_ok=True)
        report = asyncio.run(run(plan, keep or Path(folder), lambda words: print(words, file=sys.stderr, flush=True)))
    if keep:
        (keep / "history.json").write_text(json.dumps(report.history), encoding="utf-8")
    print(table(plan, report))
    return 1 if report.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
