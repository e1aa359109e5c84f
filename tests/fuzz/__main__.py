"""`python -m tests.fuzz [target …]`: look for bytes that break a promise, one target after the other.

What is found stays in the folder (`--keep`, else a temporary one that is named at the end): `corpus/<target>` holds the
inputs that reached something new, `findings/<target>` those that broke it. A finding ends its target.
"""

from __future__ import annotations

import argparse
import importlib.util
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from tests.fuzz import TARGETS, target

LONGEST = 4096  # bytes of an input: feedparser takes a time that grows with the square of some
PATIENCE = 20  # seconds for one input
MEMORY = 1536  # MiB
_COUNT = re.compile(r"^(?:#|stat::number_of_executed_units:\s+)(\d+)", re.MULTILINE)


class Outcome(NamedTuple):
    name: str
    seconds: float
    executions: int
    findings: list[Path]
    log: Path


def fuzz(name: str, seconds: float, folder: Path) -> Outcome:
    """Run one target for so long; blocks."""
    corpus, findings = folder / "corpus" / name, folder / "findings" / name
    for place in (corpus, findings):
        place.mkdir(parents=True, exist_ok=True)
    found = target(name)
    for number, seed in enumerate(found.seeds):
        (corpus / f"seed-{number}").write_bytes(seed)
    words, log = folder / f"{name}.dict", folder / f"{name}.log"
    words.write_text("".join(f'"{_quoted(word)}"\n' for word in found.dictionary), encoding="ascii")
    known = {path: path.stat().st_mtime_ns for path in findings.iterdir()}
    command = [
        *(sys.executable, "-m", "tests.fuzz.child", name, str(corpus), str(findings)),  # what was found is tried first
        *(f"-max_total_time={seconds:.0f}", f"-max_len={LONGEST}", f"-timeout={PATIENCE}", f"-rss_limit_mb={MEMORY}"),
        *(f"-dict={words}", f"-artifact_prefix={findings}/", "-print_final_stats=1"),
    ]
    began = time.monotonic()
    with log.open("wb") as output:
        ended = subprocess.run(command, stdout=output, stderr=subprocess.STDOUT, check=False)
    counts = [int(count) for count in _COUNT.findall(log.read_text(encoding="utf-8", errors="replace"))]
    new = [path for path in findings.iterdir() if known.get(path) != path.stat().st_mtime_ns]
    broken = (sorted(new) or [log]) if ended.returncode else []
    return Outcome(name, time.monotonic() - began, max(counts, default=0), broken, log)


def _quoted(word: bytes) -> str:
    return "".join(f"\\x{byte:02x}" for byte in word)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("targets", nargs="*", metavar="target", help=f"one or more of: {', '.join(TARGETS)} (all)")
    parser.add_argument("--minutes", type=float, default=1.0, help="for each target (1)")
    parser.add_argument("--keep", type=Path, help="a folder for what is found, which a later run goes on from")
    given = parser.parse_args()
    if strangers := set(given.targets) - TARGETS.keys():
        parser.error(f"no such target: {', '.join(sorted(strangers))}; there are {', '.join(TARGETS)}")
    if importlib.util.find_spec("atheris") is None:
        parser.error("Atheris is not installed; .venv/bin/pip install 'atheris>=3' installs it where it has a wheel")
    folder = given.keep or Path(tempfile.mkdtemp(prefix="fuzz-"))
    print(f"{'target':<12}{'seconds':>8}{'executions':>12}{'findings':>10}", flush=True)
    wrong = False
    for name in given.targets or TARGETS:
        outcome = fuzz(name, given.minutes * 60, folder)
        print(f"{name:<12}{outcome.seconds:>8.0f}{outcome.executions:>12}{len(outcome.findings):>10}", flush=True)
        for path in outcome.findings:
            print(f"    {path}  (see {outcome.log})", flush=True)
        wrong = wrong or bool(outcome.findings)
    print(f"kept in {folder}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
