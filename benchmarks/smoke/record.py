"""What was counted once, and how what is counted now stands beside it."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
PATH = Path(__file__).with_name("record.json")
PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"
INSTRUCTIONS = f"instructions of Python {PYTHON}"  # other versions have others, and are compared among themselves
_ALLOWED = 1.10  # of what is recorded

Counts = dict[str, dict[str, int]]  # what was done -> unit -> how many


class Compared(NamedTuple):
    """`recorded`: None where nothing is, as for another version of Python."""

    name: str
    unit: str
    now: int
    recorded: int | None

    @property
    def worse(self) -> bool:
        return self.recorded is not None and self.now > self.recorded * _ALLOWED

    @property
    def change(self) -> str:
        return "" if not self.recorded else f"{self.now / self.recorded - 1:+.1%}"


def read() -> Counts:
    counts: Counts = json.loads(PATH.read_text(encoding="utf-8")) if PATH.exists() else {}
    return counts


def write(counts: Counts) -> None:
    """Keep counts; what is recorded of other versions of Python stays."""
    before = read()
    both = {name: {**_others(before.get(name, {})), **units} for name, units in counts.items()}
    PATH.write_text(json.dumps(both, indent=1, ensure_ascii=False, sort_keys=True) + "\n", encoding="utf-8")


def _others(units: dict[str, int]) -> dict[str, int]:
    return {unit: number for unit, number in units.items() if unit.startswith("instructions") and unit != INSTRUCTIONS}


def compared(counts: Counts, recorded: Counts) -> list[Compared]:
    return [
        Compared(name, unit, now, recorded.get(name, {}).get(unit))
        for name, units in counts.items()
        for unit, now in units.items()
    ]


def table(found: Iterable[Compared]) -> str:
    return "\n".join(_lines(found))


def _lines(found: Iterable[Compared]) -> Iterator[str]:
    yield "| what | counted | recorded | change |"
    yield "|---|---:|---:|---:|"
    for one in found:
        recorded = "none" if one.recorded is None else f"{one.recorded:,}"
        yield f"| {one.name} | {one.now:,} {one.unit} | {recorded} | {one.change} |"
