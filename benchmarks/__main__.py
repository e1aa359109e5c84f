"""`python -m benchmarks`: measure, print a table, keep it with its JSON in `results/`. See docs/performance.md."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks import delivery, growth, languages, latency, matching, refresh, report
from benchmarks.peers import PEERS
from benchmarks.programs import Failed
from benchmarks.report import Found

_KINDS = ("matching", "languages", "growth", "delivery", "latency", "refresh")


def main() -> int:
    asked = _arguments()
    if sys.platform != "linux":
        print("The benchmarks read /proc and so need Linux.", file=sys.stderr)
        return 2
    before = os.getloadavg()[0]
    try:
        found = [part for kind in _KINDS if asked.only in (None, kind) for part in _found(kind, asked)]
    except (Failed, TimeoutError) as why:
        print(f"Measured nothing: {why or 'it took too long'}", file=sys.stderr)
        return 1
    text, path = report.write(found, asked.only or "all", before)
    print(f"{text}\nKept in {path} and the .json beside it.")
    return 0


def _found(kind: str, asked: argparse.Namespace) -> Iterator[Found]:
    print(f"Measuring {kind}…", file=sys.stderr)
    match kind:
        case "matching":
            yield Found(matching.measure())
        case "languages":
            yield Found(languages.measure())
        case "growth":
            yield Found(asyncio.run(growth.measure()))
        case "delivery":
            yield Found(asyncio.run(delivery.measure(asked.waiting)))
        case "latency":
            yield asyncio.run(latency.measure(asked.posts, asked.seconds))
        case _:
            for count in asked.sources:
                yield asyncio.run(refresh.measure(count, asked.rounds, asked.peers, asked.profile))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks", description="Measure the monitor, on the loopback only.")
    parser.add_argument("--only", choices=_KINDS, help="one benchmark instead of all")
    parser.add_argument("--sources", type=int, nargs="+", default=[1000, 5000], help="feeds of the refresh (1000 5000)")
    parser.add_argument("--rounds", type=int, default=3, help="rounds of each case of the refresh (3)")
    parser.add_argument(
        "--peers", nargs="*", choices=PEERS, default=list(PEERS), help="beside whom the refresh is measured (all)"
    )
    parser.add_argument(
        "--posts", type=int, default=1000, help="posts of the latency at rest (1000, and half as many in a feed of one)"
    )
    parser.add_argument("--seconds", type=int, default=10, help="how long the latency is measured under load (10)")
    parser.add_argument("--waiting", type=int, default=10_000, help="alerts that wait in the delivery (10000)")
    parser.add_argument("--profile", type=Path, metavar="FILE", help="where cProfile's figures of the daemon go")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
