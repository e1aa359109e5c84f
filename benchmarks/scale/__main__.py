"""Make the tables of docs/scale.md anew from its inputs; `--measure` puts in what steps take on this machine first."""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path

from benchmarks.scale.reckoning import measured, written

PAGE = Path(__file__).parents[2] / "docs" / "scale.md"


def main() -> None:
    asked = argparse.ArgumentParser(prog="python -m benchmarks.scale", description=__doc__)
    asked.add_argument("--measure", action="store_true", help="measure the steps, some minutes")
    page = PAGE.read_text(encoding="utf-8")
    if asked.parse_args().measure:
        from benchmarks.scale.measuring import costs  # noqa: PLC0415  # the arithmetic needs no store

        page = measured(page, asyncio.run(costs()))
    PAGE.write_text(written(page), encoding="utf-8")


if __name__ == "__main__":
    main()
