"""Many terms: what judging a post costs by 10 to 10,000 of them, in five languages."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks import matching
from benchmarks.figures import Figure
from benchmarks.growth import flat
from benchmarks.passes import measured_beside, yardstick

SIZES = (10, 100, 1_000, 10_000)
_NAMES = {matching.QUIET: "judging a post that stays quiet", matching.RINGING: "judging a post that rings"}
COSTS = tuple(_NAMES.values())
NOTE = "A unit is a post of 60 words, in the processor's time."


async def measure(sizes: Sequence[int] = SIZES) -> list[Figure]:
    found: list[Figure] = []
    matching.measure(sizes[:1], beside=False)  # whoever comes first pays for what is loaded and looked up late
    for size in sizes:
        case, before = flat.case(size, "terms"), [yardstick() for _ in range(3)]
        found += [Figure(case, _NAMES[one.by], one.unit, one.values) for one in matching.measure((size,), beside=False)]
        found.append(measured_beside(case, [*before, yardstick(), yardstick()]))
    return found
