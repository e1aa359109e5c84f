"""`python -m benchmarks.growth RESULT.json… FILE.svg`: draw what was measured. Later results replace earlier ones."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from benchmarks import growth
from benchmarks.figures import Figure


def main() -> int:
    parser = argparse.ArgumentParser(prog="benchmarks.growth", description="Draw how costs grow.")
    parser.add_argument("results", nargs="+", type=Path, help="JSON that benchmarks have kept")
    parser.add_argument("drawing", type=Path, help="the SVG to be written")
    asked = parser.parse_args()
    if not growth.draw([figure for path in asked.results for figure in _figures(path)], asked.drawing):
        print("None of these results has a cost at two sizes.", file=sys.stderr)
        return 1
    return 0


def _figures(path: Path) -> list[Figure]:
    kept = json.loads(path.read_text(encoding="utf-8"))["figures"]
    return [Figure(one["case"], one["what"], one["unit"], tuple(one["values"]), one["by"]) for one in kept]


if __name__ == "__main__":
    sys.exit(main())
