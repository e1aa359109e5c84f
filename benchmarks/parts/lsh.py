"""What rensa and datasketch take to find near copies. Run by `near` in their own environment: imports nothing of ours.

stdin: JSON with `texts`, and `changed`, for each kind of change [number of the text, what became of it]. stdout: JSON,
for each library µs to sign, put in and look up a text, bytes for each, and the share that was found of each kind, %.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path
from typing import Any

_PERMUTATIONS, _THRESHOLD, _BANDS = 128, 0.5, 64


def pairs(text: str) -> list[str]:
    return [f"{one} {other}" for one, other in pairwise(text.split())]


def rensa() -> tuple[Callable[[str], Any], Any]:
    library: Any = import_module("rensa")

    def sign(text: str) -> Any:
        sketch = library.RMinHash(num_perm=_PERMUTATIONS, seed=1)
        sketch.update(pairs(text))
        return sketch

    return sign, library.RMinHashLSH(threshold=_THRESHOLD, num_perm=_PERMUTATIONS, num_bands=_BANDS)


def datasketch() -> tuple[Callable[[str], Any], Any]:
    library: Any = import_module("datasketch")

    def sign(text: str) -> Any:
        sketch = library.MinHash(num_perm=_PERMUTATIONS, seed=1)
        sketch.update_batch([pair.encode() for pair in pairs(text)])
        return sketch

    return sign, library.MinHashLSH(num_perm=_PERMUTATIONS, params=(_BANDS, _PERMUTATIONS // _BANDS))


def measured(sign: Callable[[str], Any], found: Any, texts: Sequence[str], changed: dict[str, Any]) -> dict[str, float]:
    before, began = memory(), time.process_time()
    signed = [sign(text) for text in texts]
    signing, began = time.process_time() - began, time.process_time()
    for number, sketch in enumerate(signed):
        found.insert(number, sketch)
    putting, taken = time.process_time() - began, memory() - before
    asked = {kind: [(number, sign(text)) for number, text in some] for kind, some in changed.items()}
    began = time.process_time()
    right = {kind: sum(n in found.query(sketch) for n, sketch in some) / len(some) for kind, some in asked.items()}
    looking = (time.process_time() - began) / sum(map(len, asked.values()))
    each = len(texts) / 1e6
    return {
        "sign": signing / each, "put in": putting / each, "look up": looking * 1e6, "bytes": taken / len(texts),
        **{f"found, {kind}": 100 * share for kind, share in right.items()},
    }  # fmt: skip


def memory() -> int:
    """Return the bytes that this process holds: statm, see proc_pid_statm(5)."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * 4096


def main() -> None:
    asked = json.load(sys.stdin)
    said = {}
    for library in (rensa, datasketch):
        sign, found = library()
        sign("of one thing at a time")  # and what is loaded late is loaded
        name = f"{library.__name__} {version(library.__name__)}"
        said[name] = measured(sign, found, asked["texts"], asked["changed"])
    json.dump(said, sys.stdout)


if __name__ == "__main__":
    main()
