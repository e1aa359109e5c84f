"""Which posts share words: every version under a few bands of it, and near copies noted on the post they are of.

Bands lie in a fixed number of drawers, eight bytes for each version, and generations of a week each: one is written
and two are read, so that a copy is found for a week at least. Every drawer is bounded: looking up takes as long among a
million posts as among a thousand.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from monitor.model import Like, Repeat
from monitor.store import keys
from monitor.store.connection import Argument, Connection, ms
from monitor.store.places import Version, noting

DRAWERS = 1 << 17
GENERATION = 7 * 86_400_000  # ms
MOST = 6  # versions that are worth comparing as whole texts
MOST_OF_BAND = 12  # versions under one band in a drawer: a stock phrase is in many posts
MOST_BYTES = 8192  # of a drawer: 1024 versions
_LEAST = 2  # bands that are shared


class Alike(NamedTuple):
    """A version that is a near copy, of which post, and how that is noted there."""

    version: Version
    like: Like
    place: Repeat


class Copies:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def meet(self, banded: Sequence[tuple[Version, Sequence[int]]], now: datetime) -> list[list[Version]]:
        """Register versions under their bands (64 bits each); return for each those before it that share most.

        One atomic step for each, one round trip for all. May be repeated: nothing is registered twice.
        """
        generation = ms(now) // GENERATION
        steps = [_step(version, bands, generation) for version, bands in banded]
        if not steps:
            return []
        return [[Version.read(one) for one in found] for found in await self._connection.scripts("copies", steps)]

    async def note(self, noted: Iterable[Alike]) -> None:
        """Keep on each version what it is a copy of, and on that post where its copy is. May be repeated."""
        await self._connection.together(
            command for one in noted for command in noting(one.version, "like", one.like, "place", one.place)
        )


def _step(version: Version, bands: Sequence[int], generation: int) -> tuple[list[str], list[Argument]]:
    step_keys = [keys.post(version.key), keys.COMPARED]
    args: list[Argument] = [
        version.key, version.revision, generation, 2 * GENERATION, MOST_OF_BAND, MOST_BYTES, _LEAST, MOST,
    ]  # fmt: skip
    for band in bands:
        drawer = band % DRAWERS
        step_keys += [keys.band(f"{generation}:{drawer}"), keys.band(f"{generation - 1}:{drawer}")]
        args.append((band >> 32).to_bytes(4, "big"))
    return step_keys, args
