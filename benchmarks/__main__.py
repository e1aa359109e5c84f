"""`python -m benchmarks`: measure, print a table, keep it with its JSON in `results/`. See docs/performance.md."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from pathlib import Path

from benchmarks import delivery, growth, languages, latency, matching, refresh, report
from benchmarks.daemon import Failed
from benchmarks.report import Figure

_KINDS = ("matching", "languages", "growth", "delivery", "latency", "refresh")


def main() -> int:
    asked = _arguments()
    if sys.platform != "linux":
        print("The benchmarks read /proc and so need Linux.", file=sys.stderr)
        return 2
    load = os.getloadavg()
    try:
        figures = [figure for kind in _KINDS if asked.only in (None, kind) for figure in _measured(kind, asked)]
    except (Failed, TimeoutError) as why:
        print(f"Measured nothing: {why or 'it took too long'}", file=sys.stderr)
        return 1
    text = report.page(figures, load)
    path = report.write(figures, load, text)
    print(f"{text}\nKept in {path} and the .json beside it.")
    return 0


def _measured(kind: str, asked: argparse.Namespace) -> list[Figure]:
    print(f"Measuring {kind}…", file=sys.stderr)
    match kind:
        case "matching":
            return matching.measure()
        case "languages":
            return languages.measure()
        case "growth":
            return asyncio.run(growth.measure())
        case "delivery":
            return asyncio.run(delivery.measure(asked.waiting))
        case "latency":
            return asyncio.run(latency.measure(asked.posts))
        case _:
            return asyncio.run(refresh.measure(asked.sources, asked.rounds, asked.profile))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks", description="Measure the monitor, on the loopback only.")
    parser.add_argument("--only", choices=_KINDS, help="one benchmark instead of all")
    parser.add_argument("--sources", type=int, default=1000, help="feeds of the refresh (1000)")
    parser.add_argument("--rounds", type=int, default=3, help="rounds of each case of the refresh (3)")
    parser.add_argument(
        "--posts", type=int, default=150, help="posts of the latency (150, and half as many in a small feed)"
    )
    parser.add_argument("--waiting", type=int, default=10_000, help="alerts that wait in the delivery (10000)")
    parser.add_argument("--profile", type=Path, metavar="FILE", help="where cProfile's figures of the daemon go")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
