"""`python -m tests.cuts`: polls cut at random while posts are published, and whether each is stored once."""

from __future__ import annotations

import argparse
import asyncio
import logging
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import structlog

from tests.cuts.places import KINDS
from tests.cuts.plan import Plan
from tests.cuts.report import table
from tests.cuts.run import run


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.cuts", description=__doc__)
    for name, kind, text in (
        ("minutes", float, "length of the run"),
        ("posts", int, "posts published in it"),
        ("each", int, "sources of every kind"),
        ("bad", float, "share of the answers that go wrong"),
        ("cut", float, "share of the polls that are cancelled, beside those killed"),
        ("seed", int, "what the dice are made from"),
    ):
        parser.add_argument(f"--{name}", type=kind, help=f"{text} ({getattr(Plan, name):g})")
    parser.add_argument("--kinds", default=",".join(KINDS), help="which, of %(default)s")
    given = vars(parser.parse_args())
    chosen = given.pop("kinds").split(",")
    plan = replace(Plan(), **{name: value for name, value in given.items() if value is not None})
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    with tempfile.TemporaryDirectory(prefix="cuts-") as folder:
        report = asyncio.run(run(plan, Path(folder), chosen))
    sys.stdout.write(f"{table(report)}\n")
    return 1 if report.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
