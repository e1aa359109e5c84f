"""How long work on texts takes, in the processor's time: what others do meanwhile does not count."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

_PASSES = 5


def timed(work: Callable[[str], object], texts: Sequence[str]) -> tuple[float, ...]:
    """Return the µs for one text, for each pass."""
    return tuple(1e6 * spent(work, texts) / len(texts) for _ in range(_PASSES))


def spent(work: Callable[[str], object], texts: Sequence[str]) -> float:
    """Return the seconds for all texts once."""
    began = time.process_time()
    for text in texts:
        work(text)
    return time.process_time() - began
