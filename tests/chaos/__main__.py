"""`python -m tests.chaos`: make things go wrong for a while, and count what arrived.

`storm` (the default) kills everything at random; `restarts` stops and starts a monitor over and over; `outages` takes a
channel and the store away for long.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.chaos import outages, restarts, storm
from tests.chaos.plan import LONG, SHORT
from tests.chaos.report import table


def _arguments() -> dict[str, Any]:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--short", action="store_true", help="the small form that is part of the test suite")
    for name, kind, text in (
        ("posts", int, "posts in all"),
        ("seconds", float, "length of the storm"),
        ("kills", int, "SIGKILLs of monitors"),
        ("spells", int, "troubles of the store"),
        ("faults", float, "share of sends that fail"),
    ):
        parser.add_argument(f"--{name}", type=kind, help=text)
    again = argparse.ArgumentParser(add_help=False)
    again.add_argument("--seed", type=int, help="what the dice are made from")
    again.add_argument("--keep", type=Path, help="a folder that keeps the logs, the store's files, and history.json")
    whole = argparse.ArgumentParser(prog=parser.prog, description=__doc__)
    scenes = whole.add_subparsers(dest="scene")
    scenes.add_parser("storm", parents=[parser, again], add_help=False, help="kill everything at random")
    stops = scenes.add_parser("restarts", parents=[again], help="stop and start a monitor under load")
    stops.add_argument("--times", type=int, default=50, help="how often (50)")
    away = scenes.add_parser("outages", parents=[again], help="a channel, then the store, away for long")
    away.add_argument("--minutes", type=float, default=60, help="how long the channel is down (60)")
    away.add_argument("--store-minutes", type=float, help="how long the store is, in the middle (a sixth of that)")
    away.add_argument("--posts", type=int, default=10_000, help="alerts that wait for the channel (10000)")
    given = sys.argv[1:]
    first = next((word for word in given if not word.startswith("-")), None)
    known = given and (given[0] in ("-h", "--help") or first in scenes.choices)
    return vars(whole.parse_args(given if known else ["storm", *given]))


def main() -> int:
    given = _arguments()
    scene, keep = given.pop("scene"), given.pop("keep")
    with tempfile.TemporaryDirectory(prefix="chaos-") as folder:
        if keep:
            keep.mkdir(parents=True, exist_ok=True)
        asked = {name: value for name, value in given.items() if value is not None}
        return _SCENES[scene](keep or Path(folder), keep, asked)


def _tell(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


def _storm(folder: Path, keep: Path | None, asked: dict[str, Any]) -> int:
    plan = replace(SHORT if asked.pop("short") else LONG, **asked)
    report = asyncio.run(storm.run(plan, folder, _tell))
    if keep:
        (keep / "history.json").write_text(json.dumps(report.history), encoding="utf-8")
    print(table(plan, report))
    return 1 if report.wrong else 0


def _restarts(folder: Path, _: Path | None, asked: dict[str, Any]) -> int:
    report = asyncio.run(restarts.run(folder, tell=_tell, **asked))
    print(report)
    return 1 if report.wrong else 0


def _outages(folder: Path, _: Path | None, asked: dict[str, Any]) -> int:
    report = asyncio.run(outages.run(folder, tell=_tell, **asked))
    print(report)
    return 1 if report.wrong else 0


_SCENES = {"storm": _storm, "restarts": _restarts, "outages": _outages}

if __name__ == "__main__":
    sys.exit(main())
