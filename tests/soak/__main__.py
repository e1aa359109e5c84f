"""`python -m tests.soak`: a long run on many sources, and what it showed."""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from tests.soak.hour import run
from tests.soak.plan import Plan
from tests.soak.report import table


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    for name, kind, text in (
        ("minutes", float, "length of the run"),
        ("sources", int, "sources in all"),
        ("interval", float, "seconds between two polls of a source"),
        ("posts", float, "posts published a second, by all together"),
        ("bad", float, "share of the sources that misbehave"),
        ("seed", int, "what the dice are made from"),
    ):
        parser.add_argument(f"--{name}", type=kind, help=f"{text} ({getattr(Plan, name):g})")
    parser.add_argument("--keep", type=Path, help="a folder that keeps the log and the store's files")
    given = vars(parser.parse_args())
    keep = given.pop("keep")
    plan = replace(Plan(), **{name: value for name, value in given.items() if value is not None})
    with tempfile.TemporaryDirectory(prefix="soak-") as folder:
        if keep:
            keep.mkdir(parents=True, exist_ok=True)
        report = asyncio.run(run(plan, keep or Path(folder), aloud=True))
    sys.stdout.write(f"{table(plan, report)}\n")
    return 1 if report.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
