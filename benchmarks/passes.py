"""How long work on texts takes, in the processor's time: what others do meanwhile does not count."""

from __future__ import annotations

import time
import zlib
from collections.abc import Callable, Sequence

from benchmarks.figures import Figure

YARDSTICK = "a fixed piece of work, beside it"
_PASSES = 5
_WORDS = 60_000  # some 30 ms


def timed(work: Callable[[str], object], texts: Sequence[str]) -> tuple[float, ...]:
    """Return the µs for one text, for each pass."""
    return tuple(1e6 * spent(work, texts) / len(texts) for _ in range(_PASSES))


def spent(work: Callable[[str], object], texts: Sequence[str]) -> float:
    """Return the seconds for all texts once."""
    began = time.process_time()
    for text in texts:
        work(text)
    return time.process_time() - began


def yardstick() -> float:
    """Return the ms that a fixed piece of work takes just now: more where others use the machine's caches and cores."""
    began = time.process_time()
    text = " ".join(map(str, range(_WORDS)))
    if len({*text.split()}) != _WORDS or len(zlib.compress(text.encode())) > len(text):  # makes nothing to be collected
        raise RuntimeError("what was joined is not what is split")
    return 1e3 * (time.process_time() - began)


def measured_beside(case: str, values: Sequence[float]) -> Figure:
    """Return the figure of the yardstick in a case: what it took in each pass, ms."""
    return Figure(case, YARDSTICK, "ms", tuple(values))
