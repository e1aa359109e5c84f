"""`python -m benchmarks.smoke`: count, compare with what is recorded, exit 1 where a tenth more is spent.

`--record` writes down what is now: where a cost is worth it, and where one has fallen, so that it cannot rise unseen.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import subprocess
import sys

from benchmarks.smoke import pure, record, stored
from benchmarks.smoke.counted import modules
from monitor import telemetry
from monitor.config import load
from monitor.policy.settings import Policy

_SEED = "PYTHONHASHSEED"


def main() -> int:
    parser = argparse.ArgumentParser(prog="benchmarks.smoke", description="Count what the hot paths cost.")
    parser.add_argument("--record", action="store_true", help="keep what is counted now as what may be counted later")
    asked = parser.parse_args()
    if os.environ.get(_SEED) != "0":  # the order of a set must not change what is counted
        os.execve(sys.executable, [sys.executable, "-m", "benchmarks.smoke", *sys.argv[1:]], os.environ | {_SEED: "0"})
    counts = _counted()
    if asked.record:
        record.write(counts)
    found = record.compared(counts, record.read())
    print(record.table(found))
    worse = [one for one in found if one.worse]
    for one in worse:
        print(f"{one.name}: {one.now:,} {one.unit}, and {one.recorded:,} were recorded", file=sys.stderr)
    return 1 if worse else 0


def _counted() -> record.Counts:
    telemetry.configure("json", "error")
    settings = load(record.ROOT / "config" / "monitor.yaml")
    book = settings.rulebook()
    counts = {name: {record.INSTRUCTIONS: number} for name, number in pure.counts(book).items()}
    counts |= asyncio.run(stored.counts(book, Policy(routes=settings.routes, grouping=settings.grouping)))
    return counts | {"start `monitor --help`": {"modules": len(set(modules(_imports())))}}


def _imports() -> str:
    command = [sys.executable, "-X", "importtime", "-m", "monitor", "--help"]
    return subprocess.run(command, cwd=record.ROOT, check=True, capture_output=True, text=True, timeout=60).stderr


if __name__ == "__main__":
    sys.exit(main())
